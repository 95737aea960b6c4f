// The dashboards as files: written by their script, clean by the linter's rules.

import Agent
import Foundation
import Testing

@Suite("Dashboard files")
struct DashboardFileTests {
    private static let hasPython = Program.python != nil

    private static func python(_ arguments: [String]) throws -> Outcome {
        try Program.run(Program.python ?? "", arguments)
    }

    @Test(
        "are what their script writes",
        .enabled(if: hasPython, "python3 is not installed"))
    func areCurrent() throws {
        let outcome = try Self.python(["deploy/grafana/make-dashboards.py", "--check"])
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test(
        "pass the linter's rules and ask only for series that the agent has",
        .enabled(if: hasPython, "python3 is not installed"))
    func areClean() throws {
        let families = FileManager.default.temporaryDirectory
            .appending(path: "families-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: families) }
        try KnownFamilies.seriesNames.joined(separator: "\n")
            .write(to: families, atomically: true, encoding: .utf8)
        let outcome = try Self.python([
            "deploy/grafana/lint-dashboards.py", "--families", families.path(),
        ])
        #expect(outcome.status == 0, "\(outcome)")
    }

    /// A mistake put into a dashboard, and the rule that finds it.
    static let mistakes: [(old: String, new: String, rule: String)] = [
        ("\"title\": \"Usage\"", "\"title\": \"\"", "panel-title-description-rule"),
        ("\"unit\": \"percentunit\"", "\"unit\": \"credits\"", "panel-units-rule"),
        ("[$__rate_interval]", "[5m]", "target-rate-interval-rule"),
        ("job=~\\\"$job\\\"", "job=\\\"agent\\\"", "target-job-rule"),
        ("instance=~\\\"$instance\\\"", "instance=\\\"a\\\"", "target-instance-rule"),
        ("ai_credits_used_credits{", "ai_credits_used_total{", "target-counter-agg-rule"),
        ("ai_credits_used_credits{", "ai_credits_spent_credits{", "unknown series"),
        ("\"label\": \"Data source\"", "\"label\": \"Source\"", "template-datasource-rule"),
        ("\"allValue\": \".+\"", "\"allValue\": \"\"", "template-job-rule"),
        ("\"refresh\": 2", "\"refresh\": 1", "template-on-time-change-reload-rule"),
        ("\"editable\": false", "\"editable\": true", "uneditable-dashboard-rule"),
        ("\"value\": 0.75", "\"value\": 0.8", "thresholds"),
        ("\"mode\": \"palette-classic-by-name\"", "\"mode\": \"palette-classic\"", "colours"),
        ("\"w\": 6", "\"w\": 7", "grid"),
    ]

    @Test(
        "a mistake is found by its rule",
        .enabled(if: hasPython, "python3 is not installed"), arguments: mistakes)
    func mistakesAreFound(_ mistake: (old: String, new: String, rule: String)) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "dashboards-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = try Repository.text("deploy/grafana/dashboards/ai-credits.json")
        #expect(text.contains(mistake.old))
        let file = folder.appending(path: "board.json")
        try text.replacingOccurrences(of: mistake.old, with: mistake.new)
            .write(to: file, atomically: true, encoding: .utf8)
        let families = folder.appending(path: "families")
        try KnownFamilies.seriesNames.joined(separator: "\n")
            .write(to: families, atomically: true, encoding: .utf8)
        let outcome = try Self.python([
            "deploy/grafana/lint-dashboards.py", "--families", families.path(), file.path(),
        ])
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.output.contains(mistake.rule), "\(outcome)")
    }
}
