// A whole agent through a whole month in seconds: summer time begins, a day is restated, a source
// fails, a receiver is down, the agent dies every few days.

import Agent
import AgentConfiguration
import Credits
import ExactJSON
import Ledger
import Ports
import SimulatedPorts
import Testing

@Suite("A simulated month")
struct MonthSimulationTests {
    static let yaml = """
        organizations:
          - id: acme
            name: Acme Inc.
            time_zone: America/New_York
            base_allocation: 100000
            pricing: {currency: USD, base: "0.010", overage: "0.015"}
        sources:
          - id: chat
            organization: acme
            every: 1h
            request: {url: "https://usage.example/chat?from={window.start:date}&to={window.end:date}"}
            map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
          - id: pictures
            organization: acme
            every: 1h
            request: {url: "https://usage.example/pictures?from={window.start:date}&to={window.end:date}"}
            map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
        rule_files: [alerts.yml]
        evaluation_interval: 1h
        notifications:
          route: {receiver: oncall, group_by: [alertname, organization], repeat_interval: 365d}
          receivers:
            - name: oncall
              webhook_configs: [{url: "https://hooks.example/alerts"}]
              event_webhook_configs: [{url: "https://hooks.example/events"}]
        """

    private static func instant(_ text: String) -> Timestamp {
        Timestamp(rfc3339: text) ?? Timestamp(milliseconds: 0)
    }

    @Test("every invariant holds after every step, and everybody is told once")
    func month() async throws {
        let calendar = try #require(ZonedCalendar(identifier: "America/New_York"))
        // The clocks go forward on 8 March 2026; the month begins at 05:00 UTC.
        let start = Self.instant("2026-03-01T05:00:00Z")
        let clock = VirtualClock(now: start)
        let vendor = SimulatedVendor(
            clock: clock, calendar: calendar,
            restated: (
                try #require(CalendarDay(iso: "2026-03-09")), Self.instant("2026-03-10T15:00:00Z")
            ))
        let configuration = try SimulatedConfiguration.read(Self.yaml)
        var agent = try await SimulatedAgent.start(
            configuration, store: MemoryStore(), clock: clock, vendor: vendor, seed: 1)
        try await agent.core.setLimit(
            LimitChange(
                organization: "acme", policy: .soft(allowance: CreditAmount(decimal: "15000")),
                until: nil, actor: "user:test", reason: "simulation"))
        var checker = WorldChecker(organization: "acme")
        let end = Self.instant("2026-04-02T04:00:00Z")
        var steps: UInt64 = 0
        while clock.now() < end {
            clock.advance(milliseconds: 3_600_000)
            steps += 1
            arrangeFaults(vendor, at: clock.now())
            try await agent.step()
            try await checker.check(agent, vendor: vendor, now: clock.now())
            if steps % 167 == 0 {
                let store = await agent.store.crash()
                agent = try await SimulatedAgent.start(
                    configuration, store: store, clock: clock, vendor: vendor, seed: steps)
                try await checker.check(agent, vendor: vendor, now: clock.now())
            }
        }
        try checkEnd(checker, agent, vendor, calendar)
    }

    private func arrangeFaults(_ vendor: SimulatedVendor, at now: Timestamp) {
        func isBetween(_ first: String, _ last: String) -> Bool {
            now >= Self.instant(first) && now < Self.instant(last)
        }
        let isFailing = isBetween("2026-03-12T00:00:00Z", "2026-03-12T09:00:00Z")
        vendor.setFailing(isFailing ? ["pictures"] : [])
        vendor.setReceiverDown(isBetween("2026-03-21T00:00:00Z", "2026-03-23T12:00:00Z"))
    }

    private func checkEnd(
        _ checker: WorldChecker, _ agent: SimulatedAgent, _ vendor: SimulatedVendor,
        _ calendar: ZonedCalendar
    ) throws {
        let days = DayWindow(
            first: try #require(CalendarDay(iso: "2026-03-01")),
            last: try #require(CalendarDay(iso: "2026-03-31")))
        try checker.checkTruth(agent, vendor: vendor, days: days)
        let alerts = vendor.arrived.filter { $0.path == "alerts" }
        for name in [
            "AICreditsUsageAbove75Percent", "AICreditsUsageAbove90Percent",
            "AICreditsAllocationExhausted", "AICreditsAllowanceNearlyUsed",
            "AICreditsLimitBlocked",
        ] {
            let statuses = alerts.filter { Self.alertName($0) == name }
                .compactMap { $0.json["status"]?.stringValue }
            #expect(statuses == ["firing", "resolved"], "\(name)")
        }
        let down = alerts.filter { Self.alertName($0) == "AICreditsSourceDown" }
        #expect(down.compactMap { $0.json["status"]?.stringValue } == ["firing", "resolved"])
        #expect(!vendor.refused.isEmpty, "the receiver was never down when something was sent")
        let arrivedIDs = Set(vendor.arrived.map(\.id))
        #expect(vendor.refused.keys.allSatisfy(arrivedIDs.contains), "a notification was lost")
        let events = vendor.arrived.filter { $0.path == "events" }
            .compactMap { $0.json["type"]?.stringValue }
        #expect(events == ["limit.changed", "limit.blocked", "limit.resumed", "period.reset"])
    }

    private static func alertName(_ webhook: ArrivedWebhook) -> String? {
        webhook.json["groupLabels"]?["alertname"]?.stringValue
    }
}
