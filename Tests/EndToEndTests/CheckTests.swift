// The command line: mistakes with their place and fix, exit codes, versions.

import Foundation
import Testing

@Suite("Command line", .timeLimit(.minutes(3)))
struct CheckTests {
    /// A wrong configuration and what `check` says about it.
    struct Case: Sendable, CustomStringConvertible {
        let name: String
        let text: String
        let lines: [String]
        var description: String { name }
    }

    static let cases = [
        Case(
            name: "a misspelled key",
            text: """
                organizations:
                  - id: acme
                    base_allocation: 1000
                evaluation_intervall: 1s
                """,
            lines: [
                "agent.yml:4:1: field `evaluation_intervall` is not known",
                "did you mean `evaluation_interval`?",
            ]),
        Case(
            name: "a repeated key",
            text: """
                organizations:
                  - id: acme
                    base_allocation: 1000
                    base_allocation: 2000
                """,
            lines: ["agent.yml:4:5: key \"base_allocation\" is repeated", "first written at 3:5"]),
        Case(
            name: "wrong types",
            text: """
                organizations:
                  - id: acme
                    base_allocation: lots
                    stale_after: soon
                """,
            lines: [
                "agent.yml:3:22: organizations[0].base_allocation: expected a number such as",
                "agent.yml:4:18: organizations[0].stale_after: expected a duration such as 30s",
                "2 mistakes",
            ]),
        Case(
            name: "no time zone",
            text: """
                organizations:
                  - {id: acme, base_allocation: 1000, time_zone: Europe/Belrin}
                """,
            lines: ["agent.yml:2:50: organizations[0].time_zone: ", "such as Europe/Berlin"]),
        Case(
            name: "a tab", text: "organizations:\n\t- id: acme\n",
            lines: ["agent.yml:2:1: a tab cannot indent YAML; use spaces"]),
        Case(
            name: "an alias bomb",
            text: "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
                + zip("bcdef", "abcde").map { own, former in
                    "\(own): &\(own) ["
                        + repeatElement("*\(former)", count: 10).joined(separator: ", ") + "]\n"
                }.joined() + "organizations: *f\n",
            lines: ["agent.yml:5:", "aliases expand to more than 100000 nodes"]),
        Case(
            name: "a source's mistakes",
            text: """
                organizations:
                  - {id: acme, base_allocation: 1000}
                sources:
                  - id: usage
                    organization: acme
                    every: 10ms
                    request:
                      url: "https://api.example.com/usage?from={window.begin:date}"
                    map: {rows: "$.usage[*", day: "$.date", product: "$.product", credits: "$.c"}
                """,
            lines: [
                "agent.yml:6:12: sources[0].every: must be from 100ms to",
                "agent.yml:8:12: sources[0].request.url: `{window.begin:date}` is no placeholder; "
                    + "there are {window.start:",
                "agent.yml:9:17: sources[0].map.rows: `,` or `]` was expected",
            ]),
        Case(
            name: "a missing secret",
            text: """
                organizations:
                  - {id: acme, base_allocation: 1000}
                sources:
                  - id: usage
                    organization: acme
                    request:
                      url: "https://api.example.com/usage"
                      auth: {bearer: {env: NO_SUCH_TOKEN_HERE}}
                    map: {rows: "$.u[*]", day: "$.date", product: "$.product", credits: "$.c"}
                """,
            lines: ["agent.yml:8:22: environment variable NO_SUCH_TOKEN_HERE is not set; export it"]
        ),
        Case(
            name: "a broken rule",
            text: """
                organizations:
                  - {id: acme, base_allocation: 1000}
                rule_files: [rules.yml]
                """,
            lines: [
                "rules.yml:5:", "\"Broken\": expr: could not parse expression", "rules.yml:9:",
                "\"Open\": annotation \"summary\": template:",
            ]),
        Case(
            name: "a receiver that is not there",
            text: """
                organizations:
                  - {id: acme, base_allocation: 1000}
                notifications:
                  route: {receiver: oncal}
                  receivers:
                    - name: oncall
                      webhook_configs: [{url: "ftp://example.com/hook"}]
                """,
            lines: [
                "agent.yml:4:21: notifications.route.receiver: receiver `oncal` is not defined",
                "did you mean `oncall`?", "agent.yml:7:",
                "expected an absolute http:// or https://",
            ]),
        Case(
            name: "limits that contradict themselves",
            text: """
                organizations:
                  - {id: acme, base_allocation: 1000, limit: {mode: hard, allowance: 10}}
                  - {id: acme, base_allocation: 1000, limit: {mode: firm}}
                """,
            lines: [
                "agent.yml:2:70: organizations[0].limit.allowance: a hard limit has no allowance; ",
                "agent.yml:3:10: organizations[1].id: organization `acme` is defined twice, first at",
                "agent.yml:3:53: organizations[1].limit.mode: expected one of `hard`, `soft`",
            ]),
        Case(
            name: "an unknown ledger",
            text: """
                ledger: {url: "mysql://ledger"}
                organizations:
                  - {id: acme, base_allocation: 1000}
                """,
            lines: ["agent.yml:1:15: ledger.url: expected sqlite:PATH, such as sqlite:ledger.db"]),
        Case(
            name: "an empty file", text: "",
            lines: ["agent.yml:1:1: the file is empty; it needs at least `organizations`"]),
    ]

