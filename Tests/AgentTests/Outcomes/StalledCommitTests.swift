// A PostgreSQL server whose commits hang for longer than their outcome is looked for, and then land
// just while the next write waits for them.

import Credits
import Ledger
import Ports
import PostgresCluster
import SQLStore
import SimulatedPorts
import Testing

@testable import Agent

@Suite(
    "Commits that hang on a PostgreSQL server",
    .enabled(if: PostgresCluster.isInstalled, "postgresql is not installed"),
    .timeLimit(.minutes(3)))
struct StalledCommitTests {
    private static func set(_ standby: String, on cluster: PostgresCluster) async throws {
        try await cluster.query("ALTER SYSTEM SET synchronous_standby_names = '\(standby)'")
        try await cluster.query("SELECT pg_reload_conf()")
    }

    /// Lets commands follow each other until a commit hangs for a standby that never comes, and is
    /// given up; then lets it land while a tick waits for it. So the first to hang is a command's,
    /// no sign of life.
    ///
    /// - Parameter command: gives what its failure is told in words, empty for success; it is given
    ///   a number for its keys.
    /// - Returns: the number of the command whose outcome was left open.
    private static func leaveOpen(
        _ cluster: PostgresCluster, _ agent: TestAgent, _ command: (Int) async -> String
    ) async throws -> Int {
        async let stalling: Void = set("nope", on: cluster)
        var number = 0
        var answer = ""
        while answer.isEmpty, number < 100_000 {
            number += 1
            answer = await command(number)
        }
        #expect(answer.contains("whether it was committed"), "\(answer)")
        try await stalling
        async let wait = agent.core.tick()
        try await Task.sleep(for: .milliseconds(300))
        try await set("", on: cluster)
        _ = try await wait
        return number
    }

    /// Ticks until something is so.
    private static func eventually(
        _ agent: TestAgent, _ isSo: () async throws -> Bool
    ) async throws {
        for _ in 0..<200 {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(100))
            _ = try await agent.core.tick()
        }
        Issue.record("it never came to what was expected")
    }

    private static func make(
        _ agent: TestAgent, _ microCredits: Int64, key: String
    ) async -> HoldAnswer {
        await agent.core.hold(
            .make(
                HoldRequest(
                    organization: "acme", product: "chat",
                    credits: CreditAmount(microCredits: microCredits), timeToLive: 3_600_000,
                    key: key, actor: "gateway")))
    }

    private static func words(_ answer: HoldAnswer) -> String {
        switch answer {
        case .made: ""
        case .unavailable(let words): words
        default: "\(answer)"
        }
    }

    @Test("what lands late counts, is in force, and is neither granted nor written again")
    func landsLate() async throws {
        let cluster = try await PostgresCluster.start(settings: PostgresCluster.streaming)
        var options = PostgresOptions()
        options.answer = .seconds(2)
        options.lock = .seconds(2)
        options.patience = .seconds(1)
        options.search = .milliseconds(500)
        let store = try await openPostgresStore(
            url: try await cluster.newLedger(), options: options)
        let agent = try TestAgent(
            try TestConfiguration.read(TestConfiguration.yaml()), store: MemoryStore(),
            clock: VirtualClock(now: TestAgent.instant(TestAgent.noon)),
            transport: ScriptedTransport(responses: []), wrapped: store)
        try await agent.core.start()
        try await agent.use("100")

        let count = try await Self.leaveOpen(cluster, agent) {
            Self.words(await Self.make(agent, 1, key: "k\($0)"))
        }
        let held = CreditAmount(microCredits: Int64(count))
        try await Self.eventually(agent) { agent.snapshot.holds["acme"]?.total.held == held }
        guard case .repeated(let hold) = await Self.make(agent, 1, key: "k\(count)") else {
            Issue.record("the hold that landed was not found")
            return
        }
        // All that would be left without it.
        let rest = 900_000_000 - Int64(count) + 1
        guard case .refused = await Self.make(agent, rest, key: "rest") else {
            Issue.record("held over the limit")
            return
        }
        guard case .ended = await agent.core.hold(.void(id: hold.id)) else {
            Issue.record("the hold that landed could not be voided")
            return
        }

        let last = try await Self.leaveOpen(cluster, agent) { number in
            do throws(LimitChangeError) {
                let allowance = CreditAmount(microCredits: Int64(number))
                try await agent.setLimit(.soft(allowance: allowance))
                return ""
            } catch {
                return error.description
            }
        }
        let allowance = CreditAmount(microCredits: Int64(last))
        try await Self.eventually(agent) {
            agent.acme?.standing(at: agent.clock.now()).allowance == allowance
        }
        let terms = try await store.read { try $0.terms(of: "acme") }
        #expect(agent.acme?.state.terms.records == terms)
        try await store.close()
        await cluster.remove()
    }
}
