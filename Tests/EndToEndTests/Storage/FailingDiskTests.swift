// The disk under an SQLite ledger fails while the agent runs: writes, syncs, slowness.

import ExactJSON
import Foundation
import Testing

@Suite(
    "Failing disk",
    .enabled(if: FaultInjector.isPossible, "strace is not installed, or may not trace here"),
    .timeLimit(.minutes(5)))
struct FailingDiskTests {
    private static let used = "ai_credits_used_credits{organization=\"acme\"}"

    /// An agent whose ledger's disk can fail.
    private struct Scene {
        let folder: TemporaryFolder
        let simulator: Simulator
        let agent: Agent
        let day: String

        static func start() async throws -> Scene {
            let folder = try TemporaryFolder()
            let simulator = try await Simulator.start(in: folder)
            try folder.write(
                AgentFile.text(
                    organizations: AgentFile.organization("acme", base: "1000"),
                    sources: AgentFile.source("usage", of: "acme", at: simulator.url + "/v1/usage"),
                    hasRules: false), to: "agent.yml")
            let day = try await simulator.today()
            try await simulator.state("10", of: "assistant", on: day)
            let agent = try await Agent.start(in: folder)
            try await agent.waitFor(used, is: "10")
            return Scene(folder: folder, simulator: simulator, agent: agent, day: day)
        }

        func end() {
            agent.process.kill()
            simulator.process.kill()
        }

        func fault(_ calls: String, _ fault: String) async throws -> FaultInjector {
            try await FaultInjector(
                calls, fault, of: ["ledger.db", "ledger.db-wal"].map(folder.file), in: agent,
                folder: folder)
        }

        func expectWhole(entries: String = "2 entries") async throws {
            let verified = try await Agent.run(["ledger", "verify"], in: folder)
            #expect(verified.output == "acme: \(entries), whole\n", "\(verified.text)")
        }
    }

    @Test(
        "writes that fail are counted, the gate goes on, and so does the rest once they succeed",
        arguments: ["EIO", "ENOSPC", "EROFS"])
    func writes(_ error: String) async throws {
        let scene = try await Scene.start()
        defer { scene.end() }
        let fault = try await scene.fault("pwrite64", "error=\(error)")
        try await scene.simulator.state("20.25", of: "assistant", on: scene.day)
        try await eventually("a write fails and is counted", within: 40) { detail in
            let failures = try await scene.agent.metrics()["ai_credits_ledger_write_failures_total"]
            detail = failures ?? "none"
            return failures.flatMap { Int($0) } ?? 0 > 0
        }
        #expect(try await scene.agent.gate("acme").status == 200)
        #expect(try await scene.agent.metrics()[Self.used] == "10", "not written, not believed")
        #expect(scene.agent.process.error.contains("ledger.db was not changed"))
        try await fault.end()
        try await scene.agent.waitFor(Self.used, is: "20.25")
        #expect(try await scene.agent.stop() == .exited(0), "\(scene.agent.process.error)")
        try await scene.expectWhole()
    }

    @Test("a sync that fails once is final: the agent ends, loudly, and the next one goes on")
    func syncs() async throws {
        let scene = try await Scene.start()
        defer { scene.end() }
        let fault = try await scene.fault("fsync,fdatasync", "error=EIO:when=1")
        try await scene.simulator.state("20.25", of: "assistant", on: scene.day)
        #expect(try await scene.agent.process.waitForEnd() == .exited(1))
        #expect(
            scene.agent.process.error.contains("could not be synced to its disk"),
            "\(scene.agent.process.error)")
        try await fault.end()
        let next = try await Agent.start(in: scene.folder, name: "next")
        defer { next.process.kill() }
        try await next.waitFor(Self.used, is: "20.25")
        #expect(try await next.stop() == .exited(0), "\(next.process.error)")
        try await scene.expectWhole()
    }

    @Test("a ledger that cannot be read at the start ends it, with the way out")
    func unreadable() async throws {
        let scene = try await Scene.start()
        defer { scene.end() }
        #expect(try await scene.agent.stop() == .exited(0))
        let process = try RunningProcess(
            Programs.needed("strace"),
            [
                "-f", "-q", "-o", "/dev/null", "-P", scene.folder.file("ledger.db"), "-e",
                "trace=pread64", "-e", "inject=pread64:error=EIO", Programs.agent(), "serve",
                "--config.file", scene.folder.file("agent.yml"), "--web.listen-address",
                "127.0.0.1:0",
            ], in: scene.folder, environment: Agent.environment, name: "unreadable")
        defer { process.kill() }
        #expect(try await process.waitForEnd() == .exited(1))
        #expect(process.error.contains("check the disk"), "\(process.error)")
        try await scene.expectWhole(entries: "1 entry")
    }

    @Test("a disk that takes seconds for each sync does not slow the gate or /metrics")
    func slowness() async throws {
        let scene = try await Scene.start()
        defer { scene.end() }
        let fault = try await scene.fault("fsync,fdatasync", "delay_enter=3000000")
        let begun = ContinuousClock.now
        try await scene.simulator.state("20.25", of: "assistant", on: scene.day)
        var answers: [Duration] = []
        try await eventually("the change arrives", within: 60) { _ in
            let asked = ContinuousClock.now
            #expect(try await scene.agent.gate("acme").status == 200)
            let metrics = try await scene.agent.metrics()
            answers.append(.now - asked)
            return metrics[Self.used] == "20.25"
        }
        #expect(ContinuousClock.now - begun >= .seconds(3), "it was written through the slow disk")
        #expect(answers.sorted()[answers.count / 2] < .seconds(2))
        try await fault.end()
        #expect(try await scene.agent.stop() == .exited(0), "\(scene.agent.process.error)")
        try await scene.expectWhole()
    }
}
