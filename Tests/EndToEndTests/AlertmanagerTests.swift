// Two real Alertmanagers as the next hop: both hear everything, their receiver hears it once.

import ExactJSON
import Testing

@Suite("Alertmanagers", .timeLimit(.minutes(5)))
struct AlertmanagerTests {
    private static let isInstalled = Programs.installed("prometheus-alertmanager") != nil

    /// One of two Alertmanagers that gossip.
    private struct Member {
        let process: RunningProcess
        let url: String

        /// Names of the alerts that it knows to fire.
        func alerts() async throws -> Set<String> {
            let answer = try await HTTPClient.send("GET", url + "/api/v2/alerts").json()
            return Set(
                (answer.arrayValue ?? []).compactMap { $0["labels"]?["alertname"]?.stringValue })
        }

        func peers() async throws -> Int {
            let answer = try await HTTPClient.send("GET", url + "/api/v2/status").json()
            guard answer["cluster"]?["status"] == "ready" else { return 0 }
            return answer["cluster"]?["peers"]?.arrayValue?.count ?? 0
        }
    }

    private static func mesh(
        in folder: TemporaryFolder, _ simulator: Simulator
    ) async throws -> [Member] {
        try folder.write(
            """
            route:
              {receiver: sink, group_by: [alertname, organization], group_wait: 0s,
               group_interval: 1s, repeat_interval: 4h}
            receivers:
              - name: sink
                webhook_configs: [{url: "\(simulator.url)/sink/mesh"}]
            """, to: "alertmanager.yml")
        let gossip = [try LoopbackSocket.freePort(), try LoopbackSocket.freePort()]
        let members = try gossip.enumerated().map { index, port in
            let web = try LoopbackSocket.freePort()
            let process = try RunningProcess(
                Programs.needed("prometheus-alertmanager"),
                [
                    "--config.file=\(folder.file("alertmanager.yml"))",
                    "--storage.path=\(folder.file("data-\(index)"))",
                    "--web.listen-address=127.0.0.1:\(web)",
                    "--cluster.listen-address=127.0.0.1:\(port)",
                    "--cluster.advertise-address=127.0.0.1:\(port)",
                    "--cluster.peer=127.0.0.1:\(gossip[1 - index])",
                    "--cluster.peer-timeout=2s", "--cluster.gossip-interval=50ms",
                    "--cluster.pushpull-interval=1s", "--cluster.reconnect-interval=500ms",
                ], in: folder, name: "alertmanager-\(index)")
            return Member(process: process, url: "http://127.0.0.1:\(web)")
        }
        try await eventually("both know each other", within: 60) { detail in
            detail = members.map(\.process.error).joined(separator: "\n---\n")
            for member in members where try await member.peers() != 2 { return false }
            return true
        }
        return members
    }

    private static func configuration(_ simulator: Simulator, _ urls: [String]) -> String {
        let list = urls.map { "{url: \"\($0)\"}" }.joined(separator: ", ")
        return AgentFile.text(
            organizations: AgentFile.organization("acme", base: "1000"),
            sources: AgentFile.source(
                "usage", of: "acme", at: simulator.url + "/v1/usage", every: "200ms"),
            notifications: "notifications: {alertmanagers: [\(list)]}\n")
    }

    /// How often each alert was announced as firing by the mesh.
    private static func announced(_ simulator: Simulator) async throws -> [String: Int] {
        try await simulator.webhooks(at: "mesh").flatMap(\.alerts)
            .filter { $0.status == "firing" }
            .reduce(into: [:]) { $0[$1.name, default: 0] += 1 }
    }

    private static func waitUntilAnnounced(
        _ names: Set<String>, _ simulator: Simulator
    ) async throws {
        try await eventually("announced: \(names.sorted())", within: 60) { detail in
            let found = try await announced(simulator)
            detail = "\(found)"
            return names.isSubset(of: found.keys)
        }
    }

    @Test(
        "two meshed Alertmanagers announce each alert once; when one dies the other goes on",
        .enabled(
            if: isInstalled, "prometheus-alertmanager (Debian package) is not installed"))
    func mesh() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let members = try await Self.mesh(in: folder, simulator)
        defer { for member in members { member.process.kill() } }
        let urls = members.map(\.url)
        // A third that never answers delays nobody.
        let dead = "http://127.0.0.1:\(try LoopbackSocket.freePort())"
        try folder.write(Self.configuration(simulator, [dead] + urls), to: "agent.yml")
        try await simulator.state("912", of: "assistant", on: simulator.today())
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let first: Set = [
            "AICreditsUsageAbove75Percent", "AICreditsUsageAbove90Percent", "AICreditsWatchdog",
        ]
        try await Self.waitUntilAnnounced(first, simulator)
        for member in members {
            try await eventually("both hear of every alert") { detail in
                let known = try await member.alerts()
                detail = "\(known)"
                return known.isSuperset(of: first)
            }
        }
        let before = try await Self.announced(simulator)
        #expect(before.allSatisfy { $0.value == 1 }, "\(before)")
        let sent = try await agent.metrics()
        for url in urls {
            let count = sent["ai_credits_alertmanager_alerts_sent_total{alertmanager=\"\(url)\"}"]
            #expect(count.flatMap { Int($0) } ?? 0 >= 3, "\(count ?? "none")")
        }
        let errors = sent["ai_credits_alertmanager_alerts_errors_total{alertmanager=\"\(dead)\"}"]
        #expect(errors.flatMap { Int($0) } ?? 0 >= 1)

        members.first?.process.kill()
        try await simulator.state("1000", of: "assistant", on: simulator.today())
        try await Self.waitUntilAnnounced(
            ["AICreditsAllocationExhausted", "AICreditsLimitBlocked"], simulator)
        let after = try await Self.announced(simulator)
        #expect(after.allSatisfy { $0.value == 1 }, "\(after)")

        // What an Alertmanager takes for an alert's end when it hears no more.
        let last = try #require(members.last)
        let alerts = try await HTTPClient.send("GET", last.url + "/api/v2/alerts").json()
        let blocked = alerts.arrayValue?.first {
            $0["labels"]?["alertname"] == "AICreditsLimitBlocked"
        }
        #expect(
            blocked?["generatorURL"]?.stringValue?.hasPrefix("http://") == true, "\(alerts.text())")
        #expect(blocked?["annotations"]?["summary"]?.stringValue?.isEmpty == false)
        #expect(try await agent.stop() == .exited(0))
    }
}
