// The plausible daily usage of every day before the story, a pure function of the seed.
//
// 1. The days of any one month sum to at most 60 % of the base allocation.
// 2. Every amount is a multiple of the quantum, so that a sum can be split without remainder.

/// Deterministic daily usage of three products.
package struct UsageHistory: Sendable {
    /// The products that always report, with their share of all usage in twentieths.
    package static let shares: [(product: String, twentieths: Int64)] = [
        ("assistant", 12), ("code-review", 3), ("image-studio", 5),
    ]

    /// The largest base allocation, in credits: one and a quarter times it is still an amount.
    package static let largestBase: Int64 = 500_000_000

    /// The base allocation of the month, in credits.
    package let base: Int64
    /// Chooses the figures; the same seed gives the same figures.
    package let seed: UInt64

    /// A history scaled to a base allocation (0 to the largest).
    package init(base: Int64, seed: UInt64) {
        self.base = min(max(base, 0), Self.largestBase)
        self.seed = seed
    }

    /// The unit of which every generated amount is a multiple: 0.02 credits, or 0.00002 for small
    /// bases.
    package var quantum: Int64 { base >= 1000 ? 20_000 : 20 }

    /// The whole usage of a product on a day.
    package func credits(of product: String, on day: SimulatedDay) -> SimulatedAmount {
        guard let share = Self.shares.first(where: { $0.product == product }) else { return .zero }
        var random = SplitMix64(
            state: seed &+ UInt64(day.number) &* 1_000_003 &+ UInt64(share.twentieths))
        // 0.6 of the base over 31 days is the ceiling; a day reaches 55 to 100 % of its part of
        // it, and a weekend day a third of that.
        let ceiling = base * 1_000_000 / 31 * 6 / 10 / 20 * share.twentieths
        let perMille = 550 + Int64(random.next() % 451)
        let weekend: Int64 = day.weekday >= 5 ? 3 : 1
        let micros = ceiling / 1000 * perMille / weekend
        return SimulatedAmount(micros: micros / quantum * quantum)
    }

    /// The sum of all products over a range of days.
    package func total(_ days: Range<SimulatedDay>) -> SimulatedAmount {
        var sum = SimulatedAmount.zero
        var day = days.lowerBound
        while day < days.upperBound {
            for share in Self.shares { sum = sum + credits(of: share.product, on: day) }
            day = day.advanced(by: 1)
        }
        return sum
    }
}
