// Differences and comparisons of exact decimals.

import Credits

extension ExactDecimal {
    /// The exact difference.
    func subtracting(_ other: ExactDecimal) throws(AmountError) -> ExactDecimal {
        try adding(other.multiplied(by: ExactDecimal("-1")))
    }

    /// Whether the number is less than another.
    func isLess(than other: ExactDecimal) throws(AmountError) -> Bool {
        try subtracting(other).isNegative
    }
}
