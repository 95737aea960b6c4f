// An agent of one source in this process: real HTTP to a simulator, a store in memory.

import Agent
import AgentCommands
import AgentConfiguration
import Credits
import CurlTransport
import Exposition
import Ledger
import Logging
import Ports
import PositionedYAML
import SimulatedPorts
import Synchronization
import Testing
import UsageSimulation
import UsageSources

/// Lines of a log.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    func write(_ line: String) { lines.withLock { $0.append(line) } }

    /// The lines that hold a text.
    func holding(_ text: String) -> [String] {
        lines.withLock { $0.filter { $0.contains(text) } }
    }
}

/// The configuration, and `KEY` in the environment.
private struct OneFile: FileAccess {
    let text: String

    func bytes(of path: String) throws -> [UInt8] { Array(text.utf8) }
    func paths(matching pattern: String) -> [String] { [] }
    func environment(_ name: String) -> String? { name == "KEY" ? "key" : nil }
}

/// An agent whose sources are polled when the test says so.
struct PolledAgent {
    let core: AgentCore
    let store = MemoryStore()
    let clock: HurriedClock
    let log = LogLines()
    private let loops: [String: PollLoop]

    /// An agent with sources whose lines begin below `organization: acme`.
    init(sources: [(id: String, lines: String)], clock: HurriedClock) async throws {
        self.clock = clock
        let yaml =
            "organizations:\n  - {id: acme, base_allocation: 100000}\nsources:\n"
            + sources.map { "  - id: \($0.id)\n    organization: acme\n\($0.lines)" }.joined()
        let files = OneFile(text: yaml)
        let reading = ConfigurationReader(files: files).read("agent.yml", checksSecrets: false)
        let mistakes = reading.mistakes.map(\.description).joined(separator: "\n")
        let configuration = try #require(reading.configuration, "\(mistakes)\n\(yaml)")
        let ports = AgentPorts(
            transport: try CurlTransport(userAgent: "test/1"), wallClock: clock, waiter: clock,
            random: SeededRandom(seed: 7), store: store)
        let snapshots = SnapshotBox()
        let meters = Meters()
        let build = BuildInformation(
            version: "1", revision: "r", swiftVersion: "6", curlVersion: "7",
            storeVersion: "memory")
        let log = log
        let now: @Sendable () -> Timestamp = { clock.now() }
        core = AgentCore(
            configuration: configuration, ports: ports, snapshots: snapshots, meters: meters,
            metrics: MetricsBuilder(
                snapshots: snapshots, meters: meters, backlog: OutboxBacklogBox(), build: build,
                includesProcess: false),
            externalURL: "http://agent.example",
            logger: Logger(label: "test") { _ in
                LineLogHandler(level: .debug, format: .logfmt, clock: now) { log.write($0) }
            })
        let resolved = try ResolvedConfiguration(configuration, files: files)
        var loops: [String: PollLoop] = [:]
        for source in configuration.sources {
            loops[source.id] = PollLoop(
                definition: source, authentication: resolved.authentication(of: source.id),
                core: core, directory: "")
        }
        self.loops = loops
        try await core.start()
    }

    /// Polls a source once.
    func poll(_ id: String) async throws {
        try await #require(loops[id]).pollOnce()
    }

    /// What acme used this month.
    var used: String? {
        core.snapshots.value.organization("acme")?.standing(at: clock.now()).used.description
    }

    /// The samples of a family in text 0.0.4 that hold a text.
    func samples(_ family: String, holding text: String) -> [String] {
        let exposition = ExpositionWriter.write(
            core.metrics.families(at: clock.now()), format: .text004)
        return String(decoding: exposition, as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix(family + "{") && $0.contains(text) }
    }

    func entries() async throws -> [Entry] {
        try await store.read { try $0.entries(of: "acme", after: 0, limit: 100_000) }
    }
}

/// A simulator in this process, for the time of a test.
enum RunningSimulator {
    /// Runs a body with the simulator's address.
    static func with(
        clock: HurriedClock, _ change: (inout SimulationConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (Simulation, String) async throws -> Void
    ) async throws {
        var configuration = SimulationConfiguration(
            calendar: try #require(SimulatedCalendar(identifier: "UTC")))
        configuration.story = .none
        change(&configuration)
        let simulation = Simulation(configuration, clock: { clock.seconds })
        let (addresses, told) = AsyncStream<String>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var logger = Logger(label: "simulator") { _ in SwiftLogNoOpLogHandler() }
                logger.logLevel = .critical
                try await SimulatorServer.run(
                    simulation, at: try ListenAddress("127.0.0.1:0"), logger: logger
                ) { url in
                    told.yield(url)
                    told.finish()
                }
            }
            group.addTask {
                for await url in addresses { try await body(simulation, url) }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
