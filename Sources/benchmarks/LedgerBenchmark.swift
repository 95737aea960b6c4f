// A ledger of ten million entries beside one of ten thousand: how long a start takes, what it
// takes of memory, and what a poll costs.

import ArgumentParser
import Foundation

/// `benchmarks ledger`.
struct LedgerBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Start, memory and cost of a poll over 10 million entries and over few.")

    @Option(help: "How many entries the large ledger has.")
    var entries: Int64 = 10_000_000

    @Option(help: "How often each is started.")
    var starts = 5

    @Option(help: "A file to keep the large ledger in; taken as it is when it is there.")
    var file: String?

    func run() async throws {
        let scratch = try ScratchFolder()
        let large = LargeLedger(path: file ?? scratch.path("large.db"), entries: entries)
        let small = LargeLedger(path: scratch.path("small.db"), entries: 10_000)
        print("entries     start s  resident MB  poll µs")
        var polls: [Double] = []
        for ledger in [small, large] {
            if !FileManager.default.fileExists(atPath: ledger.path) { try await ledger.write() }
            let (seconds, megabytes) = try start(ledger, in: scratch)
            polls.append(try await LargeLedger.secondsPerPoll(at: ledger.path, polls: 200))
            let count = String(ledger.entries).padding(toLength: 10, withPad: " ", startingAt: 0)
            print(
                "\(count)  \(Measure.text(seconds))     \(Measure.text(megabytes))      "
                    + Measure.text((polls.last ?? 0) * 1e6))
        }
        print("a start of the large one takes 2 s or less if it is as asked")
        print(
            "a poll of the large one costs \(Measure.text(polls[1] / polls[0])) times the other's")
    }

    /// Seconds from starting the agent until `/metrics` answers, and its memory then.
    private func start(_ ledger: LargeLedger, in scratch: ScratchFolder) throws -> (Double, Double)
    {
        let rules = Peer.folder.appending(path: "../../../alerts.yml").standardized.path()
        try ledger.configuration(rules: rules).write(
            toFile: scratch.path("agent.yml"), atomically: true, encoding: .utf8)
        var seconds: [Double] = []
        var megabytes: [Double] = []
        for _ in 0..<starts {
            let port = try Peer.freePort()
            let began = ContinuousClock.now
            let agent = try Peer.startAgent(in: scratch, port: port)
            defer {
                Peer.end(agent)
            }
            while !Self.answers("http://127.0.0.1:\(port)/metrics") {
                guard agent.isRunning, ContinuousClock.now - began < .seconds(300) else {
                    throw PeerFailure(description: "the agent did not start")
                }
                usleep(5_000)
            }
            seconds.append((ContinuousClock.now - began) / .seconds(1))
            megabytes.append(Measure.residentMegabytes(of: agent.processIdentifier))
        }
        return (Measure.median(seconds), Measure.median(megabytes))
    }

    private static func answers(_ url: String) -> Bool {
        (try? Peer.run("curl", ["--silent", "--fail", "--output", "/dev/null", url])) != nil
    }
}
