// The rules of totals that grow until they are reset: the key `counter` of a source.

import Credits
import ExactJSON

/// When a total begins anew.
package enum CounterEpoch: Sendable, Equatable {
    /// Never, as far as is known.
    case never
    /// At each midnight.
    case day
    /// On each 1st.
    case month
    /// When the mark that the row holds at this path changes.
    case mark(JSONPath)
    /// When the mark that an observation brings changes by two seconds or more: milliseconds.
    case instant
}

/// What a total means that is seen for the first time.
package enum FirstSightRule: String, Sendable, Hashable, CaseIterable {
    /// Where counting begins: what was used before is not counted.
    case baseline
    /// Use.
    case consume
}

/// What a total means that fell though no reset is due.
package enum DecreaseRule: String, Sendable, Hashable, CaseIterable {
    /// The poll is refused twice; if the third still says so, the ledger follows.
    case confirm
    /// The ledger follows at once, with a correction.
    case correction
    /// The poll is refused, however often.
    case reject
    /// The total began anew.
    case reset
    /// It may fall, and that counts nothing: what is left of a balance. Not for configurations.
    case follow

    /// The rules that a configuration may name.
    package static let configurable: [DecreaseRule] = [.confirm, .correction, .reject, .reset]
}

/// The rules of a growing total. Source: reference on sources, section 2.2.
package struct CounterRules: Sendable, Equatable {
    /// Default of `forget_after` in milliseconds: 35 days.
    package static let defaultForgetMilliseconds: Int64 = 35 * 86_400_000
    /// Polls that are refused before a lower total is believed.
    package static let confirmations: Int64 = 2
    /// How late a vendor may reset a total that is due: within it, a total that did not fall was
    /// not reset yet.
    package static let resetGraceMilliseconds: Int64 = 300_000

    /// When a total begins anew. Key `epoch`: `never` (default), `day`, `month`, or a path.
    package let epoch: CounterEpoch
    /// The zone of days and months that begin anew; nil means that of the source's days.
    package let calendar: ZonedCalendar?
    /// What a first total means. Key `first`, default `baseline`.
    package let first: FirstSightRule
    /// What a lower total means. Key `on_decrease`, default `confirm`.
    package let onDecrease: DecreaseRule
    /// How use across midnight is counted. Key `midnight`, default `end_day`.
    package let midnight: MidnightRule
    /// What tells totals of one product and unit apart. Key `series`; nil sums them in each poll.
    package let series: JSONPath?
    /// How long the state of a total outlives its last sight. Key `forget_after`, default `35d`.
    package let forgetMilliseconds: Int64

    /// Rules with the defaults of the configuration.
    package init(
        epoch: CounterEpoch = .never, calendar: ZonedCalendar? = nil,
        first: FirstSightRule = .baseline, onDecrease: DecreaseRule = .confirm,
        midnight: MidnightRule = .endDay, series: JSONPath? = nil,
        forgetMilliseconds: Int64 = CounterRules.defaultForgetMilliseconds
    ) {
        self.epoch = epoch
        self.calendar = calendar
        self.first = first
        self.onDecrease = onDecrease
        self.midnight = midnight
        self.series = series
        self.forgetMilliseconds = forgetMilliseconds
    }
}

/// A total that a poll saw.
package struct CounterSample: Sendable, Hashable {
    /// Which total.
    package let series: SeriesKey
    /// Its value.
    package let value: ExactDecimal
    /// The vendor's mark of the period that it counts; empty when there is none.
    package let mark: String
    /// When it was zero, if the vendor says so.
    package let startedAt: Timestamp?

    /// A total at the time of the poll.
    package init(
        series: SeriesKey, value: ExactDecimal, mark: String = "", startedAt: Timestamp? = nil
    ) {
        self.series = series
        self.value = value
        self.mark = mark
        self.startedAt = startedAt
    }
}
