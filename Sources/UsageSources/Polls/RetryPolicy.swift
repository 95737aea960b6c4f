// When a failed request is sent again. Source: reference on polling, full-jitter backoff.

/// Full-jitter exponential backoff.
package enum RetryPolicy {
    /// The first backoff reaches up to this many milliseconds.
    static let baseMilliseconds = 200
    /// No backoff is longer, unless `Retry-After` asks for it.
    static let capMilliseconds = 5000
    /// No backoff is shorter, so that a bad draw cannot make a busy loop.
    static let leastMilliseconds = 10
    /// Retries of one page.
    static let maximumRetries = 100
    /// A retry needs at least that much time before the deadline to be worth it.
    static let usefulMilliseconds: Int64 = 100

    /// Statuses that a later attempt may not meet again.
    static func isRetried(_ status: Int) -> Bool {
        [408, 425, 429, 500, 502, 503, 504].contains(status)
    }

    /// Milliseconds to wait before retry number `retry` (from 1).
    ///
    /// - Parameter random: evenly from 0 up to 1.
    package static func delay(retry: Int, retryAfterSeconds: Int?, random: Double) -> Int {
        let doublings = min(max(retry - 1, 0), 10)
        let ceiling = min(capMilliseconds, baseMilliseconds << doublings)
        let unit = random.isFinite ? min(max(random, 0), 1) : 0
        let backoff = max(leastMilliseconds, Int(Double(ceiling) * unit))
        // A year is as good as for ever and cannot overflow.
        let asked = min(max(retryAfterSeconds ?? 0, 0), 31_536_000) * 1000
        return max(backoff, asked)
    }
}
