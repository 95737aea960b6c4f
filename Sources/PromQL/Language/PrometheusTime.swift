// Durations as Prometheus writes and reads them.

/// Prometheus durations: `1d2h`, `90s`, `1m30s500ms`.
package enum PrometheusTime {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("y", 365 * 86_400_000), ("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000),
        ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// Reads a duration; units must come from large to small, each once.
    ///
    /// - Throws: `PrometheusTimeError` with Prometheus' own words.
    package static func parse(_ text: String) throws(PrometheusTimeError) -> Int64 {
        if text == "0" { return 0 }
        guard !text.isEmpty else {
            throw PrometheusTimeError(message: "empty duration string")
        }
        let bytes = Array(text.utf8)
        var total: Int64 = 0
        var position = 0
        var lastUnit = -1
        while position < bytes.count {
            let digitsEnd = end(of: bytes, from: position, where: CharacterClass.isDigit)
            let unitEnd = end(of: bytes, from: digitsEnd) { !CharacterClass.isDigit($0) }
            guard digitsEnd > position, unitEnd > digitsEnd else { throw invalid(text) }
            let unitName = String(decoding: bytes[digitsEnd..<unitEnd], as: UTF8.self)
            guard let unit = units.firstIndex(where: { $0.name == unitName }) else {
                throw PrometheusTimeError(
                    message: "unknown unit \(GoText.quoted(unitName)) in duration "
                        + GoText.quoted(text))
            }
            guard unit > lastUnit else { throw invalid(text) }
            lastUnit = unit
            let digits = String(decoding: bytes[position..<digitsEnd], as: UTF8.self)
            guard UInt64(digits) != nil else { throw invalid(text) }
            guard let number = Int64(digits),
                let sum = added(total, number, units[unit].milliseconds)
            else { throw PrometheusTimeError(message: "duration out of range") }
            total = sum
            position = unitEnd
        }
        return total
    }

    /// The canonical form: `1h30m`, `0s`, years and weeks only where they divide evenly.
    package static func format(_ milliseconds: Int64) -> String {
        guard milliseconds != 0 else { return "0s" }
        var rest = milliseconds.magnitude
        var text = milliseconds < 0 ? "-" : ""
        for (name, unit) in units {
            let unit = UInt64(unit)
            let isExactOnly = name == "y" || name == "w"
            if isExactOnly, rest % unit != 0 { continue }
            let count = rest / unit
            if count > 0 { text += "\(count)\(name)" }
            rest -= count * unit
        }
        return text
    }

    private static func end(
        of bytes: [UInt8], from start: Int, where condition: (UInt8) -> Bool
    ) -> Int {
        var index = start
        while index < bytes.count, condition(bytes[index]) { index += 1 }
        return index
    }

    /// `total + number × unit` within what 64-bit nanoseconds can hold, as in Go.
    private static func added(_ total: Int64, _ number: Int64, _ unit: Int64) -> Int64? {
        let (product, tooLarge) = number.multipliedReportingOverflow(by: unit)
        guard !tooLarge, product <= Int64.max / 1_000_000 else { return nil }
        let sum = total + product
        return sum <= Int64.max / 1_000_000 ? sum : nil
    }

    private static func invalid(_ text: String) -> PrometheusTimeError {
        PrometheusTimeError(message: "not a valid duration string: \(GoText.quoted(text))")
    }
}

/// A text that is not a duration.
package struct PrometheusTimeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong with it.
    package let message: String

    package var description: String { message }
}
