// A histogram with fixed buckets.
//
// 1. `counts` has one element more than `upperBounds`: the last one is the bucket `+Inf`.
// 2. The counts are per bucket; only `samples` makes them cumulative.

/// Counts observations by size in fixed buckets.
package struct Histogram: Sendable, Equatable {
    /// The finite upper bounds, ascending, without `+Inf`.
    package let upperBounds: [Double]
    /// The sum of all observations.
    package private(set) var sum: Double = 0
    private let bounds: [String]
    private var counts: [Int64]

    /// Bounds for the latency of requests, in seconds: 5 ms to 10 s.
    package static let requestSeconds: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    /// An empty histogram.
    ///
    /// - Parameter upperBounds: finite and ascending.
    package init(upperBounds: [Double]) {
        precondition(
            upperBounds.allSatisfy(\.isFinite)
                && zip(upperBounds, upperBounds.dropFirst()).allSatisfy { $0 < $1 },
            "the bounds of a histogram are finite and ascending")
        self.upperBounds = upperBounds
        bounds = upperBounds.map(NumberText.canonical) + ["+Inf"]
        counts = Array(repeating: 0, count: upperBounds.count + 1)
    }

    /// How many observations there were.
    package var count: Int64 { counts.reduce(0, &+) }

    /// Counts one observation; what is not a number is passed over, as it would spoil the sum.
    package mutating func observe(_ value: Double) {
        guard !value.isNaN else { return }
        let index = upperBounds.firstIndex { value <= $0 } ?? upperBounds.count
        counts[index] &+= 1
        sum += value
    }

    /// The samples of this histogram: cumulative buckets, sum and count.
    ///
    /// - Parameter labels: the labels of the series; `le` follows them.
    package func samples(labels: [Label] = []) -> [MetricSample] {
        var samples: [MetricSample] = []
        samples.reserveCapacity(counts.count + 2)
        var cumulative: Int64 = 0
        for (bound, count) in zip(bounds, counts) {
            cumulative &+= count
            samples.append(
                MetricSample(
                    suffix: "_bucket", labels: labels + [Label("le", bound)],
                    value: .integer(cumulative)))
        }
        samples.append(MetricSample(suffix: "_sum", labels: labels, value: .double(sum)))
        samples.append(MetricSample(suffix: "_count", labels: labels, value: .integer(cumulative)))
        return samples
    }
}
