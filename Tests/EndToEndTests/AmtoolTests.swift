// Alertmanager's own command line against the agent, and the agent's own beside it.

import Crypto
import ExactJSON
import Testing

@Suite("Silences, end to end", .timeLimit(.minutes(5)))
struct AmtoolTests {
    private static let hasAmtool = Programs.installed("amtool") != nil
    private static let adminToken = "end-to-end-admin-token"

    private static func configuration(_ simulator: Simulator) -> String {
        let hash = SHA256.hash(data: Array(adminToken.utf8)).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
        return AgentFile.text(
            organizations: AgentFile.organization("acme", base: "1000"),
            sources: AgentFile.source(
                "usage", of: "acme", at: simulator.url + "/v1/usage", every: "200ms"),
            notifications: AgentFile.notifications(simulator),
            more: "api_tokens: [{name: operations, role: admin, sha256: \(hash)}]\n")
    }

    private static func announced(_ name: String, at simulator: Simulator) async throws -> Int {
        try await simulator.webhooks(at: "oncall").count { webhook in
            webhook.isAccepted && webhook.alerts.contains { $0.name == name }
        }
    }

    /// Runs amtool on the agent, as someone who has the token or not.
    private static func amtool(
        _ agent: Agent, _ arguments: [String], withToken: Bool = true, in folder: TemporaryFolder
    ) async throws -> CommandResult {
        try folder.write(
            "authorization: {type: Bearer, credentials: \(adminToken)}\n", to: "amtool-http.yml")
        let credentials =
            withToken ? ["--http.config.file=\(folder.file("amtool-http.yml"))"] : []
        return try await RunningProcess.run(
            Programs.needed("amtool"),
            ["--alertmanager.url=\(agent.url)", "--no-version-check"] + credentials + arguments,
            in: folder)
    }

    /// `amtool alert query`: active alerts unless asked otherwise.
    private static func checkAlerts(
        _ agent: Agent, silence id: String, in folder: TemporaryFolder
    ) async throws {
        func names(_ arguments: [String]) async throws -> [String] {
            let queried = try await amtool(
                agent, ["alert", "query", "-o", "json"] + arguments, withToken: false, in: folder)
            #expect(queried.end == .exited(0), "\(queried.text)")
            return (try JSONReader.read(Array(queried.output.utf8)).arrayValue ?? [])
                .compactMap { $0["labels"]?["alertname"]?.stringValue }.sorted()
        }
        let (silenced, active) = ("AICreditsUsageAbove75Percent", "AICreditsUsageAbove90Percent")
        #expect(try await names([]) == [active, "AICreditsWatchdog"])
        #expect(try await names(["--silenced", "organization=acme"]) == [silenced])
        #expect(try await names(["--active", "--silenced", "alertname=~.*Percent"]).count == 2)
        #expect(try await names(["--receiver=onc.*", active]) == [active])
        #expect(try await names(["--receiver=other"]) == [])
        let shown = try await amtool(
            agent, ["alert", "query", "--silenced", "-o", "json"], withToken: false, in: folder)
        let alert = try JSONReader.read(Array(shown.output.utf8))[0]
        #expect(alert?["status"]?["state"] == "suppressed")
        #expect(alert?["status"]?["silencedBy"] == [.string(id)])
        let table = try await amtool(agent, ["alert", "query"], withToken: false, in: folder)
        #expect(table.output.contains(active), "\(table.text)")
    }

    private static func lines(_ result: CommandResult) -> [String] {
        result.output.split(separator: "\n").map(String.init)
    }

    @Test(
        "amtool adds, queries, updates and expires silences of the agent",
        .enabled(if: hasAmtool, "amtool (Debian: prometheus-alertmanager) is not installed"))
    func amtool() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try folder.write(Self.configuration(simulator), to: "agent.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let wish = [
            "silence", "add", "--author=alice@example.com", "--comment=migration", "-d", "1h",
            "AICreditsUsageAbove75Percent", "organization=~ac.*",
        ]
        let refused = try await Self.amtool(agent, wish, withToken: false, in: folder)
        #expect(refused.end == .exited(1), "\(refused.text)")
        let added = try await Self.amtool(agent, wish, in: folder)
        #expect(added.end == .exited(0), "\(added.text)")
        let id = try #require(Self.lines(added).first)

