// The whole agent on a ledger in PostgreSQL: served, shared by nobody, killed, cut off.

import ExactJSON
import Foundation
import Glibc
import PostgresCluster
import Testing

@Suite(
    "A ledger in PostgreSQL",
    .enabled(if: PostgresCluster.isInstalled, "postgresql is not installed"),
    .timeLimit(.minutes(5)))
struct PostgresLedgerTests {
    @Test("it is served, held by one agent, and whole after a kill")
    func lives() async throws {
        let cluster = try await PostgresCluster.start()
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try PostgresStory.write(folder, simulator, ledger: try await cluster.newLedger())
        let checked = try await Agent.run(["check"], in: folder)
        #expect(checked.end == .exited(0), "\(checked.text)")
        let day = try await simulator.today()
        try await simulator.state("123.456789", of: "assistant", on: day)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await agent.waitFor(PostgresStory.used, is: "123.456789")
        try await agent.waitFor("ai_credits_ledger_lease_held", is: "1")
        #expect(try await agent.metrics()["ai_credits_ledger_epoch"] == "1")
        #expect(agent.process.error.contains("PostgreSQL 1"), "\(agent.process.error)")
        #expect(
            try await Agent.usage(in: folder)["acme"]?["used"]?.numberLexeme == "123.456789")

