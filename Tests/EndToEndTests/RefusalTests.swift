// What the agent refuses, what ends it, and what it carries on through.

import ExactJSON
import Foundation
import Glibc
import Testing

@Suite("Refusals and reloads", .timeLimit(.minutes(5)))
struct RefusalTests {
    private static func write(
        _ folder: TemporaryFolder, base: String = "1000", more: String = ""
    ) throws {
        try folder.write(
            AgentFile.text(organizations: AgentFile.organization("acme", base: base), more: more),
            to: "agent.yml")
    }

    @Test("a second agent on one ledger refuses to start and names the holder")
    func secondAgent() async throws {
        let folder = try TemporaryFolder()
        try Self.write(folder)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let second = try Agent.launch(in: folder, name: "second")
        defer { second.kill() }
        #expect(try await second.waitForEnd() == .exited(1))
        #expect(second.error.contains("process \(agent.process.identifier) on "), "\(second.error)")
        #expect(second.error.contains("ledger"))
        // The first one goes on, its control socket untouched.
        #expect(try await agent.gate("acme").status == 200)
        #expect(try await Agent.usage(in: folder)["acme"]?["used"]?.numberLexeme == "0")
        #expect(try await agent.stop() == .exited(0))
        let third = try await Agent.start(in: folder, name: "third")
        defer { third.process.kill() }
        #expect(try await third.stop() == .exited(0), "\(third.process.error)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("control.sock")))
    }

    @Test("a port in use ends the start with the address and what to do")
    func portInUse() async throws {
        let folder = try TemporaryFolder()
        let other = try TemporaryFolder()
        try Self.write(folder)
        try Self.write(other)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let address = String(agent.url.dropFirst("http://".count))
        let second = try Agent.launch(in: other, address: address, name: "second")
        defer { second.kill() }
        #expect(try await second.waitForEnd() == .exited(1))
        #expect(second.error.contains("cannot listen on \(address)"), "\(second.error)")
        #expect(second.error.contains("in use"))
        #expect(second.error.contains("--web.listen-address"))
        #expect(!FileManager.default.fileExists(atPath: other.file("control.sock")))
        #expect(try await agent.gate("acme").status == 200)
    }

    @Test("a ledger that is deleted under the agent ends it within seconds, loudly")
    func deletedLedger() async throws {
        let folder = try TemporaryFolder()
        try Self.write(folder)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try FileManager.default.removeItem(atPath: folder.file("ledger.db"))
        let end = try await agent.process.waitForEnd(within: 15)
        #expect(end == .exited(1), "\(agent.process.error)")
        let last = agent.process.error.split(separator: "\n").filter { $0.contains("level=error") }
        #expect(last.contains { $0.contains("ledger.db") }, "\(agent.process.error)")
    }

    @Test("a bad configuration is refused whole on SIGHUP, a good one is taken")
    func reloads() async throws {
        let folder = try TemporaryFolder()
        try Self.write(folder)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let base = "ai_credits_base_allocation_credits{organization=\"acme\"}"
        try await agent.waitFor(base, is: "1000")
        try await agent.waitFor("ai_credits_config_last_reload_successful", is: "1")
        try Self.write(folder, base: "2000", more: "notificatons: {}\n")
        try await agent.reload(expecting: false)
        let refused = try await agent.metrics()
        #expect(refused[base] == "1000")
        #expect(refused["ai_credits_config_last_reload_successful"] == "0")
        #expect(agent.process.error.contains("agent.yml:"), "the place is in the log")
        #expect(agent.process.error.contains("did you mean `notifications`"))
        try Self.write(folder, base: "2000")
        try await agent.reload()
        let taken = try await agent.metrics()
        #expect(taken[base] == "2000")
        #expect(taken["ai_credits_config_last_reload_successful"] == "1")
        #expect(try await agent.get("/-/healthy").status == 200)
        #expect(try await agent.stop() == .exited(0))
    }

    @Test("reload over HTTP works when it is switched on, and only then")
    func reloadOverHTTP() async throws {
        let folder = try TemporaryFolder()
        try Self.write(folder)
        let off = try await Agent.start(in: folder)
        defer { off.process.kill() }
        #expect(try await HTTPClient.send("POST", off.url + "/-/reload").status == 403)
        #expect(try await off.stop() == .exited(0))
        let agent = try await Agent.start(in: folder, ["--web.enable-lifecycle"], name: "open")
        defer { agent.process.kill() }
        try Self.write(folder, base: "3000")
        #expect(try await HTTPClient.send("POST", agent.url + "/-/reload").status == 200)
        try await agent.waitFor(
            "ai_credits_base_allocation_credits{organization=\"acme\"}", is: "3000")
        try Self.write(folder, base: "-1")
        let refused = try await HTTPClient.send("POST", agent.url + "/-/reload")
        #expect(refused.status == 500)
        #expect(refused.text.contains("agent.yml:"), "\(refused.text)")
    }

    @Test("the limit is changed through the control socket, and through the ledger without it")
    func limits() async throws {
        let folder = try TemporaryFolder()
        try Self.write(folder)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let raised = try await Agent.run(
            ["limit", "set", "soft", "250.5", "--reason", "a launch"], in: folder)
        #expect(raised.end == .exited(0), "\(raised.text)")
        let limit = "ai_credits_limit_credits{organization=\"acme\"}"
        #expect(try await agent.metrics()[limit] == "1250.5")
        let refused = try await HTTPClient.send(
            "PUT", agent.url + "/api/v1/organizations/acme/limit", body: "{\"mode\":\"hard\"}")
        #expect(refused.status == 403, "changes go over the control socket alone")
        #expect(try await agent.stop() == .exited(0))
        let shown = try await Agent.run(["limit", "show"], in: folder)
        #expect(shown.output.contains("250.5"), "\(shown.text)")
        let lowered = try await Agent.run(["limit", "set", "hard", "--reason", "over"], in: folder)
        #expect(lowered.end == .exited(0), "\(lowered.text)")
        let usage = try await Agent.usage(in: folder)
        #expect(usage["acme"]?["limit"]?["mode"]?.stringValue == "hard")
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.end == .exited(0), "\(verified.text)")
    }

    @Test("SIGTERM and SIGINT end it cleanly while a request hangs", arguments: [SIGTERM, SIGINT])
    func stops(_ signal: Int32) async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try folder.write(
            AgentFile.text(
                organizations: AgentFile.organization("acme", base: "1000"),
                sources: AgentFile.source(
                    "usage", of: "acme", at: simulator.url + "/faulty/hang/v1/usage",
                    deadline: "1m")),
            to: "agent.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await eventually("a request hangs") { detail in
            let requests = try await simulator.state()["requests"]
            detail = "\(String(describing: requests))"
            return requests?["/faulty/hang/v1/usage"]?.integerValue == 1
        }
        agent.process.signal(signal)
        #expect(try await agent.process.waitForEnd(within: 12) == .exited(0))
    }
}
