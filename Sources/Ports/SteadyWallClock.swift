// A wall clock that does not follow a large step at once.
//
// 1. Between steps it is the wall clock, slewed and corrected as that is.
// 2. After a large step it goes on by the monotonic clock from where it was, so that no month
//    begins or ends by mistake, until the new time has held for a while: then it is confirmed.
// 3. A step back before its confirmation leaves no trace.

import Credits
import Synchronization

/// Tells the date, and takes time to believe a large step of it.
package final class SteadyWallClock: WallClock {
    private struct Candidate {
        var offset: Int64
        let since: Int64
    }

    private struct State {
        /// Wall time minus elapsed time, as it is believed.
        var offset: Int64?
        var candidate: Candidate?
    }

    /// A step of so many milliseconds or more is large: an hour.
    package static let largeStep: Int64 = 3_600_000
    /// Milliseconds that a new time has to hold.
    package static let confirmation: Int64 = 60_000
    /// Readings of one time differ by less than so many milliseconds.
    private static let tolerance: Int64 = 1000

    private let wall: any WallClock
    private let waiter: any Waiter
    private let state = Mutex(State())

    /// A steady clock over a wall clock and the monotonic one.
    package init(wall: any WallClock, waiter: any Waiter) {
        self.wall = wall
        self.waiter = waiter
    }

    package func now() -> Timestamp {
        let observed = wall.now().milliseconds
        let elapsed = waiter.elapsedMilliseconds()
        return Timestamp(
            milliseconds: elapsed
                + state.withLock { Self.offset(of: observed - elapsed, at: elapsed, in: &$0) })
    }

    package var unconfirmedStepMilliseconds: Int64 {
        state.withLock { state in
            guard let candidate = state.candidate, let offset = state.offset else { return 0 }
            return candidate.offset - offset
        }
    }

    /// The offset that is believed after one was observed.
    private static func offset(of observed: Int64, at elapsed: Int64, in state: inout State)
        -> Int64
    {
        guard let believed = state.offset, abs(observed - believed) >= largeStep else {
            state = State(offset: observed, candidate: nil)
            return observed
        }
        guard let candidate = state.candidate, abs(candidate.offset - observed) < tolerance else {
            state.candidate = Candidate(offset: observed, since: elapsed)
            return believed
        }
        // It may be slewed meanwhile.
        state.candidate?.offset = observed
        guard elapsed - candidate.since >= confirmation else { return believed }
        state = State(offset: observed, candidate: nil)
        return observed
    }
}
