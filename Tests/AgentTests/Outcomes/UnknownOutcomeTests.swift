// Commits without an answer: neither outcome is assumed. Whichever it was, the agent goes on from
// what the store holds, as a restarted one would, and nothing is written or told twice.

import Alerting
import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Commits whose outcome is not known", .timeLimit(.minutes(1)))
struct UnknownOutcomeTests {
    private static let soft = LimitPolicy.soft(allowance: TestAgent.credits("500"))

    private static let rules = """
        groups:
          - name: g
            rules:
              - {alert: High, expr: ai_credits_usage_percent >= 75, annotations: {summary: s}}

        """

    /// An agent of base 1000 on a store that leaves outcomes open on request.
    private static func start(
        _ now: String = TestAgent.noon
    ) async throws -> (TestAgent, LateStore) {
        let inner = MemoryStore()
        let store = LateStore(inner)
        let agent = try TestAgent(
            try TestConfiguration.read(
                TestConfiguration.yaml(
                    rest: "rule_files: [alerts.yml]\n" + TestConfiguration.notifications),
                rules: rules),
            store: inner, clock: VirtualClock(now: TestAgent.instant(now)),
            transport: ScriptedTransport(responses: [TransportResponse(status: 204)]),
            wrapped: store)
        try await agent.core.start()
        return (agent, store)
    }

    /// What was announced, in order.
    private static func told(_ agent: TestAgent) async throws -> [String] {
        try await agent.outbox().map(announcement)
    }

    private static func ticks(_ agent: TestAgent, _ count: Int = 3) async throws {
        for _ in 0..<count {
            agent.advance("15s")
            _ = try await agent.core.tick()
        }
    }

    /// An agent that is started on what is committed knows what this one knows.
    private static func expectSameAfterRestart(_ agent: TestAgent) async throws {
        let here = try #require(agent.acme?.state)
        let next = try await TestAgent.start(
            agent.resolved.configuration, store: await agent.store.crash(), clock: agent.clock)
        let there = try #require(next.acme?.state)
        #expect(there.isBlocked == here.isBlocked)
        #expect(there.terms.records == here.terms.records)
        #expect(there.entryCount == here.entryCount)
        #expect(there.openMonth == here.openMonth)
        #expect(next.gate() == agent.gate())
        #expect(next.snapshot.holds == agent.snapshot.holds)
        #expect(next.snapshot.silences == agent.snapshot.silences)
    }

    // MARK: Holds

    private static func make(
        _ agent: TestAgent, _ credits: String, key: String
    ) async -> HoldAnswer {
        await agent.core.hold(
            .make(
                HoldRequest(
                    organization: "acme", product: "chat", credits: TestAgent.credits(credits),
                    timeToLive: 3_600_000, key: key, actor: "gateway")))
    }

    private static func held(_ agent: TestAgent) -> [String] {
        let total = (agent.snapshot.holds["acme"] ?? HeldCredits()).total
        return [total.held.description, total.unreported.description]
    }

    private static func isUnavailable(_ answer: HoldAnswer) -> Bool {
        if case .unavailable = answer { true } else { false }
    }

    @Test("a hold that was committed late counts before the next is granted")
    func hold() async throws {
        let (agent, store) = try await Self.start()
        try await agent.use("100")
        store.leaveOpen()
        #expect(Self.isUnavailable(await Self.make(agent, "500", key: "k1")))
        // Nothing can be decided, and readers go on.
        _ = try await agent.core.tick()
        #expect(Self.isUnavailable(await Self.make(agent, "1", key: "k0")))
        #expect(agent.gate().isAllowed)
        #expect(Self.held(agent) == ["0", "0"])
        store.release(commits: true)
        _ = try await agent.core.tick()
        #expect(Self.held(agent) == ["500", "0"])
        guard case .repeated(let hold) = await Self.make(agent, "500", key: "k1") else {
            Issue.record("the hold was not found again")
            return
        }
        guard case .refused = await Self.make(agent, "500", key: "k2") else {
            Issue.record("held over the limit")
            return
        }
        let end = HoldCommand.settle(id: hold.id, credits: TestAgent.credits("450"))
        guard case .ended = await agent.core.hold(end) else {
            Issue.record("a hold that counts could not be settled")
            return
        }
        #expect(Self.held(agent) == ["0", "450"])
        try await Self.expectSameAfterRestart(agent)
    }

