// Token totals become credits to the last token.

import ExactJSON
import Foundation
import Testing

@Suite("Traces", .timeLimit(.minutes(5)))
struct TraceTests {
    /// Sums of a trace file, read apart from the product.
    struct Sums {
        var context: Int64 = 0
        var generated: Int64 = 0
        var tokens: Int64 { context + generated }

        /// The sums of the last day's rows; of all files together that is today.
        init(_ csv: String, day: String) {
            for line in csv.split(whereSeparator: \.isNewline).dropFirst() where line.hasPrefix(day)
            {
                let fields = line.split(separator: ",")
                context += Int64(fields[1]) ?? 0
                generated += Int64(fields[2]) ?? 0
            }
        }
    }

    private static func configuration(_ simulator: Simulator) -> String {
        let daily = """
              - id: daily
                organization: acme
                every: 500ms
                request:
                  url: "\(simulator.url)/v1/daily-tokens?from={window.start:date}&to={window.end:date}"
                  auth: {basic: {user: agent, password: {env: USAGE_TOKEN}}}
                map:
                  rows: "$.usage[*]"
                  day: "$.date"
                  product: "$.product"
                  measures:
                    - {unit: context-tokens, path: "$.context_tokens"}
                    - {unit: generated-tokens, path: "$.generated_tokens"}
                  credits_per_unit: "0.001"

            """
        return AgentFile.text(
            organizations: AgentFile.organization("acme", base: "100000"), sources: daily)
    }

    private static func text(milli count: Int64) -> String {
        MicroCredits(count: count * 1000).description
    }

    /// Serves two traces and compares what the agent counts with their sums.
    private func compare(code: String, conversation: String) async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(
            in: folder, ["--trace-code", code, "--trace-conversation", conversation])
        defer { simulator.process.kill() }
        let texts = try [code, conversation].map { try String(contentsOfFile: $0, encoding: .utf8) }
        let days = texts.flatMap { $0.split(whereSeparator: \.isNewline).dropFirst() }
            .map { String($0.prefix(10)) }
        let last = try #require(days.max())
        let sums = texts.map { Sums($0, day: last) }
        let total = sums[0].tokens + sums[1].tokens
        try folder.write(Self.configuration(simulator), to: "agent.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await agent.waitFor(
            "ai_credits_source_up{organization=\"acme\",source=\"daily\"}", is: "1")
        let day = try await simulator.today()
        let metrics = try await agent.metrics()
        for (product, sum) in zip(["code-completion", "conversation"], sums) {
            let labels = "{organization=\"acme\",product=\"\(product)\",day=\"\(day)\"}"
            #expect(
                metrics["ai_credits_daily_used_credits\(labels)"] == Self.text(milli: sum.tokens))
        }
        // All earlier rows are of one day before; it counts when it is of this month.
        let isFirst = day.hasSuffix("-01")
        let earlier = Set(days).subtracting([last]).map { earlier in
            texts.map { Sums($0, day: earlier).tokens }.reduce(0, +)
        }.reduce(0, +)
        let expected = Self.text(milli: total + (isFirst ? 0 : earlier))
        let usage = try await Agent.usage(in: folder)
        #expect(usage["acme"]?["used"]?.numberLexeme == expected)
        let products = usage["acme"]?["products"]?.arrayValue ?? []
        let byProduct = products.compactMap { MicroCredits($0["used"]?.numberLexeme) }
        #expect(byProduct.reduce(MicroCredits(count: 0), +).description == expected)
        #expect(try await agent.stop() == .exited(0))
        #expect(try await Agent.usage(in: folder)["acme"]?["used"]?.numberLexeme == expected)
    }

    @Test("a small trace over two days is counted to the last token")
    func small() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            TIMESTAMP,ContextTokens,GeneratedTokens
            2023-11-15 23:59:59.9999999,11,1
            2023-11-16 00:00:00.0000000,4808,10
            2023-11-16 18:17:04.0319600,3180,8
            2023-11-16 18:17:04.0319600,3180,8

            """, to: "code.csv")
        try folder.write(
            """
            TIMESTAMP,ContextTokens,GeneratedTokens
            2023-11-16 18:15:46.6805900,374,44
            2023-11-16 23:59:59.9999999,396,109

            """, to: "conversation.csv")
        try await compare(
            code: folder.file("code.csv"), conversation: folder.file("conversation.csv"))
    }

    @Test(
        "the recorded trace is counted to the last token",
        .enabled(if: RecordedTrace.isThere, "the trace is not beside the repository"))
    func recorded() async throws {
        try await compare(code: RecordedTrace.files[0], conversation: RecordedTrace.files[1])
    }
}
