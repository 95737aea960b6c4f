// What the calling tasks leave for the owned thread.
//
// 1. Once closed it accepts nothing and wakes nobody, so the multi handle may be freed.
// 2. The owned thread is woken outside the lock of the commands, which is the first thing it takes.
// 3. Everyone who asked for the stop is told once, after the last transfer was answered.

import Ports
import Synchronization

/// Where a request's outcome goes.
typealias TransferContinuation = CheckedContinuation<
    Result<TransportResponse, TransportError>, Never
>

/// A request on its way to the owned thread.
struct Submission: Sendable {
    /// Names the transfer in a cancellation.
    let identifier: UInt64
    let request: TransportRequest
    let endpoint: Endpoint
    /// When the caller asked; the request's time limit counts from here.
    let submitted: ContinuousClock.Instant
    let continuation: TransferContinuation

    /// When the request's time is over, waiting for a free transfer included.
    var deadline: ContinuousClock.Instant {
        submitted.advanced(
            by: .milliseconds(Libcurl.bounded(request.timeoutMilliseconds, from: 1)))
    }
}

/// The queue between the calling tasks and the owned thread.
final class CurlMailbox: Sendable {
    /// What the owned thread is asked to do.
    enum Command: Sendable {
        case start(Submission)
        case cancel(UInt64)
    }

    private struct State {
        var commands: [Command] = []
        var isStopping = false
        var hasEnded = false
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let multi: MultiHandle
    private let state = Mutex(State())
    /// Whether the multi handle may be woken no more; held while it is woken.
    private let isClosed = Mutex(false)
    private let identifiers = Atomic<UInt64>(0)

    /// A mailbox that wakes the thread of a multi handle.
    init(multi: MultiHandle) {
        self.multi = multi
    }

    /// A number that no other request of this transport has.
    func nextIdentifier() -> UInt64 {
        identifiers.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// Leaves a command; false when the transport is stopping and the command was dropped.
    @discardableResult
    func post(_ command: Command) -> Bool {
        let count: Int? = state.withLock { state in
            guard !state.isStopping else { return nil }
            state.commands.append(command)
            return state.commands.count
        }
        // The thread empties the list after each wake-up: one is enough.
        if count == 1 { wake() }
        return count != nil
    }

    private func wake() {
        isClosed.withLock { isClosed in
            if !isClosed { multi.wake() }
        }
    }

    /// Asks the thread to end; the waiter is resumed once it has.
    func requestStop(notifying waiter: CheckedContinuation<Void, Never>?) {
        let hasEnded = state.withLock { state in
            state.isStopping = true
            if let waiter, !state.hasEnded { state.stopWaiters.append(waiter) }
            return state.hasEnded
        }
        wake()
        if hasEnded { waiter?.resume() }
    }

    /// The commands since the last call, in order, and whether to stop after them.
    func take() -> (commands: [Command], stops: Bool) {
        state.withLock { state in
            defer { state.commands.removeAll(keepingCapacity: true) }
            return (state.commands, state.isStopping)
        }
    }

    /// Ends the wake-ups, so that the multi handle may be freed.
    func close() {
        isClosed.withLock { $0 = true }
    }

    /// Tells those who wait for the stop.
    func end() {
        let waiters = state.withLock { state in
            state.hasEnded = true
            defer { state.stopWaiters = [] }
            return state.stopWaiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
