// Durations as Prometheus writes them.

/// A span of time in Prometheus' notation: `1d2h`, `1h30m`, `100ms`, `0`.
///
/// - Source: prometheus/common, model/time.go (ParseDuration, Duration.String)
package struct PrometheusDuration: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The span in milliseconds.
    package let milliseconds: Int64

    /// A span of `milliseconds`.
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Orders by length.
    package static func < (left: PrometheusDuration, right: PrometheusDuration) -> Bool {
        left.milliseconds < right.milliseconds
    }

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000),
        ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Prometheus holds nanoseconds in 64 bits: about 292 years.
    private static let greatest: Int64 = Int64.max / 1_000_000

    /// Reads a duration; nil when it is not one or is longer than about 292 years.
    ///
    /// Units `y w d h m s ms` in that order, each at most once; a bare number only when it is `0`.
    package static func parse(_ text: String) -> PrometheusDuration? {
        let bytes = Array(text.utf8)
        if bytes == [UInt8(ascii: "0")] { return PrometheusDuration(milliseconds: 0) }
        guard !bytes.isEmpty else { return nil }
        var total: Int64 = 0
        var index = 0
        var nextUnit = 0
        while index < bytes.count {
            guard let number = digits(bytes, &index), let unit = unit(bytes, &index),
                unit >= nextUnit
            else { return nil }
            nextUnit = unit + 1
            let (product, tooBig) = number.multipliedReportingOverflow(by: units[unit].milliseconds)
            let (sum, overflow) = total.addingReportingOverflow(product)
            guard !tooBig, !overflow, sum <= greatest else { return nil }
            total = sum
        }
        return PrometheusDuration(milliseconds: total)
    }

    private static func digits(_ bytes: [UInt8], _ index: inout Int) -> Int64? {
        let start = index
        var value: Int64 = 0
        while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
            let (shifted, tooBig) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = shifted.addingReportingOverflow(Int64(bytes[index] - 0x30))
            guard !tooBig, !overflow else { return nil }
            value = sum
            index += 1
        }
        return index > start ? value : nil
    }

    private static func unit(_ bytes: [UInt8], _ index: inout Int) -> Int? {
        let start = index
        while index < bytes.count, (0x61...0x7A).contains(bytes[index]) { index += 1 }
        return units.firstIndex { $0.name.utf8.elementsEqual(bytes[start..<index]) }
    }

    /// Prometheus' canonical form: `90m` is `1h30m`, nothing is `0s`, 90 days are `90d`.
    package var description: String {
        guard milliseconds != 0 else { return "0s" }
        var rest = milliseconds.magnitude
        var output = milliseconds < 0 ? "-" : ""
        for unit in Self.units {
            let size = unit.milliseconds.magnitude
            // Years and weeks only when nothing is left over: 90d reads easier than 12w6d.
            if unit.name == "y" || unit.name == "w", rest % size != 0 { continue }
            let count = rest / size
            guard count > 0 else { continue }
            output += "\(count)\(unit.name)"
            rest -= count * size
        }
        return output
    }
}
