// Times that arithmetic cannot overflow.

/// The times the store and the evaluator work with, in milliseconds since 1970.
package enum TimeBounds {
    /// About 200,000 years around 1970: sums of a handful of such times fit into 64 bits.
    package static let accepted: ClosedRange<Int64> =
        -6_300_000_000_000_000...6_300_000_000_000_000

    /// The nearest accepted time.
    package static func clamped(_ time: Int64) -> Int64 {
        min(max(time, accepted.lowerBound), accepted.upperBound)
    }

    /// The nearest accepted time to a number of milliseconds; NaN gives 0.
    static func clamped(_ milliseconds: Double) -> Int64 {
        guard milliseconds == milliseconds else { return 0 }
        let bounded = min(
            max(milliseconds, Double(accepted.lowerBound)), Double(accepted.upperBound))
        return Int64(bounded)
    }
}
