// Opening the connection: settings set and read back, integrity checked, strangers refused.

import GRDB
import Ports

extension SQLDialect {
    /// SQLite's names.
    package static let sqlite = SQLDialect(
        text: "TEXT", bytes: "BLOB",
        appendOnly: { table in
            ["UPDATE", "DELETE"].map { change in
                """
                CREATE TRIGGER \(table)_refuse_\(change.lowercased()) BEFORE \(change) ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) are never changed'); END
                """
            }
        },
        milliseconds: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)", forUpdate: "")
}

extension SQLiteDriver {
    /// Opens the connection and checks all of it.
    static func open(
        _ path: String, _ opening: LedgerOpening
    ) throws(StoreError) -> (queue: DatabaseQueue, version: String) {
        var configuration = Configuration()
        configuration.label = "ledger"
        configuration.readonly = opening == .readOnly
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        if opening != .readOnly { configuration.journalMode = .wal }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let version = try queue.inDatabase { database in
                try set(database)
                try requireWholeness(of: database, at: path)
                try requireOwnSchema(of: database, at: path, opening)
                return try String.fetchOne(database, sql: "SELECT sqlite_version()") ?? "unknown"
            }
            return (queue, version)
        } catch let error as StoreError {
            throw error
        } catch {
            throw SQLiteFailure(error, place: path).storeError
        }
    }

    /// GRDB switches to synchronous=NORMAL with WAL; a power cut loses acknowledged rows then.
    private static func set(_ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try require("2", of: "synchronous", in: database)
        try require("1", of: "foreign_keys", in: database)
        // A new, read-only or empty file has no write-ahead log yet; a written one must.
        if !database.configuration.readonly {
            try require("wal", of: "journal_mode", in: database)
        }
    }

    private static func require(
        _ wanted: String, of pragma: String, in database: Database
    ) throws {
        // Numbers read as text too.
        let found = try String.fetchOne(database, sql: "PRAGMA \(pragma)") ?? "nothing"
        guard found == wanted else {
            throw StoreError.failed(
                "SQLite did not take the setting \(pragma)=\(wanted), it answers \(found); keep "
                    + "the ledger on a local file system")
        }
    }

    /// A check reads every page: of a large file, only the tables that a start reads whole are
    /// checked. Damage elsewhere fails the statement that meets it, and `ledger verify`.
    private static func requireWholeness(of database: Database, at path: String) throws {
        let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let pageSize = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0
        let tables = try String.fetchAll(
            database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        let (size, overflow) = pages.multipliedReportingOverflow(by: pageSize)
        let checks = checks(ofBytes: overflow ? .max : size, tables: tables)
        let answers = try checks.flatMap { check in
            try String.fetchAll(database, sql: "PRAGMA \(check)")
        }
        guard answers.allSatisfy({ $0 == "ok" }) else {
            throw StoreError.failed(
                "the ledger \(path) is damaged (\(answers.joined(separator: "; "))); restore the "
                    + "latest backup in its place, without its -wal and -shm files, and start "
                    + "again")
        }
    }

    /// 64 MiB: read in a fraction of a second.
    static let largestCheckedFile: Int64 = 64 << 20

    /// The checks of a start.
    static func checks(ofBytes size: Int64, tables: [String]) -> [String] {
        guard size > largestCheckedFile else { return ["quick_check(3)"] }
        return tables.filter { !growingTables.contains($0) }.map { "quick_check('\($0)')" }
    }

    /// The tables with a row for each entry, key, poll, notification, hold, change, or block.
    private static let growingTables: Set<String> = [
        "audits", "entries", "holds", "limit_transitions", "outbox", "polls", "posted_keys",
    ]

    private static func requireOwnSchema(
        of database: Database, at path: String, _ opening: LedgerOpening
    ) throws {
        let tables = try String.fetchAll(
            database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        guard let first = tables.first else {
            // The agent died between making the file and its first table, or nobody used it yet.
            if opening == .createIfMissing { return }
            throw StoreError.failed("\(path) is empty, no ledger; check the path")
        }
        guard tables.contains("schema_versions") else {
            throw StoreError.failed(
                "\(path) is another program's database (it has the table \(first)); change the "
                    + "ledger's path")
        }
    }
}
