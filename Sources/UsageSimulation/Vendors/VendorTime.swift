// Times as vendors write them, all in UTC.

/// Texts of instants and days.
package enum VendorTime {
    /// The last second of the year 9999.
    static let latest = 253_402_300_799

    /// Seconds since 1970 of a day, or of a time in RFC 3339 with `Z` or a numeric offset.
    package static func seconds(_ text: String) -> Int? {
        guard let day = SimulatedDay(text.prefix(10)) else { return nil }
        let midnight = day.number * 86_400
        var rest = text.dropFirst(10)
        if rest.isEmpty { return midnight }
        guard rest.first == "T" || rest.first == " " else { return nil }
        rest = rest.dropFirst()
        guard let clock = clock(rest.prefix(8)) else { return nil }
        rest = rest.dropFirst(8)
        if rest.first == "." { rest = rest.dropFirst().drop { $0.isASCII && $0.isNumber } }
        if rest == "Z" || rest.isEmpty { return midnight + clock }
        guard let sign = rest.first, sign == "+" || sign == "-",
            let offset = self.clock(rest.dropFirst() + ":00")
        else { return nil }
        return midnight + clock + (sign == "+" ? -offset : offset)
    }

    /// `2026-11-01T06:00:00Z`.
    package static func rfc3339(_ seconds: Int) -> String {
        let day = SimulatedDay(number: seconds / 86_400)
        let rest = seconds % 86_400
        return "\(day)T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }

    private static func clock(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.count == 2 }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), let second = Int(parts[2]),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension SimulatedDay {
    /// The beginning of the day in UTC, in seconds since 1970.
    var start: Int { number * 86_400 }

    /// The day that holds an instant in UTC.
    init(holding seconds: Int) { self.init(number: seconds / 86_400) }
}
