// The store over any database.
//
// 1. A transaction is the driver's: whole and durable, or nothing.
// 2. The schema is this program's when the store exists; `open` migrates or refuses.
// 3. Every write checks the epoch of the lease in its own transaction: once another agent took
//    the ledger over, nothing of this one gets in.
// 4. What was written is read: a server that lacks it, such as a standby that lags or a former
//    primary, is not believed.
// 5. A commit whose answer got lost is looked up by its number; what was not committed runs again.

import Ports

/// `Store` over a database.
package struct SQLStore: Store {
    private let driver: any SQLDriver
    private let writer: LeasedWriter?
    private let keeper: Task<Void, Never>?

    private init(driver: any SQLDriver, writer: LeasedWriter?) {
        self.driver = driver
        self.writer = writer
        keeper = writer.flatMap { $0.startKeeper() }
    }

    /// The store of a database, with its lease taken and its schema brought up to this program's.
    ///
    /// - Throws: `StoreError.held`, `.newerSchema`, or what the driver throws.
    package static func open(
        _ driver: any SQLDriver, process: ProcessIdentity = .current
    ) async throws -> SQLStore {
        try await open(driver, process: process, to: SQLMigration.all)
    }

    /// The store of a database with the schema of some steps.
    static func open(
        _ driver: any SQLDriver, process: ProcessIdentity = .current, to steps: [SQLMigration]
    ) async throws -> SQLStore {
        try await SQLMigration.prepare(driver, knowing: steps)
        let lease = try await LeaseOpening(driver: driver, process: process).take()
        let writer = LeasedWriter(driver: driver, lease: lease, process: process)
        do {
            try await SQLMigration.migrate(driver, through: writer, to: steps)
        } catch {
            await writer.release()
            throw error
        }
        return SQLStore(driver: driver, writer: writer)
    }

    /// The store of a database whose schema must be this program's already.
    ///
    /// - Throws: `StoreError.newerSchema`, or `.failed` for an older one.
    package static func openWithoutMigrating(_ driver: any SQLDriver) async throws -> SQLStore {
        try await SQLMigration.requireCurrent(driver)
        return SQLStore(driver: driver, writer: nil)
    }

    package var summary: String { driver.summary }

    package var lease: LedgerLease? { writer?.lease.standing }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        let lease = driver.excludesOthers ? nil : writer?.lease
        let known = lease?.acknowledged ?? 0
        return try await driver.transaction(.read) { [driver] connection in
            if let lease {
                try lease.requireCurrent(
                    try LeaseTable.look(connection, driver.dialect), known, driver.summary)
            }
            return try SQLRows.transact(on: connection, body)
        }
    }

    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        guard let writer else {
            // Opened for reading: the driver refuses.
            return try await driver.transaction(.write) { try SQLRows.transact(on: $0, body) }
        }
        return try await writer.write(.write) { try SQLRows.transact(on: $0, body) }
    }

    package func checkPresence() async throws {
        try await driver.checkPresence()
        try writer?.lease.requireHeld()
    }

    package func close() async throws {
        keeper?.cancel()
        await writer?.release()
        try await driver.close()
    }
}
