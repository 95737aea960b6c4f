// The alerts that come with the agent: complete, documented, and right at their thresholds.
import Foundation
import PromQL
import Testing

@testable import Alerting

@Suite("Shipped alerts")
struct ShippedAlertsTests {
    static func file() throws -> RuleFile {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let bytes = try Data(contentsOf: root.appending(path: "alerts.yml"))
        return try RuleFile.read(Array(bytes), file: "alerts.yml")
    }

    static let expected: [(String, Int64, String)] = [
        ("UsageAbove75Percent", 0, "info"), ("UsageAbove90Percent", 0, "warning"),
        ("AllocationExhausted", 0, "warning"), ("LimitBlocked", 0, "critical"),
        ("AllowanceNearlyUsed", 0, "warning"), ("RunOutBeforeReset", 3_600_000, "warning"),
        ("UsageSpike", 900_000, "info"), ("SourceDown", 600_000, "warning"),
        ("CredentialRejected", 300_000, "warning"), ("UsageStale", 300_000, "warning"),
        ("LedgerWriteFailing", 60_000, "critical"), ("RuleFailing", 300_000, "warning"),
        ("NotificationsFailing", 300_000, "warning"),
        ("ConfigReloadFailed", 300_000, "warning"), ("AgentDown", 300_000, "critical"),
        ("Watchdog", 0, "none"),
    ]

    @Test("are all there, in order, with their `for` and severity")
    func areComplete() throws {
        let rules = try Self.file().groups.flatMap(\.rules)
        #expect(rules.map(\.name) == Self.expected.map { "AICredits" + $0.0 })
        #expect(rules.map { $0.alerting?.holdFor } == Self.expected.map { $0.1 })
        #expect(
            rules.map { $0.labels.map { "\($0.name)=\($0.template.source)" } }
                == Self.expected.map { ["severity=" + $0.2] })
    }

    @Test("say what, in detail, and where to read on")
    func areDocumented() throws {
        for rule in try Self.file().groups.flatMap(\.rules) {
            let annotations = rule.alerting?.annotations ?? []
            #expect(annotations.map(\.name) == ["description", "runbook_url", "summary"])
            let link = annotations.first { $0.name == "runbook_url" }?.template.source ?? ""
            #expect(link.hasSuffix("/deploy/runbooks/\(Self.anchor(rule.name)).md"), "\(rule.name)")
        }
    }

    /// `AICreditsUsageAbove75Percent` → `usage-above-75-percent`
    static func anchor(_ name: String) -> String {
        var words = ""
        var previous: Character = "A"
        for character in name.dropFirst("AICredits".count) {
            let begins = character.isUppercase || (character.isNumber && !previous.isNumber)
            if begins, !words.isEmpty { words += "-" }
            words += character.lowercased()
            previous = character
        }
        return words
    }

    static func store(_ percent: Double, at time: Int64) -> SampleStore {
        var store = SampleStore()
        for (name, value) in [("usage_percent", percent), ("remaining_credits", 20_000.0)] {
            let series = SeriesLabels(
                metric: "ai_credits_" + name,
                [("organization", "acme"), ("job", "ai-credits-agent"), ("instance", "i")])
            store.append(series, timestamp: time, value: value)
        }
        return store
    }

    @Test(
        "thresholds passed at once fire in ascending order, and exactly counts",
        arguments: [
            (74.999999, []), (75, ["75Percent"]), (90, ["75Percent", "90Percent"]),
            (99.999999, ["75Percent", "90Percent"]),
            (100, ["75Percent", "90Percent", "AllocationExhausted"]),
        ] as [(Double, [String])])
    func thresholds(_ percent: Double, _ expected: [String]) throws {
        var (book, _) = RuleBook.restored(
            files: [try Self.file()], engine: PromQLEngine(), surroundings: RuleSurroundings(),
            records: [], now: 0)
        var store = Self.store(percent, at: 1000)
        let outcome = book.evaluate(group: 0, at: 1000, in: &store)
        #expect(outcome.rules.allSatisfy { $0.health == .ok })
        let names = outcome.transitions.filter { $0.kind == .firing }.map(\.alert.name)
        #expect(names.count == expected.count)
        for (name, end) in zip(names, expected) { #expect(name.hasSuffix(end)) }
        #expect(outcome.transitions.allSatisfy { $0.alert.labels["organization"] == "acme" })
    }

    @Test("descriptions carry the figures, and do without those that are missing")
    func describes() throws {
        var (book, _) = RuleBook.restored(
            files: [try Self.file()], engine: PromQLEngine(), surroundings: RuleSurroundings(),
            records: [], now: 0)
        var store = Self.store(75.5, at: 1000)
        let outcome = book.evaluate(group: 0, at: 1000, in: &store)
        let text = outcome.transitions.first?.alert.annotations
            .first { $0.name == "description" }?.value
        #expect(
            text == "acme has used 75.50 % of this month's base allocation. Credits left until "
                + "the limit: 20000.")
    }

    @Test("every group evaluates over an empty store without an error")
    func evaluatesNothing() throws {
        var (book, _) = RuleBook.restored(
            files: [try Self.file()], engine: PromQLEngine(), surroundings: RuleSurroundings(),
            records: [], now: 0)
        var store = SampleStore()
        for index in book.groups.indices {
            let outcome = book.evaluate(group: index, at: 1000, in: &store)
            #expect(outcome.rules.allSatisfy { $0.health == .ok }, "\(outcome.rules)")
        }
        #expect(book.alerts.map(\.alert.name).contains("AICreditsWatchdog"))
    }
}
