// Runs long work, queries above all, beside the agent: a few at a time, on threads of their own.
//
// 1. The agent's own threads never work on a query, so gate and metrics answer meanwhile.
// 2. At most `maximumRunning` queries run and `maximumWaiting` wait; more are refused at once.

import Dispatch
import Glibc
import Synchronization

/// Takes queries and runs them in turn.
final class QueryDesk: Sendable {
    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let maximumRunning: Int
    private let maximumWaiting: Int
    private let queue: DispatchQueue
    private let state = Mutex(State())

    /// A desk.
    init(maximumRunning: Int, maximumWaiting: Int = 100, label: String = "queries") {
        queue = DispatchQueue(label: label, attributes: .concurrent)
        self.maximumRunning = maximumRunning
        self.maximumWaiting = maximumWaiting
    }

    /// Runs a query when its turn has come.
    ///
    /// - Parameter prepare: gathers what the query reads, once its turn has come.
    /// - Returns: nil when too many are waiting.
    func run<Input: Sendable, Value: Sendable>(
        prepare: () async -> Input, _ query: @escaping @Sendable (Input) -> Value
    ) async -> Value? {
        let isFull = state.withLock {
            $0.running >= maximumRunning && $0.waiting.count >= maximumWaiting
        }
        if isFull { return nil }
        await takeTurn()
        defer { passTurn() }
        let input = await prepare()
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: query(input)) }
        }
    }

    private func takeTurn() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.running >= maximumRunning else {
                    state.running += 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    /// The next in line takes over, else the turn is free.
    private func passTurn() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}

/// The processors of this machine.
enum ProcessorCount {
    /// How many are at work; at least 1.
    static var online: Int {
        max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }
}
