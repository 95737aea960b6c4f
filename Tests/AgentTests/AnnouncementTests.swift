// What is announced and what is not: the sentences of the contract, one by one.

import AgentConfiguration
import Alerting
import Credits
import ExactJSON
import Ports
import PositionedYAML
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Announcements")
struct AnnouncementTests {
    private static let rules = """
        groups:
          - name: usage
            rules:
              - {alert: Above75, expr: max by (organization) (ai_credits_usage_percent) >= 75}
              - {alert: Above90, expr: max by (organization) (ai_credits_usage_percent) >= 90}
              - {alert: Exhausted, expr: max by (organization) (ai_credits_usage_percent) >= 100}
              - {alert: Blocked, expr: max by (organization) (ai_credits_limit_blocked) == 1}

        """
    /// Thresholds once a month; the block again every four hours.
    private static let notifications = """
        notifications:
          route:
            receiver: oncall
            group_by: [alertname, organization]
            repeat_interval: 40d
            routes:
              - {receiver: oncall, matchers: ['alertname="Blocked"'], repeat_interval: 4h}
          receivers:
            - name: oncall
              webhook_configs: [{url: "https://hooks.example/alerts"}]

        """

    private func configuration(
        _ more: String = "", organization: String = ""
    ) throws -> AgentConfiguration {
        try TestConfiguration.read(
            TestConfiguration.yaml(
                organization: organization,
                rest: "rule_files: [alerts.yml]\n" + Self.notifications + more),
            rules: Self.rules)
    }

    private func start(
        _ now: String = TestAgent.noon, store: MemoryStore = MemoryStore(),
        clock: VirtualClock? = nil
    ) async throws -> TestAgent {
        try await TestAgent.start(
            try configuration(), store: store,
            clock: clock ?? VirtualClock(now: TestAgent.instant(now)))
    }

    private func told(_ agent: TestAgent) async throws -> [String] {
        try await agent.outbox().map(announcement)
    }

    /// Ticks through so much time.
    private func pass(_ text: String, every step: String = "1m", _ agent: TestAgent) async throws {
        let end =
            agent.clock.now().milliseconds
            + (PrometheusDuration.parse(text)?.milliseconds ?? 0)
        while agent.clock.now().milliseconds < end {
            agent.advance(step)
            _ = try await agent.core.tick()
        }
    }

