// A calendar day without a time zone.
//
// 1. A day is a count of days since 1970-01-01 in the proleptic Gregorian calendar.
// 2. Texts are always `YYYY-MM-DD`; years outside 1970 to 9999 are refused.

/// One calendar day, as a count of days since 1970-01-01.
package struct SimulatedDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01, 0 to 2,932,896 (9999-12-31).
    package let number: Int

    /// A day by its count, held inside 1970-01-01 to 9999-12-31.
    package init(number: Int) {
        self.number = min(max(number, 0), 2_932_896)
    }

    /// A day from `YYYY-MM-DD`; nil for anything else, also for 30 February.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D,
            let year = Self.digits(bytes[0..<4]),
            let month = Self.digits(bytes[5..<7]),
            let day = Self.digits(bytes[8..<10]),
            year >= 1970, (1...12).contains(month), day >= 1
        else { return nil }
        number = Self.count(year: year, month: month, day: day)
        guard description == String(text) else { return nil }
    }

    /// The day as `YYYY-MM-DD`.
    package var description: String {
        let (year, month, day) = civil
        return "\(year)-\(Self.padded(month))-\(Self.padded(day))"
    }

    /// The 1st of this day's month.
    package var firstOfMonth: SimulatedDay {
        let (year, month, _) = civil
        return SimulatedDay(number: Self.count(year: year, month: month, day: 1))
    }

    /// The 1st of the month before this day's month.
    package var firstOfPreviousMonth: SimulatedDay {
        firstOfMonth.advanced(by: -1).firstOfMonth
    }

    /// 0 for Monday to 6 for Sunday.
    package var weekday: Int { (number + 3) % 7 }

    /// The day so many days later (or earlier).
    package func advanced(by days: Int) -> SimulatedDay {
        SimulatedDay(number: number + min(max(days, -3_000_000), 3_000_000))
    }

    package static func < (left: SimulatedDay, right: SimulatedDay) -> Bool {
        left.number < right.number
    }

    /// Year, month and day of the month (Howard Hinnant's `civil_from_days`).
    private var civil: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func count(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func digits(_ bytes: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for byte in bytes {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    private static func padded(_ value: Int) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }
}
