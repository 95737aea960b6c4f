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
        let proxy = try await CuttingProxy(to: cluster)
        let schema = PostgresCluster.schema(of: try await cluster.newLedger())
        let store = try await openPostgresStore(
            url: cluster.url(schema: schema, through: proxy.folder))
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
