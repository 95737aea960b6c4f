// A token bucket, told by the time at which it would be full again.

import AgentConfiguration

/// Decides whether one more request is within the budget.
struct RateBucket {
    private let interval: Int64
    private let slack: Int64
    private var fullAt: Int64 = .min

    /// A full bucket.
    init(_ limit: WebRateLimit) {
        interval = limit.intervalMilliseconds * 1_000_000
        slack = interval * Int64(limit.burst - 1)
    }

    /// Takes one request out at an instant in nanoseconds; false when the bucket is empty.
    mutating func take(at now: Int64) -> Bool {
        let start = max(fullAt, now)
        guard start - now <= slack else { return false }
        fullAt = start + interval
        return true
    }
}
