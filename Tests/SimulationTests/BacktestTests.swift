// A replay of the ledger raises what the running agent raised, at the same instants.

import Agent
import AgentConfiguration
import Alerting
import Credits
import ExactJSON
import Ports
import SimulatedPorts
import Testing

@Suite("Backtest")
struct BacktestTests {
    static let yaml =
        BerlinSpring.yaml + "\n" + """
            rule_files: [alerts.yml]
            notifications:
              route: {receiver: oncall, group_by: ["..."], repeat_interval: 365d, group_interval: 1s}
              receivers:
                - name: oncall
                  webhook_configs: [{url: "https://hooks.example/alerts"}]
            """

    /// What a receiver was told, or would have been: `NAME status startsAt`.
    private static func told(_ vendor: SimulatedVendor) -> Set<String> {
        var told: Set<String> = []
        for webhook in vendor.arrived where webhook.path == "alerts" {
            for alert in webhook.json["alerts"]?.arrayValue ?? [] {
                let name = alert["labels"]?["alertname"]?.stringValue ?? ""
                let status = alert["status"]?.stringValue ?? ""
                let instant = alert[status == "firing" ? "startsAt" : "endsAt"]?.stringValue ?? ""
                let seconds = Timestamp(rfc3339: instant)?.description ?? instant
                told.insert("\(name) \(status) \(seconds)")
            }
        }
        return told
    }

    @Test("raises what the running agent raised")
    func equality() async throws {
        let clock = BerlinSpring.clock()
        let vendor = try BerlinSpring.vendor(clock)
        let configuration = try SimulatedConfiguration.read(Self.yaml)
        let agent = try await SimulatedAgent.start(
            configuration, store: MemoryStore(), clock: clock, vendor: vendor, seed: 1)
        let start = clock.now()
        var steps = 0
        while clock.now() < BerlinSpring.instant("2026-04-01T12:00:00Z") {
            _ = try await agent.core.tick()
            steps += 1
            clock.advance(milliseconds: 97_531)
            if steps % 3 == 0 {
                for poll in agent.polls {
                    clock.advance(milliseconds: 10)
                    try await poll.pollOnce()
                }
                clock.advance(milliseconds: -20)
            }
            while try await agent.delivery.deliverDue() > 0 {}
            clock.advance(milliseconds: 600_000 - 97_531)
        }
        let now = clock.now()
        let report = try await agent.store.read { rows in
            try Backtest.run(configuration, from: rows, since: start, now: now)
        }
        #expect(report.failures.isEmpty)
        let judged = Set(report.alerts.map(\.name))
        #expect(judged.isSuperset(of: ["AICreditsUsageAbove90Percent", "AICreditsLimitBlocked"]))
        #expect(report.leftOut.map(\.rule).contains("AICreditsSourceDown"))
        #expect(!judged.contains("AICreditsAgentDown"))
        var replayed: Set<String> = []
        for alert in report.alerts {
            if let firedAt = alert.firedAt { replayed.insert("\(alert.name) firing \(firedAt)") }
            if alert.firedAt != nil, let endedAt = alert.endedAt {
                replayed.insert("\(alert.name) resolved \(endedAt)")
            }
        }
        let leftOut = Set(report.leftOut.map(\.rule))
        let told = Self.told(vendor).filter { line in
            !leftOut.contains { line.hasPrefix($0 + " ") }
        }
        #expect(told.count > 6)
        #expect(replayed == told)

        let text = report.text
        #expect(
            text.contains("AICreditsLimitBlocked{organization=\"acme\", severity=\"critical\"}"))
        #expect(text.contains("  description: "))
        #expect(text.contains("not judged: AICreditsSourceDown reads ai_credits_source_up"))
        let json = report.json
        #expect(json["alerts"]?.arrayValue?.count == report.alerts.count)
        #expect(json["alerts"]?[0]?["labels"]?["alertname"]?.stringValue == report.alerts[0].name)
    }
}