    @Test("exactly 100 % counts, and the block comes with it")
    func exactly() async throws {
        let agent = try await start()
        try await agent.use("999.999999")
        #expect(try await told(agent) == ["firing Above75", "firing Above90"])
        try await agent.use("1000")
        #expect(
            try await told(agent).suffix(2) == ["firing Exhausted", "firing Blocked"])
    }

    @Test("each crossing is announced once, through evaluations, reloads and restarts")
    func once() async throws {
        var agent = try await start()
        try await agent.use("950")
        let expected = ["firing Above75", "firing Above90"]
        try await pass("1h", agent)
        #expect(try await told(agent) == expected)
        // A reload of the same file, and one that changes what has nothing to do with it.
        try await agent.core.reload(try configuration())
        try await agent.core.reload(
            try configuration("query_retention: 9d\n", organization: ", daily_series: 3d"))
        try await pass("1h", agent)
        #expect(try await told(agent) == expected)
        for _ in 1...5 {
            agent = try await start(store: await agent.store.crash(), clock: agent.clock)
            try await agent.use("951")
            try await pass("10m", agent)
        }
        #expect(try await told(agent) == expected)
    }

    @Test(
        "a jump of the clock announces nothing again",
        arguments: [-86_400_000, -3_600_000, 3_600_000, 18_000_000, 864_000_000] as [Int64])
    func clockJump(_ jump: Int64) async throws {
        let agent = try await start()
        try await agent.use("1000")
        try await pass("10m", agent)
        let before = try await told(agent)
        #expect(before.count == 4)
        agent.clock.stepWall(milliseconds: jump)
        try await pass("10m", agent)
        #expect(try await told(agent) == before)
        // A restart remembers the time that was, not the time that jumped.
        let next = try await start(store: await agent.store.crash(), clock: agent.clock)
        try await pass("10m", next)
        #expect(try await told(next) == before)
        // The block is repeated four hours after it was told, whatever the wall said.
        try await pass("3h20m", next)
        #expect(try await told(next) == before)
        try await pass("15m", next)
        #expect(try await told(next) == before + ["firing Blocked"])
    }

    @Test("a correction downwards resolves; crossing again after that is news")
    func correction() async throws {
        let agent = try await start()
        for credits in ["950", "800", "950", "700"] {
            try await agent.use(credits)
            try await pass("5m", agent)
        }
        #expect(
            try await told(agent) == [
                "firing Above75", "firing Above90", "resolved Above90", "firing Above90",
                "resolved Above75", "resolved Above90",
            ])
    }

    @Test("the 1st resolves what fires; the next month begins anew")
    func nextMonth() async throws {
        let agent = try await start("2026-11-30T23:00:00Z")
        try await agent.use("800")
        try await pass("2h", agent)
        #expect(try await told(agent) == ["firing Above75", "resolved Above75"])
        try await agent.use("800")
        try await pass("5m", agent)
        #expect(try await told(agent).last == "firing Above75")
        #expect(try await told(agent).count == 3)
    }

    @Test("repeats follow repeat_interval, keep startsAt and say why")
    func repeats() async throws {
        let agent = try await start()
        try await agent.use("1000")
        try await pass("8h10m", agent)
        // Ten days on, the thresholds are still told only once.
        #expect(
            try await told(agent) == [
                "firing Above75", "firing Above90", "firing Exhausted", "firing Blocked",
                "firing Blocked", "firing Blocked",
            ])
        let blocked = try await agent.outbox().filter { announcement($0) == "firing Blocked" }
            .map { WebhookText.json($0.body) }
        #expect(
            blocked.map { $0["notification_reason"]?.stringValue } == [
                "first notification", "repeat interval elapsed", "repeat interval elapsed",
            ])
        #expect(
            Set(blocked.map { $0["alerts"]?[0]?["startsAt"]?.stringValue }) == [TestAgent.noon])
        #expect(Set(try await agent.outbox().map(\.id)).count == 6, "each with its own id")
    }

    @Test("a repeat that fell due while the agent was down is told once")
    func downOverRepeat() async throws {
        let agent = try await start()
        try await agent.use("1000")
        try await pass("5m", agent)
        agent.advance("9h")
        let next = try await start(store: await agent.store.crash(), clock: agent.clock)
        try await pass("1h", next)
        #expect(try await told(next).count { $0 == "firing Blocked" } == 2)
        #expect(try await told(next).count == 5)
    }

    @Test("what ended while the agent was down is told as resolved, once")
    func endedWhileDown() async throws {
        let agent = try await start("2026-11-30T23:50:00Z")
        try await agent.use("800")
        try await pass("5m", agent)
        agent.advance("1h")
        let next = try await start(store: await agent.store.crash(), clock: agent.clock)
        try await pass("30m", next)
        #expect(try await told(next) == ["firing Above75", "resolved Above75"])
    }

    @Test("events have type, timestamp and data, and go to event endpoints alone")
    func events() async throws {
        let agent = try await TestAgent.start(
            try TestConfiguration.read(
                TestConfiguration.yaml(rest: TestConfiguration.notifications)))
        try await agent.use("1000")
        try await agent.setLimit(.soft(allowance: TestAgent.credits("100")))
        let rows = try await agent.outbox()
        #expect(
            rows.map(announcement) == ["limit.blocked", "limit.changed", "limit.resumed"])
        #expect(rows.allSatisfy { $0.integration == "event_webhook" })
        for row in rows {
            let names = WebhookText.json(row.body).objectValue?.members.map(\.name)
            #expect(names == ["type", "timestamp", "data"])
        }
    }
}
