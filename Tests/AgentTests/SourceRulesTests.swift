// Sources over days: who counts, what was never covered, what came late; also over a restart.

import AgentConfiguration
import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing
import UsageSources

@testable import Agent

@Suite("Rules of sources")
struct SourceRulesTests {
    /// Finished days, and a total of today that begins anew each day.
    static let ranked = """
        organizations:
          - {id: acme, name: Acme Inc., base_allocation: 1000}
        sources:
          - id: activity
            organization: acme
            authority: 20
            absent: keep
            window: {lookback: 7d, clamp_end: start_of_today}
            request: {url: "https://usage.example/activity"}
            map: {rows: "$.u[*]", day: $.d, product: $.p, credits: $.c, outside_window: ignore}
          - id: live
            organization: acme
            style: counter
            authority: 10
            counter: {epoch: day, first: consume, on_decrease: reject}
            request: {url: "https://usage.example/live"}
            map: {rows: $.u, product: {value: chat}, credits: $.c}
        """

    /// Answers that a test changes.
    final class Vendor: Sendable {
        private let answers: Answered
        init() { answers = Answered() }

        func answer(_ path: String, _ body: String) { answers.set(path, body) }

        var transport: ScriptedTransport {
            let answers = answers
            return ScriptedTransport { request, _ throws(TransportError) in
                TransportResponse(
                    status: 200, body: Array((answers.body(request.url) ?? "{}").utf8))
            }
        }
    }

    private func poll(_ agent: TestAgent, _ id: String) async throws {
        let loops = agent.resolved.pollLoops(core: agent.core)
        let loop = try #require(loops.first { $0.sourceIdentifier == id })
        try await loop.pollOnce()
    }

    /// What counts of a product, by day.
    private func counted(_ agent: TestAgent) async throws -> [String: String] {
        var sums: [String: CreditAmount] = [:]
        for entry in try await agent.entries() {
            let day = entry.day.description
            sums[day] = try (sums[day] ?? .zero).adding(entry.credits)
        }
        return sums.filter { $0.value != .zero }.mapValues(\.description)
    }