    private static let rules = """
        groups:
          - name: g
            rules:
              - alert: Broken
                expr: max by (organization (ai_credits_usage_percent) > 1
              - alert: Open
                expr: ai_credits_usage_percent > 1
                annotations:
                  summary: "{{ $labels.organization "
        """

    @Test("check names the place and the fix of every mistake", arguments: cases)
    func mistakes(_ one: Case) async throws {
        let folder = try TemporaryFolder()
        try folder.write(one.text, to: "agent.yml")
        try folder.write(Self.rules, to: "rules.yml")
        let result = try await Agent.run(["check"], in: folder)
        #expect(result.end == .exited(1), "\(result.text)")
        for line in one.lines { #expect(result.output.contains(line), "\(result.text)") }
        // The agent does not start on it either, and says the same.
        let served = try Agent.launch(in: folder)
        defer { served.kill() }
        #expect(try await served.waitForEnd() == .exited(1))
        for line in one.lines where !line.contains("mistakes") {
            #expect(served.error.contains(line), "\(served.error)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("ledger.db")))
    }

    @Test("check says where a byte is not UTF-8")
    func notUTF8() async throws {
        let folder = try TemporaryFolder()
        var bytes = Data("organizations:\n  - id: acme\n    name: \"caf".utf8)
        bytes.append(0xE9)
        bytes.append(Data("\"\n    base_allocation: 1\n".utf8))
        try bytes.write(to: URL(filePath: folder.file("agent.yml")))
        let result = try await Agent.run(["check"], in: folder)
        #expect(result.end == .exited(1))
        #expect(result.output.contains("agent.yml:3:15: byte 0xE9 is not UTF-8"), "\(result.text)")
    }

    @Test("check passes the configuration of the demonstration, and its own with --syntax-only")
    func rightFiles() async throws {
        let folder = try TemporaryFolder()
        let demo = Programs.repository.appending(path: "deploy/demo/agent.yml")
        let text = try String(contentsOf: demo, encoding: .utf8)
            .replacing("SIMULATOR_URL", with: "http://127.0.0.1:1")
            .replacing("AGENT_ADDRESS", with: "127.0.0.1:2")
        try folder.write(text, to: "agent.yml")
        try FileManager.default.copyItem(
            atPath: Programs.alertRules.path(), toPath: folder.file("alerts.yml"))
        let strict = try await Agent.run(["check"], in: folder)
        #expect(strict.end == .exited(1), "its secrets are not set here")
        let result = try await Agent.run(["check", "--syntax-only"], in: folder)
        #expect(result.end == .exited(0), "\(result.text)")
        #expect(result.output.contains("1 organization, 2 sources, 16 rules"), "\(result.text)")
    }

    @Test("a rule that can never fire here is a remark, and fails under --strict")
    func strict() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            AgentFile.text(
                organizations: AgentFile.organization("acme", base: "1000"),
                more: "rule_files: [foreign.yml]\n", hasRules: false), to: "agent.yml")
        try folder.write(
            """
            groups:
              - name: foreign
                rules:
                  - {alert: Load, expr: node_load1 > 3}
                  - {alert: Used, expr: ai_credits_used_credits > 3}

            """, to: "foreign.yml")
        let words = "rule `Load`: no series of this agent matches `node_load1`"
        let lenient = try await Agent.run(["check"], in: folder)
        #expect(lenient.end == .exited(0), "\(lenient.text)")
        #expect(lenient.output.contains("foreign.yml:4:"), "\(lenient.text)")
        #expect(lenient.output.contains("warning: \(words)"), "\(lenient.text)")
        let strict = try await Agent.run(["check", "--strict"], in: folder)
        #expect(strict.end == .exited(1), "\(strict.text)")
        #expect(strict.output.contains(words), "\(strict.text)")
        #expect(!strict.output.contains("`Used`"), "\(strict.text)")
        #expect(!strict.output.contains("warning"), "\(strict.text)")
    }

