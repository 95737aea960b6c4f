// The alphabet of the styles' reductions: what goes in and what comes out.
//
// 1. A reduction is a function of its inputs: the same observations on the same state give the
//    same readings, and on the state that they left they change nothing.

import Credits
import ExactJSON

/// What a poll knows beside its rows.
package struct StyleContext: Sendable, Equatable {
    /// Identifier of the source.
    package let source: String
    /// Identifier of the organization.
    package let organization: String
    /// When the poll began.
    package let now: Timestamp
    /// Decides the ledger day of an instant.
    package let calendar: ZonedCalendar
    /// Credits for one of a unit.
    package let rates: [String: RateTable]
    /// Products whose use is passed over.
    package let disabledProducts: Set<String>

    /// The surroundings of a reduction.
    package init(
        source: String, organization: String, now: Timestamp, calendar: ZonedCalendar,
        rates: [String: RateTable], disabledProducts: Set<String> = []
    ) {
        self.source = source
        self.organization = organization
        self.now = now
        self.calendar = calendar
        self.rates = rates
        self.disabledProducts = disabledProducts
    }
}

/// What a reduction gives.
package struct StyleOutcome: Sendable, Equatable {
    /// Absolute readings, one for each key, sorted by the key's canonical text.
    package var readings: [Reading] = []
    /// What the source has to remember.
    package var state: JSONObject
    /// The first day that the state holds totals of.
    package var since: CalendarDay
    /// Whether there was no state before.
    package var isFresh: Bool
    /// Whether the state differs from the one before in more than instants.
    package var isNews: Bool
    /// Remarks, in the order of the series.
    package var notes: [StyleNote] = []
    /// Why the poll is refused; the state is to be stored all the same.
    package var refusal: PollFailure?
    /// Opening + grants − use − closing of balances, by series.
    package var drift: [String: ExactDecimal] = [:]

    /// The sizes of all drifts in credits, at the rates of today.
    package var driftCredits = CreditAmount.zero

    /// The state as canonical text; it is stored with the entries.
    package var stateText: String { JSONValue.object(state).text() }
}

/// What a poll observed, for a style that needs its state to make readings of it.
package struct StyleObservations: Sendable, Equatable {
    /// The observations by style.
    package enum Content: Sendable, Equatable {
        /// Totals that grow.
        case counter([CounterSample], CounterRules)
        /// Single uses.
        case events([EventSample], EventSpan, EventRules)
        /// Balances.
        case balance([BalanceSample], BalanceRules)
    }

    /// What was seen.
    package let content: Content
    /// Decides the ledger day of an instant.
    package let calendar: ZonedCalendar
    /// Credits for one of a unit.
    package let rates: [String: RateTable]

    /// Makes readings of the observations and of what the source remembers.
    ///
    /// - Throws: `PollFailure` when the poll cannot be accepted; nothing of it counts then.
    package func reduced(
        state: String?, source: String, organization: String, now: Timestamp,
        disabledProducts: Set<String>
    ) throws(PollFailure) -> StyleOutcome {
        let context = StyleContext(
            source: source, organization: organization, now: now, calendar: calendar,
            rates: rates, disabledProducts: disabledProducts)
        switch content {
        case .counter(let samples, let rules):
            return try CounterReduction.reduce(samples, rules, state: state, context)
        case .events(let samples, let span, let rules):
            return try EventReduction.reduce(samples, span, rules, state: state, context)
        case .balance(let samples, let rules):
            return try BalanceReduction.reduce(samples, rules, state: state, context)
        }
    }
}
