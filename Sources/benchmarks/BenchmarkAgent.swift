// An agent without loops and web server, on a canned network.

import Agent
import AgentConfiguration
import Credits
import Logging
import Ports

/// One answer for every request.
struct CannedTransport: Transport {
    let body: [UInt8]

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        TransportResponse(
            status: 200, headers: [HTTPHeader("Content-Type", "application/json")], body: body)
    }
}

/// A configuration in a string.
struct TextFiles: FileAccess {
    let text: String

    func bytes(of path: String) throws -> [UInt8] { Array(text.utf8) }
    func paths(matching pattern: String) -> [String] { [] }
    func environment(_ name: String) -> String? { nil }
}

/// The date on which the benchmarks play; waiting stays real.
struct FixedDay: WallClock {
    func now() -> Timestamp { Timestamp(rfc3339: "2026-11-23T12:00:00Z") ?? Timestamp(seconds: 0) }
}

/// Builds agents.
enum BenchmarkAgent {
    static func core(
        _ configuration: AgentConfiguration, store: any Store, transport: any Transport
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
                transport: transport, wallClock: FixedDay(), waiter: SystemWaiter(),
                random: SystemRandomSource(), store: store),
            snapshots: snapshots, meters: meters, metrics: metrics, externalURL: "",
            logger: Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() })
    }
}
