// Calendar fields of an instant in UTC, for the date functions.

/// Seconds since 1970 split into calendar fields (proleptic Gregorian, UTC).
struct CivilTime {
    private let days: Int64
    private let secondOfDay: Int64
    private let year: Int64
    private let month: Int64
    private let day: Int64

    /// Seconds from the first instant of Go's calendar, in the year -292277022399, to 1970.
    private static let secondsBefore1970: Int64 = 9_223_372_028_715_321_600

    /// Splits an instant; fractions of a second are cut toward zero.
    ///
    /// What no integer can hold, NaN included, becomes the least integer, and the calendar wraps
    /// around, because that is what Prometheus answers.
    init(seconds: Double) {
        let whole = Int64(exactly: seconds.rounded(.towardZero)) ?? .min
        let absolute = UInt64(bitPattern: whole &+ Self.secondsBefore1970)
        days = Int64(absolute / 86_400) - Self.secondsBefore1970 / 86_400
        secondOfDay = Int64(absolute % 86_400)
        (year, month, day) = Self.date(days)
    }

    /// The date of a day number, by eras of 400 years that begin in March.
    ///
    /// - Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private static func date(_ days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private var isLeap: Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private var monthLengths: [Int64] {
        [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    }

    /// The field that a date function asks for.
    func value(of function: PromQLFunction) -> Double {
        let field: Int64
        switch function {
        case .year: field = year
        case .month: field = month
        case .dayOfMonth: field = day
        // 1 January 1970 was a Thursday.
        case .dayOfWeek: field = days + 4 - (days + 4).floorDivided(by: 7) * 7
        case .dayOfYear: field = monthLengths[..<Int(month - 1)].reduce(day, +)
        case .daysInMonth: field = monthLengths[Int(month - 1)]
        case .hour: field = secondOfDay / 3_600
        case .minute: field = secondOfDay % 3_600 / 60
        default: field = 0
        }
        return Double(field)
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
