// A running ai-credits-agent, and its command line.

import ExactJSON
import Glibc

/// A running agent.
struct Agent: Sendable {
    let process: RunningProcess
    let url: String

    static let environment = [
        "USAGE_TOKEN": Simulator.token, "HOOK_SECRET": AgentFile.signingSecret,
    ]

    /// Begins to serve the folder's agent.yml, without waiting.
    static func launch(
        in folder: TemporaryFolder, _ arguments: [String] = [], address: String = "127.0.0.1:0",
        environment more: [String: String] = [:], name: String = "agent"
    ) throws -> RunningProcess {
        try RunningProcess(
            Programs.agent(),
            ["serve", "--config.file", folder.file("agent.yml"), "--web.listen-address", address]
                + arguments, in: folder,
            environment: environment.merging(more) { _, own in own }, name: name)
    }

    /// Serves the folder's agent.yml on a free port and waits until it is ready.
    static func start(
        in folder: TemporaryFolder, _ arguments: [String] = [], name: String = "agent"
    ) async throws -> Agent {
        try await ready(try launch(in: folder, arguments, name: name))
    }

    /// Waits until an agent answers.
    static func ready(_ process: RunningProcess) async throws -> Agent {
        let line = try await process.waitForLine(containing: "msg=listening")
        guard let field = line.split(separator: " ").first(where: { $0.hasPrefix("address=") })
        else { throw Missing("no address: \(line)") }
        let agent = Agent(process: process, url: "http://" + field.dropFirst("address=".count))
        try await eventually("the agent is ready") { detail in
            detail = process.error
            return try await agent.get("/-/ready").status == 200
        }
        return agent
    }

    func get(
        _ path: String, headers: [(name: String, value: String)] = []
    ) async throws -> HTTPAnswer {
        try await HTTPClient.send("GET", url + path, headers: headers)
    }

    func metrics() async throws -> MetricsText { MetricsText(try await get("/metrics").text) }

    func gate(_ organization: String, product: String? = nil) async throws -> HTTPAnswer {
        let more = product.map { "&product=\($0)" } ?? ""
        return try await get("/api/v1/gate?organization=\(organization)\(more)")
    }

    /// Waits until a series has a value.
    func waitFor(_ series: String, is value: String, within seconds: Double = 30) async throws {
        try await eventually("\(series) is \(value)", within: seconds) { detail in
            let found = try await metrics()[series]
            detail = found ?? "none"
            return found == value
        }
    }

    /// Reloads the configuration and waits until it was taken or refused.
    func reload(expecting isTaken: Bool = true) async throws {
        let message = isTaken ? "configuration reloaded" : "the reload was refused"
        let before = count(message)
        process.signal(SIGHUP)
        try await eventually("the log says: \(message)") { detail in
            detail = process.error
            return count(message) > before
        }
    }

    private func count(_ message: String) -> Int {
        process.error.split(separator: "\n").count { $0.contains(message) }
    }

    /// Stops it as an operator would.
    func stop() async throws -> ProcessEnd {
        process.signal(SIGTERM)
        return try await process.waitForEnd(within: 30)
    }

    /// Runs a command of the agent's command line on the folder's agent.yml.
    static func run(
        _ arguments: [String], in folder: TemporaryFolder, configuration: String? = "agent.yml",
        within seconds: Double = 60
    ) async throws -> CommandResult {
        let file = configuration.map { ["--config.file", folder.file($0)] } ?? []
        return try await RunningProcess.run(
            Programs.agent(), arguments + file, in: folder, environment: environment,
            within: seconds)
    }

    /// The organizations of `usage --format json`, by identifier.
    static func usage(in folder: TemporaryFolder) async throws -> [String: JSONValue] {
        let result = try await run(["usage", "--format", "json"], in: folder)
        guard result.end == .exited(0) else { throw Missing("usage failed: \(result.text)") }
        let list = try JSONReader.read(Array(result.output.utf8)).arrayValue ?? []
        return Dictionary(
            list.map { ($0["id"]?.stringValue ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    }
}
