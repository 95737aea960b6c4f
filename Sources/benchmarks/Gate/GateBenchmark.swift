// The gate's answers per second and their latency, beside Redis' EVALSHA of a check and decrement.
//
// 1. One program in C asks both sides: the same connections, one request at a time on each, nothing
//    pipelined, so that the client costs both the same.
// 2. Each round asks both, one after the other; the other side idles meanwhile.
// 3. Latencies are those of requests at a constant rate, counted from the instant at which each was
//    due, so that a slow answer also counts for those that had to wait behind it.

import ArgumentParser
import Foundation

/// `benchmarks gate`.
struct GateBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Decisions of the gate over HTTP, beside Redis' EVALSHA.",
        discussion: """
            Asks `ai-credits-agent serve`, built beside this program, and `redis-server` over the \
            loopback. The gate tells the state of an organization that a source reports on; Redis \
            runs a Lua script that compares a budget and lowers it.
            """)

    @Option(help: "How often each is measured.")
    var rounds = 5

    @Option(help: "Seconds of each measurement.")
    var seconds = 5

    @Option(help: "Connections of the throughput and the latency.")
    var connections = 64

    @Option(help: "Requests a second of the latency.")
    var rate = 2000

    func run() async throws {
        let stage = try await GateStage()
        // The first answers are slower: code and connections are new.
        _ = try both(stage, rate: 0)
        var speeds: (own: [Double], peer: [Double]) = ([], [])
        var tails: (own: [Double], peer: [Double]) = ([], [])
        for round in 1...max(1, rounds) {
            let (own, peer) = try both(stage, rate: 0)
            speeds.own.append(own.perSecond)
            speeds.peer.append(peer.perSecond)
            let (steadyOwn, steadyPeer) = try both(stage, rate: rate)
            tails.own.append(steadyOwn.percentile99)
            tails.peer.append(steadyPeer.percentile99)
            let ratio = Measure.text(own.perSecond / peer.perSecond)
            print(
                """
                round \(round), load \(Measure.machineLoad())
                  \(connections) connections: gate \(Int(own.perSecond))/s, \
                Redis \(Int(peer.perSecond))/s, ratio \(ratio)
                  processor time of a request: gate \(Measure.text(own.processor)) µs, \
                Redis \(Measure.text(peer.processor)) µs
                  \(rate)/s, gate:  \(steadyOwn.latencies)
                  \(rate)/s, Redis: \(steadyPeer.latencies)
                """)
        }
        let ratios = zip(speeds.own, speeds.peer).map { $0 / $1 }
        print(
            """
            ratio   \(Measure.text(Measure.median(ratios))) of Redis' throughput, from \
            \(Measure.text(ratios.min() ?? 0)) to \(Measure.text(ratios.max() ?? 0)) \
            (0.6 or more is asked)
            p99     \(Measure.text(Measure.median(tails.own))) ms at \(rate)/s, at most \
            \(Measure.text(tails.own.max() ?? 0)) ms, Redis \
            \(Measure.text(Measure.median(tails.peer))) ms (below 2 ms is asked)
            """)
    }

    private func both(_ stage: GateStage, rate: Int) throws -> (own: GateLoad, peer: GateLoad) {
        (
            try stage.gate(connections: connections, seconds: seconds, rate: rate),
            try stage.redis(connections: connections, seconds: seconds, rate: rate)
        )
    }
}

/// What the load program measured; latencies in milliseconds.
struct GateLoad {
    let perSecond: Double
    let percentile99: Double
    /// Microseconds of the server's processor time for one request.
    let processor: Double
    /// All latencies, for people.
    let latencies: String

    init(_ text: String, used: Double) throws {
        let requests = try Peer.number("requests", in: text)
        // Every answer was one that lets the caller go on.
        guard try requests == Peer.number("allowed", in: text) else {
            throw PeerFailure(description: "requests were refused:\n\(text)")
        }
        processor = used / requests * 1e6
        perSecond = try Peer.number("per_second", in: text)
        percentile99 = try Peer.number("p99_us", in: text) / 1000
        latencies = try ["p50", "p99", "p999", "max"]
            .map { "\($0) \(Measure.text(try Peer.number("\($0)_us", in: text) / 1000)) ms" }
            .joined(separator: ", ")
    }
}
