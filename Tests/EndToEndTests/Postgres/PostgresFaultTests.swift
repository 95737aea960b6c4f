// The whole agent while its server is frozen, and while connections are cut in the middle of
// transactions: it goes on answering, and everything happens once.

import ExactJSON
import Foundation
import PostgresCluster
import Testing

@Suite(
    "The agent with a failing PostgreSQL",
    .enabled(if: PostgresCluster.isInstalled, "postgresql is not installed"),
    .timeLimit(.minutes(8)))
struct PostgresFaultTests {
    private static func write(
        _ folder: TemporaryFolder, _ simulator: Simulator, ledger: String
    ) throws {
        try folder.write(
            AgentFile.text(
                organizations: AgentFile.organization("acme", base: "1000"),
                sources: AgentFile.source("usage", of: "acme", at: simulator.url + "/v1/usage"),
                ledger: ledger, notifications: AgentFile.notifications(simulator),
                more: """
                    api_tokens:
                      - {name: gateway, role: gate, sha256: \(AgentFile.sha256(of: "gate-token"))}

                    """), to: "agent.yml")
    }

    @Test("a frozen server holds up neither the gate nor /metrics, and what it missed comes after")
    func frozen() async throws {
        let cluster = try await PostgresCluster.start()
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try Self.write(folder, simulator, ledger: try await cluster.newLedger())
        let day = try await simulator.today()
        try await simulator.state("10", of: "assistant", on: day)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await agent.waitFor(PostgresStory.used, is: "10")
        try cluster.freeze(true)
        defer { try? cluster.freeze(false) }
        try await simulator.state("20.25", of: "assistant", on: day)
        var answers: [Duration] = []
        try await eventually("a write fails, and the lease is not sure", within: 90) { detail in
            let begun = ContinuousClock.now
            let isAllowed = try await agent.gate("acme").status == 200
            let metrics = try await agent.metrics()
            answers.append(.now - begun)
            let failures = metrics["ai_credits_ledger_write_failures_total"] ?? "none"
            let lease = metrics["ai_credits_ledger_lease_held"] ?? "none"
            detail = "\(failures) failures, lease \(lease)"
            return isAllowed && failures != "0" && lease == "0"
        }
        // Both answers come from memory; single ones may be slow for this machine's load.
        #expect(answers.sorted()[answers.count / 2] < .seconds(2))
        let asked = ContinuousClock.now
        let hold = try await HTTPClient.send(
            "POST", agent.url + "/api/v1/holds",
            headers: [("Authorization", "Bearer gate-token")],
            body: #"{"organization": "acme", "product": "assistant", "credits": 1, "ttl": "9s"}"#)
        #expect(hold.status == 503 && hold.text.contains("has not answered"), "\(hold.text)")
        #expect(.now - asked < .seconds(10))
        #expect(agent.process.error.contains("did not answer in time"), "\(agent.process.error)")
        try cluster.freeze(false)
        try await agent.waitFor(PostgresStory.used, is: "20.25", within: 60)
        try await agent.waitFor("ai_credits_ledger_lease_held", is: "1", within: 60)
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.output == "acme: 2 entries, whole\n", "\(verified.text)")
        await cluster.remove()
    }

    @Test(
        "a full disk of the server is served through, and forgotten once there is room",
        .enabled(if: SmallFileSystem.isPossible, "a small file system cannot be mounted here"))
    func fullDisk() async throws {
        let cluster = try await PostgresCluster.start()
        let disk = try SmallFileSystem()
        defer { disk.remove() }
        try await PostgresCluster.run(
            "/bin/chown", ["--reference=\(cluster.folder)/data", disk.path], cluster.folder)
        try await cluster.query("CREATE TABLESPACE small LOCATION '\(disk.path)'")
        let ledger = try await cluster.newLedger() + "%20-cdefault_tablespace%3Dsmall"
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try Self.write(folder, simulator, ledger: ledger)
        let day = try await simulator.today()
        try await simulator.state("10", of: "assistant", on: day)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await agent.waitFor(PostgresStory.used, is: "10")
        try disk.fill()
        var number = 0
        // Each restated day is another entry, so that the tables grow until they cannot.
        try await eventually("a write fails and is counted", within: 60) { detail in
            for _ in 0..<10 {
                number += 1
                try await simulator.state("10.\(1000 + number)", of: "p\(number % 10)", on: day)
            }
            let failures = try await agent.metrics()["ai_credits_ledger_write_failures_total"]
            detail = failures ?? "none"
            return failures.flatMap { Int($0) } ?? 0 > 0
        }
        #expect(agent.process.error.contains("its server's disk is full"), "\(agent.process.error)")
        #expect(try await agent.gate("acme").status == 200)
        disk.makeRoom()
        let all = try await simulator.state()["used"]?.numberLexeme ?? ""
        try await agent.waitFor(PostgresStory.used, is: all, within: 60)
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.end == .exited(0), "\(verified.text)")
        await cluster.remove()
    }

    @Test("cut at any message, commits among them: each change and each alert happens once")
    func cut() async throws {
        let cluster = try await PostgresCluster.shared()
        let proxy = try await CuttingProxy(to: cluster)
        let schema = PostgresCluster.schema(of: try await cluster.newLedger())
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try Self.write(
            folder, simulator, ledger: cluster.url(schema: schema, through: proxy.folder))
        let day = try await simulator.today()
        try await simulator.state("700", of: "assistant", on: day)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await agent.waitFor(PostgresStory.used, is: "700")
        var cuts = 0
        for number in 1...40 {
            try proxy.cut(at: Int.random(in: 1...20), Bool.random() ? "before" : "after")
            try await simulator.state("\(700 + number * 5).000001", of: "assistant", on: day)
            if number % 10 == 0 {
                let adjusted = try await Agent.run(
                    [
                        "ledger", "adjust", "--product", "assistant", "--credits", "1", "--reason",
                        "number \(number)",
                    ], in: folder)
                #expect(adjusted.end == .exited(0), "\(adjusted.text)")
            }
            try await agent.waitFor(
                PostgresStory.used, is: "\(700 + number * 5 + number / 10).000001", within: 60)
            cuts += proxy.hasCut ? 1 : 0
        }
        #expect(cuts >= 20)
        proxy.leaveAlone()
        let names: Set = ["AICreditsUsageAbove75Percent", "AICreditsUsageAbove90Percent"]
        try await eventually("both thresholds are announced", within: 40) { detail in
            let told = try await simulator.webhooks(at: "oncall").flatMap(\.alerts).map(\.name)
            detail = "\(told)"
            return names.isSubset(of: told)
        }
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
        let told = Dictionary(
            grouping: try await simulator.webhooks(at: "oncall").filter(\.isAccepted)
                .filter { !names.isDisjoint(with: $0.alerts.map(\.name)) }, by: \.id)
        // One that came twice, because its receipt was not recorded, came with the same bytes.
        #expect(told.count <= names.count)
        #expect(told.values.allSatisfy { Set($0.map(\.body)).count == 1 })
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.output == "acme: 45 entries, whole\n", "\(verified.text)")
        #expect(
            try await Agent.usage(in: folder)["acme"]?["used"]?.numberLexeme == "904.000001")
    }
}
