// A month's story with real processes: thresholds, overage, block, correction.

import ExactJSON
import Testing

@Suite("The month's story", .timeLimit(.minutes(5)))
struct MonthStoryTests {
    private static func configuration(_ simulator: Simulator) -> String {
        AgentFile.text(
            organizations: AgentFile.organization(
                "acme", base: "1000",
                ", limit: {mode: soft, allowance: 200}"
                    + ", pricing: {currency: USD, base: \"0.010\", overage: \"0.015\"}"
                    + ", products: [{id: assistant}, {id: studio}, {id: retired, enabled: false}]"),
            sources: AgentFile.source("usage", of: "acme", at: simulator.url + "/v1/usage"),
            notifications: AgentFile.notifications(simulator))
    }

    @Test("every threshold, the overage, the block and the correction are seen by all who look")
    func story() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try folder.write(Self.configuration(simulator), to: "agent.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let run = Run(agent: agent, simulator: simulator, day: try await simulator.today())

        try await run.begin()
        try await run.passThresholds()
        try await run.useOverage()
        try await run.block()
        try await run.correct()
        try await run.checkWebhooks()
        try await run.checkEvents()
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
    }
}

/// The parts of the story.
private struct Run {
    let agent: Agent
    let simulator: Simulator
    let day: String

    private func use(_ assistant: String, _ studio: String, total: String) async throws {
        try await simulator.state(studio, of: "studio", on: day)
        try await simulator.state(assistant, of: "assistant", on: day)
        try await agent.waitFor("ai_credits_used_credits{organization=\"acme\"}", is: total)
    }

