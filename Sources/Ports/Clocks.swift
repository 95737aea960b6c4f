// The seams to time and chance. The wall clock stamps; the monotonic one waits.

import Credits

/// Tells the date. May jump; never used to measure or to wait.
package protocol WallClock: Sendable {
    /// The present instant.
    func now() -> Timestamp

    /// How far a large step of the clock goes that is not believed yet; 0 without one.
    var unconfirmedStepMilliseconds: Int64 { get }
}

extension WallClock {
    /// A clock that believes every step at once.
    package var unconfirmedStepMilliseconds: Int64 { 0 }
}

/// Measures and waits on a clock that never jumps.
package protocol Waiter: Sendable {
    /// Milliseconds since an arbitrary start; never falls.
    func elapsedMilliseconds() -> Int64

    /// Nanoseconds on the same clock, for measuring.
    func elapsedNanoseconds() -> Int64

    /// Waits until `elapsedMilliseconds()` reaches the deadline.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func wait(untilElapsed deadline: Int64) async throws
}

extension Waiter {
    /// A clock that counts milliseconds measures no finer.
    package func elapsedNanoseconds() -> Int64 {
        elapsedMilliseconds() * 1_000_000
    }

    /// Waits for a number of milliseconds.
    package func wait(milliseconds: Int64) async throws {
        try await wait(untilElapsed: elapsedMilliseconds() + max(0, milliseconds))
    }
}

/// Draws random numbers: jitter and identifiers.
package protocol RandomSource: Sendable {
    /// 64 uniformly random bits.
    func next() -> UInt64
}

extension RandomSource {
    /// A uniformly random number in 0..<1.
    package func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// `count` random bytes as lower-case hexadecimal.
    package func hexadecimal(bytes count: Int) -> String {
        var text = ""
        while text.count < count * 2 {
            let word = String(next(), radix: 16)
            text += String(repeating: "0", count: 16 - word.count) + word
        }
        return String(text.prefix(count * 2))
    }
}
