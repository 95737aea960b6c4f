// The samples that an agent rebuilds from its ledger are those that it took while it ran: through
// a change of the clocks, a restated day, a time-boxed raise, a block, and the 1st of a month.

import Agent
import AgentConfiguration
import Credits
import Ledger
import Ports
import PromQL
import SimulatedPorts
import Testing

@Suite("History rebuilt from the ledger")
struct HistoryRebuildTests {
    /// Families that are not the ledger's.
    static let foreign = [
        "ai_credits_source_", "ai_credits_agent_", "ai_credits_config_", "ai_credits_ledger_",
        "ai_credits_usage_stale", "ai_credits_gate_", "ai_credits_clock_", "ai_credits_http_",
        "ai_credits_limit_response", "ai_credits_alerts", "ai_credits_notification",
        "ai_credits_outbox", "ai_credits_rule_", "ai_credits_held", "ai_credits_hold",
        "ai_credits_unreported",
        "ai_credits_refused_", "ai_credits_silences", "ai_credits_alertmanager_", "up",
    ]

    private static func isForeign(_ labels: SeriesLabels) -> Bool {
        foreign.contains { labels.metricName.hasPrefix($0) }
    }

    /// An agent that ran from midnight in Berlin for some days.
    private func run(
        _ configuration: AgentConfiguration, _ clock: VirtualClock, _ vendor: SimulatedVendor,
        until end: Timestamp
    ) async throws -> SimulatedAgent {
        let agent = try await SimulatedAgent.start(
            configuration, store: MemoryStore(), clock: clock, vendor: vendor, seed: 1)
        var steps = 0
        while clock.now() < end {
            _ = try await agent.core.tick()
            steps += 1
            if steps == 130 {
                clock.advance(milliseconds: 1234)
                try await agent.core.setLimit(
                    LimitChange(
                        organization: "acme",
                        policy: .soft(allowance: CreditAmount(decimal: "900.5")),
                        until: BerlinSpring.instant("2026-03-31T08:00:00Z"), actor: "user:test",
                        reason: "simulation"))
                clock.advance(milliseconds: 600_000 - 1234)
                continue
            }
            // Every second step a poll changes the ledger beside the grid, one source at a time.
            clock.advance(milliseconds: 97_531)
            if steps % 2 == 0 { try await agent.polls[steps / 2 % 2].pollOnce() }
            clock.advance(milliseconds: 600_000 - 97_531)
        }
        return agent
    }

    @Test("equals what a running agent sampled")
    func equality() async throws {
        let clock = BerlinSpring.clock()
        let vendor = try BerlinSpring.vendor(clock)
        let configuration = try SimulatedConfiguration.read(BerlinSpring.yaml)
        let agent = try await run(
            configuration, clock, vendor, until: BerlinSpring.instant("2026-04-02T10:00:00Z"))
        let running = await agent.core.querySnapshot().samples
        _ = try await agent.core.tick()
        let expectedIncrease = try await increase(agent, clock)

        let restarted = try await SimulatedAgent.start(
            configuration, store: await agent.store.crash(), clock: clock, vendor: vendor, seed: 2)
        await restarted.core.rebuildHistory()
        let rebuilt = await restarted.core.querySnapshot().samples

        let before = clock.now().milliseconds - 1
        let expected = running.select([], through: before).filter { !Self.isForeign($0.labels) }
        let found = rebuilt.select([])
        #expect(found.map(\.labels.description) == expected.map(\.labels.description))
        for (mine, other) in zip(found, expected) where mine != other {
            Issue.record("\(mine.labels): \(Self.difference(mine.samples, other.samples))")
        }
        // What was meant to happen did happen.
        let blocks = try #require(
            found.first { $0.labels.metricName == "ai_credits_limit_blocks_total" })
        #expect(blocks.samples.values.max() == 2)
        #expect(found.contains { $0.samples.values.contains(where: StaleMarker.isStale) })
        #expect(
            found.contains {
                $0.labels.metricName == "ai_credits_corrected_total" && $0.samples.values.last != 0
            })

        // The restarted agent goes on where the other one stopped.
        _ = try await restarted.core.tick()
        let foundIncrease = try await increase(restarted, clock)
        #expect(foundIncrease == expectedIncrease)
        guard case .vector(let elements) = foundIncrease else { return }
        #expect(elements.count == 3)
    }

    private func increase(
        _ agent: SimulatedAgent, _ clock: VirtualClock
    ) async throws -> QueryValue {
        let expression = try PromQLExpression.parse(
            "sum by (product) (increase(ai_credits_used_total[3d]))")
        return try PromQLEngine().instant(
            expression, at: clock.now().milliseconds,
            in: await agent.core.querySnapshot().samples
        ).value
    }

    private static func difference(_ mine: SampleBuffer, _ other: SampleBuffer) -> String {
        let count = min(mine.count, other.count)
        let index =
            (0..<count).first {
                mine.timestamps[$0] != other.timestamps[$0]
                    || mine.values[$0].bitPattern != other.values[$0].bitPattern
            } ?? count
        func text(_ buffer: SampleBuffer) -> String {
            guard index < buffer.count else { return "nothing" }
            return "\(buffer.values[index]) at "
                + Timestamp(milliseconds: buffer.timestamps[index]).description
        }
        return "sample \(index): rebuilt \(text(mine)), sampled \(text(other)); "
            + "\(mine.count) and \(other.count) samples"
    }
}
