// Wakes a loop before its deadline.
//
// 1. A ring while nobody waits is remembered, once.
// 2. Waiting ends with a ring, with the deadline, or with cancellation.

import Ports
import Synchronization

/// A bell that one loop listens to.
package final class Bell: Sendable {
    private struct State {
        var isRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// A silent bell.
    package init() {}

    /// Wakes the listening loop, or the next one to listen.
    package func ring() {
        let waiter = state.withLock { state in
            let waiter = state.waiter
            state.waiter = nil
            state.isRung = waiter == nil
            return waiter
        }
        waiter?.resume()
    }

    /// Waits for a ring or until so many milliseconds have passed.
    package func wait(atMostMilliseconds limit: Int64, on waiter: any Waiter) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.waitForRing() }
            group.addTask { try? await waiter.wait(milliseconds: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits for a ring.
    package func waitForRing() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if state.isRung || Task.isCancelled {
                        state.isRung = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiter
                state.waiter = nil
                return waiter
            }
            waiter?.resume()
        }
    }
}
