// Alerts of a running agent: announced once, kept through restarts and reloads.

import AgentConfiguration
import Alerting
import Credits
import ExactJSON
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Alerts of the agent")
struct RuleTests {
    static let high = """
              - alert: High
                expr: max by (organization) (ai_credits_usage_percent) >= 75
                labels: {severity: info}
                annotations: {summary: "{{ $labels.organization }} at {{ $value }}"}
        """
    static let higher = """
              - {alert: Higher, expr: max by (organization) (ai_credits_usage_percent) >= 90}
        """

    private static func rules(_ rules: String...) -> String {
        "groups:\n  - name: usage\n    rules:\n" + rules.joined(separator: "\n") + "\n"
    }

    private func configuration(
        _ rules: String, organization: String = ""
    ) throws -> AgentConfiguration {
        try TestConfiguration.read(
            TestConfiguration.yaml(
                organization: organization,
                rest: "rule_files: [alerts.yml]\n" + TestConfiguration.notifications),
            rules: rules)
    }

    private func start(
        _ rules: String, store: MemoryStore = MemoryStore(), clock: VirtualClock? = nil
    ) async throws -> TestAgent {
        try await TestAgent.start(
            try configuration(rules), store: store,
            clock: clock ?? VirtualClock(now: TestAgent.instant(TestAgent.noon)))
    }

    private func alerts(_ agent: TestAgent) async throws -> [String] {
        try await agent.outbox().filter { $0.integration == "webhook" }.map(announcement)
    }