    @Test("a hold that was not committed counts nowhere")
    func rolledBackHold() async throws {
        let (agent, store) = try await Self.start()
        try await agent.use("100")
        store.leaveOpen()
        #expect(Self.isUnavailable(await Self.make(agent, "500", key: "k1")))
        store.release(commits: false)
        guard case .made = await Self.make(agent, "900", key: "k2") else {
            Issue.record("blocked by a hold that is none")
            return
        }
        #expect(Self.held(agent) == ["900", "0"])
    }

    @Test("a settlement that was committed late is not settled again")
    func settlement() async throws {
        let (agent, store) = try await Self.start()
        try await agent.use("100")
        guard case .made(let hold) = await Self.make(agent, "500", key: "k") else {
            Issue.record("not held")
            return
        }
        store.leaveOpen()
        let end = HoldCommand.settle(id: hold.id, credits: TestAgent.credits("450"))
        #expect(Self.isUnavailable(await agent.core.hold(end)))
        store.release(commits: true)
        guard case .endedBefore = await agent.core.hold(end) else {
            Issue.record("settled twice")
            return
        }
        #expect(Self.held(agent) == ["0", "450"])
    }

    @Test("a hold that the store alone has ends as asked, and frees nothing else")
    func storedOnly() async throws {
        let (agent, _) = try await Self.start()
        try await agent.use("100")
        guard case .made = await Self.make(agent, "500", key: "k1") else {
            Issue.record("not held")
            return
        }
        let other = Hold(
            id: "0123456789abcdef0123456789abcdef",
            request: HoldRequest(
                organization: "acme", product: "chat", credits: TestAgent.credits("300"),
                timeToLive: 3_600_000, key: nil, actor: "gateway"), createdAt: agent.clock.now())
        try await agent.store.write { try $0.putHold(other) }
        let end = HoldCommand.settle(id: other.id, credits: TestAgent.credits("300"))
        guard case .ended = await agent.core.hold(end) else {
            Issue.record("not settled")
            return
        }
        #expect(Self.held(agent) == ["500", "300"])
        guard case .refused = await Self.make(agent, "101", key: "k2"),
            case .made = await Self.make(agent, "100", key: "k3")
        else {
            Issue.record("other holds count no more as they did")
            return
        }
    }

    // MARK: Limits