    @Test(
        "a wrong command line ends with 64",
        arguments: [
            ["bogus"], ["serve", "--web.listen-address", "nonsense"], ["usage", "--format", "xml"],
            ["limit", "set", "soft", "minus"], ["serve", "--log.level", "loud"],
            ["limit", "set", "hard", "--until", "tomorrow"], ["check", "--no-such-flag"],
        ])
    func wrongCommandLines(_ arguments: [String]) async throws {
        let folder = try TemporaryFolder()
        let result = try await Agent.run(arguments, in: folder, configuration: nil)
        #expect(result.end == .exited(64), "\(result.text)")
        #expect(result.error.contains("Usage: ai-credits-agent"), "\(result.text)")
        #expect(result.output.isEmpty)
    }

    @Test("--version names version, revision, toolchain and libraries")
    func version() async throws {
        let folder = try TemporaryFolder()
        let result = try await Agent.run(["--version"], in: folder, configuration: nil)
        #expect(result.end == .exited(0))
        #expect(result.output.hasPrefix("ai-credits-agent, version "))
        for word in ["revision", "build date", "swift", "libcurl", "sqlite", "platform"] {
            #expect(result.output.contains(word), "\(result.output)")
        }
    }

    @Test("healthcheck ends with 0 for a ready agent and 1 for none")
    func healthcheck() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            AgentFile.text(organizations: AgentFile.organization("acme", base: "1000")),
            to: "agent.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let arguments = ["healthcheck", "--url", agent.url]
        let ready = try await Agent.run(arguments, in: folder, configuration: nil)
        #expect(ready.end == .exited(0), "\(ready.text)")
        #expect(try await agent.stop() == .exited(0))
        let gone = try await Agent.run(arguments, in: folder, configuration: nil)
        #expect(gone.end == .exited(1))
        #expect(gone.error.contains("/-/ready"), "\(gone.text)")
    }

    @Test("source probe shows requests and rows without the secret, and posts nothing")
    func probe() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try await simulator.state("12.5", of: "assistant", on: simulator.today())
        try folder.write(
            AgentFile.text(
                organizations: AgentFile.organization("acme", base: "1000"),
                sources: AgentFile.source("usage", of: "acme", at: simulator.url + "/v1/usage")),
            to: "agent.yml")
        let result = try await Agent.run(["source", "probe", "usage"], in: folder)
        #expect(result.end == .exited(0), "\(result.text)")
        #expect(result.output.contains("12.5") && result.output.contains("assistant"))
        #expect(!result.text.contains(Simulator.token), "the secret is not shown")
        #expect(!FileManager.default.fileExists(atPath: folder.file("ledger.db")))
        let unknown = try await Agent.run(["source", "probe", "usge"], in: folder)
        #expect(unknown.end == .exited(1))
        #expect(unknown.error.contains("did you mean `usage`?"), "\(unknown.text)")
    }

    @Test("notify test sends one marked and signed notification to each webhook")
    func notify() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try folder.write(
            AgentFile.text(
                organizations: AgentFile.organization("acme", base: "1000"),
                notifications: AgentFile.notifications(simulator)), to: "agent.yml")
        let result = try await Agent.run(["notify", "test", "oncall"], in: folder)
        #expect(result.end == .exited(0), "\(result.text)")
        #expect(result.output.contains("answered 200"))
        let arrived =
            try await simulator.webhooks(at: "oncall") + simulator.webhooks(at: "events")
        #expect(arrived.count == 2)
        #expect(arrived.allSatisfy { $0.isSigned(with: AgentFile.signingSecret) })
        #expect(arrived.allSatisfy { $0.body.lowercased().contains("test") })
        try await simulator.failSink("oncall", status: 500, times: 1)
        let failed = try await Agent.run(["notify", "test", "oncall"], in: folder)
        #expect(failed.end == .exited(1), "\(failed.text)")
        #expect(failed.output.contains("answered 500"))
    }
}
