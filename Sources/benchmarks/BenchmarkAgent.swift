// An agent without loops and web server, on a canned network.

import Agent
import AgentConfiguration
import Credits
import Foundation
import Logging
import Ports
import PositionedYAML

/// One answer for every request.
struct CannedTransport: Transport {
    let body: [UInt8]

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        TransportResponse(
            status: 200, headers: [HTTPHeader("Content-Type", "application/json")], body: body)
    }
}

/// A configuration in a string, and the rule file beside it.
struct TextFiles: FileAccess {
    let text: String
    var rules = "groups: []\n"

    func bytes(of path: String) throws -> [UInt8] {
        Array((path.hasSuffix("alerts.yml") ? rules : text).utf8)
    }

    func paths(matching pattern: String) -> [String] { [] }
    func environment(_ name: String) -> String? { nil }
}

/// The date on which the benchmarks play; waiting stays real.
struct FixedDay: WallClock {
    var instant = Timestamp(rfc3339: "2026-11-23T12:00:00Z") ?? Timestamp(seconds: 0)

    func now() -> Timestamp { instant }
}

/// Builds agents.
enum BenchmarkAgent {
    /// A configuration that may name a rule file `alerts.yml`.
    static func read(_ text: String, rules: URL? = nil) throws -> AgentConfiguration {
        var files = TextFiles(text: text)
        if let rules { files.rules = try String(contentsOf: rules, encoding: .utf8) }
        let reading = ConfigurationReader(files: files).read("agent.yml", checksSecrets: false)
        guard let configuration = reading.configuration else {
            throw PeerFailure(
                description: reading.mistakes.map(\.description).joined(separator: "\n"))
        }
        return configuration
    }

    /// The loops of an agent that has been started.
    static func runtime(_ core: AgentCore, _ configuration: AgentConfiguration) throws
        -> AgentRuntime
    {
        let resolved = try ResolvedConfiguration(configuration, files: TextFiles(text: ""))
        let delivery = NotificationDelivery(
            ports: core.ports, meters: core.meters, backlog: OutboxBacklogBox(),
            bell: core.outboxBell, directory: resolved.endpoints, logger: quietLogger)
        return AgentRuntime(
            core: core, delivery: delivery, configuration: resolved, logger: quietLogger)
    }

    static func core(
        _ configuration: AgentConfiguration, store: any Store, transport: any Transport,
        wallClock: any WallClock = FixedDay()
    ) -> AgentCore {
        let (snapshots, meters) = (SnapshotBox(), Meters())
        let build = BuildInformation(
            version: "0", revision: "0", swiftVersion: "0", curlVersion: "0", storeVersion: "0")
        let metrics = MetricsBuilder(
            snapshots: snapshots, meters: meters, backlog: OutboxBacklogBox(), build: build,
            includesProcess: false)
        return AgentCore(
            configuration: configuration,
            ports: AgentPorts(
                transport: transport, wallClock: wallClock, waiter: SystemWaiter(),
                random: SystemRandomSource(), store: store),
            snapshots: snapshots, meters: meters, metrics: metrics, externalURL: "",
            logger: quietLogger)
    }

    private static var quietLogger: Logger {
        Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }
    }
}
