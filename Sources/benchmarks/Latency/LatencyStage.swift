// The programs of the latency benchmark: the timing server, the agent, Prometheus, Alertmanager.

import Foundation

/// Runs the programs side by side.
final class LatencyStage {
    private let scratch: ScratchFolder
    private let crossings: Int
    private var children: [Process] = []

    init(_ scratch: ScratchFolder, crossings: Int) {
        self.scratch = scratch
        self.crossings = crossings
    }

    deinit {
        for child in children.reversed() {
            Peer.end(child)
        }
    }

    /// Milliseconds of all crossings, `own` and `peer`.
    func timings() throws -> [String: [Double]] {
        let pipe = Pipe()
        let (server, port) = try Peer.startServer("latency.py", ["\(crossings)"], output: pipe)
        children.append(server)
        try startAgent(port)
        try startPeers(port)
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        server.waitUntilExit()
        var timings: [String: [Double]] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let value = Double(words[1]) else { continue }
            timings[String(words[0]), default: []].append(value)
        }
        guard timings["own"]?.count == crossings, timings["peer"]?.count == crossings else {
            throw PeerFailure(
                description: "not every crossing was told: \(timings.mapValues(\.count)); are "
                    + "ai-credits-agent, prometheus and prometheus-alertmanager there?")
        }
        return timings
    }

    private func write(_ text: String, to name: String) throws {
        try text.write(to: scratch.url.appending(path: name), atomically: true, encoding: .utf8)
    }

    // MARK: The rules

    /// The shipped rules, which are part of the work on both sides.
    private static let shippedRules = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../alerts.yml").standardizedFileURL.path()

    private var rules: String {
        "groups:\n"
            + (0...crossings).map { level in
                """
                  - name: level-\(level)
                    rules:
                      - alert: Level\(level)
                        expr: max by (organization) (ai_credits_usage_percent) >= \(level)
                        annotations: {summary: "{{ $labels.organization }} at {{ $value }} %"}

                """
            }.joined()
    }

    private func route(_ address: String) -> String {
        """
        route:
          {receiver: hook, group_by: [alertname, organization], group_wait: 0s,
           group_interval: 1s, repeat_interval: 4h}
        receivers:
          - name: hook
            webhook_configs: [{url: "\(address)"}]

        """
    }

    // MARK: The agent

    private func startAgent(_ port: Int) throws {
        try write(rules, to: "levels.yml")
        let notifications = route("http://127.0.0.1:\(port)/own")
            .replacing("\n", with: "\n  ")
        try write(
            """
            ledger: {url: "sqlite:ledger.db"}
            organizations: [{id: acme, base_allocation: 1000}]
            sources:
              - id: usage
                organization: acme
                every: 100ms
                request: {url: "http://127.0.0.1:\(port)/usage"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
            rule_files: ["\(Self.shippedRules)", levels.yml]
            evaluation_interval: 1s
            notifications:
              \(notifications)
            """, to: "agent.yml")
        children.append(try Peer.startAgent(in: scratch, port: 0))
    }

    // MARK: Prometheus and Alertmanager

    private func startPeers(_ port: Int) throws {
        let web = try Peer.freePort()
        try write(route("http://127.0.0.1:\(port)/peer"), to: "alertmanager.yml")
        children.append(
            try Peer.start(
                "prometheus-alertmanager",
                [
                    "--config.file=\(scratch.path("alertmanager.yml"))",
                    "--storage.path=\(scratch.path("alertmanager"))",
                    "--web.listen-address=127.0.0.1:\(web)", "--cluster.listen-address=",
                ]))
        try write(
            """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: ["\(Self.shippedRules)", levels.yml]
            alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:\(web)"]}]}]}
            scrape_configs:
              - {job_name: ai-credits-agent, static_configs: [{targets: ["127.0.0.1:\(port)"]}]}

            """, to: "prometheus.yml")
        children.append(
            try Peer.start(
                "prometheus",
                [
                    "--config.file=\(scratch.path("prometheus.yml"))",
                    "--storage.tsdb.path=\(scratch.path("data"))",
                    "--web.listen-address=127.0.0.1:\(try Peer.freePort())",
                ]))
    }
}