        let other = try TemporaryFolder()
        try other.write(folder.read("agent.yml"), to: "agent.yml")
        let second = try Agent.launch(in: other, name: "second")
        defer { second.kill() }
        #expect(try await second.waitForEnd() == .exited(1))
        #expect(
            second.error.contains("in use by process \(agent.process.identifier) on "),
            "\(second.error)")

        agent.process.kill()
        try await simulator.state("200.5", of: "assistant", on: day)
        // Nobody waits for the lease of an agent that is dead for certain.
        let next = try await Agent.start(in: folder, name: "next")
        defer { next.process.kill() }
        try await next.waitFor(PostgresStory.used, is: "200.5", within: 10)
        #expect(try await next.metrics()["ai_credits_ledger_epoch"] == "2")
        #expect(try await next.stop() == .exited(0), "\(next.process.error)")
        for command in [
            ["ledger", "verify"], ["ledger", "export"], ["statement", Self.month(day)],
        ] {
            let result = try await Agent.run(command, in: folder)
            #expect(result.end == .exited(0), "\(result.text)")
        }
        let backup = try await Agent.run(["ledger", "backup", folder.file("copy.db")], in: folder)
        #expect(
            backup.end == .exited(1)
                && backup.error.contains("pg_dump --format=custom --file \(folder.file("copy.db"))"),
            "\(backup.text)")
        await cluster.remove()
    }

    @Test("its entries move to another ledger, of either kind, with the same hashes")
    func moves() async throws {
        let cluster = try await PostgresCluster.shared()
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try PostgresStory.write(folder, simulator, ledger: try await cluster.newLedger())
        let day = try await simulator.today()
        try await simulator.state("12.75", of: "assistant", on: day)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await agent.waitFor(PostgresStory.used, is: "12.75")
        let refused = try await Agent.run(
            ["ledger", "import", folder.file("agent.yml")], in: folder)
        #expect(refused.end == .exited(1), "\(refused.text)")
        try await simulator.state("20.5", of: "assistant", on: day)
        try await agent.waitFor(PostgresStory.used, is: "20.5")
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
        var ends: [String] = []
        for (number, ledger) in [try await cluster.newLedger(), "moved.db"].enumerated() {
            let file = folder.file("entries-\(number).csv")
            let exported = try await Agent.run(["ledger", "export", "--output", file], in: folder)
            #expect(exported.end == .exited(0), "\(exported.text)")
            try PostgresStory.write(folder, simulator, ledger: ledger)
            let imported = try await Agent.run(["ledger", "import", file], in: folder)
            #expect(imported.end == .exited(0), "\(imported.text)")
            ends += [exported.error, imported.output]
            let again = try await Agent.run(["ledger", "import", file], in: folder)
            #expect(again.end == .exited(1) && again.error.contains("is not empty"))
            let verified = try await Agent.run(["ledger", "verify"], in: folder)
            #expect(verified.output == "acme: 2 entries, whole\n", "\(verified.text)")
        }
        #expect(Set(ends).count == 1 && ends[0].contains("ends with hash"), "\(ends)")
    }

    private static func month(_ day: String) -> String { String(day.prefix(7)) }

    @Test("a server that is away is lived through: the gate answers, then everything goes on")
    func serverAway() async throws {
        let cluster = try await PostgresCluster.start()
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try PostgresStory.write(folder, simulator, ledger: try await cluster.newLedger())
        let day = try await simulator.today()
        try await simulator.state("10", of: "assistant", on: day)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await agent.waitFor(PostgresStory.used, is: "10")
        try await cluster.stop("immediate")
        try await simulator.state("20.25", of: "assistant", on: day)
        try await PostgresStory.expectFailures(of: agent, within: 40)
        #expect(try await agent.gate("acme").status == 200)
        #expect(try await agent.get("/-/healthy").status == 200)
        try await cluster.startAgain()
        try await agent.waitFor(PostgresStory.used, is: "20.25", within: 40)
        try await agent.waitFor("ai_credits_ledger_lease_held", is: "1")
        #expect(agent.process.ended == nil)
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")

        // Away at the start as well: the agent waits for it.
        try await cluster.stop("fast")
        let next = try Agent.launch(in: folder, name: "next")
        defer { next.kill() }
        _ = try await next.waitForLine(containing: "waiting up to 60 s")
        try await cluster.startAgain()
        let ready = try await Agent.ready(next)
        try await ready.waitFor(PostgresStory.used, is: "20.25")
        #expect(try await ready.stop() == .exited(0), "\(next.error)")
        await cluster.remove()
    }

    @Test("an entry that somebody altered in the database is named")
    func altered() async throws {
        let cluster = try await PostgresCluster.shared()
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let url = try await cluster.newLedger()
        try PostgresStory.write(folder, simulator, ledger: url)
        let day = try await simulator.today()
        try await simulator.state("10", of: "assistant", on: day)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await agent.waitFor(PostgresStory.used, is: "10")
        try await simulator.state("20", of: "assistant", on: day)
        try await agent.waitFor(PostgresStory.used, is: "20")
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
        try await cluster.query(
            """
            ALTER TABLE entries DISABLE TRIGGER USER;
            UPDATE entries SET note = 'nothing' WHERE sequence = 2
            """, in: url)
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.end == .exited(1), "\(verified.text)")
        #expect(verified.output.contains("entry 2"), "\(verified.text)")
    }

    @Test("an agent whose ledger was taken over ends, loudly, and writes nothing more")
    func takenOver() async throws {
        let cluster = try await PostgresCluster.start()
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let url = try await cluster.newLedger()
        try PostgresStory.write(folder, simulator, ledger: url)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await agent.waitFor("ai_credits_ledger_lease_held", is: "1")
        // Stopped for longer than its lease lives, it is followed by another agent.
        agent.process.signal(SIGSTOP)
        try await cluster.query(
            """
            UPDATE ledger_lease SET renewed_at = renewed_at - 20000, process = 'elsewhere x 1 1',
                holder = 'process 1 on elsewhere'
            """, in: url)
        let other = try TemporaryFolder()
        try other.write(folder.read("agent.yml"), to: "agent.yml")
        let next = try await Agent.start(in: other, name: "next")
        defer { next.process.kill() }
        agent.process.signal(SIGCONT)
        #expect(try await agent.process.waitForEnd(within: 30) == .exited(1))
        #expect(agent.process.error.contains("took over"), "\(agent.process.error)")
        #expect(next.process.ended == nil)
        #expect(try await next.stop() == .exited(0), "\(next.process.error)")
        await cluster.remove()
    }
}
