// Bringing a database's schema up to this program's, one named step after the other.
//
// 1. Each step runs in one transaction together with its line in `schema_versions`.
// 2. A schema newer than the last step is refused: nothing is changed.

import Ports

/// One step of the schema.
struct SQLMigration: Sendable {
    /// 1, 2, 3 … without gaps.
    let version: Int
    /// What the step does, for people who look into the database.
    let name: String
    /// The statements in order.
    let statements: @Sendable (SQLDialect) -> [String]

    /// Every step, in order.
    static let all = [
        SQLMigration(version: 1, name: "ledger, alerts and outbox", statements: firstSchema),
        SQLMigration(version: 2, name: "states of sources", statements: secondSchema),
        SQLMigration(version: 3, name: "days that polls covered", statements: coveredDays),
        SQLMigration(version: 4, name: "silences", statements: silences),
        SQLMigration(version: 5, name: "lanes of the outbox", statements: outboxLanes),
        SQLMigration(version: 6, name: "open months", statements: openMonths),
        SQLMigration(version: 7, name: "entries by day", statements: entriesByDay),
        SQLMigration(
            version: 8, name: "posted keys by source", statements: postedKeysBySource),
        SQLMigration(version: 9, name: "holds and caps", statements: holds),
        SQLMigration(version: 10, name: "sums of days", statements: dayTotals),
        SQLMigration(version: 11, name: "keys of adjustments", statements: adjustmentKeys),
        SQLMigration(version: 12, name: "hashes of changes", statements: auditChain),
    ]

    /// Makes the tables that everything else rests on, and refuses a newer schema.
    static func prepare(_ driver: any SQLDriver, knowing steps: [SQLMigration]) async throws {
        do {
            try await makeBase(driver)
        } catch is StoreError where !driver.excludesOthers {
            // Two first starts at one moment: the other one has made them.
            try await makeBase(driver)
        }
        let found = try await version(of: driver)
        let known = steps.last?.version ?? 0
        guard found <= known else {
            throw StoreError.newerSchema(found: found, known: known)
        }
    }

    /// Runs the steps that the database has not seen.
    static func migrate(
        _ driver: any SQLDriver, through writer: LeasedWriter, to steps: [SQLMigration]
    ) async throws {
        let dialect = driver.dialect
        let found = try await version(of: driver)
        for step in steps where step.version > found {
            try await writer.write(.schema) { connection in
                for statement in step.statements(dialect) {
                    _ = try connection.execute(statement, [])
                }
                _ = try connection.execute(
                    "INSERT INTO schema_versions (version, name) VALUES ($1, $2)",
                    [.integer(Int64(step.version)), .text(step.name)])
            }
        }
    }

    private static func makeBase(_ driver: any SQLDriver) async throws {
        let dialect = driver.dialect
        do {
            try await driver.transaction(.schema) { connection in
                _ = try connection.execute(
                    """
                    CREATE TABLE IF NOT EXISTS schema_versions (
                        version BIGINT PRIMARY KEY NOT NULL,
                        name \(dialect.text) NOT NULL
                    )
                    """, [])
                try LeaseTable.prepare(connection, dialect)
            }
        } catch let unknown as CommitUnknown {
            throw unknown.cause
        }
    }

    /// Refuses any schema but this program's, without changing it.
    static func requireCurrent(_ driver: any SQLDriver) async throws {
        let found = try await version(of: driver)
        let known = all.last?.version ?? 0
        guard found <= known else {
            throw StoreError.newerSchema(found: found, known: known)
        }
        guard found == known else {
            throw StoreError.failed(
                "the ledger has schema version \(found), this program reads \(known); start the "
                    + "agent once to upgrade it")
        }
    }

    private static func version(of driver: any SQLDriver) async throws -> Int {
        try await driver.transaction(.read) { connection in
            try connection.execute(
                "SELECT COALESCE(MAX(version), 0) FROM schema_versions", []
            ).first?.count(0) ?? 0
        }
    }
}
