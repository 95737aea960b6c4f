// Memory of the sample store, and how fast its past comes back from the ledger.
//
// Each measure begins in a process of its own: memory that one has freed would hide the next one's.

import Agent
import ArgumentParser
import Credits
import Foundation
import Ports
import PromQL

/// `benchmarks store`.
struct StoreBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Memory of 10,000 series over an hour at 15 s, and of 30 days from the ledger.",
        subcommands: [HourBenchmark.self, MonthBenchmark.self])

    func run() async throws {
        let program = CommandLine.arguments[0]
        for part in ["hour", "month"] {
            print(try Peer.run(program, ["store", part]), terminator: "")
        }
    }
}

/// `benchmarks store hour`.
struct HourBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hour", abstract: "10,000 series over an hour at 15 s.")

    func run() throws {
        let before = Measure.residentMegabytes()
        var store = SampleStore()
        var seed: UInt64 = 7
        var values = [Double](repeating: 0, count: 10_000)
        let series = (0..<10_000).map { number in
            SeriesLabels(
                metric: "ai_credits_daily_used_total",
                [
                    ("organization", "org-\(number / 100)"), ("product", "product-\(number % 100)"),
                    ("instance", "localhost:10190"), ("job", "ai-credits-agent"),
                ])
        }
        let labels = Measure.residentMegabytes()
        for tick in 0..<240 {
            for (index, labels) in series.enumerated() {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1
                // One series in sixteen moves at a tick: usage is reported by the minute or hour.
                if seed >> 60 == 0 { values[index] += Double(seed >> 40 & 0xFFFFF) / 1000 }
                store.append(labels, timestamp: Int64(tick) * 15_000, value: values[index])
            }
        }
        let after = Measure.residentMegabytes()
        print(
            """
            an hour at 15 s: \(store.seriesCount) series, \(store.sampleCount) samples
            memory  labels \(Measure.text(labels - before)) MB, with samples and index \
            \(Measure.text(after - before)) MB (40 or less is asked)
            """)
    }
}

/// `benchmarks store month`.
struct MonthBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "month", abstract: "30 days of some 200 series at 15 s, from the ledger.")

    @Option(help: "Seconds between two changes of an organization's usage.")
    var changeEvery = 300

    @Option(help: "How many days the ledger goes back; 30 of them are rebuilt.")
    var days: Int64 = 30

    @Option(help: "Where the ledger is written and kept, for example to try rules on it.")
    var ledger: String?

    func run() async throws {
        let scratch = try ScratchFolder()
        let ledger = MonthLedger(
            path: ledger ?? scratch.path("ledger.db"), changeEvery: changeEvery, days: days)
        let store = try await ledger.write()
        let core = try ledger.core(store, at: ledger.end)
        try await core.start()
        let before = Measure.residentMegabytes()
        var elapsed = 0.0
        let processor = await Measure.processorSeconds {
            elapsed = await Measure.seconds { await core.rebuildHistory() }
        }
        let after = Measure.residentMegabytes()
        let samples = await core.querySnapshot().samples
        print(
            """
            30 days at 15 s: \(samples.seriesCount) series, on average \
            \(samples.sampleCount / (30 * 86_400 / 15)) at a time, \(samples.sampleCount) samples, \
            \(ledger.entryCount) ledger entries
            memory  \(Measure.text(after - before)) MB (80 or less is asked)
            rebuilt in \(Measure.text(elapsed)) s, \(Measure.text(processor)) s of processor time \
            (5 or less is asked)
            """)
        try await store.close()
    }
}
