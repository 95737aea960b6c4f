// The place of a store where none is needed.

import Ports

/// A store that refuses everything.
struct AbsentStore: Store {
    let summary = "none"

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        throw StoreError.failed("this command has no ledger")
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        throw StoreError.failed("this command has no ledger")
    }

    func checkPresence() async throws {}

    func close() async throws {}
}
