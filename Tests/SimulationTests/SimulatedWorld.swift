// One agent in a simulated world: every seam has its simulated twin, time moves when told.

import Agent
import AgentConfiguration
import Credits
import Foundation
import Ledger
import Logging
import Ports
import PositionedYAML
import SimulatedPorts
import UsageSources

/// Files in a dictionary.
struct SimulatedFiles: FileAccess {
    let contents: [String: String]

    func bytes(of path: String) throws -> [UInt8] {
        guard let text = contents[path] else { throw FileAccessError("no such file") }
        return Array(text.utf8)
    }

    func paths(matching pattern: String) -> [String] { [] }
    func environment(_ name: String) -> String? { nil }
}

/// Waiting moves the virtual clock: in a simulation nobody else does meanwhile.
struct JumpingWaiter: Waiter {
    let clock: VirtualClock

    func elapsedMilliseconds() -> Int64 { clock.elapsedMilliseconds() }

    func wait(untilElapsed deadline: Int64) async throws {
        clock.advance(milliseconds: max(0, deadline - clock.elapsedMilliseconds()))
    }
}

/// A running agent and what surrounds it.
struct SimulatedAgent {
    let core: AgentCore
    let delivery: NotificationDelivery
    let polls: [PollLoop]
    let store: MemoryStore

    /// Starts an agent on a store.
    static func start(
        _ configuration: AgentConfiguration, store: MemoryStore, clock: VirtualClock,
        vendor: SimulatedVendor, seed: UInt64
    ) async throws -> SimulatedAgent {
        try await start(configuration, store: store, clock: clock, seed: seed) {
            request, _ throws(TransportError) in
            try vendor.answer(request)
        }
    }

    /// Starts an agent on a store in a world of its own.
    static func start(
        _ configuration: AgentConfiguration, store: MemoryStore, clock: VirtualClock,
        seed: UInt64, answers: @escaping ScriptedTransport.Handler
    ) async throws -> SimulatedAgent {
        let ports = AgentPorts(
            transport: ScriptedTransport(answers),
            wallClock: clock, waiter: JumpingWaiter(clock: clock),
            random: SeededRandom(seed: seed), store: store)
        let snapshots = SnapshotBox()
        let meters = Meters()
        let backlog = OutboxBacklogBox()
        let build = BuildInformation(
            version: "0", revision: "0", swiftVersion: "0", curlVersion: "0", storeVersion: "0")
        let metrics = MetricsBuilder(
            snapshots: snapshots, meters: meters, backlog: backlog, build: build,
            includesProcess: false)
        let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        let core = AgentCore(
            configuration: configuration, ports: ports, snapshots: snapshots, meters: meters,
            metrics: metrics, externalURL: "http://agent.example", logger: logger)
        let resolved = try ResolvedConfiguration(
            configuration, files: SimulatedFiles(contents: [:]))
        try await core.start()
        let delivery = NotificationDelivery(
            ports: ports, meters: meters, backlog: backlog, bell: core.outboxBell,
            directory: resolved.endpoints, logger: logger)
        let polls = configuration.sources.map { source in
            PollLoop(
                definition: source, authentication: resolved.authentication(of: source.id),
                core: core, directory: "")
        }
        return SimulatedAgent(core: core, delivery: delivery, polls: polls, store: store)
    }

    /// Everything that is due now: polls, rules, timers, deliveries.
    func step() async throws {
        for poll in polls { try await poll.pollOnce() }
        _ = try await core.tick()
        while try await delivery.deliverDue() > 0 {}
    }
}

/// Configurations for simulations.
enum SimulatedConfiguration {
    /// The repository's own rule file.
    static let alerts = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "alerts.yml")

    static func read(_ yaml: String) throws -> AgentConfiguration {
        let alerts = try String(contentsOf: alerts, encoding: .utf8)
        let files = SimulatedFiles(contents: ["agent.yml": yaml, "./alerts.yml": alerts])
        let reading = ConfigurationReader(files: files).read("agent.yml", checksSecrets: true)
        guard let configuration = reading.configuration else {
            throw FileAccessError(reading.mistakes.map(\.description).joined(separator: "\n"))
        }
        return configuration
    }
}
