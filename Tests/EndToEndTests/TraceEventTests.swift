// A trace as single events, paged, with duplicates, while the agent is killed again and again.

import ExactJSON
import Foundation
import Glibc
import Testing

@Suite("Traces as events", .timeLimit(.minutes(8)))
struct TraceEventTests {
    private static let kills = 10

    /// The totals of both columns of both files.
    private static func tokens(_ files: [String]) throws -> [Int64] {
        try files.map { file in
            let csv = try String(contentsOfFile: file, encoding: .utf8)
            return csv.split(whereSeparator: \.isNewline).dropFirst().reduce(Int64(0)) {
                sum, line in
                let fields = line.split(separator: ",")
                return sum + (Int64(fields[1]) ?? 0) + (Int64(fields[2]) ?? 0)
            }
        }
    }

    /// The same events twice: folded into whole days, newest first, and read on by a cursor.
    private static func configuration(_ simulator: Simulator) -> String {
        func source(_ id: String, _ order: String, _ events: String) -> String {
            """
              - id: \(id)
                organization: \(id)
                style: events
                every: 100ms
                poll_deadline: 60s
                window: {lookback: 3d}
                events: {\(events)}
                request:
                  url: "\(simulator.url)/v1/events"
                  query:
                    from: "{window.start:unix_ms}"
                    to: "{window.end:unix_ms}"
                    page_size: "1000"
                    duplicates: "7"
                    order: \(order)
                  auth: {bearer: {env: USAGE_TOKEN}}
                paginate: {kind: cursor, next: "$.next", more: "$.has_more", into: query.cursor}
                map:
                  rows: "$.events[*]"
                  day: {path: "$.timestamp", type: unix_ms}
                  product: "$.product"
                  measures:
                    - {unit: context-tokens, path: "$.context_tokens"}
                    - {unit: generated-tokens, path: "$.generated_tokens"}
                  credits_per_unit: "0.001"

            """
        }
        return AgentFile.text(
            organizations: AgentFile.organization("folded", base: "100000")
                + AgentFile.organization("followed", base: "100000"),
            sources: source("folded", "newest", "identity: \"$.id\"")
                + source(
                    "followed", "oldest",
                    "identity: \"$.id\", cursor: time, overlap: 3h, settle: 0s"),
            hasRules: false)
    }

    /// The credits of an organization by product, from its ledger.
    private static func posted(
        _ organization: String, in folder: TemporaryFolder
    ) async throws -> [String: String] {
        let usage = try await Agent.usage(in: folder)
        var credits: [String: String] = [:]
        for product in usage[organization]?["products"]?.arrayValue ?? [] {
            guard let id = product["id"]?.stringValue else { continue }
            credits[id] = product["used"]?.numberLexeme
        }
        return credits
    }

    private func count(_ files: [String], speed: String) async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(
            in: folder,
            [
                "--trace-code", files[0], "--trace-conversation", files[1], "--trace-speed", speed,
            ])
        defer { simulator.process.kill() }
        try folder.write(Self.configuration(simulator), to: "agent.yml")
        for round in 0..<Self.kills {
            let agent = try await Agent.start(in: folder, name: "agent-\(round)")
            defer { agent.process.kill() }
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...2500)))
            #expect(agent.process.ended == nil, "\(agent.process.error)")
            agent.process.kill()
        }
        let sums = try Self.tokens(files)
        let expected = MicroCredits(count: (sums[0] + sums[1]) * 1000).description
        let agent = try await Agent.start(in: folder, name: "agent-last")
        defer { agent.process.kill() }
        for organization in ["folded", "followed"] {
            try await eventually("\(organization) has \(expected)", within: 120) { detail in
                let posted = try await Self.posted(organization, in: folder)
                let all = posted.values.compactMap { MicroCredits($0) }
                detail = all.reduce(MicroCredits(count: 0), +).description
                return detail == expected
            }
            let posted = try await Self.posted(organization, in: folder)
            for (product, sum) in zip(["code-completion", "conversation"], sums) {
                #expect(posted[product] == MicroCredits(count: sum * 1000).description)
            }
        }
        #expect(try await agent.stop() == .exited(0))
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.end == .exited(0), "\(verified.text)")
    }

    @Test("a made-up trace is counted to the last token over ten kills")
    func made() async throws {
        let folder = try TemporaryFolder()
        var generator = SystemRandomNumberGenerator()
        for name in ["code.csv", "conversation.csv"] {
            var csv = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
            for second in 0..<3000 {
                let clock = [10 + second / 3600, second / 60 % 60, second % 60]
                    .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
                let tokens = (0..<2).map { _ in "\(Int.random(in: 0...5000, using: &generator))" }
                csv += "2023-11-16 \(clock).1234567,\(tokens.joined(separator: ","))\n"
            }
            try folder.write(csv, to: name)
        }
        try await count(
            [folder.file("code.csv"), folder.file("conversation.csv")], speed: "200")
    }

    @Test(
        "the recorded trace is counted to the last token over ten kills",
        .enabled(if: RecordedTrace.isThere, "the trace is not beside the repository"))
    func recorded() async throws {
        try await count(RecordedTrace.files, speed: "180")
    }
}
