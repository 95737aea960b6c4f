// Connections cut at every message of a transaction: each change happens exactly once, or the
// caller is told that it did not.

import Credits
import Foundation
import Ledger
import Ports
import PostgresCluster
import Testing

@testable import SQLStore

@Suite(
    "Connections cut at each message",
    .enabled(if: PostgresCluster.isInstalled, "postgresql is not installed"),
    .timeLimit(.minutes(5)))
struct CutConnectionTests {
    /// A proxy that cuts, in front of the shared cluster.
    private final class Proxy {
        let folder: String
        private let process = Process()
        private let input = Pipe()

        init(to cluster: PostgresCluster, folder: String) async throws {
            self.folder = folder
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
            process.arguments = [
                URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                    .deletingLastPathComponent()
                    .appending(path: "PostgresCluster/cutting-proxy.py").path(),
                "\(folder)/.s.PGSQL.5432", "\(cluster.folder)/.s.PGSQL.5432", "\(folder)/cut",
            ]
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            #expect(await PostgresCluster.firstLine(from: output) == "ready")
        }

        deinit { try? input.fileHandleForWriting.close() }

        var hasCut: Bool { !FileManager.default.fileExists(atPath: folder + "/cut") }

        func cut(at message: Int, _ how: String) throws {
            try "\(message) \(how)".write(
                toFile: folder + "/cut", atomically: true, encoding: .utf8)
        }

        func leaveAlone() { try? FileManager.default.removeItem(atPath: folder + "/cut") }
    }

    /// Adds the next entry, which is another one each time.
    private static func addEntry(to store: any Store) async throws {
        try await store.write { rows in
            let head = try rows.chainHead(of: "acme")
            let draft = Sample.Draft(credits: 1, key: "k", revision: head.sequence + 1)
            try rows.append(Sample.entries([draft], behind: head), posted: [], poll: nil)
        }
    }

    private static func count(_ store: any Store) async throws -> Int64 {
        try await store.read { try $0.chainHead(of: "acme").sequence }
    }

    @Test("a write happens once, wherever it is cut", arguments: ["before", "after"])
    func writes(_ how: String) async throws {
        let cluster = try await PostgresCluster.shared()
        // Short: the path of a socket has 107 bytes at most.
        var template = Array("/tmp/aice-cut.XXXXXX".utf8CString)
        #expect(mkdtemp(&template) != nil)
        let folder = String(
            decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let proxy = try await Proxy(to: cluster, folder: folder)
        let schema = PostgresCluster.schema(of: try await cluster.newLedger())
        let store = try await openPostgresStore(url: cluster.url(schema: schema, through: folder))
        try await Self.addEntry(to: store)
        var written: Int64 = 1
        var cuts = 0
        for message in 1...80 {
            try proxy.cut(at: message, how)
            do {
                try await Self.addEntry(to: store)
                written += 1
            } catch {
                Issue.record("message \(message): \(error)")
            }
            let hasCut = proxy.hasCut
            cuts += hasCut ? 1 : 0
            proxy.leaveAlone()
            #expect(try await Self.count(store) == written, "\(how) message \(message)")
            // A cut that was not reached: the transaction has fewer messages.
            if !hasCut { break }
        }
        #expect(cuts >= 12)
        #expect(cuts < 80)
        var verification = LedgerVerification(organization: "acme")
        try await store.read { [written] rows throws in
            let entries = try rows.entries(of: "acme", after: 0, limit: 200)
            #expect(entries.count == Int(written))
        }
        for entry in try await store.read({ try $0.entries(of: "acme", after: 0, limit: 200) }) {
            verification.read(entry)
        }
        #expect(verification.entryCount == written)
        try await store.close()
    }
}
