// Time for polls in one process: waits cost no time, the clock on the wall is the test's.

import Credits
import Ports
import Synchronization

/// A wall clock that a test moves, and waits that end at once and count as passed.
final class HurriedClock: WallClock, Waiter {
    private let system = SystemWaiter()
    private let skipped = Mutex<Int64>(0)
    private let wall: Mutex<Int64>

    private let countsRealTime: Bool

    /// A clock at an instant, in milliseconds since 1970.
    ///
    /// - Parameter countsRealTime: whether the time that answers take counts against deadlines; a
    ///   busy machine must not fail a poll that nothing is wrong with.
    init(milliseconds: Int64, countsRealTime: Bool = true) {
        wall = Mutex(milliseconds)
        self.countsRealTime = countsRealTime
    }

    func now() -> Timestamp { Timestamp(milliseconds: wall.withLock { $0 }) }

    /// Seconds since 1970.
    var seconds: Double { Double(wall.withLock { $0 }) / 1000 }

    func advance(minutes: Int) {
        wall.withLock { $0 += Int64(minutes) * 60_000 }
    }

    func elapsedMilliseconds() -> Int64 {
        (countsRealTime ? system.elapsedMilliseconds() : 0) + skipped.withLock { $0 }
    }

    func wait(untilElapsed deadline: Int64) async throws {
        try Task.checkCancellation()
        let rest = deadline - elapsedMilliseconds()
        if rest > 0 { skipped.withLock { $0 += rest } }
    }
}
