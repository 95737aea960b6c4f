// The loop that posts alerts to Alertmanagers, and what it counts.

import Alerting
import ExactJSON
import Logging
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Alertmanagers")
struct AlertmanagerSenderTests {
    private static let yaml = TestConfiguration.yaml(
        rest: """
            rule_files: [alerts.yml]
            external_labels: {cluster: eu}
            notifications:
              alertmanagers:
                - url: "http://one.example:9093"
                  http_config: {http_headers: {X-Scope-OrgID: {values: [credits]}}}
                - url: "http://two.example/am/"

            """)
    private static let rules = """
        groups:
          - name: g
            rules:
              - {alert: High, expr: ai_credits_usage_percent >= 75, annotations: {summary: s}}

        """

    private func start(_ answers: @escaping Answers) async throws -> TestAgent {
        try await TestAgent.start(
            try TestConfiguration.read(Self.yaml, rules: Self.rules),
            transport: ScriptedTransport(answers))
    }

    /// Runs the sender until a condition holds.
    private func send(_ agent: TestAgent, until condition: @escaping () -> Bool) async {
        let sender = AlertmanagerSender(
            core: agent.core, endpoints: agent.resolved.alertmanagers,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await sender.run() }
            try? await agent.use("800")
            while !condition() { await Task.yield() }
            group.cancelAll()
        }
    }

    private func readings(_ agent: TestAgent, _ name: String) -> AlertmanagerReadings? {
        agent.core.meters.alertmanagers.current[name]
    }

    @Test("every Alertmanager gets the alert; one that fails is counted and keeps nobody waiting")
    func sends() async throws {
        let agent = try await start { request, _ throws(TransportError) in
            guard request.url.contains("two") else { return TransportResponse(status: 200) }
            throw TransportError(.connect, "refused")
        }
        await send(agent) {
            self.readings(agent, "http://one.example:9093")?.sent == 1
                && self.readings(agent, "http://two.example/am")?.errors == 1
        }
        let requests = agent.transport.requests.filter { $0.url.hasSuffix("/api/v2/alerts") }
        #expect(
            Set(requests.map(\.url)) == [
                "http://one.example:9093/api/v2/alerts", "http://two.example/am/api/v2/alerts",
            ])
        for request in requests {
            let scope = request.headers.first { $0.name == "X-Scope-OrgID" }?.value
            #expect(scope == (request.url.contains("one") ? "credits" : nil))
        }
        let body = try JSONReader.read(requests.first?.body ?? [])
        #expect(body[0]?["labels"]?["cluster"] == "eu")
        #expect(body[0]?["labels"]?["alertname"] == "High")
        #expect(body[0]?["startsAt"] == "2026-11-10T12:00:00Z")
        #expect(body[0]?["endsAt"] == "2026-11-10T12:04:00Z")
        #expect(
            body[0]?["generatorURL"]?.stringValue?.hasPrefix("http://agent.example/graph") == true)
        let samples = agent.samples("ai_credits_alertmanager_alerts_errors_total")
        #expect(
            samples == [
                #"ai_credits_alertmanager_alerts_errors_total{alertmanager="http://one.example:9093"} 0"#,
                #"ai_credits_alertmanager_alerts_errors_total{alertmanager="http://two.example/am"} 1"#,
            ])
    }

    @Test("a full queue loses its oldest alerts, batches are of 64")
    func bounds() async throws {
        let agent = try await start { _, _ throws(TransportError) in
            TransportResponse(status: 200)
        }
        let meters = AlertmanagerMeters()
        let queues = AlertmanagerQueues(meters: meters)
        queues.replace(agent.resolved.alertmanagers)
        let alerts = (0..<10_100).map { number in
            AlertmanagerAlert(
                alert: NotifiableAlert(
                    ruleIdentity: "r", order: number, labels: [], annotations: [], startsAt: 0,
                    endsAt: nil, generatorURL: ""), endsAt: 1)
        }
        queues.add(alerts)
        let queue = try #require(queues.all.first)
        let own = try #require(meters.current["http://one.example:9093"])
        #expect(own.dropped == 100)
        #expect(own.waiting == 10_000)
        let batch = await queue.next()
        #expect(batch.map(\.alert.order) == Array(100..<164))
        #expect(meters.current["http://one.example:9093"]?.waiting == 9936)
    }
}
