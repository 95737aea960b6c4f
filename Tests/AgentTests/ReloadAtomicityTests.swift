// A reload is in force whole or not at all, and says what it changed.

import AgentConfiguration
import Credits
import ExactJSON
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Reloads")
struct ReloadAtomicityTests {
    @Test("a reload that cannot be written changes nothing, in memory or in the ledger")
    func failedWrite() async throws {
        let agent = try await TestAgent.start(try Self.configuration(base: "1000"))
        try await agent.use("100")
        let before = try await agent.terms()
        await agent.store.fail(nextWrites: 1)
        await #expect(throws: StoreError.self) {
            try await agent.core.reload(try Self.configuration(base: "50", second: "20"))
        }
        #expect(try await agent.terms() == before)
        #expect(agent.snapshot.organizations.map(\.id) == ["acme"])
        #expect(agent.gate().reason == .withinBase)
    }

    @Test("all that a reload changes is one transaction")
    func oneTransaction() async throws {
        let agent = try await TestAgent.start(try Self.configuration(base: "1000"))
        let before = await agent.store.commitCount
        try await agent.core.reload(try Self.configuration(base: "50", second: "20"))
        #expect(await agent.store.commitCount == before + 1)
    }

    @Test("a limit that the file changes is announced, an owner alone is not")
    func announced() async throws {
        let agent = try await TestAgent.start(
            try Self.configuration(base: "1000", limit: ", limit: {mode: soft, allowance: 5}"))
        try await agent.core.reload(try Self.configuration(base: "1000"))
        #expect(try await agent.outbox().isEmpty)
        try await agent.core.reload(
            try Self.configuration(base: "1000", limit: ", limit: {mode: soft, allowance: 7}"))
        let rows = try await agent.outbox()
        #expect(rows.map(announcement) == ["limit.changed"])
        let body = try JSONReader.read(rows[0].body)
        #expect(body["data"]?["before"]?["allowance"]?.numberLexeme == "5")
        #expect(body["data"]?["after"]?["allowance"]?.numberLexeme == "7")
        #expect(body["data"]?["changed_by"]?.stringValue == "file")
    }

    @Test("a block that a reload ends names the reload as its cause")
    func cause() async throws {
        let agent = try await TestAgent.start(try Self.configuration(base: "100"))
        try await agent.use("100")
        try await agent.core.reload(try Self.configuration(base: "1000"))
        let transitions = try await agent.transitions()
        #expect(transitions.map(\.kind) == [.blocked, .resumed])
        #expect(transitions.last?.cause == "acme: base_allocation.changed to 1000 by file")
    }

    @Test("a zone that is taken back before the 1st never comes")
    func zoneTakenBack() async throws {
        let agent = try await TestAgent.start(try Self.configuration(base: "1000"))
        let abroad = ", time_zone: America/Los_Angeles"
        try await agent.core.reload(try Self.configuration(base: "1000", limit: abroad))
        try await agent.core.reload(try Self.configuration(base: "1000"))
        let history = TermsHistory(records: try await agent.terms())
        let later = TestAgent.instant("2026-12-20T00:00:00Z")
        #expect(history.terms(at: later).calendar.identifier == "UTC")
        let count = history.records.count
        try await agent.core.reload(try Self.configuration(base: "1000"))
        #expect(try await agent.terms().count == count)
    }

    @Test("a commit whose answer was lost is found by the next poll, and counted once")
    func lostAnswer() async throws {
        let agent = try await TestAgent.start(try Self.configuration(base: "1000"))
        await agent.store.loseAnswers(nextWrites: 1)
        try await agent.use("100")
        try await agent.use("100")
        #expect(agent.used == "100")
        #expect(try await agent.entries().count == 1)
        try await agent.use("150")
        #expect(agent.used == "150")
    }

    @Test("a clock that is set back neither blocks nor hides that a source is silent")
    func clockSetBack() async throws {
        let agent = try await TestAgent.start(try Self.configuration(base: "1000"))
        _ = try await agent.core.tick()
        try await agent.use("100")
        agent.clock.stepWall(milliseconds: -86_400_000)
        _ = try await agent.core.tick()
        #expect(agent.gate().reason == .withinBase)
        agent.advance("31m")
        #expect(agent.gate().reason == .usageStale)
    }

    private static func configuration(
        base: String, limit: String = "", second: String? = nil
    ) throws -> AgentConfiguration {
        let other = second.map { "\n  - {id: beta, base_allocation: \($0)}" } ?? ""
        let yaml = """
            organizations:
              - {id: acme, name: Acme Inc., base_allocation: \(base)\(limit)}\(other)
            sources:
              - id: usage
                organization: acme
                request: {url: "https://usage.example/u"}
                map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}
            notifications:
              receivers:
                - name: events
                  event_webhook_configs: [{url: "https://hooks.example/events"}]

            """
        return try TestConfiguration.read(yaml)
    }
}
