// The SQLite driver itself: parameters, settings, failures, the schema.

import Foundation
import Ports
import SQLStore
import Testing

@Suite("SQLite driver")
struct SQLiteDriverTests {
    /// Runs a body with the driver of a new file.
    private func withDriver(_ body: (SQLiteDriver) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let driver = try SQLiteDriver(
                path: directory + "/ledger.sqlite", opening: .createIfMissing)
            try await body(driver)
            try await driver.close()
        }
    }

    @Test(
        "parameters are numbered by their digits",
        arguments: [
            (
                "SELECT $2, $1", [SQLValue.integer(1), .integer(2)],
                [SQLValue.integer(2), .integer(1)]
            ),
            ("SELECT $1, $1, $2", [.text("a"), .text("b")], [.text("a"), .text("a"), .text("b")]),
            (
                "SELECT $11, $2, '$1', \"x\".\"$1\" FROM (SELECT $1 AS \"$1\") AS \"x\"",
                (1...11).map { .integer($0) },
                [.integer(11), .integer(2), .text("$1"), .integer(1)]
            ),
            ("SELECT 'it''s $1', $1", [.null], [.text("it's $1"), .null]),
            (
                "SELECT $1, $2, $3, $4",
                [.integer(.max), .integer(.min), .real(0.1), .blob([0, 255])],
                [.integer(.max), .integer(.min), .real(0.1), .blob([0, 255])]
            ),
        ])
    func parameters(_ sql: String, _ values: [SQLValue], _ answer: [SQLValue]) async throws {
        try await withDriver { driver throws in
            let rows = try await driver.transaction(.read) { try $0.execute(sql, values) }
            #expect(rows == [SQLRow(answer)])
        }
    }

    @Test(
        "settings are in force on the connection",
        arguments: [
            ("synchronous", SQLValue.integer(2)), ("journal_mode", .text("wal")),
            ("foreign_keys", .integer(1)), ("busy_timeout", .integer(5_000)),
            ("wal_autocheckpoint", .integer(1_000)),
        ])
    func settings(_ pragma: String, _ wanted: SQLValue) async throws {
        try await withDriver { driver throws in
            let rows = try await driver.transaction(.write) {
                try $0.execute("PRAGMA \(pragma)", [])
            }
            #expect(rows == [SQLRow([wanted])])
        }
    }

    @Test("a full disk is told, changes nothing, and writing goes on once there is space")
    func fullDisk() async throws {
        try await withTemporaryDirectory { directory in
            let driver = try SQLiteDriver(
                path: directory + "/ledger.sqlite", opening: .createIfMissing)
            let store = try await SQLStore.open(driver)
            try await limitPages(of: driver, to: 1)
            let large = Sample.notification("n", body: Array(repeating: 7, count: 400_000))
            await #expect {
                try await store.write { rows in
                    try rows.recordSourceSuccess("meter", at: Sample.instant)
                    try rows.enqueue([large])
                }
            } throws: { error in
                guard case StoreError.failed(let text) = error else { return false }
                return text.contains("its disk is full; free space") && text.contains(directory)
            }
            #expect(try await store.read { try $0.sourceSuccesses() }.isEmpty)
            try await limitPages(of: driver, to: 1_000_000)
            try await store.write { try $0.enqueue([large]) }
            let count = try await store.read {
                try $0.outbox(state: .pending, limit: 10, withBodies: false).count
            }
            #expect(count == 1)
            try await store.close()
        }
    }

    private func limitPages(of driver: SQLiteDriver, to count: Int) async throws {
        _ = try await driver.transaction(.write) {
            try $0.execute("PRAGMA max_page_count = \(count)", [])
        }
    }

    @Test(
        "entries are never changed or removed",
        arguments: ["UPDATE entries SET note = ''", "DELETE FROM entries"])
    func appendOnly(_ statement: String) async throws {
        try await withDriver { driver throws in
            let store = try await SQLStore.open(driver)
            try await store.write {
                try $0.append(Sample.entries(count: 2), posted: [], poll: nil)
            }
            await #expect {
                try await driver.transaction(.write) { try $0.execute(statement, []) }
            } throws: { "\($0)".contains("entries are never changed") }
            #expect(
                try await store.read { try $0.entries(of: "acme", after: 0, limit: 9) }.count == 2)
        }
    }

    @Test("text with U+0000 is refused instead of cut off")
    func refusesNUL() async throws {
        try await withDriver { driver throws in
            let store = try await SQLStore.open(driver)
            await #expect(throws: StoreError.self) {
                try await store.write { try $0.recordSourceSuccess("a\u{0}b", at: Sample.instant) }
            }
            #expect(try await store.read { try $0.sourceSuccesses() }.isEmpty)
        }
    }

    /// Terms that no program writes, and what reading them says.
    static let handMade: [(columns: String, values: String, words: String)] = [
        ("amount, limit_mode, limit_owner", "-1, 'soft', 'api'", "negative allowance"),
        ("amount, limit_mode, limit_owner", "1, 'elastic', 'api'", "\"elastic\""),
        ("amount, limit_mode, limit_owner", "'much', 'soft', 'api'", "should hold an integer"),
        (
            "amount, limit_mode, limit_owner, effective_until",
            "1, 'soft', 'api', 9223372036854775807", "a time before the year 10000"
        ),
    ]

    @Test("what a hand put into the ledger is an error, not a trap", arguments: handMade)
    func handMadeRows(_ columns: String, _ values: String, _ words: String) async throws {
        try await withDriver { driver throws in
            let store = try await SQLStore.open(driver)
            _ = try await driver.transaction(.write) { connection in
                try connection.execute(
                    """
                    INSERT INTO terms (organization, position, part, effective_from,
                        recorded_at, changed_by, reason, \(columns))
                    VALUES ('acme', 1, 'policy', 0, 0, 'hand', '', \(values))
                    """, [])
            }
            await #expect {
                try await store.read { try $0.terms(of: "acme") }
            } throws: { "\($0)".contains(words) }
        }
    }

    @Test("a newer schema is refused with both versions")
    func newerSchema() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let driver = try SQLiteDriver(path: path, opening: .createIfMissing)
            _ = try await SQLStore.open(driver)
            _ = try await driver.transaction(.write) {
                try $0.execute(
                    "INSERT INTO schema_versions (version, name) VALUES (99, 'later')", [])
            }
            try await driver.close()
            for opening in [LedgerOpening.createIfMissing, .readOnly] {
                await #expect {
                    _ = try await openSQLiteStore(path: path, opening: opening)
                } throws: { error in
                    guard case StoreError.newerSchema(99, let known) = error else { return false }
                    return (1..<99).contains(known)
                }
            }
        }
    }
}
