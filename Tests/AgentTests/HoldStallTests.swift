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
}
