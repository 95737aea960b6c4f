// Holds while the ledger does not answer: nobody waits for long, and it goes on by itself.

import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Holds on a ledger that does not answer", .timeLimit(.minutes(1)))
struct HoldStallTests {
    private static func make(_ agent: TestAgent, _ credits: String) async -> HoldAnswer {
        await agent.core.hold(
            .make(
                HoldRequest(
                    organization: "acme", product: "chat", credits: TestAgent.credits(credits),
                    timeToLive: 60_000, key: nil, actor: "gateway")))
    }

    private static func refusal(_ answer: HoldAnswer) -> String? {
        guard case .unavailable(let words) = answer else { return nil }
        return words
    }

    private static func isMade(_ answer: HoldAnswer) -> Bool {
        guard case .made = answer else { return false }
        return true
    }

    @Test("commands are turned away at once until a write succeeds", arguments: [true, false])
    func stall(_ fails: Bool) async throws {
        let inner = MemoryStore()
        let store = StallingStore(inner)
        let clock = VirtualClock(now: TestAgent.instant(TestAgent.noon))
        let agent = try TestAgent(
            TestConfiguration.read(TestConfiguration.yaml(organization: "")), store: inner,
            clock: clock, transport: ScriptedTransport(responses: []), wrapped: store)
        try await agent.core.start()
        try await agent.use("0")
        #expect(Self.isMade(await Self.make(agent, "1")))
        store.stall()
        async let first = Self.make(agent, "100")
        while !store.hasWaiting { await Task.yield() }
        agent.advance("5s")
        #expect(Self.refusal(await Self.make(agent, "1"))?.contains("answered for 5 s") == true)
        store.release(failing: fails)
        let answer = await first
        if fails {
            #expect(Self.refusal(answer) != nil)
            agent.advance("2s")
            #expect(Self.refusal(await Self.make(agent, "1"))?.contains("for 7 s") == true)
            _ = try await agent.core.tick()
        } else {
            #expect(Self.isMade(answer))
        }
        #expect(Self.isMade(await Self.make(agent, "1")))
    }

    @Test("a server that is away is silent, however soon it says so; a full disk is not")
    func away() async throws {
        for (error, isSilent) in [
            (StoreError.unreachable("connection refused"), true), (.failed("disk full"), false),
        ] {
            let agent = try await TestAgent.start(
                TestConfiguration.read(TestConfiguration.yaml(organization: "")))
            try await agent.use("0")
            await agent.store.fail(nextWrites: 2, with: error)
            #expect(Self.refusal(await Self.make(agent, "1"))?.contains(error.description) == true)
            agent.advance("6s")
            let words = Self.refusal(await Self.make(agent, "1"))
            #expect(words?.contains("not answered for 6 s") == isSilent)
            for _ in 1...2 { _ = try await agent.core.tick() }
            #expect(Self.isMade(await Self.make(agent, "1")))
        }
    }

    @Test("the gate leaves out what has expired by its own clock, though that is not written")
    func expiredUnwritten() async throws {
        let inner = MemoryStore()
        let store = StallingStore(inner)
        let agent = try TestAgent(
            TestConfiguration.read(
                TestConfiguration.yaml(organization: ", products: [{id: chat, cap: 150}]")),
            store: inner, clock: VirtualClock(now: TestAgent.instant(TestAgent.noon)),
            transport: ScriptedTransport(responses: []), wrapped: store)
        try await agent.core.start()
        try await agent.use("10")
        for (credits, product, ttl) in [("100", "chat", 3000), ("40", "chat", 9000)]
            + [("850", "images", 5000)] as [(String, String, Int64)]
        {
            guard case .made = await agent.wish(credits, product: product, ttl: ttl) else {
                Issue.record("no hold of \(credits)")
                return
            }
        }
        func gate(_ product: String?) -> LastingDecision {
            LimitGate.decideForLong(
                organization: "acme", product: product, snapshot: agent.snapshot,
                now: agent.clock.now(), calendars: CalendarBook())
        }
        store.stall()
        for product in [nil, "chat", "images"] {
            let answer = gate(product)
            #expect(answer.decision.reason == .limitReached)
            #expect(answer.instants.upperBound == TestAgent.instant("2026-11-10T12:00:03Z"))
        }
        agent.clock.advance(milliseconds: 2999)
        #expect(!gate(nil).decision.isAllowed)
        async let tick = agent.core.tick()
        agent.clock.advance(milliseconds: 1)
        #expect(gate(nil).decision.isAllowed && gate("chat").decision.isAllowed)
        #expect(gate(nil).instants.upperBound > TestAgent.instant("2026-11-10T12:00:09Z"))
        #expect(
            agent.samples("ai_credits_held_credits") == [
                #"ai_credits_held_credits{organization="acme"} 890"#
            ])
        // A new hold waits for the ledger, and is decided on what is committed there.
        async let made = agent.wish("100")
        while !store.hasWaiting { await Task.yield() }
        #expect(agent.heldCredits == ["990", "0"])
        store.release(failing: false)
        guard case .made = await made else {
            Issue.record("no hold after the ledger answered")
            return
        }
        _ = try await tick
        #expect(agent.heldCredits == ["990", "0"])
    }
}
