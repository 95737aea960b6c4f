// Backups: whole, beside a writer, and never over a file that is there.

import Foundation
import Ledger
import Ports
import Testing

@testable import SQLStore

@Suite("SQLite backups")
struct SQLiteBackupTests {
    @Test("a copy made beside an open ledger holds what was committed, for its owner alone")
    func besideWriter() async throws {
        try await withTemporaryDirectory { directory in
            let store = try await openSQLiteStore(path: directory + "/ledger.sqlite")
            let entries = Sample.entries(count: 20)
            try await store.write { try $0.append(entries, posted: [], poll: nil) }
            let target = directory + "/copy.sqlite"
            let size = try await backUpSQLiteLedger(
                path: directory + "/ledger.sqlite", to: target)
            let attributes = try FileManager.default.attributesOfItem(atPath: target)
            #expect(attributes[.size] as? Int64 == size)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let more = Sample.entries(
                [Sample.Draft(key: "later")],
                behind: ChainHead(sequence: 20, hash: entries[19].hash))
            try await store.write { try $0.append(more, posted: [], poll: nil) }
            try await store.close()
            let copy = try await openSQLiteStore(path: target, opening: .existing)
            let found = try await copy.read { try $0.entries(of: "acme", after: 0, limit: 100) }
            #expect(found == entries)
            try await copy.close()
        }
    }

    @Test("a file, a link or a directory that is there is not touched")
    func refusesToOverwrite() async throws {
        try await withTemporaryDirectory { directory in
            let ledger = directory + "/ledger.sqlite"
            try await openSQLiteStore(path: ledger).close()
            let link = directory + "/link"
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: directory + "/nowhere")
            for target in [ledger, link, directory] {
                await #expect {
                    _ = try await backUpSQLiteLedger(path: ledger, to: target)
                } throws: { "\($0)".contains("exists already") }
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(!names.contains { $0.contains("partial") })
        }
    }

    @Test("a missing ledger and a missing directory are named, and nothing is left behind")
    func missing() async throws {
        try await withTemporaryDirectory { directory in
            let ledger = directory + "/ledger.sqlite"
            await #expect {
                _ = try await backUpSQLiteLedger(path: ledger, to: directory + "/copy")
            } throws: { "\($0)".contains("there is no ledger at") }
            try await openSQLiteStore(path: ledger).close()
            await #expect(throws: StoreError.self) {
                _ = try await backUpSQLiteLedger(path: ledger, to: directory + "/none/copy")
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(names.allSatisfy { $0.hasPrefix("ledger.sqlite") })
        }
    }
}
