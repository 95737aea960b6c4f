// The store, written once in SQL over a driver.
//
// 1. A transaction is the driver's: whole and durable, or nothing.
// 2. The schema is this program's when the store exists; `open` migrates or refuses.

import Ports

/// `Store` over a database.
package struct SQLStore: Store {
    private let driver: any SQLDriver

    private init(driver: any SQLDriver) {
        self.driver = driver
    }

    /// The store of a database, with its schema brought up to this program's.
    ///
    /// - Throws: `StoreError.newerSchema`, or what the driver throws.
    package static func open(_ driver: any SQLDriver) async throws -> SQLStore {
        try await SQLMigration.migrate(driver)
        return SQLStore(driver: driver)
    }

    /// The store of a database whose schema must be this program's already.
    ///
    /// - Throws: `StoreError.newerSchema`, or `.failed` for an older one.
    package static func openWithoutMigrating(_ driver: any SQLDriver) async throws -> SQLStore {
        try await SQLMigration.requireCurrent(driver)
        return SQLStore(driver: driver)
    }

    package var summary: String { driver.summary }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        try await driver.transaction(.read) { try SQLRows.transact(on: $0, body) }
    }

    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        try await driver.transaction(.write) { try SQLRows.transact(on: $0, body) }
    }

    package func checkPresence() async throws {
        try await driver.checkPresence()
    }

    package func close() async throws {
        try await driver.close()
    }
}
