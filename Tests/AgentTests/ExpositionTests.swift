// /metrics: the exact text of a small agent, and every rule of the contract's table.

import AgentConfiguration
import Credits
import Exposition
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Metrics")
struct ExpositionTests {
    static let golden = """
        organizations:
          - id: acme
            name: "Acme \\"A\\" Inc."
            time_zone: Europe/Berlin
            base_allocation: 1000
            limit: {mode: soft, allowance: 200}
            pricing: {currency: USD, base: "0.010", overage: "0.0155"}
            daily_series: 2d
            products: [{id: chat, name: Chat}, {id: legacy, enabled: false}]
        sources:
          - id: usage
            organization: acme
            request: {url: "https://usage.example/u"}
            map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}
        """

    /// Half past midnight of 2 November 2026 in Berlin: a day and a half hour into the month.
    private func startGolden() async throws -> TestAgent {
        let agent = try await TestAgent.start(
            try TestConfiguration.read(Self.golden),
            clock: VirtualClock(now: TestAgent.instant("2026-11-01T23:30:00Z")))
        try await agent.poll(
            [.init("chat", "2026-11-01", "1100.5"), .init("legacy", "2026-11-01", "7")],
            last: "2026-11-02")
        agent.advance("1500ms")
        try await agent.poll([.init("chat", "2026-11-01", "1095.75")], last: "2026-11-02")
        return agent
    }

    @Test("text 0.0.4, to the byte")
    func text() async throws {
        let agent = try await startGolden()
        #expect(agent.exposition(.text004) == GoldenExposition.text)
    }

    @Test("OpenMetrics 1.0, to the byte")
    func openMetrics() async throws {
        let agent = try await startGolden()
        #expect(agent.exposition(.openMetrics100) == GoldenExposition.openMetrics)
    }

    @Test("the metric linter has one remark, the accepted one")
    func lint() async throws {
        let agent = try await Self.startFull()
        let findings = ExpositionLint.findings(agent.core.metrics.families(at: agent.clock.now()))
        #expect(findings.count == 1, "\(findings)")
        #expect(findings.first?.hasPrefix("ai_credits_days_until_reset: ") == true)
    }

    @Test("both formats read back to the same figures", arguments: ExpositionFormat.allCases)
    func readsBack(_ format: ExpositionFormat) async throws {
        let agent = try await Self.startFull()
        let families = agent.core.metrics.families(at: agent.clock.now())
        let scraped = try ExpositionReader.read(
            ExpositionWriter.write(families, format: format), format: format)
        #expect(scraped.count == families.count)
        let values = scraped.flatMap(\.samples).map(\.value).reduce(0, +)
        let expected = families.flatMap(\.samples).map(\.value.double).reduce(0, +)
        #expect(abs(values - expected) <= abs(expected) * 1e-12)
        let used = scraped.flatMap(\.samples).first { $0.name == "ai_credits_used_credits" }
        #expect(used?.lexeme == "900.000001")
    }

    // MARK: Presence

    /// The contract's table, but for holds, which this version does not have.
    static let families = [
        "ai_credits_usage_percent", "ai_credits_usage_ratio", "ai_credits_base_allocation_credits",
        "ai_credits_used_credits", "ai_credits_overage_credits",
        "ai_credits_overage_allowance_credits", "ai_credits_limit_credits",
        "ai_credits_remaining_credits", "ai_credits_overage_cost", "ai_credits_limit_mode",
        "ai_credits_limit_blocked", "ai_credits_limit_blocks_total",
        "ai_credits_limit_resumes_total", "ai_credits_limit_changes_total",
        "ai_credits_days_until_reset", "ai_credits_period_start_timestamp_seconds",
        "ai_credits_period_reset_timestamp_seconds", "ai_credits_run_out_timestamp_seconds",
        "ai_credits_used_total", "ai_credits_corrected_total", "ai_credits_product_used_credits",
        "ai_credits_product_enabled", "ai_credits_daily_used_total",
        "ai_credits_daily_corrected_total", "ai_credits_daily_used_credits",
        "ai_credits_organization_info", "ai_credits_product_info", "ai_credits_usage_stale",
        "ai_credits_source_up", "ai_credits_source_last_success_timestamp_seconds",
        "ai_credits_source_poll_duration_seconds", "ai_credits_source_polls_total",
        "ai_credits_source_poll_failures_total", "ai_credits_gate_decisions_total",
        "ai_credits_alerts", "ai_credits_rule_evaluations_total",
        "ai_credits_rule_evaluation_failures_total", "ai_credits_rule_group_last_duration_seconds",
        "ai_credits_notifications_total", "ai_credits_notifications_failed_total",
        "ai_credits_notification_latency_seconds", "ai_credits_notification_delay_seconds",
        "ai_credits_outbox_pending", "ai_credits_outbox_oldest_age_seconds",
        "ai_credits_ledger_entries_total", "ai_credits_ledger_write_failures_total",
        "ai_credits_ledger_commit_duration_seconds", "ai_credits_limit_response_seconds",
        "ai_credits_clock_steps_total", "ai_credits_http_requests_total",
        "ai_credits_agent_build_info", "ai_credits_config_last_reload_successful",
        "ai_credits_config_last_reload_success_timestamp_seconds",
    ]

