// promtool asks the agent as it asks a Prometheus.

import ExactJSON
import Foundation
import Testing

@Suite("Queries", .timeLimit(.minutes(3)))
struct QueryTests {
    private static let hasPromtool = Programs.installed("promtool") != nil

    @Test(
        "promtool's query commands work on the agent",
        .enabled(if: hasPromtool, "promtool is not installed"))
    func promtool() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            ledger: {url: "sqlite:ledger.db"}
            organizations: [{id: acme, base_allocation: 250}]
            sources: []
            evaluation_interval: 1s

            """, to: "agent.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let promtool = try Programs.needed("promtool")
        func query(_ arguments: [String]) async throws -> String {
            let result = try await RunningProcess.run(
                promtool, ["query"] + arguments, in: folder)
            #expect(result.end == .exited(0), "\(result.text)")
            return result.output
        }
        try await eventually("the first samples are there") { detail in
            detail = try await query(["instant", agent.url, "up"])
            return !detail.isEmpty
        }
        let instant = try await query(["instant", agent.url, "ai_credits_limit_credits"])
        #expect(
            instant.hasPrefix(
                #"ai_credits_limit_credits{instance="localhost:10190", job="ai-credits-agent", organization="acme"} => 250 @["#
            ), "\(instant)")
        let now = Date().timeIntervalSince1970
        let range = try await query([
            "range", "--start=\(now - 1)", "--end=\(now)", "--step=1s", agent.url,
            "sum(ai_credits_limit_credits)",
        ])
        #expect(range.hasPrefix("{} =>\n250 @["), "\(range)")
        let series = try await query(["series", "--match=up", agent.url])
        #expect(
            series == #"{__name__="up", instance="localhost:10190", job="ai-credits-agent"}"# + "\n"
        )
        let labels = try await query(["labels", agent.url, "organization"])
        #expect(labels == "acme\n")
        let refused = try await RunningProcess.run(
            promtool, ["query", "instant", agent.url, "sum("], in: folder)
        #expect(refused.end == .exited(1))
        #expect(refused.text.contains("parse error"), "\(refused.text)")
    }

    @Test("the ledger is verified and replayed beside the running agent")
    func besideTheAgent() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            ledger: {url: "sqlite:ledger.db"}
            organizations: [{id: acme, base_allocation: 250}]
            sources: []
            rule_files: [rules.yml]

            """, to: "agent.yml")
        try folder.write(
            """
            groups:
              - name: acme
                rules: [{alert: Based, expr: ai_credits_base_allocation_credits > 1}]

            """, to: "rules.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.end == .exited(0), "\(verified.text)")
        let replayed = try await Agent.run(["rules", "backtest", "--since", "1h"], in: folder)
        #expect(replayed.end == .exited(0), "\(replayed.text)")
        #expect(replayed.output.contains(" rule evaluations\n"), "\(replayed.text)")
        #expect(try await agent.stop() == .exited(0))
    }
}
