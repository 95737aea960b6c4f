// Many sources at an even pace: what a poll costs the whole agent, from the request to the rules,
// beside a C program that only asks on libcurl's multi interface.

import Agent
import AgentConfiguration
import ArgumentParser
import CurlTransport
import Foundation
import Ports
import SQLStore

/// `benchmarks sources`.
struct SourcesBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources",
        abstract: "1,000 sources polled every 10 s, beside a bare C program on libcurl.")

    private static let organizations = 10

    @Option(help: "How many sources are polled.")
    var sources = 1000

    @Option(help: "Seconds from poll to poll of a source.")
    var every = 10

    @Option(help: "How many rounds of polls count.")
    var rounds = 4

    func run() async throws {
        let server = try UsageServer(every: every)
        let configuration = try BenchmarkAgent.read(text(server), rules: Self.shippedRules)
        let peer = try barePolls(of: server)
        let transport = try await transportAlone(of: server)
        let own = try await agentPolls(of: server, configuration)
        print("            µs of processor time per request, and times that of C")
        for (name, seconds) in [
            ("C, libcurl", peer), ("transport", transport), ("agent", own.perRequest),
        ] {
            let padded = name.padding(toLength: 10, withPad: " ", startingAt: 0)
            print("\(padded)  \(Measure.text(seconds * 1e6))  \(Measure.text(seconds / peer))")
        }
        print("agent: \(own.requests) polls in \(every * rounds) s")
        print("memory    \(Measure.text(own.megabytes)) MB resident (150 or less is asked)")
        print("lateness  \(Measure.text(own.late)) s at most (1 or less is asked)")
    }

    /// Processor seconds of the C program per request.
    private func barePolls(of server: UsageServer) throws -> Double {
        let scratch = try ScratchFolder()
        let source = Peer.folder.appending(path: "polls.c").path()
        let program = scratch.path("polls")
        _ = try Peer.run("cc", ["-O2", "-o", program, source, "-lcurl"])
        let text = try Peer.run(program, [server.address, "\(sources)", "\(every)", "\(rounds)"])
        guard try Peer.number("failed", in: text) == 0 else {
            throw PeerFailure(description: "requests of the C program failed")
        }
        return try Peer.number("seconds", in: text) / Peer.number("requests", in: text)
    }

    /// Processor seconds of the transport per request, with nothing around it.
    private func transportAlone(of server: UsageServer) async throws -> Double {
        let transport = try CurlTransport(userAgent: "benchmarks/0")
        let pause = Duration.seconds(every) / sources
        let clock = ContinuousClock()
        let began = clock.now
        var used = 0.0
        for index in 0..<sources * (rounds + 1) {
            try await clock.sleep(until: began + pause * index)
            // The first round makes the connection and warms up.
            if index == sources { used = Measure.processorSeconds() }
            _ = try await transport.send(
                TransportRequest(url: "\(server.address)/usage/\(index % sources)"))
        }
        used = Measure.processorSeconds() - used
        await transport.shutdown()
        return used / Double(sources * rounds)
    }

    private struct Figures {
        let requests: Int
        let perRequest: Double
        let megabytes: Double
        let late: Double
    }

    private func agentPolls(
        of server: UsageServer, _ configuration: AgentConfiguration
    ) async throws -> Figures {
        let scratch = try ScratchFolder()
        let transport = try CurlTransport(userAgent: "benchmarks/0")
        let store = try await openSQLiteStore(path: scratch.path("ledger.db"))
        let core = BenchmarkAgent.core(
            configuration, store: store, transport: transport, wallClock: SystemWallClock())
        try await core.start()
        let runtime = try BenchmarkAgent.runtime(core, configuration)
        let (every, rounds) = (every, rounds)
        let figures = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runtime.run() }
            group.addTask { try await SystemMemory.giveBack(waiter: SystemWaiter()) }
            defer { group.cancelAll() }
            // The polls at start, and the ones after them that are spread over half a period.
            try await Task.sleep(for: .seconds(every * 2))
            try server.begin()
            let began = Measure.processorSeconds()
            try await Task.sleep(for: .seconds(every * rounds))
            let used = Measure.processorSeconds() - began
            let asked = try server.asked()
            return Figures(
                requests: Int(asked.requests), perRequest: used / asked.requests,
                megabytes: Measure.residentMegabytes(), late: asked.late)
        }
        await transport.shutdown()
        try await store.close()
        guard Double(figures.requests) >= Double(sources * rounds) * 0.99 else {
            throw PeerFailure(description: "only \(figures.requests) polls in \(rounds) rounds")
        }
        return figures
    }

    private static var shippedRules: URL {
        Peer.folder.appending(path: "../../../alerts.yml").standardized
    }

    private func text(_ server: UsageServer) -> String {
        var text = "rule_files: [alerts.yml]\norganizations:\n"
        for organization in 0..<Self.organizations {
            text += "  - {id: org-\(organization), base_allocation: 1000000}\n"
        }
        text += "sources:\n"
        for source in 0..<sources {
            text += """
                  - id: source-\(source)
                    organization: org-\(source % Self.organizations)
                    every: \(every)s
                    limits: {concurrency: 16}
                    request: {url: "\(server.address)/usage/\(source)"}
                    map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}

                """
        }
        return text
    }
}

/// The local server that all ask.
final class UsageServer {
    private let child: Process
    /// Scheme, host and port.
    let address: String

    init(every: Int) throws {
        let server = try Peer.startServer("usage.py", ["\(every)"])
        child = server.process
        address = "http://127.0.0.1:\(server.port)"
    }

    deinit {
        Peer.end(child)
    }

    /// Forgets what was asked before.
    func begin() throws {
        _ = try Peer.run("curl", ["--silent", "--fail", "\(address)/begin"])
    }

    /// Requests since `begin()`, and the seconds by which the latest one was late.
    func asked() throws -> (requests: Double, late: Double) {
        let text = try Peer.run("curl", ["--silent", "--fail", "\(address)/asked"])
        return (try Peer.number("requests", in: text), try Peer.number("late", in: text))
    }
}
