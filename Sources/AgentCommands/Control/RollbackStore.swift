// A store that forgets: for commands that only look, and must not leave a trace.

import Ports

/// Runs every write in a transaction that is then taken back.
package struct RollbackStore: Store {
    private let store: any Store

    /// Looks through to a store.
    package init(_ store: any Store) {
        self.store = store
    }

    package var summary: String { store.summary }

    package var lease: LedgerLease? { store.lease }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        try await store.read(body)
    }

    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        do {
            return try await store.write { rows in
                throw TakenBack(value: try body(rows))
            }
        } catch let taken as TakenBack<Value> {
            return taken.value
        }
    }

    package func checkPresence() async throws {
        try await store.checkPresence()
    }

    package func close() async throws {
        try await store.close()
    }
}

/// Carries a value out of a transaction that is taken back.
private struct TakenBack<Value: Sendable>: Error {
    let value: Value
}
