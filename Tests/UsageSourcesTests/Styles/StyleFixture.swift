// Polls of a style, one after the other, on the state that they leave.

import Credits
import Testing

@testable import UsageSources

/// The surroundings of reductions in tests.
enum StyleFixture {
    static func instant(_ text: String) throws -> Timestamp {
        try #require(Timestamp(rfc3339: text), "\(text)")
    }

    static func decimal(_ text: String) throws -> ExactDecimal { try ExactDecimal(text) }

    static func context(
        at now: String, calendar: ZonedCalendar = .utc, rates: [String: RateTable],
        disabled: Set<String> = []
    ) throws -> StyleContext {
        StyleContext(
            source: "meter", organization: "acme", now: try instant(now), calendar: calendar,
            rates: rates, disabledProducts: disabled)
    }
}

extension StyleOutcome {
    /// `2026-11-10 chat 12.5`, a line for each reading that is not zero.
    var summary: [String] {
        readings.filter { $0.credits != .zero }
            .map { "\($0.key.day) \($0.key.product) \($0.credits)" }
    }

    /// The kinds of the remarks in order.
    var kinds: [StyleNote.Kind] { notes.map(\.kind) }
}

/// A source of one total, polled again and again.
struct CounterScript {
    let rules: CounterRules
    var calendar = ZonedCalendar.utc
    var rates: [String: RateTable] = ["credits": .one]
    var disabled: Set<String> = []
    var state: String?

    init(_ rules: CounterRules = CounterRules(first: .consume), calendar: ZonedCalendar = .utc) {
        self.rules = rules
        self.calendar = calendar
    }

    /// Polls totals of products: `["chat": "12"]`.
    mutating func poll(
        _ now: String, _ totals: [String: String], mark: String = "", started: String? = nil
    ) throws -> StyleOutcome {
        let samples = try totals.sorted { $0.key < $1.key }.map { product, value in
            CounterSample(
                series: SeriesKey(product: product, unit: "credits"),
                value: try StyleFixture.decimal(value), mark: mark,
                startedAt: try started.map(StyleFixture.instant))
        }
        return try poll(now, samples: samples)
    }

    /// Polls the total of `chat`.
    mutating func poll(_ now: String, _ value: String, mark: String = "") throws -> StyleOutcome {
        try poll(now, ["chat": value], mark: mark)
    }

    mutating func poll(_ now: String, samples: [CounterSample]) throws -> StyleOutcome {
        let outcome = try CounterReduction.reduce(
            samples, rules, state: state,
            StyleFixture.context(at: now, calendar: calendar, rates: rates, disabled: disabled))
        state = outcome.stateText
        return outcome
    }
}
