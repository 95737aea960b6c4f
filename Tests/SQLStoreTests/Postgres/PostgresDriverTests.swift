// The PostgreSQL driver itself: values, settings, refusals, what it says and what it hides.

import Foundation
import Ports
import PostgresCluster
import Testing

@testable import SQLStore

@Suite(
    "PostgreSQL driver", .enabled(if: PostgresCluster.isInstalled, "postgresql is not installed"))
struct PostgresDriverTests {
    private func withDriver(_ body: (PostgresDriver) async throws -> Void) async throws {
        let url = try await PostgresCluster.shared().newLedger()
        let driver = try await PostgresDriver.open(PostgresURL(url), opening: .createIfMissing)
        try await body(driver)
        try await driver.close()
    }

    @Test(
        "parameters are numbered by their digits and values come back exactly",
        arguments: [
            (
                "SELECT $2, $1", [SQLValue.integer(1), .integer(2)],
                [SQLValue.integer(2), .integer(1)]
            ),
            ("SELECT $1, $1, $2", [.text("a"), .text("b")], [.text("a"), .text("a"), .text("b")]),
            ("SELECT 'it''s $1', $1", [.null], [.text("it's $1"), .null]),
            (
                "SELECT $1, $2, $3, $4, $5",
                [.integer(.max), .integer(.min), .real(0.1), .blob([0, 255]), .blob([])],
                [.integer(.max), .integer(.min), .real(0.1), .blob([0, 255]), .blob([])]
            ),
            (
                "SELECT $1, $2, CAST(-1 AS SMALLINT), CAST(7 AS INTEGER), COUNT(*), 2 > 1",
                [.text(""), .text("ä€😀\"'\\")],
                [
                    .text(""), .text("ä€😀\"'\\"), .integer(-1), .integer(7), .integer(1),
                    .integer(1),
                ]
            ),
        ])
    func parameters(_ sql: String, _ values: [SQLValue], _ answer: [SQLValue]) async throws {
        try await withDriver { driver throws in
            let rows = try await driver.transaction(.read) { try $0.execute(sql, values) }
            #expect(rows == [SQLRow(answer)])
        }
    }

    @Test(
        "settings hold within a transaction and leave nothing behind",
        arguments: [
            (SQLAccess.write, "statement_timeout", "10s"), (.schema, "statement_timeout", "0"),
            (.write, "lock_timeout", "3s"), (.write, "synchronous_commit", "on"),
            (.write, "transaction_isolation", "read committed"),
            (.read, "transaction_isolation", "repeatable read"),
            (.read, "transaction_read_only", "on"), (.write, "client_encoding", "UTF8"),
            (.write, "idle_in_transaction_session_timeout", "30s"),
        ])
    func settings(_ access: SQLAccess, _ name: String, _ wanted: String) async throws {
        let cluster = try await PostgresCluster.shared()
        let url = try await cluster.newLedger()
        let role = PostgresCluster.schema(of: url)
        try await cluster.query(
            "CREATE ROLE \(role) SUPERUSER LOGIN; ALTER ROLE \(role) SET synchronous_commit = off")
        let own = url.replacing("ledger@", with: "\(role)@")
        let driver = try await PostgresDriver.open(PostgresURL(own), opening: .createIfMissing)
        for _ in 0..<2 {
            let rows = try await driver.transaction(access) {
                try $0.execute("SELECT current_setting($1)", [.text(name)])
            }
            #expect(rows == [SQLRow([.text(wanted)])])
        }
        try await driver.close()
        // The server ends its side of a closed session a moment later.
        var sessions: [String] = []
        for _ in 0..<1_000 where sessions != ["0"] {
            sessions = try await cluster.query(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = '\(role)'")
        }
        #expect(sessions == ["0"])
    }

    @Test(
        "entries are never changed or removed",
        arguments: ["UPDATE entries SET note = ''", "DELETE FROM entries", "TRUNCATE entries"])
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

    @Test("text is ordered by its bytes, whatever the database's language")
    func order() async throws {
        try await withDriver { driver throws in
            let store = try await SQLStore.open(driver)
            let names = ["a", "B", "ä", "Z", "_", "b"]
            try await store.write { rows in
                for name in names { try rows.putSourceState("{}", of: name) }
            }
            let rows = try await driver.transaction(.read) {
                try $0.execute("SELECT source FROM source_states ORDER BY source", [])
            }
            #expect(
                rows.map(\.values)
                    == names.sorted { Array($0.utf8).lexicographicallyPrecedes($1.utf8) }
                    .map { [.text($0)] })
        }
    }

