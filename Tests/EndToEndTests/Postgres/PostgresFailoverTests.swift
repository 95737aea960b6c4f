// A real standby takes over from the server of the ledger while the agent runs.

import ExactJSON
import Foundation
import Glibc
import PostgresCluster
import Testing

@Suite(
    "Failover of PostgreSQL",
    .enabled(if: PostgresCluster.isInstalled, "postgresql is not installed"),
    .timeLimit(.minutes(5)))
struct PostgresFailoverTests {
    @Test("with a synchronous standby nothing is lost, and the agent goes on by itself")
    func promoted() async throws {
        let cluster = try await PostgresCluster.start(settings: PostgresCluster.streaming)
        let schema = PostgresCluster.schema(of: try await cluster.newLedger())
        let standby = try await cluster.startStandby(isSynchronous: true)
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let day = try await simulator.today()
        try await simulator.state("10", of: "assistant", on: day)

        try PostgresStory.write(
            folder, simulator, ledger: cluster.url(schema: schema, through: standby.socket))
        let lost = try Agent.launch(in: folder, name: "standby-only")
        defer { lost.kill() }
        let line = try await lost.waitForLine(containing: "waiting up to 60 s")
        #expect(line.contains("name the primary, or all hosts, in the URL"), "\(line)")
        lost.signal(SIGTERM)
        #expect(try await lost.waitForEnd() == .exited(0), "\(lost.error)")

        try PostgresStory.write(folder, simulator, ledger: standby.url(withBoth: schema))
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await agent.waitFor(PostgresStory.used, is: "10")
        let adjusted = try await Agent.run(
            [
                "ledger", "adjust", "--product", "assistant", "--credits", "2.5", "--reason",
                "gift",
            ], in: folder)
        #expect(adjusted.end == .exited(0), "\(adjusted.text)")
        try await cluster.stop("immediate")
        try await simulator.state("20.25", of: "assistant", on: day)
        try await PostgresStory.expectFailures(of: agent, within: 60)
        #expect(try await agent.gate("acme").status == 200)
        #expect(try await agent.metrics()[PostgresStory.used] == "12.5")
        try await standby.promote()
        try await agent.waitFor(PostgresStory.used, is: "22.75", within: 40)
        try await agent.waitFor("ai_credits_ledger_lease_held", is: "1")
        #expect(try await agent.metrics()["ai_credits_ledger_epoch"] == "1")
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.output == "acme: 3 entries, whole\n", "\(verified.text)")
        await cluster.remove()
    }

    @Test("a standby that lacks acknowledged changes is noticed: the agent ends, and says so")
    func behind() async throws {
        let cluster = try await PostgresCluster.start(settings: PostgresCluster.streaming)
        let schema = PostgresCluster.schema(of: try await cluster.newLedger())
        let standby = try await cluster.startStandby(isSynchronous: false)
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let day = try await simulator.today()
        try await simulator.state("10", of: "assistant", on: day)
        try PostgresStory.write(folder, simulator, ledger: standby.url(withBoth: schema))
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await agent.waitFor(PostgresStory.used, is: "10")
        try await standby.stop()
        try await simulator.state("20", of: "assistant", on: day)
        try await agent.waitFor(PostgresStory.used, is: "20")
        try await cluster.stop("immediate")
        try await standby.start()
        try await standby.promote()
        #expect(try await agent.process.waitForEnd(within: 60) == .exited(1))
        #expect(
            agent.process.error.contains("changes that it had acknowledged"),
            "\(agent.process.error)")

        // Started again, it takes up what is there, and the source's polls bring the rest.
        let next = try await Agent.start(in: folder, name: "next")
        defer { next.process.kill() }
        try await next.waitFor(PostgresStory.used, is: "20")
        #expect(try await next.stop() == .exited(0), "\(next.process.error)")
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.output == "acme: 2 entries, whole\n", "\(verified.text)")
        await cluster.remove()
    }

    @Test("a server that has become read-only is refused in plain words until it writes again")
    func readOnly() async throws {
        let cluster = try await PostgresCluster.start()
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let day = try await simulator.today()
        try await simulator.state("10", of: "assistant", on: day)
        try PostgresStory.write(folder, simulator, ledger: try await cluster.newLedger())
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await agent.waitFor(PostgresStory.used, is: "10")
        func set(_ value: String) async throws {
            try await cluster.query("ALTER SYSTEM SET default_transaction_read_only = \(value)")
            try await cluster.query("SELECT pg_reload_conf()")
        }
        try await set("on")
        try await cluster.query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'ai-credits-agent'
            """)
        try await simulator.state("20.25", of: "assistant", on: day)
        try await PostgresStory.expectFailures(of: agent, within: 60)
        #expect(agent.process.error.contains("it is a standby or read-only"))
        #expect(try await agent.gate("acme").status == 200)
        try await set("off")
        try await agent.waitFor(PostgresStory.used, is: "20.25", within: 40)
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
        await cluster.remove()
    }
}