    @Test("the poll that crosses a threshold announces it, before any tick")
    func atOnce() async throws {
        let agent = try await start(Self.rules(Self.high, Self.higher))
        try await agent.use("749.999999")
        #expect(try await alerts(agent).isEmpty)
        agent.advance("1s")
        try await agent.use("750")
        #expect(try await alerts(agent) == ["firing High"])
        let row = try #require(try await agent.outbox().first)
        let json = WebhookText.json(row.body)
        #expect(json["version"]?.stringValue == "4")
        #expect(json["externalURL"]?.stringValue == "http://agent.example")
        let alert = json["alerts"]?.arrayValue?.first
        #expect(alert?["annotations"]?["summary"]?.stringValue == "acme at 75")
        #expect(alert?["startsAt"]?.stringValue == "2026-11-10T12:00:01Z")
        #expect(
            agent.samples("ai_credits_alerts") == [
                #"ai_credits_alerts{organization="acme",alertname="High",alertstate="firing"} 1"#
            ])
    }

    @Test("selectors that no series of the agent matches are counted by group")
    func unmatchedSelectors() async throws {
        let foreign = "      - {alert: Load, expr: node_load1 > 3 or ai_credits_used_credits > 1}\n"
        let agent = try await start(Self.rules(Self.high, foreign))
        #expect(
            agent.samples("ai_credits_rule_group_unmatched_selectors") == [
                #"ai_credits_rule_group_unmatched_selectors{rule_group="./alerts.yml;usage"} 1"#
            ])
        try await agent.core.reload(try configuration(Self.rules(Self.high)))
        #expect(
            agent.samples("ai_credits_rule_group_unmatched_selectors") == [
                #"ai_credits_rule_group_unmatched_selectors{rule_group="./alerts.yml;usage"} 0"#
            ])
    }

    @Test("thresholds passed in one poll are announced in ascending order")
    func ascending() async throws {
        let agent = try await start(Self.rules(Self.high, Self.higher))
        try await agent.use("2000")
        #expect(try await alerts(agent) == ["firing High", "firing Higher"])
    }

    @Test("more use of the same month announces nothing again; the 1st resolves")
    func once() async throws {
        let agent = try await start(Self.rules(Self.high))
        for credits in ["800", "850", "990"] {
            try await agent.use(credits)
            agent.advance("1m")
            _ = try await agent.core.tick()
        }
        #expect(try await alerts(agent) == ["firing High"])
        agent.clock.advance(
            milliseconds: TestAgent.instant("2026-12-01T00:00:00Z").milliseconds
                - agent.clock.now().milliseconds)
        _ = try await agent.core.tick()
        agent.advance("2m")
        _ = try await agent.core.tick()
        #expect(try await alerts(agent).last == "resolved High")
    }

    @Test("a correction resolves, and crossing again is news")
    func again() async throws {
        let agent = try await start(Self.rules(Self.high))
        for credits in ["800", "700", "800"] {
            try await agent.use(credits)
            agent.advance("2m")
            _ = try await agent.core.tick()
        }
        #expect(try await alerts(agent) == ["firing High", "resolved High", "firing High"])
    }

    @Test("a restart announces nothing again and keeps the time it began")
    func restart() async throws {
        let agent = try await start(Self.rules(Self.high))
        try await agent.use("800")
        agent.advance("10m")
        let second = try await start(
            Self.rules(Self.high), store: await agent.store.crash(), clock: agent.clock)
        _ = try await second.core.tick()
        try await second.use("810")
        agent.advance("10m")
        _ = try await second.core.tick()
        #expect(try await alerts(second) == ["firing High"])
        let records = try await second.store.read { try $0.alertRecords() }
        #expect(records.count == 1)
        #expect(records.first?.firedAt == TestAgent.instant(TestAgent.noon).milliseconds)
    }

    @Test("a reload with the same rule announces nothing; another organization name neither")
    func reloadUnchanged() async throws {
        let agent = try await start(Self.rules(Self.high))
        try await agent.use("800")
        try await agent.core.reload(
            try configuration(
                Self.rules(Self.higher, Self.high), organization: ", daily_series: 3d"))
        agent.advance("5m")
        _ = try await agent.core.tick()
        #expect(try await alerts(agent) == ["firing High"])
        #expect(agent.samples("ai_credits_alerts").count == 1)
    }

    @Test("a firing alert whose rule is removed is resolved, and stays gone")
    func removedRule() async throws {
        let agent = try await start(Self.rules(Self.high))
        try await agent.use("800")
        try await agent.core.reload(try configuration(Self.rules(Self.higher)))
        agent.advance("2m")
        _ = try await agent.core.tick()
        #expect(try await alerts(agent) == ["firing High", "resolved High"])
        #expect(agent.samples("ai_credits_alerts").isEmpty)
        #expect(try await agent.store.read { try $0.alertRecords() }.isEmpty)
        agent.advance("1h")
        _ = try await agent.core.tick()
        #expect(try await alerts(agent).count == 2)
    }

    @Test("a reload that cannot be written is refused whole")
    func refusedReload() async throws {
        let agent = try await start(Self.rules(Self.high))
        try await agent.use("800")
        await agent.store.fail(nextWrites: 1)
        let next = try configuration(
            Self.rules(Self.higher), organization: ", when_stale: block")
        await #expect(throws: StoreError.self) { try await agent.core.reload(next) }
        await agent.core.noteRefusedReload()
        #expect(agent.samples("ai_credits_alerts").count == 1, "the alert still fires")
        #expect(
            agent.samples("ai_credits_config_last_reload_successful") == [
                "ai_credits_config_last_reload_successful 0"
            ])
        try await agent.use("950")
        agent.advance("5m")
        _ = try await agent.core.tick()
        #expect(try await alerts(agent) == ["firing High"], "the former rules are in force")
        try await agent.core.reload(next)
        #expect(
            agent.samples("ai_credits_config_last_reload_successful") == [
                "ai_credits_config_last_reload_successful 1"
            ])
    }

    @Test("terms that cannot be written refuse the reload: the former base is in force")
    func refusedTerms() async throws {
        let agent = try await start(Self.rules(Self.high))
        try await agent.use("100")
        await agent.store.fail(nextWrites: 1)
        let next = try TestConfiguration.read(
            TestConfiguration.yaml().replacing(
                "base_allocation: 1000", with: "base_allocation: 50"))
        await #expect(throws: StoreError.self) { try await agent.core.reload(next) }
        #expect(agent.acme?.standing(at: agent.clock.now()).base == TestAgent.credits("1000"))
        #expect(agent.gate().reason == .withinBase)
        try await agent.core.reload(next)
        #expect(agent.gate().reason == .limitReached)
        #expect(
            try await agent.transitions().map(\.cause) == [
                "acme: base_allocation.changed to 50 by file"
            ])
    }

    @Test("sources keep their counters and their last success through a reload")
    func sourcesKeep() async throws {
        let agent = try await start(Self.rules(Self.high))
        try await agent.use("1")
        await agent.core.recordFailure(
            PollFailure(.connect, "refused"), of: "usage", durationSeconds: 1)
        let before = try #require(agent.source())
        try await agent.core.reload(try configuration(Self.rules(Self.higher)))
        let after = try #require(agent.source())
        #expect(after.pollCount == 2)
        #expect(after.failures == [.connect: 1])
        #expect(after.lastSuccess == before.lastSuccess)
        #expect(after.isUp == false)
    }

    @Test("a failed write of alert states announces nothing; the next evaluation does")
    func failedStates() async throws {
        let agent = try await start(Self.rules(Self.high))
        try await agent.use("10")
        agent.advance("15s")
        _ = try await agent.core.tick()
        // The poll's own transaction succeeds, the one of the rules fails.
        let wrapped = FaultyStore(agent.store)
        let second = try TestAgent(
            try configuration(Self.rules(Self.high)), store: agent.store, clock: agent.clock,
            transport: agent.transport, wrapped: wrapped)
        try await second.core.start()
        wrapped.failWrite(number: 2)
        try await second.use("800")
        #expect(second.used == "800")
        #expect(try await alerts(second).isEmpty)
        agent.advance("15s")
        _ = try await second.core.tick()
        #expect(try await alerts(second) == ["firing High"])
    }

    @Test("rules are evaluated on their grid")
    func grid() async throws {
        let agent = try await start(Self.rules(Self.high))
        func evaluations() -> String {
            let sample = agent.samples("ai_credits_rule_evaluations_total").first
            return String(sample?.split(separator: " ").last ?? "-")
        }
        _ = try await agent.core.tick()
        #expect(evaluations() == "1")
        agent.clock.advance(milliseconds: 14_999)
        _ = try await agent.core.tick()
        #expect(evaluations() == "1")
        #expect(try await agent.core.tick() == 1, "a millisecond until the slot")
        agent.clock.advance(milliseconds: 1)
        _ = try await agent.core.tick()
        #expect(evaluations() == "2")
        // Missed slots are not made up for.
        agent.advance("5m")
        _ = try await agent.core.tick()
        #expect(evaluations() == "3")
    }
}
