// Time that only a test moves.
//
// 1. Elapsed time moves by `advance` alone and never falls; the wall moves with it, and apart
//    from it by `stepWall`.
// 2. Waiting tasks are resumed in the order of their deadlines, then of their arrival, each at
//    its own deadline.
// 3. Cancelling a waiting task ends its wait at once with `CancellationError`.

import Credits
import Ports
import Synchronization

/// Wall clock and monotonic clock of a simulation.
package final class VirtualClock: WallClock, Waiter {
    private struct Sleeper {
        let number: Int
        let deadline: Int64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Observer {
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var elapsed: Int64 = 0
        var wall: Int64
        var nextNumber = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var observers: [Observer] = []
    }

    private let state: Mutex<State>

    /// A clock that stands at an instant; elapsed time starts at 0.
    package init(now: Timestamp = Timestamp(seconds: 1_780_272_000)) {
        state = Mutex(State(wall: now.milliseconds))
    }

    package func now() -> Timestamp {
        Timestamp(milliseconds: state.withLock { $0.wall })
    }

    package func elapsedMilliseconds() -> Int64 {
        state.withLock { $0.elapsed }
    }

    /// How many tasks wait now.
    package var sleeperCount: Int {
        state.withLock { $0.sleepers.count }
    }

    /// The nearest deadline in elapsed milliseconds; nil when nothing waits.
    package var nextDeadline: Int64? {
        state.withLock { $0.sleepers.map(\.deadline).min() }
    }

    package func wait(untilElapsed deadline: Int64) async throws {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                park(Sleeper(number: number, deadline: deadline, continuation: continuation))
            }
        } onCancel: {
            cancel(number)
        }
    }

    /// Moves the wall clock alone: a clock that was set.
    package func stepWall(milliseconds: Int64) {
        state.withLock { $0.wall += milliseconds }
    }

    /// Moves both clocks, resuming what falls due on the way.
    package func advance(milliseconds: Int64) {
        let end = elapsedMilliseconds() + max(0, milliseconds)
        while resumeNext(until: end) {}
        move(to: end)
    }

    /// Moves both clocks deadline by deadline, and waits after each until `count` tasks wait
    /// again: what they do in between happens at the time of their deadline.
    package func advance(milliseconds: Int64, keepingSleepers count: Int) async {
        let end = elapsedMilliseconds() + max(0, milliseconds)
        await sleepers(count)
        while resumeNext(until: end) {
            await sleepers(count)
        }
        move(to: end)
    }

    /// Returns once at least `count` tasks wait.
    package func sleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isEnough = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.observers.append(Observer(count: count, continuation: continuation))
                return false
            }
            if isEnough { continuation.resume() }
        }
    }

    private func park(_ sleeper: Sleeper) {
        enum Outcome {
            case parked([Observer])
            case due
            case cancelled
        }
        let outcome: Outcome = state.withLock { state in
            if state.cancelled.remove(sleeper.number) != nil { return .cancelled }
            if sleeper.deadline <= state.elapsed { return .due }
            state.sleepers.append(sleeper)
            let ready = state.observers.filter { $0.count <= state.sleepers.count }
            state.observers.removeAll { $0.count <= state.sleepers.count }
            return .parked(ready)
        }
        switch outcome {
        case .parked(let ready): for observer in ready { observer.continuation.resume() }
        case .due: sleeper.continuation.resume()
        case .cancelled: sleeper.continuation.resume(throwing: CancellationError())
        }
    }

    private func cancel(_ number: Int) {
        let sleeper: Sleeper? = state.withLock { state in
            guard let index = state.sleepers.firstIndex(where: { $0.number == number }) else {
                // Not parked yet: `park` finds the mark.
                state.cancelled.insert(number)
                return nil
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }

    /// Moves to the next deadline up to `end` and resumes its task; false when there is none.
    private func resumeNext(until end: Int64) -> Bool {
        let sleeper: Sleeper? = state.withLock { state in
            let order = { (left: Sleeper, right: Sleeper) in
                (left.deadline, left.number) < (right.deadline, right.number)
            }
            guard let next = state.sleepers.min(by: order), next.deadline <= end else {
                return nil
            }
            state.sleepers.removeAll { $0.number == next.number }
            state.wall += max(0, next.deadline - state.elapsed)
            state.elapsed = max(state.elapsed, next.deadline)
            return next
        }
        sleeper?.continuation.resume()
        return sleeper != nil
    }

    private func move(to end: Int64) {
        state.withLock { state in
            state.wall += max(0, end - state.elapsed)
            state.elapsed = max(state.elapsed, end)
        }
    }
}
