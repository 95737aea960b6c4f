// Holds per second of one hot organization, beside one hot row of PostgreSQL.

import Agent
import AgentConfiguration
import ArgumentParser
import Credits
import Foundation
import Ledger
import Ports
import SQLStore

/// `benchmarks holds`.
struct HoldBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holds",
        abstract: "Durable holds of one organization, beside PostgreSQL's UPDATE of one row.",
        discussion: """
            50 callers each, in the agent's process (without HTTP) and in pgbench (over a Unix \
            socket). Both answer after the write is synced.
            """)

    @Option(help: "How often each is measured.")
    var rounds = 3

    @Option(help: "Seconds of each measurement.")
    var seconds = 5

    func run() async throws {
        var own: [Double] = []
        var peer: [Double] = []
        for round in 0..<rounds {
            own.append(try await Self.agent(seconds: seconds, round: round))
            let script = Peer.folder.appending(path: "hot-row.sh").path()
            peer.append(
                try Peer.number("per_second", in: Peer.run("bash", [script, "\(seconds)"])))
            print(
                "round \(round + 1): agent \(Int(own[round])) holds/s, PostgreSQL \(Int(peer[round])) updates/s"
            )
        }
        print(
            "ratio   \(Measure.text(Measure.median(own) / Measure.median(peer))) times PostgreSQL's rate (3 or more is asked)"
        )
    }

    /// Holds a second that 50 callers are granted.
    private static func agent(seconds: Int, round: Int) async throws -> Double {
        let scratch = try ScratchFolder()
        let reading = ConfigurationReader(
            files: TextFiles(text: "organizations: [{id: acme, base_allocation: 1000000000}]\n")
        ).read("agent.yml", checksSecrets: false)
        guard let configuration = reading.configuration else {
            throw PeerFailure(description: "the configuration is refused")
        }
        let store = try await openSQLiteStore(path: scratch.path("ledger.db"))
        let core = BenchmarkAgent.core(
            configuration, store: store, transport: CannedTransport(body: []))
        try await core.start()
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + .seconds(seconds)
        let granted = await withTaskGroup(of: Int.self) { group in
            for caller in 0..<50 {
                group.addTask {
                    var granted = 0
                    while clock.now < end {
                        let request = HoldRequest(
                            organization: "acme", product: "chat",
                            credits: CreditAmount(microCredits: 1_000_000), timeToLive: 3_600_000,
                            key: "\(round)/\(caller)/\(granted)", actor: "benchmark")
                        guard case .made = await core.hold(.make(request)) else { return granted }
                        granted += 1
                    }
                    return granted
                }
            }
            return await group.reduce(0, +)
        }
        let rate = Double(granted) / ((clock.now - start) / .seconds(1))
        try await store.close()
        return rate
    }
}
