// The ledger's file: kept, locked, found missing, refused when it is not ours.

import Foundation
import Ledger
import Ports
import Testing

@testable import SQLStore

@Suite("Ledger file")
struct SQLiteFileTests {
    @Test("reopening keeps everything")
    func reopens() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let entries = Sample.entries(count: 3)
            let first = try await openSQLiteStore(path: path)
            try await first.write { rows in
                try rows.append(entries, posted: [Sample.posted(key: "k")], poll: Sample.poll("p"))
                try rows.enqueue([Sample.notification("n")])
            }
            try await first.close()
            for opening in [LedgerOpening.existing, .readOnly, .createIfMissing] {
                let store = try await openSQLiteStore(path: path, opening: opening)
                try await store.read { rows throws in
                    #expect(try rows.entries(of: "acme", after: 0, limit: 9) == entries)
                    #expect(try rows.chainHead(of: "acme").hash == entries[2].hash)
                    #expect(try rows.postedKeys(of: "acme", sources: nil, in: nil).count == 1)
                    #expect(try rows.outbox(state: nil, limit: 9, withBodies: true).count == 1)
                }
                try await store.close()
            }
        }
    }

    @Test("a ledger opened for reading refuses writes")
    func readOnly() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            try await openSQLiteStore(path: path).close()
            let store = try await openSQLiteStore(path: path, opening: .readOnly)
            await #expect(throws: StoreError.self) {
                try await store.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
            }
            try await store.close()
        }
    }

    @Test("a second open is refused, but for reading, and names the holder")
    func secondOpen() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let link = directory + "/link.sqlite"
            let first = try await openSQLiteStore(path: path)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
            for name in [path, link, directory + "/./ledger.sqlite"] {
                await #expect {
                    _ = try await openSQLiteStore(path: name, opening: .existing)
                } throws: { error in
                    guard case StoreError.held(let holder) = error else { return false }
                    return holder.hasPrefix("process \(getpid()) on ")
                        && holder.contains(", started 20") && holder.hasSuffix("Z")
                }
            }
            try await first.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
            let reader = try await openSQLiteStore(path: path, opening: .readOnly)
            try await first.write { try $0.recordSourceSuccess("b", at: Sample.instant) }
            #expect(try await reader.read { try $0.sourceSuccesses() }.keys.sorted() == ["a", "b"])
            try await reader.close()
            try await first.write { try $0.recordSourceSuccess("c", at: Sample.instant) }
            try await first.close()
            try await openSQLiteStore(path: path).close()
        }
    }

    @Test("a failed open gives the lock back")
    func failedOpenReleases() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            await #expect(throws: StoreError.self) {
                _ = try await openSQLiteStore(path: path, opening: .existing)
            }
            try await openSQLiteStore(path: path).close()
        }
    }

    @Test("a ledger, its log and its lock are for their owner alone")
    func mode() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let store = try await openSQLiteStore(path: path)
            for name in [path, path + "-wal", path + "-shm", path + ".lock"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: name)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
            try await store.close()
        }
    }

    /// Ways to lose an open ledger.
    enum Loss: CaseIterable, Sendable {
        case deleted, replaced, logDeleted, moved

        func happen(to path: String) throws {
            let manager = FileManager.default
            switch self {
            case .deleted: try manager.removeItem(atPath: path)
            case .logDeleted: try manager.removeItem(atPath: path + "-wal")
            case .moved: try manager.moveItem(atPath: path, toPath: path + ".old")
            case .replaced:
                try manager.copyItem(atPath: path, toPath: path + ".new")
                try manager.removeItem(atPath: path)
                try manager.moveItem(atPath: path + ".new", toPath: path)
            }
        }
    }

    @Test(
        "a lost file is noticed, and no write is acknowledged from then on",
        arguments: Loss.allCases)
    func lost(_ loss: Loss) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let store = try await openSQLiteStore(path: path)
            try await store.checkPresence()
            try loss.happen(to: path)
            func isLost(_ error: any Error) -> Bool {
                guard case StoreError.lost(let text) = error else { return false }
                return text.contains(path) && text.contains("while it was in use")
            }
            await #expect { try await store.checkPresence() } throws: { isLost($0) }
            await #expect {
                try await store.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
            } throws: { isLost($0) }
            try? await store.close()
        }
    }

    @Test("a write looks for the file by itself")
    func writesLook() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let store = try await openSQLiteStore(path: path)
            try FileManager.default.removeItem(atPath: path)
            let deadline = ContinuousClock.now + .seconds(10)
            var failure: (any Error)?
            while failure == nil, ContinuousClock.now < deadline {
                do {
                    try await store.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
                } catch {
                    failure = error
                }
            }
            #expect(failure as? StoreError == .lost("\(path) was deleted while it was in use"))
            try? await store.close()
        }
    }

    /// Paths that are no ledger, and what the refusal says.
    static let refusals: [(name: String, words: String)] = [
        ("missing/ledger.sqlite", "create it"), ("directory", "no plain file"),
        ("text", "is damaged or is no ledger"), ("foreign.sqlite", "another program's database"),
    ]

    @Test("what is no ledger is refused in plain words", arguments: refusals)
    func refuses(_ name: String, _ words: String) async throws {
        try await withTemporaryDirectory { directory in
            try FileManager.default.createDirectory(
                atPath: directory + "/directory", withIntermediateDirectories: false)
            try Data("no database, but longer than the header of one would be. ".utf8)
                .write(to: URL(fileURLWithPath: directory + "/text"))
            let foreign = try SQLiteDriver(
                path: directory + "/foreign.sqlite", opening: .createIfMissing)
            _ = try await foreign.transaction(.write) {
                try $0.execute("CREATE TABLE bookmarks (url TEXT)", [])
            }
            try await foreign.close()
            await #expect {
                _ = try await openSQLiteStore(path: directory + "/" + name)
            } throws: { "\($0)".contains(words) }
        }
    }

    @Test("an empty file becomes a ledger for the agent only")
    func emptyFile() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            try Data().write(to: URL(fileURLWithPath: path))
            for opening in [LedgerOpening.existing, .readOnly] {
                await #expect {
                    _ = try await openSQLiteStore(path: path, opening: opening)
                } throws: {
                    "\($0)".contains("is empty, no ledger")
                }
            }
            try await openSQLiteStore(path: path).close()
            try await openSQLiteStore(path: path, opening: .readOnly).close()
        }
    }

    @Test("a relative path is refused")
    func relativePath() async throws {
        await #expect {
            _ = try await openSQLiteStore(path: "ledger.sqlite")
        } throws: { "\($0)".contains("must be absolute") }
    }

    @Test("of a large file, a start checks no table that grows with use")
    func checkedTables() async throws {
        try await withTemporaryDirectory { directory in
            let driver = try SQLiteDriver(
                path: directory + "/ledger.sqlite", opening: .createIfMissing)
            let store = try await SQLStore.open(driver)
            let tables = try await driver.transaction(.read) { connection in
                try connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", []
                ).map { try $0.text(0) }
            }
            try await store.close()
            let bound = SQLiteDriver.largestCheckedFile
            #expect(SQLiteDriver.checks(ofBytes: bound, tables: tables) == ["quick_check(3)"])
            let checks = SQLiteDriver.checks(ofBytes: bound + 1, tables: tables)
            #expect(checks.contains("quick_check('terms')"))
            for table in [
                "audits", "entries", "holds", "limit_transitions", "outbox", "polls",
                "posted_keys",
            ] {
                #expect(tables.contains(table))
                #expect(!checks.contains("quick_check('\(table)')"))
            }
        }
    }

    @Test("a damaged page is found at the next start, with the way out")
    func damaged() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let store = try await openSQLiteStore(path: path)
            try await store.write {
                try $0.append(Sample.entries(count: 200), posted: [], poll: nil)
            }
            try await store.close()
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            for page in UInt64(2)..<30 {
                try file.seek(toOffset: page * 4096)
                try file.write(contentsOf: Data(repeating: 0xA5, count: 64))
            }
            try file.close()
            await #expect {
                _ = try await openSQLiteStore(path: path)
            } throws: { "\($0)".contains("restore") && "\($0)".contains(path) }
        }
    }
}
