// Credits as whole micro-credits, and their decimal texts.

/// An exact amount of credits, counted in millionths.
package struct SimulatedAmount: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The amount in millionths of a credit.
    package let micros: Int64

    /// The largest amount either way: a billion credits. Sums and differences cannot overflow.
    package static let bound: Int64 = 1_000_000_000_000_000

    /// No credits.
    package static let zero = SimulatedAmount(micros: 0)

    /// An amount in millionths, held inside the bound.
    package init(micros: Int64) {
        self.micros = min(max(micros, -Self.bound), Self.bound)
    }

    /// An amount from a decimal text with at most six decimals, such as `-12.5`; nil otherwise.
    package init?(_ text: some StringProtocol) {
        var bytes = Array(text.utf8)[...]
        let isNegative = bytes.first == 0x2D
        if isNegative { bytes = bytes.dropFirst() }
        let parts = bytes.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...9).contains(whole.count) else { return nil }
        var decimals = parts.count == 2 ? Array(parts[1]) : [0x30]
        guard (1...6).contains(decimals.count) else { return nil }
        decimals += Array(repeating: 0x30, count: 6 - decimals.count)
        var value: Int64 = 0
        for byte in Array(whole) + decimals {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        self.init(micros: isNegative ? -value : value)
    }

    /// The shortest exact decimal text, such as `123.5`.
    package var description: String { Self.text(micros, decimals: 6) }

    /// The shortest exact decimal text in hundredths: 1.25 is `125`.
    package var hundredths: String { Self.text(micros, decimals: 4) }

    private static func text(_ count: Int64, decimals places: Int) -> String {
        var unit: UInt64 = 1
        for _ in 0..<places { unit *= 10 }
        let (whole, rest) = count.magnitude.quotientAndRemainder(dividingBy: unit)
        let sign = count < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(whole)" }
        var decimals = String(rest)
        decimals = String(repeating: "0", count: places - decimals.count) + decimals
        while decimals.last == "0" { decimals.removeLast() }
        return "\(sign)\(whole).\(decimals)"
    }

    package static func < (left: SimulatedAmount, right: SimulatedAmount) -> Bool {
        left.micros < right.micros
    }

    package static func + (left: SimulatedAmount, right: SimulatedAmount) -> SimulatedAmount {
        SimulatedAmount(micros: left.micros + right.micros)
    }

    package static func - (left: SimulatedAmount, right: SimulatedAmount) -> SimulatedAmount {
        SimulatedAmount(micros: left.micros - right.micros)
    }
}
