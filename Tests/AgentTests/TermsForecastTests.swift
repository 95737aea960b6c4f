// What `check` says of changes before they are loaded.

import AgentConfiguration
import Credits
import Ledger
import SimulatedPorts
import Testing

@testable import Agent

@Suite("The forecast of changed terms")
struct TermsForecastTests {
    private static func lines(_ agent: TestAgent, _ yaml: String) async throws -> [String] {
        let configuration = try TestConfiguration.read(yaml)
        let now = agent.clock.now()
        return try await agent.store.read {
            try TermsForecast.lines(of: configuration, in: $0, at: now)
        }
    }

    @Test("base, limit and caps take effect at once, pricing and zone on the next 1st")
    func changes() async throws {
        let agent = try await TestAgent.start(TestConfiguration.read(TestConfiguration.yaml()))
        #expect(try await Self.lines(agent, TestConfiguration.yaml()) == [])
        let next = TestConfiguration.yaml(
            organization: ", limit: {mode: soft, allowance: 5}, time_zone: Europe/Berlin, "
                + "pricing: {currency: USD, base: 1, overage: 2}, products: [{id: chat, cap: 7}]"
        ).replacing("base_allocation: 1000", with: "base_allocation: 2000")
        #expect(
            try await Self.lines(agent, next) == [
                "acme: base_allocation.changed to 2000 takes effect at once",
                "acme: limit.changed to soft, allowance 5 (owned by file) takes effect at once",
                "acme: product_cap.changed to chat: 7 takes effect at once",
                "acme: time_zone.changed to Europe/Berlin takes effect on the next 1st, "
                    + "2026-12-01T00:00:00Z",
                "acme: pricing.changed to 1 and 2 USD a credit takes effect on the next 1st, "
                    + "2026-12-01T00:00:00Z",
            ])
        // Nothing was written.
        #expect(agent.acme?.standing(at: agent.clock.now()).base == TestAgent.credits("1000"))
    }

    @Test("an organization that the ledger does not know changes nothing")
    func unknown() async throws {
        let agent = try await TestAgent.start(TestConfiguration.read(TestConfiguration.yaml()))
        let other = TestConfiguration.yaml().replacing("acme", with: "other")
        #expect(try await Self.lines(agent, other) == [])
    }
}
