// Days and months of the proleptic Gregorian calendar, without a time zone.

/// A calendar day.
package struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since 1970-01-01.
    package let daysSinceEpoch: Int64

    /// The day that many days after 1970-01-01.
    package init(daysSinceEpoch: Int64) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// A day by year, month and day of the month; nil when there is no such day.
    package init?(year: Int64, month: Int64, day: Int64) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= BillingMonth(year: year, month: month).dayCount
        else { return nil }
        self.init(daysSinceEpoch: Self.days(year: year, month: month, day: day))
    }

    /// Reads `YYYY-MM-DD`; nil when malformed or no such day.
    package init?(iso text: String) {
        guard text.utf8.count == 10 else { return nil }
        var text = text
        let parts = text.withUTF8 { Self.numbers($0) }
        guard let parts else { return nil }
        self.init(year: parts.year, month: parts.month, day: parts.day)
    }

    private static func numbers(
        _ bytes: UnsafeBufferPointer<UInt8>
    ) -> (year: Int64, month: Int64, day: Int64)? {
        // Year, month and day in turn; a hyphen before the second and the third.
        var (year, month, value): (Int64, Int64, Int64) = (0, 0, 0)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 7 {
                guard byte == UInt8(ascii: "-") else { return nil }
                if index == 4 { year = value } else { month = value }
                value = 0
            } else {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
        }
        return (year, month, value)
    }

    /// Howard Hinnant's days_from_civil.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredQuotient(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Year, month and day of the month.
    package var components: (year: Int64, month: Int64, day: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, day)
    }

    /// The month the day lies in.
    package var month: BillingMonth {
        let parts = components
        return BillingMonth(year: parts.year, month: parts.month)
    }

    /// The day that many days later.
    package func adding(days: Int64) -> CalendarDay {
        CalendarDay(daysSinceEpoch: daysSinceEpoch + days)
    }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }

    /// `YYYY-MM-DD`.
    package var description: String {
        let parts = components
        return "\(parts.year.padded(to: 4))-\(parts.month.padded(to: 2))-\(parts.day.padded(to: 2))"
    }
}

/// A calendar month: the period in which a base allocation is used.
package struct BillingMonth: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The year.
    package let year: Int64
    /// 1 to 12.
    package let month: Int64

    init(year: Int64, month: Int64) {
        self.year = year
        self.month = month
    }

    /// Reads `YYYY-MM`; nil when malformed.
    package init?(iso text: String) {
        guard text.utf8.count == 7, let day = CalendarDay(iso: text + "-01") else { return nil }
        self = day.month
    }

    /// The 1st.
    package var firstDay: CalendarDay {
        CalendarDay(daysSinceEpoch: CalendarDay.days(year: year, month: month, day: 1))
    }

    /// The month after.
    package var next: BillingMonth {
        month == 12
            ? BillingMonth(year: year + 1, month: 1) : BillingMonth(year: year, month: month + 1)
    }

    /// The month before.
    package var previous: BillingMonth {
        month == 1
            ? BillingMonth(year: year - 1, month: 12) : BillingMonth(year: year, month: month - 1)
    }

    /// 28 to 31.
    package var dayCount: Int64 {
        next.firstDay.daysSinceEpoch - firstDay.daysSinceEpoch
    }

    /// Whether the day lies in the month.
    package func contains(_ day: CalendarDay) -> Bool {
        day >= firstDay && day < next.firstDay
    }

    package static func < (left: BillingMonth, right: BillingMonth) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }

    /// `YYYY-MM`.
    package var description: String { "\(year.padded(to: 4))-\(month.padded(to: 2))" }
}