    @Test("finished days replace the live total of their day, also after a restart")
    func authority() async throws {
        let vendor = Vendor()
        let configuration = try TestConfiguration.read(Self.ranked)
        let clock = VirtualClock(now: TestAgent.instant("2026-11-10T23:50:00Z"))
        var agent = try await TestAgent.start(
            configuration, clock: clock, transport: vendor.transport)
        vendor.answer("live", #"{"u": {"c": 40}}"#)
        vendor.answer("activity", #"{"u": []}"#)
        try await poll(agent, "live")
        try await poll(agent, "activity")
        #expect(try await counted(agent) == ["2026-11-10": "40"])
        // The next day the finished one is stated, and the total of today has begun anew.
        clock.advance(milliseconds: 3_600_000)
        vendor.answer("live", #"{"u": {"c": 3}}"#)
        vendor.answer("activity", #"{"u": [{"d": "2026-11-10", "p": "chat", "c": 42.5}]}"#)
        try await poll(agent, "activity")
        #expect(try await counted(agent) == ["2026-11-10": "42.5"])
        try await poll(agent, "live")
        #expect(try await counted(agent) == ["2026-11-10": "42.5", "2026-11-11": "3"])
        #expect(agent.source("live")?.yield.supersededReadings == 1)
        let before = try await agent.entries()
        agent = try await TestAgent.start(
            configuration, store: agent.store, clock: clock, transport: vendor.transport)
        for source in ["live", "activity", "live"] { try await poll(agent, source) }
        #expect(try await agent.entries() == before)
        #expect(agent.used == "45.5")
        let findings = try await agent.store.read {
            try LedgerRebuild.verify("acme", in: $0).findings
        }
        #expect(findings.isEmpty)
        #expect(
            agent.samples("ai_credits_source_superseded_readings").contains {
                $0.hasPrefix(
                    #"ai_credits_source_superseded_readings{organization="acme",source="live"}"#)
            })
    }

    @Test("days that no poll covers after their end are gaps, until a sweep does")
    func gaps() async throws {
        let yaml =
            TestConfiguration.yaml() + """
                    schedule: {sweep: {every: 1d, lookback: 35d}}

                """
        let vendor = Vendor()
        vendor.answer("u?", #"{"u": []}"#)
        let clock = VirtualClock(now: TestAgent.instant("2026-09-29T12:00:00Z"))
        let configuration = try TestConfiguration.read(TestConfiguration.yaml())
        var agent = try await TestAgent.start(
            configuration, clock: clock, transport: vendor.transport)
        #expect(agent.samples("ai_credits_source_gaps").isEmpty, "nothing was ever covered")
        try await poll(agent, "usage")
        let sample = #"ai_credits_source_gaps{organization="acme",source="usage"} "#
        #expect(agent.samples("ai_credits_source_gaps") == [sample + "0"])
        // The agent is away from 29 September to 5 October; a poll then begins with 1 October.
        clock.advance(milliseconds: 6 * 86_400_000)
        agent = try await TestAgent.start(
            configuration, store: agent.store, clock: clock, transport: vendor.transport)
        #expect(agent.samples("ai_credits_source_gaps") == [sample + "6"])
        try await poll(agent, "usage")
        #expect(agent.samples("ai_credits_source_gaps") == [sample + "2"])
        let swept = try TestConfiguration.read(yaml)
        agent = try await TestAgent.start(
            swept, store: agent.store, clock: clock, transport: vendor.transport)
        #expect(agent.samples("ai_credits_source_gaps") == [sample + "2"])
        try await poll(agent, "usage")
        #expect(agent.samples("ai_credits_source_gaps") == [sample + "0"])
    }

    @Test("a change of a covered day is a restatement, after its month it is late")
    func restatements() async throws {
        let vendor = Vendor()
        let clock = VirtualClock(now: TestAgent.instant("2026-11-30T12:00:00Z"))
        let agent = try await TestAgent.start(
            try TestConfiguration.read(TestConfiguration.yaml()), clock: clock,
            transport: vendor.transport)
        func state(_ days: [(String, String)]) async throws {
            let rows = days.map { #"{"d": "\#($0.0)", "p": "chat", "c": \#($0.1)}"# }
            vendor.answer("u?", #"{"u": [\#(rows.joined(separator: ","))]}"#)
            try await poll(agent, "usage")
        }
        try await state([("2026-11-29", "5"), ("2026-11-30", "1")])
        try await state([("2026-11-29", "5"), ("2026-11-30", "2")])
        #expect(agent.source()?.yield.restatements == 0, "today only grows")
        try await state([("2026-11-29", "6"), ("2026-11-30", "2")])
        #expect(agent.source()?.yield.restatements == 1)
        #expect(agent.source()?.yield.lateEntries == 0)
        clock.advance(milliseconds: 86_400_000)
        try await state([("2026-11-29", "6"), ("2026-11-30", "2.5")])
        #expect(agent.source()?.yield.restatements == 1, "its first poll after its end")
        try await state([("2026-11-29", "6"), ("2026-11-30", "2.75")])
        #expect(agent.source()?.yield.restatements == 2)
        #expect(agent.source()?.yield.lateEntries == 1)
        #expect(agent.used == "0", "the new month does not change")
        #expect(agent.source()?.yield.rows == 10)
        #expect(agent.source()?.yield.lastRows == 2)
    }

    @Test("what changes a day after its lock is marked, and counts in its month")
    func locked() async throws {
        let vendor = Vendor()
        let yaml = TestConfiguration.yaml() + "    finality: {lock_after: 3d}\n"
        let agent = try await TestAgent.start(
            try TestConfiguration.read(yaml), transport: vendor.transport)
        for credits in ["5", "6"] {
            vendor.answer("u?", #"{"u": [{"d": "2026-11-02", "p": "chat", "c": \#(credits)}]}"#)
            try await poll(agent, "usage")
        }
        let entries = try await agent.entries()
        #expect(entries.map(\.note) == ["", "late adjustment of 2026-11-02, which was locked"])
        #expect(entries.map(\.day.description) == ["2026-11-02", "2026-11-02"])
        #expect(agent.source()?.yield.lateEntries == 1)
    }

    @Test(
        "a new rate changes the days from its day on, and the entries keep what they were made of")
    func rates() async throws {
        func yaml(_ rates: String) -> String {
            TestConfiguration.yaml().replacing(
                "credits: \"$.c\"",
                with: "measures: [{unit: tokens, path: $.c}], credits_per_unit: \(rates)")
        }
        let vendor = Vendor()
        vendor.answer(
            "u?",
            #"{"u": [{"d": "2026-11-04", "p": "chat", "c": 100}, {"d": "2026-11-05", "p": "chat", "c": 100}]}"#
        )
        var agent = try await TestAgent.start(
            try TestConfiguration.read(yaml("\"0.5\"")), transport: vendor.transport)
        try await poll(agent, "usage")
        #expect(agent.used == "100")
        let later = try TestConfiguration.read(
            yaml("[{rate: \"0.5\"}, {from: 2026-11-05, rate: \"0.75\"}]"))
        for _ in 0..<2 {
            agent = try await TestAgent.start(
                later, store: agent.store, clock: agent.clock, transport: vendor.transport)
            try await poll(agent, "usage")
            #expect(agent.used == "125")
        }
        let entries = try await agent.entries()
        #expect(entries.map(\.day.description) == ["2026-11-04", "2026-11-05", "2026-11-05"])
        #expect(entries.map(\.quantity) == ["100", "100", "100"])
        #expect(entries.map(\.unit) == ["tokens", "tokens", "tokens"])
        #expect(entries.map(\.rate) == ["0.5", "0.5", "0.75"])
        #expect(entries.map(\.credits.description) == ["50", "50", "25"])
    }

    @Test("a poll by a definition that a reload has changed is dropped")
    func formerDefinition() async throws {
        let vendor = Vendor()
        vendor.answer("u?", #"{"u": [{"d": "2026-11-02", "p": "chat", "c": 5}]}"#)
        let agent = try await TestAgent.start(
            try TestConfiguration.read(TestConfiguration.yaml()), transport: vendor.transport)
        let former = try #require(agent.resolved.pollLoops(core: agent.core).first)
        let yaml = TestConfiguration.yaml().replacing("$.p", with: "$.d")
        try await agent.core.reload(try TestConfiguration.read(yaml))
        try await former.pollOnce()
        #expect(try await agent.entries().isEmpty)
        #expect(agent.source()?.pollCount == 0)
        try await agent.core.reload(try TestConfiguration.read(TestConfiguration.yaml()))
        try await former.pollOnce()
        #expect(try await agent.entries().count == 1)
    }

    @Test("what a style notices is counted by its kind")
    func notes() async throws {
        let vendor = Vendor()
        let agent = try await TestAgent.start(
            try TestConfiguration.read(Self.ranked), transport: vendor.transport)
        for credits in ["40", "50", "30"] {
            vendor.answer("live", #"{"u": {"c": \#(credits)}}"#)
            try await poll(agent, "live")
        }
        #expect(agent.source("live")?.yield.notes[.rejected] == 1)
        let samples = agent.samples("ai_credits_source_notes_total")
        #expect(samples.count == StyleNote.Kind.allCases.count, "a closed list, from 0 on")
        #expect(
            samples.contains(
                #"ai_credits_source_notes_total{organization="acme",source="live",kind="rejected"} 1"#
            ))
    }
}
