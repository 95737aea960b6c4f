// Instants as HTTP headers write them.

extension Timestamp {
    private static let weekdays = ["Sun,", "Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Writes `Sun, 06 Nov 1994 08:49:37 GMT`, without the fraction of the second.
    ///
    /// - Source: RFC 9110 section 5.6.7, IMF-fixdate
    package var httpDate: String {
        let day = CalendarDay(daysSinceEpoch: seconds.flooredQuotient(by: 86_400))
        let rest = seconds - day.daysSinceEpoch * 86_400
        let clock = [rest / 3600, rest / 60 % 60, rest % 60].map { $0.padded(to: 2) }
        // 1 January 1970 was a Thursday.
        let weekday = ((day.daysSinceEpoch + 4) % 7 + 7) % 7
        let date = day.components
        return "\(Self.weekdays[Int(weekday)]) \(date.day.padded(to: 2)) "
            + "\(Self.months[Int(date.month) - 1]) \(date.year.padded(to: 4)) "
            + "\(clock.joined(separator: ":")) GMT"
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`; nil when it is written otherwise.
    ///
    /// - Source: RFC 9110 section 5.6.7, IMF-fixdate
    package init?(httpDate text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, Self.weekdays.contains(parts[0]), parts[1].utf8.count == 2,
            parts[4].utf8.count == 8, parts[5] == "GMT",
            let month = Self.months.firstIndex(of: parts[2])
        else { return nil }
        let number = Int64(month + 1).padded(to: 2)
        self.init(rfc3339: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
