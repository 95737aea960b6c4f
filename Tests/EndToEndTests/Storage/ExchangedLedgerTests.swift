// Another file in the place of the ledger, under a running agent and before a start.

import ExactJSON
import Foundation
import Testing

@Suite("Exchanged ledger", .timeLimit(.minutes(5)))
struct ExchangedLedgerTests {
    private static let used = "ai_credits_used_credits{organization=\"acme\"}"

    /// A folder with an agent that has written something.
    private static func start(
        _ credits: String
    ) async throws -> (folder: TemporaryFolder, simulator: Simulator, agent: Agent) {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        try folder.write(
            AgentFile.text(
                organizations: AgentFile.organization("acme", base: "1000"),
                sources: AgentFile.source("usage", of: "acme", at: simulator.url + "/v1/usage"),
                hasRules: false), to: "agent.yml")
        try await simulator.state(credits, of: "assistant", on: try await simulator.today())
        let agent = try await Agent.start(in: folder)
        try await agent.waitFor(used, is: credits)
        return (folder, simulator, agent)
    }

    private static func backUp(_ folder: TemporaryFolder, to path: String) async throws {
        let backup = try await Agent.run(["ledger", "backup", path], in: folder)
        #expect(backup.end == .exited(0), "\(backup.text)")
    }

    private static func put(_ copy: String, in folder: TemporaryFolder) throws {
        for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
            try? FileManager.default.removeItem(atPath: folder.file(name))
        }
        try FileManager.default.copyItem(atPath: copy, toPath: folder.file("ledger.db"))
    }

    @Test("a file that takes the place of the open ledger ends the agent, loudly")
    func replaced() async throws {
        let (folder, simulator, agent) = try await Self.start("10")
        defer { simulator.process.kill() }
        defer { agent.process.kill() }
        try await Self.backUp(folder, to: folder.file("copy.db"))
        #expect(rename(folder.file("copy.db"), folder.file("ledger.db")) == 0)
        #expect(try await agent.process.waitForEnd(within: 15) == .exited(1))
        #expect(agent.process.error.contains("while it was in use"), "\(agent.process.error)")
    }

    @Test("an older backup is refused until it is said to be meant; then the polls catch up")
    func olderBackup() async throws {
        let (folder, simulator, agent) = try await Self.start("10")
        defer { simulator.process.kill() }
        defer { agent.process.kill() }
        try await Self.backUp(folder, to: folder.file("copy.db"))
        try await simulator.state("20.5", of: "assistant", on: try await simulator.today())
        try await agent.waitFor(Self.used, is: "20.5")
        #expect(try await agent.stop() == .exited(0))
        try Self.put(folder.file("copy.db"), in: folder)
        let refused = try Agent.launch(in: folder, name: "refused")
        defer { refused.kill() }
        #expect(try await refused.waitForEnd() == .exited(1))
        #expect(refused.error.contains("is an older copy of the ledger"), "\(refused.error)")
        #expect(refused.error.contains("remove the file that ends in .lock"))
        try FileManager.default.removeItem(atPath: folder.file("ledger.db.lock"))
        let next = try await Agent.start(in: folder, name: "next")
        defer { next.process.kill() }
        try await next.waitFor(Self.used, is: "20.5")
        #expect(try await next.stop() == .exited(0), "\(next.process.error)")
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.output == "acme: 2 entries, whole\n", "\(verified.text)")
    }

    @Test("another agent's ledger is refused")
    func foreign() async throws {
        let (folder, simulator, agent) = try await Self.start("10")
        defer { simulator.process.kill() }
        defer { agent.process.kill() }
        let (otherFolder, otherSimulator, otherAgent) = try await Self.start("70")
        defer { otherSimulator.process.kill() }
        defer { otherAgent.process.kill() }
        try await Self.backUp(otherFolder, to: folder.file("other.db"))
        #expect(try await agent.stop() == .exited(0))
        try Self.put(folder.file("other.db"), in: folder)
        let refused = try Agent.launch(in: folder, name: "refused")
        defer { refused.kill() }
        #expect(try await refused.waitForEnd() == .exited(1))
        #expect(
            refused.error.contains("is not the ledger that was used here before"),
            "\(refused.error)")
    }
}
