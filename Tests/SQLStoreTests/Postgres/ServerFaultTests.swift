// What a failing server does to an open ledger: nothing acknowledged is lost, nothing happens
// twice, and it goes on by itself.

import Credits
import Foundation
import Ledger
import Ports
import PostgresCluster
import Synchronization
import Testing

@testable import SQLStore

@Suite(
    "PostgreSQL failing", .serialized,
    .enabled(if: PostgresCluster.isInstalled, "postgresql is not installed"),
    .timeLimit(.minutes(5)))
struct ServerFaultTests {
    /// Acknowledged changes.
    private final class Acknowledged: Sendable {
        private let numbers = Mutex<Set<Int>>([])
        func note(_ number: Int) { numbers.withLock { _ = $0.insert(number) } }
        var all: Set<Int> { numbers.withLock { $0 } }
    }

    private static var options: PostgresOptions {
        var options = PostgresOptions()
        options.answer = .seconds(2)
        options.statement = .seconds(1)
        options.lock = .seconds(1)
        options.pause = .seconds(2)
        return options
    }

    /// Writes all the time while faults happen; then every acknowledged write is there once.
    private func expectExactness(
        with faults: (PostgresCluster, any Store, Acknowledged) async throws -> Void
    ) async throws {
        let cluster = try await PostgresCluster.start()
        let url = try await cluster.newLedger()
        let store = try await openPostgresStore(url: url, options: Self.options)
        let acknowledged = Acknowledged()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var number = 0
                while !Task.isCancelled {
                    number += 1
                    let wanted = number
                    do {
                        try await store.write { rows in
                            let head = try rows.chainHead(of: "acme")
                            let draft = Sample.Draft(
                                credits: Int64(wanted), key: "k\(wanted)", revision: 1)
                            try rows.append(
                                Sample.entries([draft], behind: head), posted: [], poll: nil)
                        }
                        acknowledged.note(wanted)
                    } catch {
                        try? await Task.sleep(for: .milliseconds(20))
                    }
                }
            }
            do {
                try await faults(cluster, store, acknowledged)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        let entries = try await store.read { try $0.entries(of: "acme", after: 0, limit: 100_000) }
        let written = entries.map { Int($0.credits.microCredits) }
        #expect(Set(written).count == written.count, "an entry was written twice")
        #expect(acknowledged.all.subtracting(written).isEmpty, "an acknowledged entry is missing")
        try await store.close()
        await cluster.remove()
    }

    /// Waits until more is acknowledged than now.
    private func progress(_ acknowledged: Acknowledged, within seconds: Double) async throws {
        let before = acknowledged.all.count
        let deadline = ContinuousClock.now + .seconds(seconds)
        while acknowledged.all.count < before + 3 {
            guard ContinuousClock.now < deadline else {
                Issue.record("nothing was written for \(seconds) s")
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test("a restart and crashes are survived", arguments: ["fast", "immediate"])
    func restarts(_ mode: String) async throws {
        try await expectExactness { cluster, store, acknowledged in
            for _ in 0..<3 {
                try await progress(acknowledged, within: 10)
                try await cluster.stop(mode)
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...300)))
                try await cluster.startAgain()
                try await progress(acknowledged, within: 20)
            }
            #expect(store.lease?.isHeld == true)
        }
    }

    @Test("sessions that are ended in the middle of anything are replaced")
    func terminations() async throws {
        try await expectExactness { cluster, _, acknowledged in
            for _ in 0..<30 {
                try await cluster.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = 'ai-credits-agent'
                    """)
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...30)))
            }
            try await progress(acknowledged, within: 20)
        }
    }

    @Test("a frozen server fails writes within their deadline, and reading goes on afterwards")
    func frozen() async throws {
        try await expectExactness { cluster, store, acknowledged in
            try await progress(acknowledged, within: 10)
            try cluster.freeze(true)
            let begun = ContinuousClock.now
            await #expect {
                _ = try await store.read { try $0.sourceSuccesses() }
            } throws: { "\($0)".contains("did not answer in time") || "\($0)".contains("reached") }
            #expect(ContinuousClock.now - begun < .seconds(40))
            try cluster.freeze(false)
            try await progress(acknowledged, within: 30)
        }
    }
}
