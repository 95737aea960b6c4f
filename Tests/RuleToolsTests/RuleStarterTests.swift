// The rule file for beginners is correct whatever was answered, here and for promtool.

import Alerting
import Foundation
import Testing

@testable import RuleTools

@Suite("Rules to start with")
struct RuleStarterTests {
    private static func starter(_ change: (inout RuleStarter) -> Void = { _ in }) -> RuleStarter {
        var starter = RuleStarter()
        change(&starter)
        return starter
    }

    private static func names(_ starter: RuleStarter) throws -> [String] {
        let file = try RuleFile.read(Array(starter.text.utf8), file: "alerts.yml")
        #expect(file.warnings.isEmpty)
        return file.groups.flatMap(\.rules).map(\.name)
    }

    @Test("have an alert for each answer")
    func answers() throws {
        #expect(
            try Self.names(Self.starter()) == [
                "AICreditsUsageAbove75Percent", "AICreditsUsageAbove90Percent",
                "AICreditsUsageAbove100Percent", "AICreditsLimitBlocked",
                "AICreditsRunOutBeforeReset", "AICreditsUsageSpike", "AICreditsSourceDown",
                "AICreditsUsageStale",
            ])
        let few = Self.starter {
            $0.thresholds = [80, 80]
            $0.spikeFactor = nil
            $0.warnsOfRunOut = false
            $0.watchesSources = false
        }
        #expect(try Self.names(few) == ["AICreditsUsageAbove80Percent", "AICreditsLimitBlocked"])
    }

    @Test("carry labels and links as given")
    func labels() throws {
        let starter = Self.starter {
            $0.labels = [("team", "it's {us}: #1")]
            $0.runbook = "https://wiki.example/a?b='c'#"
        }
        let file = try RuleFile.read(Array(starter.text.utf8), file: "alerts.yml")
        for rule in file.groups.flatMap(\.rules) {
            #expect(rule.labels.first { $0.name == "team" }?.template.source == "it's {us}: #1")
            let link = rule.alerting?.annotations.first { $0.name == "runbook_url" }
            #expect(link?.template.source == "https://wiki.example/a?b='c'#" + rule.name)
        }
    }

    @Test("are accepted by promtool", .enabled(if: Promtool.isInstalled))
    func promtool() throws {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "starter-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try Data(Self.starter().text.utf8).write(to: directory.appending(path: "alerts.yml"))
        let (code, errors) = try Promtool.run(["check", "rules", "alerts.yml"], in: directory)
        #expect(code == 0, "\(errors)")
    }
}
