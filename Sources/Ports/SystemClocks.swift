// The real clocks and the real chance.

import Credits

#if canImport(Glibc)
    import Glibc
#endif

/// The system's wall clock.
package struct SystemWallClock: WallClock {
    /// The system's clock.
    package init() {}

    package func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(
            milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// The system's monotonic clock.
package struct SystemWaiter: Waiter {
    /// The system's clock.
    package init() {}

    package func elapsedMilliseconds() -> Int64 {
        elapsedNanoseconds() / 1_000_000
    }

    package func elapsedNanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    package func wait(untilElapsed deadline: Int64) async throws {
        let rest = deadline - elapsedMilliseconds()
        guard rest > 0 else { return try Task.checkCancellation() }
        try await Task.sleep(for: .milliseconds(rest), tolerance: .zero, clock: .continuous)
    }
}

/// The system's random numbers.
package struct SystemRandomSource: RandomSource {
    /// The system's generator.
    package init() {}

    package func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