    @Test("a database that is another program's, empty or newer is refused in plain words")
    func refusals() async throws {
        let cluster = try await PostgresCluster.shared()
        let foreign = try await cluster.newLedger()
        try await cluster.query("CREATE TABLE bookmarks (url TEXT)", in: foreign)
        await #expect {
            _ = try await openPostgresStore(url: foreign)
        } throws: { "\($0)".contains("another program's tables (bookmarks)") }
        let empty = try await cluster.newLedger()
        for opening in [LedgerOpening.existing, .readOnly] {
            await #expect {
                _ = try await openPostgresStore(url: empty, opening: opening)
            } throws: { "\($0)".contains("there is no ledger at postgresql://ledger@/") }
        }
        try await openPostgresStore(url: empty).close()
        try await cluster.query(
            "INSERT INTO schema_versions (version, name) VALUES (99, 'later')", in: empty)
        for opening in [LedgerOpening.createIfMissing, .readOnly] {
            await #expect {
                _ = try await openPostgresStore(url: empty, opening: opening)
            } throws: { error in
                guard case StoreError.newerSchema(99, let known) = error else { return false }
                return (1..<99).contains(known)
            }
        }
    }

    @Test("a ledger opened for reading takes no lease and refuses writes")
    func readOnly() async throws {
        let url = try await PostgresCluster.shared().newLedger()
        let first = try await openPostgresStore(url: url)
        try await first.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
        let reader = try await openPostgresStore(url: url, opening: .readOnly)
        #expect(try await reader.read { try $0.sourceSuccesses() }.keys.sorted() == ["a"])
        await #expect {
            try await reader.write { try $0.recordSourceSuccess("b", at: Sample.instant) }
        } throws: { "\($0)".contains("opened for reading only") }
        try await first.write { try $0.recordSourceSuccess("c", at: Sample.instant) }
        #expect(try await reader.read { try $0.sourceSuccesses() }.keys.sorted() == ["a", "c"])
        try await reader.close()
        try await first.close()
    }

    /// URLs that lead nowhere, and what the refusal says.
    static let nowhere: [(url: String, words: String)] = [
        ("postgresql://agent:hunter2@127.0.0.1:1/books", "postgresql://agent@127.0.0.1:1/books"),
        ("postgresql://agent:hunter2@127.0.0.1:1/books", "cannot be reached"),
        ("postgresql://agent:hunter2@/books?host=%2Fnone", "cannot be reached"),
        ("postgresql://agent:hunter2@host/books?no=1", "invalid URI query parameter"),
        ("postgresql://agent:hunter2@[::1/books", "cannot be read"),
    ]

    @Test("a URL that leads nowhere is named without its password", arguments: nowhere)
    func unreachable(_ url: String, _ words: String) async throws {
        var options = PostgresOptions()
        options.patience = .milliseconds(200)
        await #expect {
            _ = try await openPostgresStore(url: url, options: options)
        } throws: { "\($0)".contains(words) && !"\($0)".contains("hunter2") }
    }

    @Test("tables that another session has locked are waited for, then named as locked")
    func locked() async throws {
        let cluster = try await PostgresCluster.shared()
        let url = try await cluster.newLedger()
        var options = PostgresOptions()
        options.lock = .milliseconds(300)
        options.patience = .seconds(2)
        let store = try await openPostgresStore(url: url, options: options)
        for (seconds, isDone) in [("1", true), ("8", false)] {
            async let locker = cluster.query(
                "BEGIN; LOCK TABLE source_successes; SELECT pg_sleep(\(seconds)); COMMIT", in: url)
            while try await cluster.query(
                """
                SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation
                WHERE relname = 'source_successes' AND mode = 'AccessExclusiveLock' AND granted
                    AND relnamespace = '\(PostgresCluster.schema(of: url))'::regnamespace
                """) != ["1"]
            { try await Task.sleep(for: .milliseconds(20)) }
            do {
                try await store.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
                #expect(isDone)
            } catch {
                #expect(!isDone && "\(error)".contains("another session has it locked"))
            }
            _ = try await locker
        }
        try await store.write { try $0.recordSourceSuccess("b", at: Sample.instant) }
        try await store.close()
    }

    @Test("a server without a free connection says what to raise")
    func noConnection() async throws {
        let cluster = try await PostgresCluster.shared()
        let url = try await cluster.newLedger()
        let role = PostgresCluster.schema(of: url)
        try await cluster.query("CREATE ROLE \(role) LOGIN CONNECTION LIMIT 0")
        var options = PostgresOptions()
        options.patience = .milliseconds(200)
        await #expect {
            _ = try await openPostgresStore(
                url: url.replacing("ledger@", with: "\(role)@"), options: options)
        } throws: { error in
            guard case StoreError.unreachable(let words) = error else { return false }
            return words.contains("which takes 3")
        }
    }

    @Test("a user or database that is not there is told at once")
    func refusedByServer() async throws {
        let cluster = try await PostgresCluster.shared()
        var options = PostgresOptions()
        options.patience = .seconds(60)
        let begun = ContinuousClock.now
        await #expect {
            _ = try await openPostgresStore(
                url: "postgresql://ledger@/none?host=\(cluster.folder)", options: options)
        } throws: { "\($0)".contains("database \"none\" does not exist") }
        #expect(ContinuousClock.now - begun < .seconds(40))
    }

    @Test("two agents that start on an empty database at one moment: one holds it, one is refused")
    func simultaneousStart() async throws {
        let url = try await PostgresCluster.shared().newLedger()
        let outcomes = await withTaskGroup(of: Result<any Store, any Error>.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do {
                        return .success(try await openPostgresStore(url: url))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let stores = outcomes.compactMap { try? $0.get() }
        #expect(stores.count == 1, "\(outcomes)")
        for case .failure(let error) in outcomes {
            guard case StoreError.held = error else {
                Issue.record("\(error)")
                continue
            }
        }
        for store in stores { try await store.close() }
    }
}
