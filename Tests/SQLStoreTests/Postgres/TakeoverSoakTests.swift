// Two agents write to one ledger again and again: whoever was followed writes nothing more, at
// whatever moment it was followed. Twenty rounds in every test run, 1,000 with AI_CREDITS_SOAK.

import Credits
import Foundation
import Ledger
import Ports
import PostgresCluster
import Synchronization
import Testing

@testable import SQLStore

@Suite(
    "Takeovers", .enabled(if: PostgresCluster.isInstalled, "postgresql is not installed"),
    .timeLimit(.minutes(20)))
struct TakeoverSoakTests {
    private static let rounds =
        ProcessInfo.processInfo.environment["AI_CREDITS_SOAK"] == nil ? 20 : 1000

    /// Who wrote the entries that were acknowledged, in order.
    private final class Acknowledged: Sendable {
        private let writers = Mutex<[Int]>([])
        var all: [Int] { writers.withLock { $0 } }
        func note(_ writer: Int) { writers.withLock { $0.append(writer) } }
    }

    /// An agent on another machine, so that only its silence lets it be followed.
    private static func machine(_ number: Int) -> ProcessIdentity {
        ProcessIdentity(description: "process \(number) elsewhere", text: "b s \(number) 1")
    }

    /// Appends entries that name their writer, until one is refused.
    private static func write(
        _ writer: Int, to store: SQLStore, _ written: Acknowledged
    ) async -> (any Error)? {
        while true {
            do {
                try await store.write { rows in
                    let head = try rows.chainHead(of: "acme")
                    let draft = Sample.Draft(
                        credits: Int64(writer + 1), key: "k", revision: head.sequence + 1)
                    try rows.append(Sample.entries([draft], behind: head), posted: [], poll: nil)
                }
                written.note(writer)
            } catch {
                return error
            }
            if Task.isCancelled { return nil }
            // Who follows needs a moment without a write, as a stopped holder leaves many.
            try? await Task.sleep(for: .milliseconds(Int.random(in: 0...40)))
        }
    }

    @Test("no write of a former holder gets in behind the first one of its follower")
    func rounds() async throws {
        let url = try await PostgresCluster.shared().newLedger()
        func open(_ number: Int) async throws -> SQLStore {
            let driver = try await PostgresDriver.open(
                PostgresURL(url), opening: .createIfMissing)
            return try await SQLStore.open(driver, process: Self.machine(number))
        }
        let written = Acknowledged()
        var holder = try await open(0)
        for round in 1...Self.rounds {
            let former = holder
            async let end = Self.write(round - 1, to: former, written)
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...20)))
            // As if it had been stopped for longer than a lease lives, in the middle of anything.
            try await Self.silence(url)
            holder = try await open(round)
            try await holder.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
            let refusal = await end
            guard case StoreError.taken? = refusal as? StoreError else {
                Issue.record("round \(round): \(refusal.map { "\($0)" } ?? "not taken over")")
                return
            }
            #expect(former.lease?.isHeld == false)
            try? await former.close()
        }
        let entries = try await holder.read {
            try $0.entries(of: "acme", after: 0, limit: 1_000_000)
        }
        let writers = entries.map { Int($0.credits.microCredits) - 1 }
        #expect(writers == writers.sorted(), "a former holder wrote after its follower")
        #expect(writers == written.all, "what was acknowledged is there, once")
        try await holder.close()
    }

    /// Makes the holder look silent to who looks now, although it goes on writing.
    private static func silence(_ url: String) async throws {
        try await PostgresCluster.shared().query(
            "UPDATE ledger_lease SET holder = '', process = ''", in: url)
    }
}
