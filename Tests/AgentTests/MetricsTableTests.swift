// README's table of metrics is what the code says: names, types, labels and help texts.
//
// `make docs` writes the table anew.

import AgentConfiguration
import Credits
import Exposition
import Ledger
import Foundation
import Ports
import SimulatedPorts
import Testing
import UsageSources

@testable import Agent

@Suite("The table of metrics")
struct MetricsTableTests {
    private static let readme = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "README.md")
    private static let begin = "<!-- metrics: written by `make docs` -->\n"
    private static let end = "<!-- metrics: end -->\n"

    /// Every family with at least one sample, so that its labels show.
    private func families() async throws -> [MetricFamily] {
        let agent = try await ExpositionTests.startFull()
        let core = agent.core
        core.meters.countRemark(receiver: "oncall", integration: "webhook", kind: "cut")
        core.meters.countSuppressed(["oncall": 1])
        core.meters.alertmanagers.replace(["main"])
        core.meters.alertmanagers.update("main") { $0.latency.observe(0.1) }
        core.meters.webGuard.change { readings in
            readings.isInUse = true
            readings.lastReloadSuccess = agent.clock.now()
            readings.certificateExpiry = 1
        }
        core.meters.countHold(organization: "acme", outcome: "held")
        core.meters.countConnectionCut(reason: "slow_head")
        core.meters.requestBook.count("usage") { readings in
            readings.vendorRemaining = 1
        }
        try enroll(core.meters.requestBook)
        let builder = MetricsBuilder(
            snapshots: snapshots(agent), meters: core.meters, backlog: agent.backlog,
            build: BuildInformation(
                version: "1", revision: "1", swiftVersion: "1", curlVersion: "1",
                storeVersion: "1"),
            includesProcess: true, lease: { LedgerLease(epoch: 1, isHeld: true) })
        let families = builder.families(at: agent.clock.now())
        return families.sorted { $0.name < $1.name }
    }

    /// The agent's source with a budget.
    private func enroll(_ book: RequestBook) throws {
        let limited = TestConfiguration.yaml().replacing(
            "organization: acme\n", with: "organization: acme\n    limits: {per_day: 5000}\n")
        for definition in try TestConfiguration.read(limited).sources { book.enroll(definition) }
    }

    /// The agent's snapshot, its source with all that only some styles and servers have.
    private func snapshots(_ agent: TestAgent) -> SnapshotBox {
        var snapshot = agent.snapshot
        snapshot.sources = snapshot.sources.map { source in
            var state = source.state
            state.style = .balance
            state.yield.clockSkewMilliseconds = 0
            state.calendar = .utc
            state.coveredDays = [TestAgent.day("2026-11-09")]
            return SharedSource(state)
        }
        snapshot.organizations = snapshot.organizations.map { organization in
            var state = organization.state
            state.terms.append(
                TermsRecord(
                    organization: organization.id,
                    change: .cap(TestAgent.credits("10"), product: "chat"),
                    effectiveFrom: Timestamp(seconds: 0), until: nil,
                    recordedAt: Timestamp(seconds: 0), changedBy: "file"))
            return OrganizationSnapshot(
                state: state, sources: organization.sources,
                staleAfterMilliseconds: organization.staleAfterMilliseconds)
        }
        let box = SnapshotBox()
        box.publish(snapshot)
        return box
    }

    private static func row(_ family: MetricFamily) -> String {
        var labels: [String] = []
        for label in family.samples.flatMap(\.labels) where label.name != "le" {
            if !labels.contains(label.name) { labels.append(label.name) }
        }
        let names = labels.map { "`\($0)`" }.joined(separator: ", ")
        let help = family.help.replacing("|", with: "\\|")
        return "| `\(family.name)` | \(family.type) | \(names) | \(help) |\n"
    }

    @Test("every family that is known has a row, and README has the table")
    func table() async throws {
        let families = try await families()
        #expect(
            Set(families.map(\.name)).symmetricDifference(KnownFamilies.families).sorted() == [])
        let table =
            "| metric | type | labels | meaning |\n|---|---|---|---|\n"
            + families.map(Self.row).joined()
        let text = try String(contentsOf: Self.readme, encoding: .utf8)
        let start = try #require(text.range(of: Self.begin)).upperBound
        let stop = try #require(text.range(of: Self.end)).lowerBound
        if ProcessInfo.processInfo.environment["AI_CREDITS_WRITE_DOCS"] != nil {
            let renewed = text.replacingCharacters(in: start..<stop, with: table)
            try renewed.write(to: Self.readme, atomically: true, encoding: .utf8)
        } else {
            #expect(text[start..<stop] == table, "README.md is behind: make docs")
        }
    }
}
