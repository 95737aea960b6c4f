// The disk of the ledger is full: the agent goes on serving, counts what fails, and recovers.

import ExactJSON
import Foundation
import Glibc
import Testing

@Suite("Full disk", .timeLimit(.minutes(3)))
struct FullDiskTests {
    private static func configuration(_ simulator: Simulator, ledger: String) -> String {
        AgentFile.text(
            organizations: AgentFile.organization("acme", base: "1000", ", daily_series: 1d"),
            sources: AgentFile.source("usage", of: "acme", at: simulator.url + "/v1/usage"),
            ledger: ledger)
    }

    @Test(
        "a full file system is served through and forgotten once there is room",
        .enabled(if: SmallFileSystem.isPossible, "a small file system cannot be mounted here"))
    func fullFileSystem() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let disk = try SmallFileSystem()
        defer { disk.remove() }
        try folder.write(
            Self.configuration(simulator, ledger: disk.path + "/ledger.db"), to: "agent.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let day = try await simulator.today()
        let used = "ai_credits_used_credits{organization=\"acme\"}"
        try await simulator.state("100.5", of: "assistant", on: day)
        try await agent.waitFor(used, is: "100.5")

        try disk.fill()
        // Each restated day is another entry, so that the ledger grows until it cannot.
        try await grow(agent, simulator, day: day)
        try await servesWhatItKnows(agent)
        disk.makeRoom()
        let all = try await simulator.state()["used"]?.numberLexeme ?? ""
        try await agent.waitFor(used, is: all)
        try await agent.waitFor(
            "ai_credits_source_up{organization=\"acme\",source=\"usage\"}", is: "1")
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.end == .exited(0), "\(verified.text)")
        #expect(try await Agent.usage(in: folder)["acme"]?["used"]?.numberLexeme == all)
    }

    @Test("files that may not grow are served through as well")
    func limitedFileSize() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try folder.write(Self.configuration(simulator, ledger: "ledger.db"), to: "agent.yml")
        // The program is told of the failed write instead of being ended by the signal.
        let process = try RunningProcess(
            Programs.needed("bash"),
            [
                "-c", "trap '' XFSZ; ulimit -f 1000; exec \"$@\"", "bash", Programs.agent(),
                "serve",
                "--config.file", folder.file("agent.yml"), "--web.listen-address", "127.0.0.1:0",
            ], in: folder, environment: Agent.environment, name: "agent")
        defer { process.kill() }
        let agent = try await Agent.ready(process)
        let day = try await simulator.today()
        try await simulator.state("100.5", of: "assistant", on: day)
        try await agent.waitFor("ai_credits_used_credits{organization=\"acme\"}", is: "100.5")
        try await grow(agent, simulator, day: day)
        try await servesWhatItKnows(agent)
        agent.process.kill()
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.end == .exited(0), "\(verified.text)")
        // With room again the next agent takes up all that the source says.
        let next = try await Agent.start(in: folder, name: "next")
        defer { next.process.kill() }
        let all = try await simulator.state()["used"]?.numberLexeme ?? ""
        try await next.waitFor("ai_credits_used_credits{organization=\"acme\"}", is: all)
    }

    /// Makes the source say more and more until a write fails.
    private func grow(_ agent: Agent, _ simulator: Simulator, day: String) async throws {
        var number = 0
        try await eventually("a write to the ledger fails", within: 60) { detail in
            for _ in 0..<10 {
                number += 1
                try await simulator.state("0.\(1000 + number)", of: "p\(number % 10)", on: day)
            }
            let metrics = try await agent.metrics()
            let failures = metrics["ai_credits_ledger_write_failures_total"]
            detail = failures ?? "none"
            return failures.flatMap { Int($0) }.map { $0 > 0 } ?? false
        }
    }

    private func servesWhatItKnows(_ agent: Agent) async throws {
        try await eventually("the source is down for the ledger") { detail in
            let metrics = try await agent.metrics()
            let series =
                "ai_credits_source_poll_failures_total{organization=\"acme\",source=\"usage\""
                + ",reason=\"internal\"}"
            detail = metrics[series] ?? "none"
            return metrics[series].flatMap { Int($0) }.map { $0 > 0 } ?? false
        }
        let gate = try await agent.gate("acme")
        #expect(gate.status == 200, "\(gate.text)")
        let used = MicroCredits(try gate.json()["used"]?.numberLexeme) ?? MicroCredits(count: 0)
        #expect(used >= MicroCredits(count: 100_500_000))
        #expect(try await agent.get("/-/healthy").status == 200)
        #expect(agent.process.ended == nil)
    }
}

/// A file system of two megabytes, mounted for one test.
struct SmallFileSystem {
    let path: String

    /// Whether one can be mounted: tried once.
    static let isPossible: Bool = {
        guard getuid() == 0, let system = try? SmallFileSystem() else { return false }
        system.remove()
        return true
    }()

    init() throws {
        var template = Array("/tmp/aice-disk.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Missing("no temporary folder") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard mount("tmpfs", path, "tmpfs", 0, "size=2m,mode=0700") == 0 else {
            let reason = String(cString: strerror(errno))
            rmdir(path)
            throw Missing("tmpfs cannot be mounted: \(reason)")
        }
    }

    /// Fills what is left.
    func fill() throws {
        guard let file = fopen(path + "/filler", "w") else { throw Missing("no filler") }
        defer { fclose(file) }
        setvbuf(file, nil, _IONBF, 0)
        let block = [UInt8](repeating: 0, count: 4096)
        while fwrite(block, 1, block.count, file) == block.count {}
    }

    func makeRoom() {
        unlink(path + "/filler")
    }

    func remove() {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }
}
