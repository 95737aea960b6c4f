// A store around another that lets one chosen write fail.

import Ports
import SimulatedPorts
import Synchronization

/// Fails the n-th write from now.
final class FaultyStore: Store {
    private let inner: MemoryStore
    private let countdown = Mutex(0)

    init(_ inner: MemoryStore) {
        self.inner = inner
    }

    let summary = "memory with faults"

    /// Lets the write of that number fail, counted from 1; the ones before it succeed.
    func failWrite(number: Int) {
        countdown.withLock { $0 = number }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        try await inner.read(body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        let fails = countdown.withLock { number in
            guard number > 0 else { return false }
            number -= 1
            return number == 0
        }
        if fails { throw StoreError.failed("disk full") }
        return try await inner.write(body)
    }

    func checkPresence() async throws {
        try await inner.checkPresence()
    }

    func close() async throws {
        try await inner.close()
    }
}
