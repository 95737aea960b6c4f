// Credits for one unit of a measure, day by day: the key `credits_per_unit`.
//
// 1. The days from which rates hold rise, so at most one rate holds on a day.

import Credits
import PositionedYAML

/// Rates with the days from which they hold.
package struct RateTable: Sendable, Equatable {
    /// One rate.
    package struct Step: Sendable, Equatable {
        /// The first day on which it holds; nil means ever since.
        package let from: CalendarDay?
        /// Credits for one unit, never negative.
        package let rate: ExactDecimal
    }

    /// The steps, oldest first; at least one.
    package let steps: [Step]

    /// One credit a unit.
    package static let one = RateTable(steps: [Step(from: nil, rate: .one)])

    /// The rate of a day; nil before the first one.
    package func rate(on day: CalendarDay) -> ExactDecimal? {
        // Tables are short, and the last rate is the usual one.
        steps.last { step in step.from.map { $0 <= day } ?? true }?.rate
    }
}

extension MappingDecoder {
    /// A rate, or a list of `{from: DAY, rate: RATE}`; nil when absent, or after a mistake.
    mutating func rates(_ key: String) -> RateTable? {
        guard let node = node(key) else { return nil }
        guard node.elements != nil else {
            return nonNegative(key).map { RateTable(steps: [.init(from: nil, rate: $0)]) }
        }
        guard let entries = mappings(key) else { return nil }
        if entries.isEmpty { mistake(key, "expected at least one rate") }
        var steps: [RateTable.Step] = []
        for var entry in entries {
            let from = entry.day("from")
            if !entry.contains("from"), !steps.isEmpty { _ = entry.require("from") }
            let rate = entry.require("rate") ? entry.nonNegative("rate") : nil
            entry.finish()
            if let earlier = steps.last?.from, let from, from <= earlier {
                entry.mistake("from", "must be later than \(earlier) of the rate before")
                continue
            }
            if let rate { steps.append(.init(from: from, rate: rate)) }
        }
        return steps.isEmpty || steps.count < entries.count ? nil : RateTable(steps: steps)
    }

    /// A day written `YYYY-MM-DD`; nil when absent, or after a mistake.
    private mutating func day(_ key: String) -> CalendarDay? {
        guard let text = string(key) else { return nil }
        guard let day = CalendarDay(iso: text.value) else {
            mistake(key, "expected a day such as 2026-01-01")
            return nil
        }
        return day
    }

    /// An exact number of 0 or more; nil when absent, or after a mistake.
    mutating func nonNegative(_ key: String) -> ExactDecimal? {
        guard let number = exact(key) else { return nil }
        if !number.isNegative { return number }
        mistake(key, "must be 0 or more, found \(number)")
        return nil
    }

    /// An exact number; nil when absent, or after a mistake.
    mutating func exact(_ key: String) -> ExactDecimal? {
        guard let text = decimal(key) else { return nil }
        do throws(AmountError) {
            return try ExactDecimal(text.value)
        } catch {
            mistake(key, error.description)
            return nil
        }
    }
}
