// Quantiles of values and of classic histogram buckets.

/// One bucket of a classic histogram: everything up to `upperBound`.
struct Bucket: Sendable {
    var upperBound: Double
    var count: Double
}

enum Quantiles {
    /// The quantile of values, interpolated between neighbours; NaN counts as the smallest.
    static func quantile(_ quantile: Double, of values: inout [Double]) -> Double {
        if values.isEmpty || quantile.isNaN { return .nan }
        if quantile < 0 { return -.infinity }
        if quantile > 1 { return .infinity }
        values.sort { $0.isNaN ? !$1.isNaN : $0 < $1 }
        let rank = quantile * Double(values.count - 1)
        let lower = max(0, rank.rounded(.down))
        let upper = min(Double(values.count - 1), lower + 1)
        let weight = rank - rank.rounded(.down)
        return values[Int(lower)] * (1 - weight) + values[Int(upper)] * weight
    }

    /// What had to be changed so that the counts never fall.
    struct Repair: Equatable {
        var lowest: Double
        var highest: Double
        var largestDrop: Double
    }

    /// The quantile of a classic histogram, linear within a bucket.
    ///
    /// - Source: prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
    static func bucketQuantile(
        _ quantile: Double, _ unsorted: [Bucket]
    ) -> (value: Double, repair: Repair?) {
        if quantile.isNaN { return (.nan, nil) }
        if quantile < 0 { return (-.infinity, nil) }
        if quantile > 1 { return (.infinity, nil) }
        var buckets = coalesced(unsorted)
        guard buckets.last?.upperBound == .infinity else { return (.nan, nil) }
        let repair = makeMonotonic(&buckets)
        guard buckets.count >= 2, let observations = buckets.last?.count, observations != 0 else {
            return (.nan, nil)
        }
        var rank = quantile * observations
        let last = buckets.count - 1
        let found = buckets[..<last].firstIndex { $0.count >= rank } ?? last
        if found == last { return (buckets[last - 1].upperBound, repair) }
        if found == 0, buckets[0].upperBound <= 0 { return (buckets[0].upperBound, repair) }
        var start = 0.0
        var count = buckets[found].count
        if found > 0 {
            start = buckets[found - 1].upperBound
            count -= buckets[found - 1].count
            rank -= buckets[found - 1].count
        }
        let end = buckets[found].upperBound
        return (start + (end - start) * (rank / count), repair)
    }

    /// The share of observations between two bounds.
    static func bucketFraction(_ lower: Double, _ upper: Double, _ unsorted: [Bucket]) -> Double {
        let buckets = coalesced(unsorted)
        guard let last = buckets.last, last.upperBound == .infinity, last.count != 0,
            !lower.isNaN, !upper.isNaN
        else { return .nan }
        if lower >= upper { return 0 }
        let low = rank(of: lower, in: buckets) ?? last.count
        let high = rank(of: upper, in: buckets) ?? last.count
        return (min(high, last.count) - min(low, last.count)) / last.count
    }

    /// How many observations are below a bound, or nil when it is above all buckets.
    private static func rank(of bound: Double, in buckets: [Bucket]) -> Double? {
        var start = buckets[0].upperBound > 0 ? 0 : -Double.infinity
        var below = 0.0
        for bucket in buckets {
            if start >= bound { return below }
            if bucket.upperBound > bound {
                // Nothing is known about the inside of a bucket without a lower end.
                if start == -.infinity { return bucket.count }
                let share = (bound - start) / (bucket.upperBound - start)
                return below + (bucket.count - below) * share
            }
            start = bucket.upperBound
            below = bucket.count
        }
        return nil
    }

    /// The buckets sorted by bound, equal bounds added up.
    private static func coalesced(_ unsorted: [Bucket]) -> [Bucket] {
        var buckets: [Bucket] = []
        for bucket in unsorted.sorted(by: { $0.upperBound < $1.upperBound }) {
            if let last = buckets.last, last.upperBound == bucket.upperBound {
                buckets[buckets.count - 1].count += bucket.count
            } else {
                buckets.append(bucket)
            }
        }
        return buckets
    }

    /// Lifts counts that fall; differences within floating-point noise are corrected silently.
    private static func makeMonotonic(_ buckets: inout [Bucket]) -> Repair? {
        var repair: Repair?
        guard var previous = buckets.first?.count else { return nil }
        for index in buckets.indices.dropFirst() {
            let current = buckets[index].count
            if current == previous { continue }
            if isAlmostEqual(previous, current) {
                buckets[index].count = previous
            } else if current < previous {
                buckets[index].count = previous
                let bound = buckets[index].upperBound
                var change =
                    repair ?? Repair(lowest: bound, highest: bound, largestDrop: 0)
                change.highest = bound
                change.largestDrop = max(change.largestDrop, previous - current)
                repair = change
            } else {
                previous = current
            }
        }
        return repair
    }

    private static func isAlmostEqual(_ left: Double, _ right: Double) -> Bool {
        let tolerance = 1e-12
        let difference = abs(left - right)
        let sum = abs(left) + abs(right)
        if left == 0 || right == 0 || sum < .leastNormalMagnitude {
            return difference < tolerance * .leastNormalMagnitude
        }
        return difference / min(sum, .greatestFiniteMagnitude) < tolerance
    }
}
