// Ends of time-boxed changes: kept, announced and counted like the changes themselves, once.

import Agent
import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@Suite("Ends of raises")
struct RaiseEndTests {
    private func start(_ first: TestAgent? = nil) async throws -> TestAgent {
        let configuration = try TestConfiguration.read(
            TestConfiguration.yaml(
                organization: ", products: [{id: chat}]", rest: TestConfiguration.notifications))
        guard let first else { return try await TestAgent.start(configuration) }
        let store = await first.store.crash()
        return try await TestAgent.start(configuration, store: store, clock: first.clock)
    }

    private static func soft(_ allowance: String) -> LimitPolicy {
        .soft(allowance: TestAgent.credits(allowance))
    }

    private static let changes = #"ai_credits_limit_changes_total{organization="acme"}"#

    /// What the audit says, oldest first: who, before, after.
    private func audits(_ agent: TestAgent) async throws -> [String] {
        try await agent.audits().filter { $0.action.hasSuffix(".changed") && $0.actor != "file" }
            .reversed()
            .map { "\($0.actor): \($0.before) -> \($0.after)" }
    }

    @Test("the end of a raise is audited, announced and counted, once, also over a restart")
    func once() async throws {
        var agent = try await start()
        try await agent.setLimit(Self.soft("5"), until: "2026-11-10T13:00:00Z")
        agent.advance("59m59s")
        _ = try await agent.core.tick()
        #expect(try await audits(agent).count == 1)
        agent = try await start(agent)
        agent.advance("10m")
        for _ in 1...3 { _ = try await agent.core.tick() }
        agent = try await start(agent)
        _ = try await agent.core.tick()
        #expect(
            try await audits(agent) == [
                "user:ada: hard (owned by api) -> soft, allowance 5 (owned by api), "
                    + "until 2026-11-10T13:00:00Z",
                "agent: soft, allowance 5 (owned by api) -> hard (owned by api)",
            ])
        let end = try #require(try await agent.terms().last)
        #expect(end.effectiveFrom == TestAgent.instant("2026-11-10T13:00:00Z"))
        #expect(
            end.reason
                == "end of the raise by user:ada of 2026-11-10T12:00:00Z at 2026-11-10T13:00:00Z")
        #expect(agent.samples("ai_credits_limit_changes_total") == [Self.changes + " 2"])
        let events = try await agent.outbox().filter { announcement($0) == "limit.changed" }
        let bodies = events.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies.count == 2)
        #expect(
            bodies.contains {
                $0.contains(
                    #""before":{"mode":"soft","allowance":5},"after":{"mode":"hard","allowance":0},"changed_by":"agent""#
                )
            })
    }

    @Test("a raise inside a raise gives way to the outer one, which ends at its own time")
    func nested() async throws {
        let agent = try await start()
        try await agent.setLimit(Self.soft("20"), until: "2026-11-10T15:00:00Z")
        try await agent.setLimit(Self.soft("50"), until: "2026-11-10T13:00:00Z")
        agent.advance("1h")
        _ = try await agent.core.tick()
        #expect(agent.acme?.standing(at: agent.clock.now()).limit == TestAgent.credits("1020"))
        agent.advance("1h59m59s")
        _ = try await agent.core.tick()
        #expect(agent.acme?.standing(at: agent.clock.now()).limit == TestAgent.credits("1020"))
        agent.advance("1s")
        for _ in 1...2 { _ = try await agent.core.tick() }
        #expect(agent.acme?.standing(at: agent.clock.now()).limit == TestAgent.credits("1000"))
        #expect(
            try await audits(agent).suffix(2) == [
                "agent: soft, allowance 50 (owned by api) -> soft, allowance 20 (owned by api), "
                    + "until 2026-11-10T15:00:00Z",
                "agent: soft, allowance 20 (owned by api) -> hard (owned by api)",
            ])
    }

    @Test("what gave way to a newer change ends unnoticed")
    func superseded() async throws {
        let agent = try await start()
        try await agent.setLimit(Self.soft("20"), until: "2026-11-10T13:00:00Z")
        try await agent.setLimit(Self.soft("30"))
        agent.advance("2h")
        _ = try await agent.core.tick()
        #expect(try await audits(agent).count == 2)
        #expect(agent.acme?.standing(at: agent.clock.now()).limit == TestAgent.credits("1030"))
    }

    @Test("an end that nobody saw is recorded before the next change")
    func beforeTheNext() async throws {
        let agent = try await start()
        try await agent.setLimit(Self.soft("20"), until: "2026-11-10T13:00:00Z")
        agent.advance("2h")
        try await agent.setLimit(Self.soft("30"))
        #expect(
            try await audits(agent).dropFirst() == [
                "agent: soft, allowance 20 (owned by api) -> hard (owned by api)",
                "user:ada: hard (owned by api) -> soft, allowance 30 (owned by api)",
            ])
    }

    @Test("the end of a product's cap is kept as well")
    func cap() async throws {
        let agent = try await start()
        try await agent.core.setCap(
            CapChange(
                organization: "acme", product: "chat", cap: TestAgent.credits("12.5"),
                until: TestAgent.instant("2026-11-10T13:00:00Z"), actor: "boss", reason: "trial"))
        agent.advance("1h")
        for _ in 1...2 { _ = try await agent.core.tick() }
        #expect(try await audits(agent).last == "agent: chat: 12.5 -> chat: none")
        #expect(try await audits(agent).count == 2)
    }

    @Test("an end that cannot be written is tried again")
    func notWritten() async throws {
        let agent = try await start()
        try await agent.setLimit(Self.soft("20"), until: "2026-11-10T13:00:00Z")
        agent.advance("1h")
        await agent.store.fail(nextWrites: 1)
        _ = try await agent.core.tick()
        #expect(try await audits(agent).count == 1)
        _ = try await agent.core.tick()
        #expect(try await audits(agent).count == 2)
    }
}
