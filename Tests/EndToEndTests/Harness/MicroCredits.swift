// Credits as whole micro-credits, computed apart from the product.

import Foundation

/// An exact amount.
struct MicroCredits: Hashable, Comparable, CustomStringConvertible {
    var count: Int64

    init(count: Int64) { self.count = count }

    /// An amount from a decimal without exponent; nil with more than six decimals.
    init?(_ text: String?) {
        guard let text,
            let value = Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")),
            text.allSatisfy({ "0123456789.-".contains($0) })
        else { return nil }
        var micros = value * 1_000_000
        var rounded = Decimal()
        NSDecimalRound(&rounded, &micros, 0, .plain)
        guard rounded == micros else { return nil }
        count = NSDecimalNumber(decimal: rounded).int64Value
    }

    /// The shortest decimal.
    var description: String {
        let sign = count < 0 ? "-" : ""
        let (whole, rest) = count.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        if rest == 0 { return "\(sign)\(whole)" }
        var decimals = String(rest)
        decimals = String(repeating: "0", count: 6 - decimals.count) + decimals
        while decimals.last == "0" { decimals.removeLast() }
        return "\(sign)\(whole).\(decimals)"
    }

    static func < (left: Self, right: Self) -> Bool { left.count < right.count }
    static func + (left: Self, right: Self) -> Self { Self(count: left.count + right.count) }
    static func - (left: Self, right: Self) -> Self { Self(count: left.count - right.count) }
}
