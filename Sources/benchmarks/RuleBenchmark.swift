// Rules over 10,000 series at 1 s, beside a real Prometheus with the same series and rules.
//
// Both sides give what one evaluation of a group takes by the wall clock, so both suffer from a
// machine that others use: the fastest evaluation of each suffers least, and is what is compared.

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

    @Option(help: "Seconds that the Prometheus collects samples before it is read.")
    var warmUp = 75

    @Option(help: "How many evaluations are read.")
    var evaluations = 12

    @Flag(help: "Measures the agent alone, for a profile of it.")
    var alone = false

    func run() async throws {
        let rules = BenchmarkRules.file
        let theirs = alone ? [:] : try peer(rules)
        let own = try OwnRules.durations(rules, evaluations: evaluations)
        print(
            "group    work per evaluation  agent ms (fastest, median)  Prometheus ms (fastest, "
                + "median)  times as fast (2 or more is asked)")
        for group in BenchmarkRules.groups {
            let (mine, other) = (own[group.name] ?? [], theirs[group.name] ?? [])
            print(
                "\(group.name)  \(group.work)  \(text(mine))  \(text(other))  "
                    + Measure.text((other.min() ?? .nan) / (mine.min() ?? .nan)))
        }
    }

    private func peer(_ rules: String) throws -> [String: [Double]] {
        let scratch = try ScratchFolder()
        try rules.write(
            to: scratch.url.appending(path: "rules.yml"), atomically: true, encoding: .utf8)
        return try PrometheusPeer(scratch).durations(warmUp: warmUp, evaluations: evaluations)
    }

    private func text(_ seconds: [Double]) -> String {
        Measure.text((seconds.min() ?? .nan) * 1000) + " "
            + Measure.text(Measure.median(seconds) * 1000)
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
