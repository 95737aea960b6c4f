// On which days a quantity counts that was used between two polls.

import Credits

/// How use across midnight is counted.
package enum MidnightRule: String, Sendable, Hashable, CaseIterable {
    /// Whole on the day of the later poll.
    case endDay = "end_day"
    /// Divided by time: each day gets the share that it has of the time between the polls.
    case proRata = "pro_rata"
}

/// Divides quantities among days.
enum DayAllocation {
    /// A quantity over more days than these counts on the last one.
    static let mostDays: Int64 = 400
    /// Shares are exact to at least this many decimals.
    private static let places = 6

    /// A share of a quantity.
    struct Share: Hashable {
        let day: CalendarDay
        let quantity: ExactDecimal
    }

    /// The shares of a quantity used in a span of time; they sum to it exactly.
    static func shares(
        of quantity: ExactDecimal, from start: Timestamp, to end: Timestamp,
        calendar: ZonedCalendar, rule: MidnightRule
    ) throws(AmountError) -> [Share] {
        let last = calendar.day(at: end)
        let first = min(last, calendar.day(at: start))
        let whole = [Share(day: last, quantity: quantity)]
        // What was taken back belongs to where it is seen, not to days that were right.
        guard rule == .proRata, first < last, !quantity.isNegative,
            last.daysSinceEpoch - first.daysSinceEpoch <= mostDays
        else { return whole }
        guard let parts = parts(quantity) else { return whole }
        let length = Int128(end.milliseconds - start.milliseconds)
        var shares: [Share] = []
        var left = parts.value
        var day = first
        while day < last {
            let next = day.adding(days: 1)
            let from = max(start, calendar.start(of: day))
            let time = Int128(max(0, calendar.start(of: next).milliseconds - from.milliseconds))
            let share = min(left, parts.value * time / length)
            left -= share
            shares.append(Share(day: day, quantity: try decimal(share, parts.places)))
            day = next
        }
        shares.append(Share(day: last, quantity: try decimal(left, parts.places)))
        return shares.filter { $0.quantity != .zero }
    }

    /// The quantity as a whole number of small parts; nil when it has too many digits.
    private static func parts(_ quantity: ExactDecimal) -> (value: Int128, places: Int)? {
        guard let exact = quantity.exactlyScaled else { return nil }
        var (value, count) = (Int128(exact.value), exact.places)
        while count < places {
            value *= 10
            count += 1
        }
        return (value, count)
    }

    private static func decimal(_ value: Int128, _ places: Int) throws(AmountError) -> ExactDecimal
    {
        try ExactDecimal("\(value)e-\(places)")
    }
}
