// The store's simulated twin: tables in memory, faults on request.
//
// 1. A write works on a copy that replaces the tables when the body returns: throwing changes
//    nothing.
// 2. Writes run one after the other.
// 3. After `crash` only what was committed is left, in the store that it gives.

import Ledger
import Ports

/// `Store` in memory.
package actor MemoryStore: Store {
    private var tables: MemoryTables
    private var failuresToCome: [StoreError] = []
    private var lossesToCome: [StoreError] = []
    private var presenceFailure: StoreError?
    private var ended: StoreError?
    /// Writes that were committed.
    package private(set) var commitCount = 0

    package nonisolated let summary = "memory"

    /// A store without rows.
    package init() {
        tables = MemoryTables()
    }

    private init(_ tables: MemoryTables) {
        self.tables = tables
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        try requireUsable()
        return try MemoryRows.transact(on: tables, canWrite: false, body).value
    }

    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        try requireUsable()
        if !failuresToCome.isEmpty { throw failuresToCome.removeFirst() }
        let result = try MemoryRows.transact(on: tables, canWrite: true, body)
        tables = result.tables
        commitCount += 1
        if !lossesToCome.isEmpty { throw lossesToCome.removeFirst() }
        if let presenceFailure { throw presenceFailure }
        return result.value
    }

    package func checkPresence() async throws {
        try requireUsable()
        if let presenceFailure { throw presenceFailure }
    }

    package func close() async throws {
        ended = ended ?? .failed("the ledger is closed")
    }

    /// Lets the next writes fail before they change anything: a full disk.
    package func fail(nextWrites count: Int, with error: StoreError = .failed("disk full")) {
        failuresToCome += Array(repeating: error, count: max(0, count))
    }

    /// Lets the next writes commit and yet throw: an answer that got lost.
    package func loseAnswers(
        nextWrites count: Int, with error: StoreError = .undecided("connection lost")
    ) {
        lossesToCome += Array(repeating: error, count: max(0, count))
    }

    /// Lets the storage be gone from now on, or there again with nil.
    package func losePresence(_ error: StoreError? = .lost("the ledger was deleted")) {
        presenceFailure = error
    }

    /// Ends this store like a dying process, and gives one that holds what was committed.
    package func crash() -> MemoryStore {
        ended = ended ?? .failed("the process died")
        return MemoryStore(tables)
    }

    /// Replaces an entry as no program may: what verification must find.
    package func tamper(
        with organization: String, _ change: @Sendable (inout [Entry]) -> Void
    ) {
        change(&tables.entries[ExactText(organization), default: []])
    }

    private func requireUsable() throws(StoreError) {
        if let ended { throw ended }
    }
}