    private static let rules = """
        groups:
          - name: usage
            rules: [{alert: High, expr: max by (organization) (ai_credits_usage_percent) >= 75}]
        """

    /// An agent to which everything has happened once.
    static func startFull() async throws -> TestAgent {
        let configuration = try TestConfiguration.read(
            TestConfiguration.yaml(
                organization: ", pricing: {currency: USD, base: 0.01, overage: 0.02}",
                rest: "rule_files: [alerts.yml]\n" + TestConfiguration.notifications),
            rules: Self.rules)
        let transport = ScriptedTransport(responses: [
            TransportResponse(status: 500), TransportResponse(status: 204),
        ])
        let agent = try await TestAgent.start(configuration, transport: transport)
        try await agent.use("1000")
        try await agent.setLimit(.soft(allowance: TestAgent.credits("500")))
        try await agent.use("900.000001")
        agent.core.meters.countGate(agent.gate("chat"))
        agent.core.meters.countRequest(route: "/metrics", code: 200)
        _ = try await agent.delivery.deliverDue()
        return agent
    }

    @Test("every family of the contract is there")
    func families() async throws {
        let agent = try await Self.startFull()
        let names = Set(agent.core.metrics.families(at: agent.clock.now()).map(\.name))
        for family in Self.families {
            #expect(names.contains(family), "\(family) is missing")
        }
    }

    /// Families that speak of usage: absent until it is known.
    static let usageFamilies = [
        "usage_percent", "usage_ratio", "base_allocation_credits", "used_credits",
        "overage_credits", "overage_allowance_credits", "limit_credits", "remaining_credits",
        "overage_cost", "run_out_timestamp_seconds", "used_total", "corrected_total",
        "product_used_credits", "daily_used_total", "daily_corrected_total", "daily_used_credits",
        "source_up", "source_last_success_timestamp_seconds", "source_poll_duration_seconds",
    ].map { "ai_credits_" + $0 }

