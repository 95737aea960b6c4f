// What `check` prints, and which rules it says can never fire.

import Agent
import Credits
import Exposition
import PositionedYAML
import PromQL
import Testing

@testable import AgentCommands

@Suite("Check reports")
struct CheckReportTests {
    private static func place(_ line: Int) -> SourcePosition {
        SourcePosition(file: "agent.yml", line: line, column: 3)
    }

    private static let contents = ConfigurationContents(organizations: 3, sources: 1, rules: 15)
    private static let error = Mistake("field `x` is not known", at: place(4))
    private static let warning = Mistake("a literal", at: place(9), severity: .warning)

    @Test("a file without mistakes")
    func clean() {
        let report = CheckReport(
            file: "agent.yml", mistakes: [], contents: Self.contents)
        #expect(report.isPassed)
        #expect(
            report.text == "agent.yml: 3 organizations, 1 source, 15 rules: no mistakes\n")
    }

    @Test("every mistake has its line, a repeated one only once")
    func errors() {
        let report = CheckReport(
            file: "agent.yml", mistakes: [Self.error, Self.error, Self.warning], contents: nil)
        #expect(!report.isPassed)
        #expect(
            report.text == """
                agent.yml:4:3: field `x` is not known
                agent.yml:9:3: warning: a literal
                agent.yml: 1 mistake, 1 warning

                """)
    }

    @Test("warnings alone pass")
    func warnings() {
        let report = CheckReport(
            file: "agent.yml", mistakes: [Self.warning], contents: Self.contents)
        #expect(report.isPassed)
        #expect(report.text.hasSuffix("15 rules: no mistakes, 1 warning\n"))
    }

    private static func rule(_ text: String, recording name: String? = nil) throws -> ReachableRule
    {
        ReachableRule(
            name: name ?? "A", isRecording: name != nil,
            expression: try PromQLExpression.parse(text), position: place(7))
    }

    private static func mistakes(
        _ text: String, with others: [ReachableRule] = []
    ) throws -> [Mistake] {
        let rule = try rule(text)
        let reach = RuleReach(
            rules: [rule] + others, organizations: ["acme"], sources: ["api"])
        return reach.mistakes(of: rule)
    }

    @Test(
        "rules over the agent's own series can fire",
        arguments: [
            "ai_credits_usage_percent >= 75", "absent(up{job=\"x\"})", "vector(1)",
            "ai_credits_limit_response_seconds_bucket{le=\"1\"} > 0",
            "{__name__=~\"ai_credits_.+\",organization=\"acme\"} > 0",
            "ALERTS{alertstate=\"firing\"} == 1", "ai_credits_source_up{source=\"api\"} == 0",
            "ai_credits_usage_percent{organization!=\"acme\"} > 1",
            "rate(process_cpu_seconds_total[5m]) > 1",
        ])
    func reachable(_ text: String) throws {
        #expect(try Self.mistakes(text) == [])
    }

    @Test(
        "rules over foreign series cannot",
        arguments: [
            ("node_load1 > 3", "`node_load1`", nil),
            (
                "ai_credits_usage_pecent > 1", "`ai_credits_usage_pecent`",
                "ai_credits_usage_percent"
            ),
            (
                "ai_credits_used_credits{organization=\"nobody\"} > 1",
                "`ai_credits_used_credits{organization=\"nobody\"}`", nil
            ),
            ("ai_credits_source_up{source=~\"x.*\"} == 0", "`ai_credits_source_up", nil),
            (
                "ai_credits_limit_response_seconds > 1", "`ai_credits_limit_response_seconds`",
                "ai_credits_limit_response_seconds_sum"
            ),
        ] as [(String, String, String?)])
    func unreachable(_ text: String, _ selector: String, _ near: String?) throws {
        let mistake = try #require(try Self.mistakes(text).first)
        #expect(mistake.severity == .error)
        #expect(mistake.position == Self.place(7))
        #expect(mistake.message.contains(selector))
        #expect(mistake.message.contains("can never fire here"))
        if let near { #expect(mistake.message.contains("did you mean `\(near)`?")) }
    }

    @Test("a rule that can fire by another selector gets a warning alone")
    func partly() throws {
        let mistakes = try Self.mistakes("ai_credits_usage_percent > 1 or node_load1 > 1")
        #expect(mistakes.map(\.severity) == [.warning])
        #expect(mistakes.first?.message.contains("never fire") == false)
    }

    @Test("a recorded series counts as the agent's own")
    func recorded() throws {
        let recording = try Self.rule("ai_credits_used_credits * 2", recording: "used:double")
        #expect(try Self.mistakes("used:double > 1", with: [recording]) == [])
        #expect(try Self.mistakes("used:double > 1").count == 1)
    }

    @Test("every family that the agent shows is known")
    func families() {
        let build = BuildInformation(
            version: "1", revision: "1", swiftVersion: "1", curlVersion: "1", storeVersion: "1")
        let meters = Meters()
        meters.observeCommit(seconds: 1)
        meters.countRequest(route: "/", code: 200)
        let metrics = MetricsBuilder(
            snapshots: SnapshotBox(), meters: meters, backlog: OutboxBacklogBox(), build: build,
            includesProcess: true)
        let names = metrics.families(at: Timestamp(seconds: 0)).map(\.name)
        #expect(names.count > 8)
        #expect(names.filter { !KnownFamilies.families.contains($0) } == [])
    }

    @Test("version lines align as Prometheus' do")
    func version() {
        let text = VersionText(
            name: "ai-credits-agent", version: "0.1.0", revision: "unknown",
            details: [("build date", "unknown"), ("libcurl version", "7.88.1")]
        ).text
        #expect(
            text == """
                ai-credits-agent, version 0.1.0 (revision: unknown)
                  build date:      unknown
                  libcurl version: 7.88.1
                """)
    }
}
