// A page of 100,000 rows from bytes to posted entries, beside Python's json.loads and a loop.

import Agent
import AgentConfiguration
import ArgumentParser
import Foundation
import Logging
import Ports
import SQLStore
import UsageSources

/// `benchmarks page`.
struct PageBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "page",
        abstract: "10 MB of rows, from bytes to posted entries, beside Python's json module.")

    @Option(help: "How often each is measured.")
    var rounds = 7

    func run() async throws {
        let scratch = try ScratchFolder()
        let body = PageBody.make(rows: 100_000)
        try Data(body).write(to: scratch.url.appending(path: "page.json"))
        print("page: \(body.count) bytes, 100000 rows")
        let before = Measure.peakMegabytes()
        var own: [Double] = []
        var peer: [Double] = []
        for round in 0..<rounds {
            own.append(try await PageBody.post(body, in: scratch, round: round))
            let script = Peer.folder.appending(path: "page.py").path()
            let text = try Peer.run("python3", [script, scratch.path("page.json")])
            peer.append(try Peer.number("seconds", in: text))
        }
        let megabytes = Double(body.count) / 1e6
        print(
            "agent   median \(Measure.text(Measure.median(own))) s, best \(Measure.text(own.min() ?? 0)) s"
        )
        print(
            "python  median \(Measure.text(Measure.median(peer))) s, best \(Measure.text(peer.min() ?? 0)) s"
        )
        print(
            "ratio   \(Measure.text(Measure.median(own) / Measure.median(peer))) of Python's time (1 or less is asked)"
        )
        let memory = (Measure.peakMegabytes() - before) / megabytes
        print("memory  \(Measure.text(memory)) times the page at the peak (12 or less is asked)")
    }
}

/// The page and its way into a ledger.
enum PageBody {
    /// A JSON document with so many rows of one month.
    static func make(rows: Int) -> [UInt8] {
        var text = "{\"usage\":["
        text.reserveCapacity(rows * 110)
        for row in 0..<rows {
            if row > 0 { text += "," }
            let day = row % 23 + 1
            text +=
                "{\"date\":\"2026-11-\(day < 10 ? "0" : "")\(day)\",\"product\":\"product-\(row % 12)\""
            text +=
                ",\"model\":\"model-\(row % 7)\",\"requests\":\(row % 900),\"credits\":\(row % 977).\(row % 89 + 10)}"
        }
        return Array((text + "]}").utf8)
    }

    private static let configuration = """
        organizations: [{id: acme, base_allocation: 1000000}]
        sources:
          - id: page
            organization: acme
            poll_deadline: 60s
            limits: {body: 64MiB}
            request: {url: "http://127.0.0.1:1/usage"}
            map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}

        """

    /// Processor seconds from the answer's bytes to the committed entries, in a ledger of its own.
    static func post(_ body: [UInt8], in scratch: ScratchFolder, round: Int) async throws -> Double
    {
        let configuration = try BenchmarkAgent.read(configuration)
        guard let source = configuration.sources.first else {
            throw PeerFailure(description: "the configuration has no source")
        }
        let store = try await openSQLiteStore(path: scratch.path("ledger-\(round).db"))
        let core = BenchmarkAgent.core(
            configuration, store: store, transport: CannedTransport(body: body))
        try await core.start()
        // A running agent has taken its first samples before a poll ends.
        _ = try await core.tick()
        let loop = PollLoop(
            definition: source, authentication: .none, core: core, directory: ".")
        let seconds = try await Measure.processorSeconds {
            _ = try await loop.pollOnce()
        }
        let entries = try await store.read { try $0.entries(of: "acme", after: 0, limit: 1000) }
        guard entries.count == 12 * 23 else {
            throw PeerFailure(description: "\(entries.count) entries were posted, not 276")
        }
        try await store.close()
        return seconds
    }
}
