// Threads that wait for PostgreSQL, so that nobody else has to.
//
// 1. libpq is called on these threads alone, each with a session of its own.
// 2. Every job is answered once: run, or refused when too many wait or the lane has closed.

import Dispatch
import Foundation
import Ports
import Synchronization

/// A queue of jobs and the threads that run them.
final class PostgresLane: Sendable {
    /// Something to do with a session.
    struct Job: Sendable {
        let run: @Sendable (PostgresSession) -> Void
        let refuse: @Sendable (StoreError) -> Void
    }

    private struct State {
        var jobs: [Job] = []
        var isClosed = false
        var threads: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private static let maximumJobs = 1_000

    private let state: Mutex<State>
    private let bell = DispatchSemaphore(value: 0)

    /// Starts the threads.
    init(name: String, threads: Int, session: @escaping @Sendable () -> PostgresSession) {
        state = Mutex(State(threads: threads))
        for number in 1...max(1, threads) {
            let thread = Thread { self.work(session()) }
            thread.name = "\(name)-\(number)"
            thread.start()
        }
    }

    /// Runs a body on one of the threads.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        // Not cancelled: who asked must learn whether something was written.
        try await withCheckedThrowingContinuation { continuation in
            add(
                Job(
                    run: { session in
                        continuation.resume(with: Result { try body(session) })
                    },
                    refuse: { continuation.resume(throwing: $0) }))
        }
    }

    /// Lets the threads finish what waits, and end.
    func stop() {
        let threads = state.withLock { state in
            state.isClosed = true
            return state.threads
        }
        for _ in 0..<threads { bell.signal() }
    }

    /// Stops and waits for the threads' end.
    func close() async {
        stop()
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.threads > 0 { state.waiting.append(continuation) }
                return state.threads == 0
            }
            if isOver { continuation.resume() }
        }
    }

    private func add(_ job: Job) {
        let refusal = state.withLock { state -> StoreError? in
            if state.isClosed { return .failed("the ledger is closed") }
            guard state.jobs.count < Self.maximumJobs else {
                return .failed(
                    "\(state.jobs.count) transactions wait for PostgreSQL already; look at the "
                        + "server's load")
            }
            state.jobs.append(job)
            return nil
        }
        if let refusal { job.refuse(refusal) } else { bell.signal() }
    }

    private func work(_ session: PostgresSession) {
        Self.blockSignals()
        while let job = next() { job.run(session) }
        session.drop()
        let waiting = state.withLock { state in
            state.threads -= 1
            return state.threads == 0 ? state.waiting : []
        }
        for continuation in waiting { continuation.resume() }
    }

    /// The next job; nil when there will be none.
    private func next() -> Job? {
        while true {
            bell.wait()
            let (job, isOver) = state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isClosed)
            }
            if job != nil || isOver { return job }
        }
    }

    /// The process' signals are for other threads; a closed socket must not raise one here.
    private static func blockSignals() {
        var signals = sigset_t()
        sigfillset(&signals)
        for number in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] {
            sigdelset(&signals, number)
        }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
