// Another program holds the ledger's write lock: the agent goes on serving, and what happened
// meanwhile is announced once the lock is gone, once.

import ExactJSON
import Testing

@Suite("Locked ledger", .timeLimit(.minutes(3)))
struct LockedLedgerTests {
    private static let locker = """
        import sqlite3, sys, time
        connection = sqlite3.connect(sys.argv[1], isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        print("locked", flush=True)
        time.sleep(120)
        """

    @Test("a threshold passed under a foreign lock is announced once, after it")
    func locked() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try folder.write(
            AgentFile.text(
                organizations: AgentFile.organization("acme", base: "1000"),
                sources: AgentFile.source("usage", of: "acme", at: simulator.url + "/v1/usage"),
                notifications: AgentFile.notifications(simulator)), to: "agent.yml")
        let day = try await simulator.today()
        try await simulator.state("100.5", of: "assistant", on: day)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let used = "ai_credits_used_credits{organization=\"acme\"}"
        try await agent.waitFor(used, is: "100.5")

        let lock = try RunningProcess(
            Programs.needed("python3"), ["-c", Self.locker, folder.file("ledger.db")], in: folder,
            name: "locker")
        defer { lock.kill() }
        _ = try await lock.waitForLine(containing: "locked")
        try await simulator.state("912", of: "assistant", on: day)
        try await eventually("writes fail", within: 40) { detail in
            let failures = try await agent.metrics()["ai_credits_ledger_write_failures_total"]
            detail = failures ?? "none"
            return failures.flatMap { Int($0) } ?? 0 > 0
        }
        #expect(try await agent.metrics()[used] == "100.5", "what is not written is not believed")
        #expect(try await agent.gate("acme").status == 200)
        lock.kill()
        try await agent.waitFor(used, is: "912", within: 40)
        let names: Set = ["AICreditsUsageAbove75Percent", "AICreditsUsageAbove90Percent"]
        try await eventually("both thresholds are announced", within: 40) { detail in
            let told = try await simulator.webhooks(at: "oncall").flatMap(\.alerts).map(\.name)
            detail = "\(told)"
            return names.isSubset(of: told)
        }
        #expect(try await agent.stop() == .exited(0))
        let told = try await simulator.webhooks(at: "oncall").filter(\.isAccepted)
            .flatMap(\.alerts).map(\.name).filter(names.contains)
        #expect(told.sorted() == names.sorted(), "each once")
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.end == .exited(0), "\(verified.text)")
    }
}
