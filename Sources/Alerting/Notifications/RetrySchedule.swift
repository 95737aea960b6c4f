// When a failed notification is tried again.

/// Waits between attempts: about 1, 2, 5, 10, 30 s, 1, 5, 15 min, then hourly, for 3 days.
///
/// - Source: CONTRACT.md section 7
package enum RetrySchedule {
    /// The last attempt is no later than this after the transition, milliseconds.
    package static let lifetime: Int64 = 259_200_000
    /// The longest wait that a receiver can ask for, milliseconds.
    package static let longestRetryAfter: Int64 = 3_600_000

    private static let waits: [Int64] = [
        1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 900_000,
    ]
    private static let hourly: Int64 = 3_600_000

    /// The wait before the next attempt, milliseconds; nil: give up.
    ///
    /// The last wait is shortened so that one attempt falls on the end of the lifetime.
    ///
    /// - Parameters:
    ///   - attempt: how many attempts have failed, from 1.
    ///   - random: from 0 up to 1; spreads the wait over ±20 %.
    ///   - createdAt: when the notification came to be, milliseconds since 1970.
    ///   - now: milliseconds since 1970.
    ///   - retryAfter: what the receiver asked for (`Retry-After`), milliseconds; the wait is at
    ///     least this, up to an hour. Nothing or less is ignored.
    package static func delay(
        afterAttempt attempt: Int, random: Double, createdAt: Int64, now: Int64,
        retryAfter: Int64? = nil
    ) -> Int64? {
        let remaining = createdAt.addingClamped(lifetime).subtractingClamped(now)
        guard remaining > 0 else { return nil }
        let index = max(1, attempt) - 1
        let wait = index < waits.count ? waits[index] : hourly
        let unit = random.isFinite ? min(max(random, 0), 1) : 0.5
        let jittered = Int64((Double(wait) * (0.8 + 0.4 * unit)).rounded())
        let asked = min(max(retryAfter ?? 0, 0), longestRetryAfter)
        guard asked <= remaining else { return nil }
        return min(max(jittered, asked), remaining)
    }
}
