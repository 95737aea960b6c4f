// Rules over 10,000 series at 1 s, beside a real Prometheus with the same series and rules.

import Alerting
import ArgumentParser
import Foundation
import PromQL

/// `benchmarks rules`.
struct RuleBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Rule groups over 10,000 series, beside Debian's Prometheus.")

    static let seriesCount = 10_000
    static let groups = ["singles", "rate", "alerts"]

    @Option(help: "Seconds that the Prometheus collects samples before it is read.")
    var warmUp = 75

    @Option(help: "How many evaluations are read.")
    var evaluations = 20

    func run() async throws {
        let scratch = try ScratchFolder()
        let rules = RuleText.file
        try rules.write(
            to: scratch.url.appending(path: "rules.yml"), atomically: true, encoding: .utf8)
        let theirs = try PrometheusPeer(scratch).durations(
            warmUp: warmUp, evaluations: evaluations)
        let own = try OwnRules.durations(rules, evaluations: evaluations)
        print("group     evaluations  agent ms  prometheus ms  times as fast (2 or more is asked)")
        for group in Self.groups {
            let (mine, other) = (
                Measure.median(own[group] ?? []), Measure.median(theirs[group] ?? [])
            )
            print(
                "\(group.padding(toLength: 9, withPad: " ", startingAt: 0)) \(own[group]?.count ?? 0)/\(theirs[group]?.count ?? 0)  \(Measure.text(mine * 1000))  \(Measure.text(other * 1000))  \(Measure.text(other / mine))"
            )
        }
    }
}

/// The rules of the benchmark.
enum RuleText {
    /// 1,000 rules of one series each; a rate over everything; one rule with 1,000 alerts.
    static var file: String {
        var text = "groups:\n  - name: singles\n    rules:\n"
        for rule in 0..<1000 {
            let series = String(format: "%05d", rule * 10)
            text +=
                "      - {record: \"bench:single_\(rule)\", expr: 'bench_requests_total{series=\"\(series)\"} * 2'}\n"
        }
        text += """
              - name: rate
                rules: [{record: "bench:rate", expr: "count(rate(bench_requests_total[1m]))"}]
              - name: alerts
                rules:
                  - alert: Busy
                    expr: bench_requests_total{series=~"..[0-9].0"} >= 0
                    labels: {severity: info, shown: "{{ $labels.series }}"}
                    annotations:
                      summary: "{{ $labels.series }} has {{ $value | humanize }} requests"
                      description: "{{ with $x := $value }}{{ printf \\"%.2f\\" $x }}{{ end }} on {{ $labels.instance }}"

            """.replacing("\n      ", with: "\n  ").replacing(
                "      - name: rate", with: "  - name: rate")
        return text
    }
}

/// A Prometheus that scrapes the series and evaluates the rules every second.
final class PrometheusPeer {
    private let scratch: ScratchFolder
    private var children: [Process] = []
    private var port = 0

    init(_ scratch: ScratchFolder) throws {
        self.scratch = scratch
        let pipe = Pipe()
        let script = Peer.folder.appending(path: "series.py").path()
        children.append(
            try Peer.start("python3", [script, "\(RuleBenchmark.seriesCount)"], output: pipe))
        let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        guard let target = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw PeerFailure(description: "the series' server did not start")
        }
        try """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: [rules.yml]
        scrape_configs:
          - {job_name: bench, static_configs: [{targets: ["127.0.0.1:\(target)"]}]}

        """.write(
            to: scratch.url.appending(path: "prometheus.yml"), atomically: true, encoding: .utf8)
        port = 20_000 + Int.random(in: 0..<20_000)
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
            // Not SIGTERM: children of a concurrency thread are born with it blocked.
            kill(child.processIdentifier, SIGKILL)
            child.waitUntilExit()
        }
    }

    /// Seconds of the groups' evaluations, by group.
    func durations(warmUp: Int, evaluations: Int) throws -> [String: [Double]] {
        Thread.sleep(forTimeInterval: Double(warmUp))
        var durations: [String: [Double]] = [:]
        for _ in 0..<evaluations {
            Thread.sleep(forTimeInterval: 1)
            let text = try Peer.run(
                "curl", ["--silent", "--fail", "http://127.0.0.1:\(port)/metrics"])
            for line in text.split(separator: "\n")
            where line.hasPrefix("prometheus_rule_group_last_duration_seconds") {
                guard let group = RuleBenchmark.groups.first(where: { line.contains(";\($0)\"") }),
                    let value = line.split(separator: " ").last.flatMap({ Double($0) })
                else { continue }
                durations[group, default: []].append(value)
            }
        }
        return durations
    }
}

/// The agent's own rules over the same series.
enum OwnRules {
    static func durations(_ rules: String, evaluations: Int) throws -> [String: [Double]] {
        let file = try RuleFile.read(Array(rules.utf8), file: "rules.yml")
        var store = SampleStore()
        let series = (0..<RuleBenchmark.seriesCount).map { number in
            SeriesLabels(
                metric: "bench_requests_total",
                [
                    ("instance", "127.0.0.1:1"), ("job", "bench"),
                    ("series", String(format: "%05d", number)),
                ])
        }
        func append(second: Int) {
            for (index, labels) in series.enumerated() {
                store.append(
                    labels, timestamp: Int64(second) * 1000,
                    value: Double(second * (index % 9 + 1)))
            }
        }
        for second in 1...90 { append(second: second) }
        var groups = file.groups.map {
            RuleGroupEvaluator(group: $0, engine: PromQLEngine(), surroundings: RuleSurroundings())
        }
        var durations: [String: [Double]] = [:]
        for evaluation in 0..<evaluations + 3 {
            append(second: 91 + evaluation)
            for index in groups.indices {
                var failures: [RuleOutcome] = []
                let seconds = Measure.seconds {
                    let outcome = groups[index].evaluate(
                        at: Int64(91 + evaluation) * 1000, in: &store)
                    failures = outcome.rules.filter { $0.health != .ok }
                }
                if let failure = failures.first {
                    throw PeerFailure(description: "rule \(failure.name): \(failure.error ?? "")")
                }
                // The first ones meet empty memories, as the peer's did in its warm-up.
                if evaluation >= 3 {
                    durations[groups[index].group.name, default: []].append(seconds)
                }
            }
        }
        return durations
    }
}
