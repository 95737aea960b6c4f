// A store around another whose writes can be kept waiting, as those of a frozen server are.

import Ports
import SimulatedPorts
import Synchronization

/// Keeps writes waiting until it is released.
final class StallingStore: Store {
    private struct State {
        var isStalled = false
        var fails = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let inner: MemoryStore
    private let state = Mutex(State())

    init(_ inner: MemoryStore) {
        self.inner = inner
    }

    let summary = "memory that stalls"

    /// Whether a write waits.
    var hasWaiting: Bool { state.withLock { !$0.waiting.isEmpty } }

    /// Keeps writes waiting from now on.
    func stall() {
        state.withLock { $0.isStalled = true }
    }

    /// Lets them go on; those that waited fail when told so.
    func release(failing: Bool) {
        let waiting = state.withLock { state in
            state.isStalled = false
            state.fails = failing
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        try await inner.read(body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        var hasWaited = false
        await withCheckedContinuation { continuation in
            hasWaited = state.withLock { state in
                if state.isStalled { state.waiting.append(continuation) }
                return state.isStalled
            }
            if !hasWaited { continuation.resume() }
        }
        if hasWaited, state.withLock({ $0.fails }) { throw StoreError.unreachable("no answer") }
        return try await inner.write(body)
    }

    func checkPresence() async throws {
        try await inner.checkPresence()
    }

    func close() async throws {
        try await inner.close()
    }
}