    @Test("a raise is in force exactly when it was committed", arguments: [true, false])
    func raise(_ commits: Bool) async throws {
        let (agent, store) = try await Self.start()
        try await agent.use("1100")
        #expect(agent.gate().reason == .limitReached)
        store.leaveOpen()
        await #expect(throws: LimitChangeError.self) { try await agent.setLimit(Self.soft) }
        #expect(agent.gate().reason == .limitReached)
        await #expect(throws: LimitChangeError.self) { try await agent.setLimit(.hard) }
        store.release(commits: commits)
        try await Self.ticks(agent)
        #expect(agent.gate().reason == (commits ? .withinAllowance : .limitReached))
        let kinds = try await agent.transitions().map(\.kind)
        #expect(kinds == (commits ? [.blocked, .resumed] : [.blocked]))
        let events = try await Self.told(agent).filter { $0.hasPrefix("limit.") }
        #expect(
            events == ["limit.blocked"] + (commits ? ["limit.changed", "limit.resumed"] : []))
        try await Self.expectSameAfterRestart(agent)
    }

    @Test("a tightening that was committed blocks")
    func tightening() async throws {
        let (agent, store) = try await Self.start()
        try await agent.setLimit(Self.soft)
        try await agent.use("1100")
        store.leaveOpen()
        await #expect(throws: LimitChangeError.self) { try await agent.setLimit(.hard) }
        #expect(agent.gate().isAllowed)
        store.release(commits: true)
        try await Self.ticks(agent, 1)
        #expect(agent.gate().reason == .limitReached)
        #expect(try await agent.transitions().map(\.kind) == [.blocked])
        #expect(try await agent.audits().first?.after == "hard (owned by api)")
        try await Self.expectSameAfterRestart(agent)
    }

    @Test("a block that time brought is recorded and told once", arguments: [true, false])
    func block(_ commits: Bool) async throws {
        let (agent, store) = try await Self.start()
        try await agent.setLimit(Self.soft, until: "2026-11-10T13:00:00Z")
        try await agent.use("1100")
        agent.advance("59m")
        _ = try await agent.core.tick()
        agent.advance("2m")
        store.leaveOpen()
        _ = try await agent.core.tick()
        #expect(store.isOpen)
        _ = try await agent.core.tick()
        store.release(commits: commits)
        try await Self.ticks(agent)
        #expect(try await agent.transitions().map(\.kind) == [.blocked])
        #expect(try await Self.told(agent).count { $0 == "limit.blocked" } == 1)
        try await Self.expectSameAfterRestart(agent)
    }

    @Test("a month's end is told once", arguments: [true, false])
    func monthEnd(_ commits: Bool) async throws {
        let (agent, store) = try await Self.start("2026-11-30T23:59:30Z")
        try await agent.use("100")
        _ = try await agent.core.tick()
        agent.advance("31s")
        store.leaveOpen()
        _ = try await agent.core.tick()
        #expect(store.isOpen)
        store.release(commits: commits)
        try await Self.ticks(agent)
        #expect(try await Self.told(agent).count { $0 == "period.reset" } == 1)
        try await Self.expectSameAfterRestart(agent)
    }

    // MARK: Alerts, silences, polls

    @Test("an alert is told once, and resolved once", arguments: [true, false])
    func alert(_ commits: Bool) async throws {
        let (agent, store) = try await Self.start()
        try await agent.use("100")
        try await Self.ticks(agent, 1)
        // The poll's own transaction is answered, that of the rules is not.
        store.leaveOpen(write: 2)
        try await agent.use("800")
        #expect(store.isOpen)
        store.release(commits: commits)
        try await Self.ticks(agent)
        #expect(try await Self.told(agent).filter { $0.contains("High") } == ["firing High"])
        try await agent.use("700")
        try await Self.ticks(agent, 60)
        #expect(
            try await Self.told(agent).filter { $0.contains("High") }
                == ["firing High", "resolved High"])
    }

    @Test("a silence is in force exactly when it was committed", arguments: [true, false])
    func silence(_ commits: Bool) async throws {
        let (agent, store) = try await Self.start()
        let now = agent.clock.now().milliseconds
        store.leaveOpen()
        await #expect(throws: SilenceError.self) {
            _ = try await agent.core.putSilence(
                SilenceProposal(
                    matchers: try MatcherParser.parse("alertname=High"), startsAt: now,
                    endsAt: now + 3_600_000, createdBy: "alice@example.com", comment: "work"),
                actor: "user:root")
        }
        store.release(commits: commits)
        try await agent.use("800")
        #expect(agent.snapshot.silences.list(at: now).count == (commits ? 1 : 0))
        #expect(
            try await Self.told(agent).filter { $0.contains("High") }
                == (commits ? [] : ["firing High"]))
    }

    @Test("a poll that says what the last answered one said is not passed over")
    func poll() async throws {
        let (agent, store) = try await Self.start()
        try await agent.use("100")
        try await agent.use("100")
        store.leaveOpen()
        try await agent.use("150")
        #expect(agent.used == "100")
        store.release(commits: true)
        try await agent.use("100")
        #expect(agent.used == "100")
        #expect(try await agent.entries().map(\.credits.description) == ["100", "50", "-50"])
        try await Self.expectSameAfterRestart(agent)
    }

    @Test("no other configuration comes into force before the ledger was read again")
    func reload() async throws {
        let (agent, store) = try await Self.start()
        try await agent.use("100")
        store.leaveOpen()
        await #expect(throws: LimitChangeError.self) { try await agent.setLimit(Self.soft) }
        let next = try TestConfiguration.read(
            TestConfiguration.yaml().replacing("base_allocation: 1000", with: "base_allocation: 50")
        )
        await #expect(throws: StoreError.self) { try await agent.core.reload(next) }
        #expect(agent.gate().reason == .withinBase)
        store.release(commits: true)
        try await agent.core.reload(next)
        let standing = try #require(agent.acme).standing(at: agent.clock.now())
        #expect(standing.base == TestAgent.credits("50"))
        #expect(standing.allowance == TestAgent.credits("500"))
    }
}
