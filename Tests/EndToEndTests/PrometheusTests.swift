// What Prometheus' own programs say about the agent.

import ExactJSON
import Foundation
import Testing

@Suite("Prometheus", .timeLimit(.minutes(5)))
struct PrometheusTests {
    private static let hasPromtool = Programs.installed("promtool") != nil

    private static func configuration(_ simulator: Simulator) -> String {
        AgentFile.text(
            organizations: AgentFile.organization(
                "acme", base: "1000",
                ", pricing: {currency: USD, base: \"0.010\", overage: \"0.015\"}")
                + AgentFile.organization("globex", base: "500"),
            sources: AgentFile.source(
                "usage", of: "acme", at: simulator.url + "/v1/usage", every: "500ms")
                + AgentFile.source(
                    "broken", of: "globex", at: simulator.url + "/faulty/html/v1/usage",
                    every: "500ms"),
            notifications: AgentFile.notifications(simulator))
    }

    /// An agent past 90 % whose other organization has a broken source.
    private static func start(
        in folder: TemporaryFolder, _ simulator: Simulator
    ) async throws -> Agent {
        try await simulator.state("912.345678", of: "assistant", on: simulator.today())
        try folder.write(configuration(simulator), to: "agent.yml")
        let agent = try await Agent.start(in: folder)
        try await agent.waitFor(
            "ai_credits_alerts{organization=\"acme\",alertname=\"AICreditsUsageAbove90Percent\""
                + ",alertstate=\"firing\"}", is: "1")
        try await agent.waitFor(
            "ai_credits_source_up{organization=\"globex\",source=\"broken\"}", is: "0")
        return agent
    }

    @Test(
        "promtool finds nothing in the metrics but the one accepted remark",
        .enabled(if: hasPromtool, "promtool is not installed"))
    func metrics() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let agent = try await Self.start(in: folder, simulator)
        defer { agent.process.kill() }
        _ = try await agent.gate("acme")
        try folder.write(try await agent.get("/metrics").text, to: "metrics")
        let result = try await RunningProcess.run(
            "/bin/sh",
            [
                "-c",
                "exec \(try Programs.needed("promtool")) check metrics <\(folder.file("metrics"))",
            ],
            in: folder)
        let remarks = result.error.split(separator: "\n") + result.output.split(separator: "\n")
        #expect(remarks.allSatisfy { $0.contains("ai_credits_days_until_reset") }, "\(result.text)")
        #expect(remarks.count <= 1, "\(result.text)")
    }

    @Test(
        "promtool loads the shipped rules and their tests pass",
        .enabled(if: hasPromtool, "promtool is not installed"))
    func rules() async throws {
        let folder = try TemporaryFolder()
        let promtool = try Programs.needed("promtool")
        let checked = try await RunningProcess.run(
            promtool, ["check", "rules", Programs.alertRules.path()], in: folder)
        #expect(checked.end == .exited(0), "\(checked.text)")
        let tests = Programs.repository.appending(path: "deploy/prometheus/tests")
        let files = try FileManager.default.contentsOfDirectory(atPath: tests.path())
            .filter { $0.hasSuffix(".yml") }.sorted()
        #expect(!files.isEmpty)
        let tested = try await RunningProcess.run(
            promtool, ["test", "rules"] + files.map { tests.appending(path: $0).path() },
            in: folder, within: 240)
        #expect(tested.end == .exited(0), "\(tested.text)")
    }

    @Test(
        "a real Prometheus scrapes the agent and raises the same alerts",
        .enabled(if: PrometheusServer.isInstalled, "prometheus is not installed"))
    func scrape() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let agent = try await Self.start(in: folder, simulator)
        defer { agent.process.kill() }
        let prometheus = try PrometheusServer.start(in: folder, scraping: agent)
        defer { prometheus.process.kill() }
        let judge = Judge(server: prometheus, agent: agent)
        try await judge.seesTheAgent()
        try await judge.seesEveryFamily()
        try await judge.agreesOnAlerts()
        // The limit blocks now: one more alert at both.
        try await simulator.state("1000", of: "assistant", on: simulator.today())
        try await judge.agreesOnAlerts(including: "AICreditsLimitBlocked")
        #expect(try await agent.stop() == .exited(0))
    }
}

/// A Prometheus that looks at an agent.
private struct Judge {
    let server: PrometheusServer
    let agent: Agent

    /// The samples of an instant query; the query is already encoded.
    private func query(_ text: String) async throws -> [(labels: JSONValue, value: String)] {
        let data = try await server.ask("/api/v1/query?query=\(text)")
        return (data["result"]?.arrayValue ?? []).map { sample in
            (sample["metric"] ?? .null, sample["value"]?[1]?.stringValue ?? "")
        }
    }

    func seesTheAgent() async throws {
        try await server.waitForScrape()
        let up = try await query("up")
        #expect(up.first?.labels["job"]?.stringValue == "ai-credits-agent")
        let used = try await query("ai_credits_used_credits%7Borganization=%22acme%22%7D")
        #expect(used.map(\.value) == ["912.345678"])
    }

    func seesEveryFamily() async throws {
        let own = try await agent.metrics().sampleNames
        let found = try await query(
            "count%20by%20(__name__)%20(%7Bjob=%22ai-credits-agent%22%7D)")
        let names = Set(found.compactMap { $0.labels["__name__"]?.stringValue })
        #expect(own.subtracting(names).isEmpty, "\(own.subtracting(names).sorted())")
        #expect(own.count > 40)
    }

    /// Organization, name and state of the active alerts.
    private func judged() async throws -> Set<[String]> {
        let alerts = try await server.ask("/api/v1/alerts")["alerts"]?.arrayValue ?? []
        return Set(
            alerts.map { alert in
                [
                    alert["labels"]?["organization"]?.stringValue ?? "",
                    alert["labels"]?["alertname"]?.stringValue ?? "",
                    alert["state"]?.stringValue ?? "",
                ]
            })
    }

    private func own() async throws -> Set<[String]> {
        let series = try await agent.metrics().series(beginningWith: "ai_credits_alerts{")
        return Set(
            series.filter { $0.value != "0" }.map { series in
                let labels = MetricsText.labels(of: series.series)
                return [
                    labels["organization"] ?? "", labels["alertname"] ?? "",
                    labels["alertstate"] ?? "",
                ]
            })
    }

    func agreesOnAlerts(including name: String = "AICreditsUsageAbove90Percent") async throws {
        try await eventually("both raise the same alerts", within: 60) { detail in
            let (theirs, ours) = (try await judged(), try await own())
            detail = "Prometheus \(theirs), agent \(ours)"
            return theirs == ours && ours.contains { $0[1] == name && $0[2] == "firing" }
        }
        let ours = try await own()
        #expect(ours.contains(["acme", "AICreditsUsageAbove75Percent", "firing"]))
        #expect(ours.contains(["globex", "AICreditsSourceDown", "pending"]))
        #expect(ours.contains(["", "AICreditsWatchdog", "firing"]))
    }
}
