// A real Prometheus, as a peer of the rule benchmark.

import Foundation

/// A Prometheus that scrapes the series and evaluates the rules every second.
final class PrometheusPeer {
    private let scratch: ScratchFolder
    private var children: [Process] = []
    private var port = 0

    init(_ scratch: ScratchFolder) throws {
        self.scratch = scratch
        let server = try Peer.startServer("series.py", ["\(RuleBenchmark.seriesCount)"])
        children.append(server.process)
        try """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: [rules.yml]
        scrape_configs:
          - {job_name: bench, static_configs: [{targets: ["127.0.0.1:\(server.port)"]}]}

        """.write(
            to: scratch.url.appending(path: "prometheus.yml"), atomically: true, encoding: .utf8)
        port = try Peer.freePort()
        children.append(
            try Peer.start(
                "prometheus",
                [
                    "--config.file=\(scratch.path("prometheus.yml"))",
                    "--storage.tsdb.path=\(scratch.path("data"))",
                    "--web.listen-address=127.0.0.1:\(port)",
                ]))
    }

    deinit {
        for child in children.reversed() {
            Peer.end(child)
        }
    }

    /// Seconds of the groups' evaluations, by group.
    func durations(warmUp: Int, evaluations: Int) throws -> [String: [Double]] {
        try Peer.run("promtool", ["check", "rules", scratch.path("rules.yml")])
        Thread.sleep(forTimeInterval: Double(warmUp))
        var durations: [String: [Double]] = [:]
        for _ in 0..<evaluations {
            Thread.sleep(forTimeInterval: Double(BenchmarkRules.interval))
            guard children.allSatisfy(\.isRunning) else {
                throw PeerFailure(description: "the Prometheus or its target ended")
            }
            let text = try Peer.run(
                "curl", ["--silent", "--fail", "http://127.0.0.1:\(port)/metrics"])
            for line in text.split(separator: "\n")
            where line.hasPrefix("prometheus_rule_group_last_duration_seconds") {
                guard
                    let group = BenchmarkRules.groups.first(where: {
                        line.contains(";\($0.name)\"")
                    }), let value = line.split(separator: " ").last.flatMap({ Double($0) })
                else { continue }
                durations[group.name, default: []].append(value)
            }
        }
        return durations
    }
}
