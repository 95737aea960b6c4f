// The header `Retry-After`: seconds, or a date.

/// Reads how long a receiver asks to wait.
///
/// - Source: RFC 9110 section 10.2.3; dates as section 5.6.7 writes them (IMF-fixdate)
package enum RetryAfter {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// The wait in milliseconds, above 0; nil when the value is malformed, negative or past.
    ///
    /// - Parameter now: milliseconds since 1970.
    package static func milliseconds(from value: String, now: Int64) -> Int64? {
        let text = value.drop { $0 == " " || $0 == "\t" }
            .reversed().drop { $0 == " " || $0 == "\t" }.reversed()
        let trimmed = String(text)
        if isDigits(trimmed) {
            // More digits than a number holds is just a very long time.
            let seconds = Int64(trimmed) ?? .max
            let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
            return seconds > 0 ? (overflow ? .max : product) : nil
        }
        guard let instant = date(trimmed) else { return nil }
        let wait = instant.subtractingClamped(now)
        return wait > 0 ? wait : nil
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` as milliseconds since 1970.
    private static func date(_ text: String) -> Int64? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT",
            weekdays.contains(String(parts[0].dropLast())),
            let day = number(parts[1], digits: 2, 1...31),
            let month = months.firstIndex(of: parts[2]),
            let year = number(parts[3], digits: 4, 1970...9999)
        else { return nil }
        let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let hour = number(String(clock[0]), digits: 2, 0...23),
            let minute = number(String(clock[1]), digits: 2, 0...59),
            let second = number(String(clock[2]), digits: 2, 0...60)
        else { return nil }
        let days = GoTime.days(year: year, month: month + 1, day: day)
        let seconds = days * 86400 + Int64(hour * 3600 + minute * 60 + second)
        return seconds * 1000
    }

    private static func number(_ text: String, digits: Int, _ range: ClosedRange<Int>) -> Int? {
        guard text.utf8.count == digits, isDigits(text), let number = Int(text),
            range.contains(number)
        else { return nil }
        return number
    }

    private static func isDigits(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
