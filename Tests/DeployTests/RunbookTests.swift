// Whoever is woken finds a page.

import Foundation
import Testing

@Suite("Runbooks")
struct RunbookTests {
    /// The alerts of alerts.yml with the address of their page, in order.
    static func alerts() throws -> [(name: String, severity: String, page: String)] {
        var alerts: [(name: String, severity: String, page: String)] = []
        for line in try Repository.text("alerts.yml").components(separatedBy: "\n") {
            let text = line.trimmingCharacters(in: .whitespaces)
            if text.hasPrefix("- alert: ") {
                alerts.append((String(text.dropFirst("- alert: ".count)), "", ""))
            } else if text.hasPrefix("severity: "), !alerts.isEmpty {
                alerts[alerts.count - 1].severity = String(text.dropFirst("severity: ".count))
            } else if text.hasPrefix("runbook_url: "), !alerts.isEmpty {
                alerts[alerts.count - 1].page = String(text.dropFirst("runbook_url: ".count))
            }
        }
        return alerts
    }

    static let base =
        "https://github.com/ai-credits-agent/ai-credits-agent/blob/main/deploy/runbooks/"

    @Test("every alert has a page that says what it means, how bad, what to check and to do")
    func everyAlertHasOne() throws {
        let alerts = try Self.alerts()
        #expect(alerts.count >= 16)
        for alert in alerts {
            #expect(alert.page.hasPrefix(Self.base), "\(alert.name): \(alert.page)")
            let name = String(alert.page.dropFirst(Self.base.count))
            let text = try Repository.text("deploy/runbooks/\(name)")
            #expect(text.hasPrefix("# \(alert.name)\n\nSeverity: \(alert.severity)\n"), "\(name)")
            let headings = text.components(separatedBy: "\n").filter { $0.hasPrefix("## ") }
            let wanted = ["What it means", "How bad it is", "What to check", "What to do"]
            #expect(headings == wanted.map { "## \($0)" }, "\(name)")
            #expect(text.components(separatedBy: "\n").count < 70, "\(name) is no short page")
        }
    }

    @Test("every page belongs to an alert and is in the index; links lead somewhere")
    func everyPageIsLinked() throws {
        let index = try Repository.text("deploy/runbooks/README.md")
        let pages = try Self.alerts().map { String($0.page.dropFirst(Self.base.count)) }
        let names = try Repository.names(in: "deploy/runbooks").filter { $0 != "README.md" }
        #expect(names == pages.sorted())
        for name in names { #expect(index.contains("(\(name))"), "\(name)") }
        for name in names {
            let text = try Repository.text("deploy/runbooks/\(name)")
            for match in text.matches(of: /\]\(([a-z0-9-]+\.md)\)/) {
                #expect(names.contains(String(match.1)), "\(name) links to \(match.1)")
            }
        }
    }
}
