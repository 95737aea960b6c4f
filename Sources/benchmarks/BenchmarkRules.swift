// The rules of the rule benchmark.

import Foundation

/// A rule file of a few groups, one for each kind of work.
enum BenchmarkRules {
    /// The groups with what an evaluation of each works through.
    static let groups: [(name: String, work: String)] = [
        ("singles", "1,000 rules of one series each"),
        ("rate", "600,000 samples in one rule"),
        ("alerts", "1,000 alerts of one rule, with templates"),
        ("alerting", "1,000 rules with an alert each, with templates"),
    ]

    /// The file.
    static var file: String {
        var text = "groups:\n"
        text += group("singles")
        for rule in 0..<1000 {
            text += "      - record: bench:single_\(rule)\n"
            text += "        expr: bench_requests_total{series=\"\(series(rule * 10))\"} * 2\n"
        }
        text += group("rate")
        text += "      - record: bench:rate\n"
        text += "        expr: count(rate(bench_requests_total[1m]))\n"
        text += group("alerts")
        text += "      - alert: Busy\n"
        text += "        expr: bench_requests_total{series=~\"..[0-9].0\"} >= 0\n" + texts
        text += group("alerting")
        for rule in 0..<1000 {
            text += "      - alert: Busy\(rule)\n"
            text += "        expr: bench_requests_total{series=\"\(series(rule * 10))\"} >= 0\n"
            text += texts
        }
        return text
    }

    /// Seconds between two evaluations: enough for the groups to keep out of each other's way.
    static let interval = 5

    private static func group(_ name: String) -> String {
        "  - name: \(name)\n    interval: \(interval)s\n    rules:\n"
    }

    private static func series(_ number: Int) -> String { String(format: "%05d", number) }

    private static let texts = """
                labels: {severity: info, shown: "{{ $labels.series }}"}
                annotations:
                  summary: "{{ $labels.series }} has {{ $value | humanize }} requests"
                  description: >-
                    {{ with $x := $value }}{{ printf "%.2f" $x }}{{ end }} on
                    {{ $labels.instance }}

        """
}