    @Test("before the first success the usage families are absent, and usage is stale")
    func unknown() async throws {
        let agent = try await TestAgent.start(try TestConfiguration.read(Self.golden))
        let text = agent.exposition(.text004)
        for family in Self.usageFamilies {
            #expect(!text.contains("\(family){"), "\(family)")
            #expect(!text.contains("# TYPE \(family) "), "\(family)")
        }
        #expect(
            agent.samples("ai_credits_usage_stale") == [
                #"ai_credits_usage_stale{organization="acme"} 1"#
            ])
        #expect(
            agent.samples("ai_credits_limit_blocked") == [
                #"ai_credits_limit_blocked{organization="acme"} 0"#
            ])
        #expect(
            agent.samples("ai_credits_source_polls_total") == [
                #"ai_credits_source_polls_total{organization="acme",source="usage"} 0"#
            ])
    }

    @Test("source_up appears when the first poll ends, though it failed")
    func sourceUp() async throws {
        let agent = try await TestAgent.start(try TestConfiguration.read(Self.golden))
        await agent.core.recordFailure(
            PollFailure(.notJSON, "html"), of: "usage", durationSeconds: 0.5)
        let labels = #"{organization="acme",source="usage"}"#
        #expect(agent.samples("ai_credits_source_up") == ["ai_credits_source_up\(labels) 0"])
        #expect(agent.samples("ai_credits_source_last_success_timestamp_seconds").isEmpty)
        let failures = agent.samples("ai_credits_source_poll_failures_total")
        #expect(
            failures.filter { $0.hasSuffix(" 1") } == [
                #"ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="not_json"} 1"#
            ])
        let reasons = [
            "timeout", "connect", "tls", "http_status", "throttled", "unauthorized", "too_large",
            "not_json", "bad_value", "rows_missing", "outside_window", "incomplete_pages",
            "check_failed", "too_many_products", "source_conflict", "internal",
        ]
        #expect(failures.count == reasons.count)
        for reason in reasons {
            #expect(failures.contains { $0.contains("reason=\"\(reason)\"") }, "\(reason)")
        }
    }

    // MARK: Figures

    @Test("a base of 0 has no percentage, and nothing is ever infinite")
    func baseZero() async throws {
        let agent = try await TestAgent.start(
            try TestConfiguration.read(
                TestConfiguration.yaml().replacing(
                    "base_allocation: 1000", with: "base_allocation: 0")))
        try await agent.use("5")
        #expect(agent.samples("ai_credits_usage_percent").isEmpty)
        #expect(agent.samples("ai_credits_usage_ratio").isEmpty)
        let samples = agent.exposition(.text004).split(separator: "\n").filter {
            !$0.hasPrefix("#") && !$0.contains("le=")
        }
        #expect(!samples.contains { $0.contains("Inf") || $0.contains("NaN") })
        #expect(agent.samples("ai_credits_overage_credits").first?.hasSuffix(" 5") == true)
    }

    @Test("percent and ratio pass 100 when overage is allowed; remaining never falls below 0")
    func beyondLimit() async throws {
        let agent = try await TestAgent.start(try TestConfiguration.read(TestConfiguration.yaml()))
        try await agent.use("2500.5")
        func value(_ name: String) -> Substring? {
            agent.samples("ai_credits_\(name)").first?.split(separator: " ").last
        }
        #expect(value("usage_percent") == "250.05")
        #expect(value("usage_ratio") == "2.5005")
        #expect(value("remaining_credits") == "0")
        #expect(value("overage_credits") == "1500.5")
        #expect(value("limit_blocked") == "1")
        #expect(value("overage_allowance_credits") == "0")
        #expect(agent.samples("ai_credits_overage_cost").isEmpty, "no pricing, no cost")
        #expect(agent.samples("ai_credits_run_out_timestamp_seconds").isEmpty)
    }

    @Test(
        "the cost of the overage is exact",
        arguments: [
            ("1000", "0.015", "0"), ("1000.000001", "0.015", "0.000000015"),
            ("1333.333333", "0.0000001", "0.0000333333333"), ("3000", "0.1", "200"),
            ("999", "5", "0"),
        ])
    func overageCost(_ used: String, _ price: String, _ cost: String) async throws {
        let agent = try await TestAgent.start(
            try TestConfiguration.read(
                TestConfiguration.yaml(
                    organization:
                        ", pricing: {currency: EUR, base: \"0.01\", overage: \"\(price)\"}")))
        try await agent.use(used)
        #expect(
            agent.samples("ai_credits_overage_cost") == [
                "ai_credits_overage_cost{organization=\"acme\",currency=\"EUR\"} \(cost)"
            ])
    }

    @Test("the run-out is linear in the month, and absent when not before the reset")
    func runOut() async throws {
        let agent = try await TestAgent.start(try TestConfiguration.read(TestConfiguration.yaml()))
        // 9.5 days in: half of the base lasts another 9.5 days, until the 20th at midnight.
        try await agent.use("500")
        let expected = TestAgent.instant("2026-11-20T00:00:00Z").seconds
        #expect(
            agent.samples("ai_credits_run_out_timestamp_seconds") == [
                "ai_credits_run_out_timestamp_seconds{organization=\"acme\"} \(expected)"
            ])
        // At 9.5 of 30 days, 316.67 of 1000 lasts just to the end.
        try await agent.use("316")
        #expect(agent.samples("ai_credits_run_out_timestamp_seconds").isEmpty)
    }

    @Test("exactly one mode is in force")
    func stateset() async throws {
        let agent = try await TestAgent.start(try TestConfiguration.read(TestConfiguration.yaml()))
        func modes() -> [String] { agent.samples("ai_credits_limit_mode") }
        let label = "ai_credits_limit_mode{organization=\"acme\",ai_credits_limit_mode="
        #expect(modes() == ["\(label)\"hard\"} 1", "\(label)\"soft\"} 0"])
        try await agent.setLimit(.soft(allowance: TestAgent.credits("1")))
        #expect(modes() == ["\(label)\"hard\"} 0", "\(label)\"soft\"} 1"])
        #expect(
            agent.samples("ai_credits_limit_changes_total") == [
                "ai_credits_limit_changes_total{organization=\"acme\"} 1"
            ])
    }

    @Test(
        "days until the reset are calendar days in the organization's zone",
        arguments: [
            ("UTC", "2026-11-30T23:59:59Z", 1), ("UTC", "2026-12-01T00:00:00Z", 31),
            ("UTC", "2026-11-10T12:00:00Z", 21), ("Asia/Tokyo", "2026-11-30T15:00:00Z", 31),
            ("Asia/Tokyo", "2026-11-30T14:59:59Z", 1),
            ("America/New_York", "2026-12-01T04:59:59Z", 1),
            ("America/New_York", "2026-12-01T05:00:00Z", 31),
        ] as [(String, String, Int)])
    func daysUntilReset(_ zone: String, _ instant: String, _ days: Int) async throws {
        let agent = try await TestAgent.start(
            try TestConfiguration.read(
                "organizations: [{id: acme, base_allocation: 1, time_zone: \(zone)}]"),
            clock: VirtualClock(now: TestAgent.instant(instant)))
        #expect(
            agent.samples("ai_credits_days_until_reset") == [
                "ai_credits_days_until_reset{organization=\"acme\"} \(days)"
            ])
    }

    // MARK: Days

    @Test(
        "per-day series show the last daily_series days and at least the current month",
        arguments: [
            ("1d", "2026-11-10T12:00:00Z", "2026-11-01", 10),
            ("10d", "2026-11-10T12:00:00Z", "2026-11-01", 10),
            ("11d", "2026-11-10T12:00:00Z", "2026-10-31", 11),
            ("35d", "2026-11-10T12:00:00Z", "2026-10-07", 35),
            ("35d", "2026-11-30T23:00:00Z", "2026-10-27", 35),
            ("1d", "2026-11-30T23:00:00Z", "2026-11-01", 30),
        ] as [(String, String, String, Int)])
    func dailyWindow(
        _ series: String, _ instant: String, _ first: String, _ count: Int
    ) async throws {
        let agent = try await TestAgent.start(
            try TestConfiguration.read(
                TestConfiguration.yaml(
                    organization: ", daily_series: \(series), products: [{id: chat}]")),
            clock: VirtualClock(now: TestAgent.instant(instant)))
        try await agent.use("1", product: "chat")
        for name in ["daily_used_total", "daily_corrected_total", "daily_used_credits"] {
            let samples = agent.samples("ai_credits_\(name)")
            #expect(samples.count == count)
            #expect(samples.first?.contains("day=\"\(first)\"") == true)
            #expect(samples.last?.contains("day=\"\(instant.prefix(10))\"") == true)
        }
    }

    @Test("counters never fall through corrections; net figures do")
    func corrections() async throws {
        let agent = try await TestAgent.start(try TestConfiguration.read(TestConfiguration.yaml()))
        func figures() -> [String] {
            let today = "day=\"2026-11-10\""
            let names = [
                "used_total", "corrected_total", "product_used_credits", "daily_used_total",
                "daily_corrected_total", "daily_used_credits",
            ]
            return names.map { name in
                let samples = agent.samples("ai_credits_\(name)")
                let sample = samples.first { !name.hasPrefix("daily") || $0.contains(today) }
                return String(sample?.split(separator: " ").last ?? "-")
            }
        }
        try await agent.use("10")
        #expect(figures() == ["10", "0", "10", "10", "0", "10"])
        try await agent.use("4")
        #expect(figures() == ["10", "6", "4", "10", "6", "4"])
        try await agent.use("5")
        #expect(figures() == ["11", "6", "5", "11", "6", "5"])
    }

    @Test("a product that is known but unused shows 0, a disabled one shows that it is")
    func products() async throws {
        let agent = try await startGolden()
        #expect(
            agent.samples("ai_credits_product_enabled") == [
                #"ai_credits_product_enabled{organization="acme",product="chat"} 1"#,
                #"ai_credits_product_enabled{organization="acme",product="legacy"} 0"#,
            ])
        #expect(
            agent.samples("ai_credits_product_used_credits") == [
                #"ai_credits_product_used_credits{organization="acme",product="chat"} 1095.75"#,
                #"ai_credits_product_used_credits{organization="acme",product="legacy"} 0"#,
            ])
    }
}
