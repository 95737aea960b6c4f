// Every fault of a source: the right reason, the last good figures kept.

import ExactJSON
import Testing

@Suite("Faulty sources", .timeLimit(.minutes(5)))
struct FaultTests {
    /// A source that answers well, then badly.
    struct Case: Sendable, CustomStringConvertible {
        let fault: String
        let reason: String
        var description: String { fault }
        var id: String { "s-" + fault }
    }

    /// The faults of the simulator; `refused` and `plain-tls` are addresses of their own.
    static let cases = [
        Case(fault: "html", reason: "not_json"), Case(fault: "garbage", reason: "not_json"),
        Case(fault: "truncated", reason: "not_json"), Case(fault: "empty", reason: "not_json"),
        Case(fault: "huge", reason: "too_large"), Case(fault: "gzip-bomb", reason: "too_large"),
        Case(fault: "hang", reason: "timeout"), Case(fault: "slow", reason: "timeout"),
        Case(fault: "http500", reason: "http_status"),
        Case(fault: "http404", reason: "http_status"),
        Case(fault: "throttle-always", reason: "throttled"),
        Case(fault: "repeated-page", reason: "incomplete_pages"),
        Case(fault: "repeated-key", reason: "not_json"), Case(fault: "nan", reason: "bad_value"),
        Case(fault: "nan-text", reason: "bad_value"), Case(fault: "overflow", reason: "bad_value"),
        Case(fault: "text-amount", reason: "bad_value"),
        Case(fault: "outside-window", reason: "outside_window"),
        Case(fault: "future-day", reason: "outside_window"),
        Case(fault: "no-rows", reason: "rows_missing"),
        Case(fault: "unauthorized", reason: "unauthorized"),
        Case(fault: "forbidden", reason: "unauthorized"),
        Case(fault: "redirect-cross", reason: "http_status"),
        Case(fault: "redirect-loop", reason: "http_status"),
        Case(fault: "refused", reason: "connect"), Case(fault: "plain-tls", reason: "tls"),
    ]
    /// What is no fault: a redirect on the same origin, a throttle that ends.
    static let good = ["redirect-same", "throttle"]

    private static func configuration(
        _ simulator: Simulator, refusing port: UInt16, isFaulty: Bool
    ) -> String {
        let names = cases.map(\.fault) + good
        let sources = names.map { name in
            var url = simulator.url + (isFaulty ? "/faulty/\(name)/v1/usage" : "/v1/usage")
            if isFaulty, name == "refused" { url = "http://127.0.0.1:\(port)/v1/usage" }
            if isFaulty, name == "plain-tls" {
                url = "https" + simulator.url.dropFirst(4) + "/v1/usage"
            }
            return AgentFile.source(
                "s-" + name, of: "o-" + name, at: url, every: "1s", deadline: "4s",
                more: "    limits: {body: 1MiB}\n")
        }
        return AgentFile.text(
            organizations: names.map {
                AgentFile.organization("o-" + $0, base: "1000", ", daily_series: 1d")
            }.joined(),
            sources: sources.joined(), hasRules: false)
    }

    @Test("each fault has its reason, keeps the last good figures and ends with the fault")
    func faults() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let port = try LoopbackSocket.freePort()
        let day = try await simulator.today()
        try await simulator.state("123.75", of: "assistant", on: day)
        try folder.write(
            Self.configuration(simulator, refusing: port, isFaulty: false), to: "agent.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await expectAll(agent, used: "123.75", up: "1")

        // From now on the good answer would say more; the faulty ones must not change anything.
        try await simulator.state("223.75", of: "assistant", on: day)
        try await expectAll(agent, used: "223.75", up: "1")
        try folder.write(
            Self.configuration(simulator, refusing: port, isFaulty: true), to: "agent.yml")
        try await agent.reload()
        try await simulator.state("800.25", of: "assistant", on: day)
        try await expectReasons(agent)
        try await expectAll(agent, used: "223.75", up: "0", only: Self.cases.map(\.fault))
        try await expectAll(agent, used: "800.25", up: "1", only: Self.good)
        #expect(try await agent.gate("o-huge").status == 200)

        try folder.write(
            Self.configuration(simulator, refusing: port, isFaulty: false), to: "agent.yml")
        try await agent.reload()
        try await expectAll(agent, used: "800.25", up: "1")
        #expect(try await agent.stop() == .exited(0))
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.end == .exited(0), "\(verified.text)")
    }

    private func expectAll(
        _ agent: Agent, used: String, up: String, only names: [String]? = nil
    ) async throws {
        let names = names ?? Self.cases.map(\.fault) + Self.good
        try await eventually("up \(up) and used \(used)", within: 40) { detail in
            let metrics = try await agent.metrics()
            let wrong = names.filter { name in
                let labels = "{organization=\"o-\(name)\""
                return metrics["ai_credits_used_credits\(labels)}"] != used
                    || metrics["ai_credits_source_up\(labels),source=\"s-\(name)\"}"] != up
            }
            detail = wrong.map { name in
                "\(name): \(metrics["ai_credits_used_credits{organization=\"o-\(name)\"}"] ?? "-")"
            }.joined(separator: ", ")
            return wrong.isEmpty
        }
    }

    private func expectReasons(_ agent: Agent) async throws {
        func reasons(_ metrics: MetricsText, _ fault: String) -> Set<String> {
            let prefix = "ai_credits_source_poll_failures_total{organization=\"o-\(fault)\""
            return Set(
                metrics.series(beginningWith: prefix).filter { $0.value != "0" }
                    .compactMap { MetricsText.labels(of: $0.series)["reason"] })
        }
        try await eventually("every fault has failed", within: 40) { detail in
            let metrics = try await agent.metrics()
            let waiting = Self.cases.filter { reasons(metrics, $0.fault).isEmpty }
            detail = waiting.map(\.fault).joined(separator: ", ")
            return waiting.isEmpty
        }
        let metrics = try await agent.metrics()
        for one in Self.cases {
            #expect(reasons(metrics, one.fault) == [one.reason], "\(one.fault)")
        }
        for name in Self.good { #expect(reasons(metrics, name).isEmpty, "\(name)") }
        // Each failure is told once, with its source.
        for one in Self.cases {
            let lines = agent.process.error.split(separator: "\n").filter {
                $0.contains("source \(one.id): poll failed")
            }
            #expect(lines.count == 1, "\(one.fault): \(lines)")
        }
    }
}