    private func expect(_ values: [String: String]) async throws {
        let metrics = try await agent.metrics()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            let series = "\(name){organization=\"acme\"}"
            #expect(metrics[series] == value, "\(series)")
        }
    }

    private func expectGate(
        _ status: Int, _ reason: String, remaining: String, used: String, product: String? = nil
    ) async throws {
        let answer = try await agent.gate("acme", product: product)
        let body = try answer.json()
        let decision = status == 200 ? "allow" : "block"
        #expect(answer.status == status, "\(answer.text)")
        #expect(body["decision"]?.stringValue == decision)
        #expect(body["reason"]?.stringValue == reason)
        #expect(body["organization"]?.stringValue == "acme")
        #expect(body["product"]?.stringValue == product)
        #expect(body["used"]?.numberLexeme == used)
        #expect(body["limit"]?.numberLexeme == "1200")
        #expect(body["remaining"]?.numberLexeme == remaining)
        #expect(answer.header("X-AI-Credits-Decision") == decision)
        #expect(answer.header("X-AI-Credits-Reason") == reason)
        #expect(answer.header("X-AI-Credits-Remaining") == remaining)
        #expect(answer.header("X-AI-Credits-Resets-At") == body["resets_at"]?.stringValue)
        let wait = answer.header("Retry-After").flatMap { Int($0) }
        #expect(status == 200 ? wait == nil : (1...60).contains(wait ?? 0))
    }

    private func waitForAlert(_ name: String, organization: String = "acme") async throws {
        try await agent.waitFor(
            "ai_credits_alerts{organization=\"\(organization)\",alertname=\"\(name)\""
                + ",alertstate=\"firing\"}", is: "1")
    }

    func begin() async throws {
        try await agent.waitFor(
            "ai_credits_source_up{organization=\"acme\",source=\"usage\"}", is: "1")
        try await expect([
            "ai_credits_used_credits": "0", "ai_credits_usage_percent": "0",
            "ai_credits_usage_ratio": "0", "ai_credits_base_allocation_credits": "1000",
            "ai_credits_overage_allowance_credits": "200", "ai_credits_limit_credits": "1200",
            "ai_credits_remaining_credits": "1200", "ai_credits_limit_blocked": "0",
            "ai_credits_usage_stale": "0",
        ])
        try await expectGate(200, "within_base", remaining: "1200", used: "0")
        let disabled = try await agent.gate("acme", product: "retired")
        #expect(disabled.status == 403)
        #expect(try disabled.json()["reason"]?.stringValue == "product_disabled")
        let unknown = try await agent.gate("nobody")
        #expect(unknown.status == 403)
        #expect(try unknown.json()["reason"]?.stringValue == "unknown_organization")
        #expect(try unknown.json()["used"]?.isNull == true)
        try await waitForAlert("AICreditsWatchdog", organization: "")
    }

    func passThresholds() async throws {
        try await use("500.25", "249.75", total: "750")
        try await waitForAlert("AICreditsUsageAbove75Percent")
        try await expect([
            "ai_credits_usage_percent": "75", "ai_credits_usage_ratio": "0.75",
            "ai_credits_remaining_credits": "450", "ai_credits_overage_credits": "0",
        ])
        // The 90 % alert meets a receiver that fails twice.
        try await simulator.failSink("oncall", status: 500, times: 2)
        try await use("650.250001", "249.75", total: "900.000001")
        try await waitForAlert("AICreditsUsageAbove90Percent")
        try await expectGate(200, "within_base", remaining: "299.999999", used: "900.000001")
        try await use("750.25", "249.75", total: "1000")
        try await waitForAlert("AICreditsAllocationExhausted")
        try await expectGate(
            200, "within_allowance", remaining: "200", used: "1000", product: "studio")
        try await expect([
            "ai_credits_usage_percent": "100", "ai_credits_overage_credits": "0",
            "ai_credits_limit_blocked": "0",
        ])
    }

    func useOverage() async throws {
        try await use("900.75", "249.75", total: "1150.5")
        try await expect([
            "ai_credits_overage_credits": "150.5", "ai_credits_remaining_credits": "49.5",
            "ai_credits_usage_ratio": "1.1505",
        ])
        let metrics = try await agent.metrics()
        let cost = "ai_credits_overage_cost{organization=\"acme\",currency=\"USD\"}"
        #expect(metrics[cost] == "2.2575")
        try await use("910.25", "249.75", total: "1160")
        try await waitForAlert("AICreditsAllowanceNearlyUsed")
    }

    func block() async throws {
        try await use("950.25", "249.75", total: "1200")
        try await expectGate(403, "limit_reached", remaining: "0", used: "1200")
        try await expectGate(
            403, "limit_reached", remaining: "0", used: "1200", product: "unheard-of")
        try await waitForAlert("AICreditsLimitBlocked")
        try await expect([
            "ai_credits_limit_blocked": "1", "ai_credits_limit_blocks_total": "1",
            "ai_credits_limit_resumes_total": "0", "ai_credits_remaining_credits": "0",
        ])
    }

    func correct() async throws {
        try await use("850.25", "249.75", total: "1100")
        try await expectGate(200, "within_allowance", remaining: "100", used: "1100")
        try await expect([
            "ai_credits_limit_blocked": "0", "ai_credits_limit_resumes_total": "1",
        ])
        try await use("450.25", "249.75", total: "700")
        try await expectGate(200, "within_base", remaining: "500", used: "700")
        let metrics = try await agent.metrics()
        let product = "{organization=\"acme\",product=\"assistant\"}"
        #expect(metrics["ai_credits_used_total\(product)"] == "950.25")
        #expect(metrics["ai_credits_corrected_total\(product)"] == "500")
        #expect(metrics["ai_credits_product_used_credits\(product)"] == "450.25")
        let dayed = "{organization=\"acme\",product=\"assistant\",day=\"\(day)\"}"
        #expect(metrics["ai_credits_daily_used_total\(dayed)"] == "950.25")
        #expect(metrics["ai_credits_daily_corrected_total\(dayed)"] == "500")
        #expect(metrics["ai_credits_daily_used_credits\(dayed)"] == "450.25")
    }

    func checkWebhooks() async throws {
        let names = [
            "AICreditsUsageAbove75Percent", "AICreditsUsageAbove90Percent",
            "AICreditsAllocationExhausted", "AICreditsAllowanceNearlyUsed",
            "AICreditsLimitBlocked",
        ]
        let webhooks = try await eventually("every alert is resolved at the sink", within: 60) {
            let webhooks = try await simulator.webhooks(at: "oncall")
            let resolved = webhooks.filter(\.isAccepted).flatMap(\.alerts)
                .filter { $0.status == "resolved" }.map(\.name)
            return Set(resolved) == Set(names) ? webhooks : nil
        }
        let accepted = webhooks.filter(\.isAccepted)
        for name in names {
            for status in ["firing", "resolved"] {
                let alert = WebhookAlert(status: status, name: name, organization: "acme")
                let count = accepted.count { $0.alerts.contains(alert) }
                #expect(count == 1, "\(name) \(status)")
            }
        }
        #expect(accepted.count { $0.alerts.map(\.name) == ["AICreditsWatchdog"] } == 1)
        // Another group does not wait for one whose receiver fails, so first attempts count.
        var seen: Set<String> = []
        let firing = webhooks.filter { seen.insert($0.id).inserted }.flatMap(\.alerts)
            .filter { $0.status == "firing" }.map(\.name)
        #expect(firing.filter(names.contains) == names, "in the order of the thresholds")
        let failed = webhooks.filter { !$0.isAccepted }
        #expect(failed.count == 2)
        for webhook in failed {
            let later = accepted.filter { $0.id == webhook.id }
            #expect(later.count == 1 && later.first?.body == webhook.body)
        }
        #expect(Set(accepted.map(\.id)).count == accepted.count)
        for webhook in webhooks {
            #expect(webhook.isSigned(with: AgentFile.signingSecret), "\(webhook.id)")
            #expect(webhook.json?["version"]?.stringValue == "4")
            #expect(webhook.json?["receiver"]?.stringValue == "oncall")
        }
        let first = accepted.first { $0.alerts.map(\.name) == [names[0]] }
        let annotations = first?.json?["alerts"]?[0]?["annotations"]
        let description = annotations?["description"]?.stringValue ?? ""
        #expect(description.contains("acme has used 75.00 % of this month's base allocation"))
        #expect(description.contains("Credits left until the limit: 450."))
    }

    func checkEvents() async throws {
        let events = try await eventually("both events are at the sink") {
            let events = try await simulator.webhooks(at: "events").filter { $0.event != nil }
            return events.count >= 2 ? events : nil
        }
        #expect(events.compactMap(\.event) == ["limit.blocked", "limit.resumed"])
        #expect(events.map { $0.json?["data"]?["used"]?.numberLexeme } == ["1200", "1100"])
        #expect(
            events.allSatisfy { $0.json?["data"]?["organization"]?.stringValue == "acme" })
        #expect(events.allSatisfy { $0.isSigned(with: AgentFile.signingSecret) })
        #expect(Set(events.map(\.id)).count == 2)
    }
}
