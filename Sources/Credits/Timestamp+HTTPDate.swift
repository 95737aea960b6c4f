// Instants as HTTP headers write them.

extension Timestamp {
    private static let weekdays = ["Sun,", "Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

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