        try await simulator.state("912", of: "assistant", on: simulator.today())
        try await eventually("the other threshold is announced") { _ in
            try await Self.announced("AICreditsUsageAbove90Percent", at: simulator) == 1
        }
        try await agent.waitFor(#"ai_credits_silences{state="active"}"#, is: "1")
        #expect(try await Self.announced("AICreditsUsageAbove75Percent", at: simulator) == 0)

        let queried = try await Self.amtool(
            agent, ["silence", "query", "-o", "json", "alertname=AICreditsUsageAbove75Percent"],
            in: folder)
        let list = try JSONReader.read(Array(queried.output.utf8))
        #expect(list[0]?["id"]?.stringValue == id, "\(queried.text)")
        #expect(list[0]?["createdBy"] == "alice@example.com")
        let other = try await Self.amtool(
            agent, ["silence", "query", "-q", "alertname=Other"], in: folder)
        #expect(other.end == .exited(0) && Self.lines(other).isEmpty, "\(other.text)")
        let updated = try await Self.amtool(
            agent, ["silence", "update", "-d", "2h", "-c", "longer", id], in: folder)
        #expect(updated.end == .exited(0), "\(updated.text)")
        #expect(updated.output.contains(id) && updated.output.contains("longer"), "kept its id")

        try await Self.checkAlerts(agent, silence: id, in: folder)

        let expired = try await Self.amtool(agent, ["silence", "expire", id], in: folder)
        #expect(expired.end == .exited(0), "\(expired.text)")
        try await eventually("the silenced threshold is announced now") { _ in
            try await Self.announced("AICreditsUsageAbove75Percent", at: simulator) == 1
        }
        let over = try await Self.amtool(
            agent, ["silence", "query", "-q", "--expired"], in: folder)
        #expect(Self.lines(over) == [id], "\(over.text)")
        let present = try await Self.amtool(agent, ["silence", "query", "-q"], in: folder)
        #expect(Self.lines(present).isEmpty, "\(present.text)")
        #expect(try await agent.stop() == .exited(0))
    }

    @Test("the agent's own commands set and end silences, also while it is stopped")
    func ownCommands() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try folder.write(Self.configuration(simulator), to: "agent.yml")
        let agent = try await Agent.start(in: folder, name: "first")
        let added = try await Agent.run(
            ["silence", "add", "AICreditsUsageAbove75Percent", "--comment", "migration"],
            in: folder)
        #expect(added.end == .exited(0), "\(added.text)")
        let id = try #require(Self.lines(added).first)
        try await simulator.state("800", of: "assistant", on: simulator.today())
        try await agent.waitFor(
            "ai_credits_alerts{organization=\"acme\",alertname=\"AICreditsUsageAbove75Percent\""
                + ",alertstate=\"firing\"}", is: "1")
        #expect(try await agent.stop() == .exited(0))

        let listed = try await Agent.run(["silence", "list"], in: folder)
        #expect(Self.lines(listed).count == 2, "\(listed.text)")
        #expect(listed.output.contains(id), "\(listed.text)")
        let unknown = try await Agent.run(
            ["silence", "expire", "00000000-0000-4000-8000-000000000000"], in: folder)
        #expect(unknown.end == .exited(1), "\(unknown.text)")
        let expired = try await Agent.run(["silence", "expire", id], in: folder)
        #expect(expired.end == .exited(0), "\(expired.text)")
        let over = try await Agent.run(
            ["silence", "list", "--expired", "--format", "json"], in: folder)
        #expect(
            try JSONReader.read(Array(over.output.utf8))[0]?["id"]?.stringValue == id,
            "\(over.text)")
        #expect(try await Self.announced("AICreditsUsageAbove75Percent", at: simulator) == 0)

        let again = try await Agent.start(in: folder, name: "second")
        defer { again.process.kill() }
        try await eventually("the alert that fires still is announced") { _ in
            try await Self.announced("AICreditsUsageAbove75Percent", at: simulator) == 1
        }
    }
}
