// Silences in the agent: durable, audited, in force at once, forgotten in time.

import Alerting
import Credits
import Ledger
import PositionedYAML
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Silences")
struct SilenceTests {
    private static let rules = """
        groups:
          - name: g
            rules:
              - {alert: High, expr: ai_credits_usage_percent >= 75, annotations: {summary: s}}

        """

    private func start(_ agent: TestAgent? = nil) async throws -> TestAgent {
        let configuration = try TestConfiguration.read(
            TestConfiguration.yaml(
                rest: "rule_files: [alerts.yml]\n" + TestConfiguration.notifications),
            rules: Self.rules)
        guard let agent else { return try await TestAgent.start(configuration) }
        return try await TestAgent.start(
            configuration, store: await agent.store.crash(), clock: agent.clock)
    }

    private func silence(
        _ agent: TestAgent, _ matchers: String = "alertname=High", for length: String = "2h"
    ) async throws -> String {
        let now = agent.clock.now().milliseconds
        return try await agent.core.putSilence(
            SilenceProposal(
                matchers: try MatcherParser.parse(matchers), startsAt: now,
                endsAt: now + (PrometheusDuration.parse(length)?.milliseconds ?? 0),
                createdBy: "alice@example.com", comment: "migration"), actor: "user:root")
    }

    private func announcements(_ agent: TestAgent) async throws -> [String] {
        try await agent.outbox().map(announcement).filter { $0.contains("High") }
    }

    /// Lets time pass in steps of a minute.
    private func pass(_ agent: TestAgent, minutes: Int) async throws {
        for _ in 0..<minutes {
            agent.advance("1m")
            _ = try await agent.core.tick()
        }
    }

    @Test("a silenced alert is told when the silence ends by itself, also over a restart")
    func silenced() async throws {
        let first = try await start()
        _ = try await silence(first)
        try await first.use("800")
        try await pass(first, minutes: 3)
        #expect(try await announcements(first).isEmpty)
        #expect(
            first.samples("ai_credits_silences").contains(#"ai_credits_silences{state="active"} 1"#)
        )
        let suppressed = first.samples("ai_credits_notifications_suppressed_total")
        #expect(
            suppressed == [
                #"ai_credits_notifications_suppressed_total{receiver="oncall",reason="silence"} 4"#
            ])
        let second = try await start(first)
        try await second.use("800")
        try await pass(second, minutes: 3)
        #expect(try await announcements(second).isEmpty)
        second.advance("2h")
        try await second.use("801")
        try await pass(second, minutes: 2)
        #expect(try await announcements(second) == ["firing High"])
    }

    @Test("a silence that is ended by hand lets the alert be told at the next look")
    func ended() async throws {
        let agent = try await start()
        let id = try await silence(agent)
        try await agent.use("800")
        try await agent.core.expireSilence(id, actor: "user:root")
        try await pass(agent, minutes: 1)
        #expect(try await announcements(agent) == ["firing High"])
        let audits = try await agent.store.read { try $0.audits(of: "", limit: 10) }
        #expect(audits.map(\.action) == ["silence.expired", "silence.created"])
        #expect(audits.map(\.reason) == ["migration", "migration"])
        #expect(audits.first?.before.contains("{alertname=\"High\"}") == true)
        #expect(audits.last?.before == "")
    }

    @Test("a crossing that began and ended while silenced is never told")
    func neverTold() async throws {
        let agent = try await start()
        _ = try await silence(agent)
        try await agent.use("800")
        try await agent.use("100")
        try await pass(agent, minutes: 130)
        #expect(try await announcements(agent).isEmpty)
    }

    @Test("a silence that could not be written is not in force")
    func notWritten() async throws {
        let agent = try await start()
        await agent.store.fail(nextWrites: 1)
        await #expect(throws: SilenceError.self) { try await silence(agent) }
        try await agent.use("800")
        #expect(try await announcements(agent) == ["firing High"])
    }

    @Test("silences are forgotten 120 hours after their end")
    func housekeeping() async throws {
        let agent = try await start()
        let id = try await silence(agent, for: "1h")
        agent.advance("121h")
        _ = try await agent.core.tick()
        #expect(agent.snapshot.silences[id]?.state(at: agent.clock.now().milliseconds) == .expired)
        agent.advance("1s")
        await agent.store.fail(nextWrites: 1)
        _ = try await agent.core.tick()
        #expect(agent.snapshot.silences[id] != nil, "tried again later")
        _ = try await agent.core.tick()
        #expect(agent.snapshot.silences[id] == nil)
        #expect(try await agent.store.read { try $0.silences() }.isEmpty)
    }

    @Test("identifiers are random UUIDs of version 4")
    func identifiers() async throws {
        let agent = try await start()
        let ids = [try await silence(agent), try await silence(agent)]
        #expect(Set(ids).count == 2)
        for id in ids {
            #expect(
                id.wholeMatch(
                    of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
                    != nil, "\(id)")
        }
    }

    @Test("a reload keeps silences in force")
    func reload() async throws {
        let agent = try await start()
        _ = try await silence(agent)
        try await agent.core.reload(agent.resolved.configuration)
        try await agent.use("800")
        try await pass(agent, minutes: 2)
        #expect(try await announcements(agent).isEmpty)
    }
}
