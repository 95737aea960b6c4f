// When usage is unknown: counted from the last success, here or before a restart.

import AgentConfiguration
import Credits
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Staleness")
struct StalenessTests {
    private static let staleAfter = ", stale_after: 5m"

    private func start(
        _ yaml: String = TestConfiguration.yaml(organization: staleAfter),
        store: MemoryStore = MemoryStore(), clock: VirtualClock? = nil
    ) async throws -> TestAgent {
        try await TestAgent.start(
            try TestConfiguration.read(yaml), store: store,
            clock: clock ?? VirtualClock(now: TestAgent.instant(TestAgent.noon)))
    }

    private func isStale(_ agent: TestAgent) throws -> Bool {
        try #require(agent.acme).isStale(at: agent.clock.now())
    }

    @Test("before the first success usage is unknown")
    func beforeFirstSuccess() async throws {
        let agent = try await start()
        #expect(try isStale(agent))
        #expect(agent.acme?.hasKnownUsage == false)
        #expect(agent.samples("ai_credits_usage_stale").first?.hasSuffix(" 1") == true)
    }

    @Test("from the last success on, to the millisecond")
    func afterSuccess() async throws {
        let agent = try await start()
        try await agent.use("1")
        #expect(try !isStale(agent))
        agent.clock.advance(milliseconds: 299_999)
        #expect(try !isStale(agent))
        agent.clock.advance(milliseconds: 1)
        #expect(try isStale(agent))
        try await agent.use("1")
        #expect(try !isStale(agent))
        #expect(agent.samples("ai_credits_usage_stale").first?.hasSuffix(" 0") == true)
    }

    @Test("a failed poll is no success")
    func failedPoll() async throws {
        let agent = try await start()
        try await agent.use("1")
        agent.advance("299s")
        await agent.core.recordFailure(
            PollFailure(.timeout, "slow"), of: "usage", durationSeconds: 10)
        agent.advance("1s")
        #expect(try isStale(agent))
    }

    @Test("a success before the restart counts, with its own time")
    func restart() async throws {
        let first = try await start()
        try await first.use("1")
        let store = await first.store.crash()
        first.advance("4m")
        let second = try await start(store: store, clock: first.clock)
        #expect(second.source()?.lastSuccess == TestAgent.instant(TestAgent.noon))
        #expect(try !isStale(second))
        second.advance("59s")
        #expect(try !isStale(second))
        second.advance("1s")
        #expect(try isStale(second))
    }

    @Test("one source of several is enough")
    func oneOfTwo() async throws {
        let agent = try await start(
            TestConfiguration.yaml(
                organization: Self.staleAfter,
                rest: """
                      - id: pictures
                        organization: acme
                        request: {url: "https://usage.example/p"}
                        map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}
                    """))
        try await agent.use("1")
        #expect(try !isStale(agent), "the new source has its time too")
        agent.advance("4m")
        try await agent.use("1")
        #expect(try !isStale(agent))
        agent.advance("1m")
        #expect(try isStale(agent), "pictures has never succeeded since it was added")
        try await agent.use("1", product: "image", source: "pictures")
        #expect(try !isStale(agent))
    }

    @Test("an added source has stale_after from the reload on")
    func addedSource() async throws {
        let agent = try await start()
        try await agent.use("1")
        agent.advance("10m")
        try await agent.use("1")
        try await agent.core.reload(
            try TestConfiguration.read(
                TestConfiguration.yaml(
                    organization: Self.staleAfter,
                    rest: """
                          - id: pictures
                            organization: acme
                            request: {url: "https://usage.example/p"}
                            map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}
                        """)))
        agent.advance("4m59s")
        #expect(try !isStale(agent))
        agent.advance("1s")
        #expect(try isStale(agent))
    }

    @Test("an organization without source has used 0 and is never stale")
    func noSource() async throws {
        let agent = try await start(
            "organizations: [{id: acme, base_allocation: 1000, stale_after: 5m}]")
        agent.advance("40d")
        #expect(try !isStale(agent))
        #expect(agent.acme?.hasKnownUsage == true)
        #expect(agent.samples("ai_credits_used_credits").first?.hasSuffix(" 0") == true)
    }

    @Test("none of the products was ever enabled: 0 and never stale, until one is")
    func neverEnabled() async throws {
        let disabled = ", stale_after: 5m, products: [{id: chat, enabled: false}]"
        let agent = try await start(TestConfiguration.yaml(organization: disabled))
        agent.advance("1d")
        #expect(try !isStale(agent))
        #expect(agent.acme?.hasKnownUsage == true)
        let enabled = ", stale_after: 5m, products: [{id: chat}]"
        try await agent.core.reload(
            try TestConfiguration.read(TestConfiguration.yaml(organization: enabled)))
        #expect(try isStale(agent))
        #expect(agent.acme?.hasKnownUsage == false)
        // Once enabled, always known as such: disabling it again, and a restart, change nothing.
        let second = try await start(
            TestConfiguration.yaml(organization: disabled), store: await agent.store.crash(),
            clock: agent.clock)
        #expect(try isStale(second))
    }
}
