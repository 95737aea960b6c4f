// Instants as Go's time package prints and takes them apart.

/// An instant with nanoseconds, shown in UTC or by the clocks of a zone.
///
/// - Source: pkg.go.dev/time#Time
struct GoTime: Sendable, Equatable {
    /// Whole seconds since 1970.
    let seconds: Int64
    /// 0..<1,000,000,000.
    let nanoseconds: Int64
    /// Seconds that the zone's clocks are ahead of UTC; 0: UTC.
    private(set) var offset: Int64 = 0

    init(seconds: Int64, nanoseconds: Int64) {
        self.seconds = seconds &+ nanoseconds.flooredQuotient(by: 1_000_000_000)
        self.nanoseconds = nanoseconds.flooredRemainder(by: 1_000_000_000)
    }

    init(milliseconds: Int64) {
        self.init(
            seconds: milliseconds.flooredQuotient(by: 1000),
            nanoseconds: milliseconds.flooredRemainder(by: 1000) * 1_000_000)
    }

    /// Nanoseconds since 1970, wrapping as Go's `UnixNano` does beyond 1678...2262.
    var unixNanoseconds: Int64 { seconds &* 1_000_000_000 &+ nanoseconds }

    /// The same instant on clocks that are so many seconds ahead of UTC.
    func inZone(ahead offset: Int64) -> GoTime {
        var time = self
        time.offset = offset
        return time
    }

    private var localSeconds: Int64 { seconds &+ offset }
    private var days: Int64 { localSeconds.flooredQuotient(by: 86400) }
    private var secondOfDay: Int { Int(localSeconds.flooredRemainder(by: 86400)) }

    var hour: Int { secondOfDay / 3600 }
    var minute: Int { secondOfDay / 60 % 60 }
    var second: Int { secondOfDay % 60 }
    /// 0 is Sunday.
    var weekday: Int { Int((days &+ 4).flooredRemainder(by: 7)) }

    /// The civil date: year, month 1...12, day 1...31.
    var date: (year: Int, month: Int, day: Int) {
        let shifted = days &+ 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        let year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        return (year, month, day)
    }

    /// 1...366.
    var dayOfYear: Int {
        Int(days - Self.days(year: date.year, month: 1, day: 1)) + 1
    }

    /// Days since 1970 of a civil date; months and days beyond their range carry over.
    static func days(year: Int, month: Int, day: Int) -> Int64 {
        let months = Int64(month) - 1
        let carried = Int64(year) + months.flooredQuotient(by: 12)
        let month = months.flooredRemainder(by: 12) + 1
        let shiftedYear = month <= 2 ? carried - 1 : carried
        let era = shiftedYear.flooredQuotient(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let shiftedMonth = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * shiftedMonth + 2) / 5
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468 + Int64(day) - 1
    }

    /// The instant later by a span; wraps nowhere near real dates.
    func adding(nanoseconds span: Int64) -> GoTime {
        let (whole, rest) = (span / 1_000_000_000, span % 1_000_000_000)
        return GoTime(seconds: seconds &+ whole, nanoseconds: nanoseconds + rest)
            .inZone(ahead: offset)
    }

    /// The instant later by years, months and days of the calendar.
    func adding(years: Int64, months: Int64, days: Int64) -> GoTime? {
        let bound: ClosedRange<Int64> = -1_000_000...1_000_000
        guard bound.contains(years), bound.contains(months), bound.contains(days)
        else { return nil }
        let date = date
        let day = Self.days(
            year: date.year + Int(years), month: date.month + Int(months),
            day: date.day + Int(days))
        return GoTime(
            seconds: day &* 86400 &+ Int64(secondOfDay) &- offset, nanoseconds: nanoseconds
        ).inZone(ahead: offset)
    }

    /// Nanoseconds from another instant to this one, held within 64 bits.
    func since(_ other: GoTime) -> Int64 {
        let (whole, over) = seconds.subtractingReportingOverflow(other.seconds)
        let (scaled, tooBig) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(nanoseconds - other.nanoseconds)
        if over || tooBig || carry { return seconds < other.seconds ? Int64.min : Int64.max }
        return sum
    }

    static func < (left: GoTime, right: GoTime) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    static func name(ofMonth month: Int) -> String {
        (1...12).contains(month) ? months[month - 1] : "%!Month(\(month))"
    }

    static func name(ofWeekday weekday: Int) -> String {
        (0...6).contains(weekday) ? weekdays[weekday] : "%!Weekday(\(weekday))"
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
    private static let weekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    /// A span as Go prints it: `1h30m0s`, `1.5s`, `2µs`.
    static func text(ofDuration nanoseconds: Int64) -> String {
        if nanoseconds == 0 { return "0s" }
        let sign = nanoseconds < 0 ? "-" : ""
        let magnitude = nanoseconds.magnitude
        if magnitude < 1_000_000_000 {
            let (unit, size): (String, UInt64) =
                magnitude < 1000
                ? ("ns", 1) : magnitude < 1_000_000 ? ("µs", 1000) : ("ms", 1_000_000)
            return sign + fraction(magnitude, of: size) + unit
        }
        let minutes = magnitude / 60_000_000_000
        let seconds = fraction(magnitude % 60_000_000_000, of: 1_000_000_000) + "s"
        if minutes == 0 { return sign + seconds }
        if minutes < 60 { return "\(sign)\(minutes)m\(seconds)" }
        return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
    }

    private static func fraction(_ value: UInt64, of size: UInt64) -> String {
        let rest = value % size
        guard rest > 0 else { return String(value / size) }
        var digits = String(rest)
        digits = String(repeating: "0", count: String(size).count - 1 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(value / size).\(digits)"
    }
}

extension Int64 {
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    func flooredRemainder(by divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
