// The programs of the gate's benchmark: the agent with its usage server, Redis, the load.

import Foundation

/// Runs the programs side by side.
final class GateStage {
    private static let organizations = 64
    private static let budget = """
        local left = tonumber(redis.call('GET', KEYS[1]))
        if left == nil or left < tonumber(ARGV[1]) then return 0 end
        redis.call('DECRBY', KEYS[1], ARGV[1])
        return 1
        """

    private let scratch: ScratchFolder
    private let usage: UsageServer
    private let agentPort: Int
    private let redisPort: Int
    private var script = ""
    private var children: [Process] = []
    private var agentProcess: Int32 = 0
    private var redisProcess: Int32 = 0

    init() async throws {
        scratch = try ScratchFolder()
        usage = try UsageServer(every: 3600)
        agentPort = try Peer.freePort()
        redisPort = try Peer.freePort()
        try Peer.run(
            "cc", ["-O2", "-o", scratch.path("load"), Peer.folder.appending(path: "gate.c").path()])
        try await startAgent()
        try await startRedis()
    }

    deinit {
        for child in children {
            Peer.end(child)
        }
    }

    /// Asks the gate; a rate of 0 asks as fast as answers come.
    func gate(connections: Int, seconds: Int, rate: Int) throws -> GateLoad {
        try load(
            ["http", "\(agentPort)", "\(connections)", "\(seconds)", "\(rate)"], [],
            on: agentProcess)
    }

    /// Asks Redis.
    func redis(connections: Int, seconds: Int, rate: Int) throws -> GateLoad {
        try load(
            ["redis", "\(redisPort)", "\(connections)", "\(seconds)", "\(rate)"], [script],
            on: redisProcess)
    }

    private func load(
        _ arguments: [String], _ rest: [String], on process: Int32
    ) throws -> GateLoad {
        let before = try Measure.processorSeconds(of: process)
        let text = try Peer.run(
            scratch.path("load"), arguments + ["\(Self.organizations)"] + rest)
        return try GateLoad(text, used: Measure.processorSeconds(of: process) - before)
    }

    private func startAgent() async throws {
        var text = "ledger: {url: \"sqlite:ledger.db\"}\norganizations:\n"
        for number in 0..<Self.organizations {
            text += "  - {id: org-\(number), base_allocation: 1000000}\n"
        }
        text += "sources:\n"
        for number in 0..<Self.organizations {
            text += """
                  - id: source-\(number)
                    organization: org-\(number)
                    every: 1h
                    request: {url: "\(usage.address)/usage/\(number)"}
                    map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}

                """
        }
        try text.write(
            to: scratch.url.appending(path: "agent.yml"), atomically: true, encoding: .utf8)
        children.append(try Peer.startAgent(in: scratch, port: agentPort))
        agentProcess = children.last?.processIdentifier ?? 0
        let last = "127.0.0.1:\(agentPort)/api/v1/gate?organization=org-"
        for number in 0..<Self.organizations {
            try await wait(for: "within_base") {
                try Peer.run("curl", ["--silent", "\(last)\(number)"])
            }
        }
    }

    private func startRedis() async throws {
        children.append(
            try Peer.start(
                "redis-server",
                [
                    "--port", "\(redisPort)", "--bind", "127.0.0.1", "--save", "", "--appendonly",
                    "no", "--dir", scratch.url.path(),
                ]))
        redisProcess = children.last?.processIdentifier ?? 0
        try await wait(for: "PONG") { try self.command(["PING"]) }
        script = try command(["SCRIPT", "LOAD", Self.budget])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        for number in 0..<Self.organizations {
            try command(["SET", "org-\(number)", "1000000000000"])
        }
    }

    @discardableResult
    private func command(_ words: [String]) throws -> String {
        try Peer.run("redis-cli", ["-p", "\(redisPort)"] + words)
    }

    /// Asks until the answer has a word in it, at most a minute.
    private func wait(for word: String, _ ask: () throws -> String) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if let answer = try? ask(), answer.contains(word) { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw PeerFailure(description: "no answer with `\(word)` came; is the program installed?")
    }
}
