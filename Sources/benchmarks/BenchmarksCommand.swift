// Benchmarks against peers: every figure is a ratio of two measurements of one run.
//
// 1. Peers run on the same machine in the same run: Prometheus, Python, a C program on libcurl.
// 2. Figures are for reading; nothing here passes or fails by a time.

import ArgumentParser
import Ports

/// `benchmarks`: measures the agent's rooms beside their peers.
@main
struct BenchmarksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "Measures the agent's rooms beside their peers, in one run.",
        subcommands: [
            GateBenchmark.self, HoldBenchmark.self, LatencyBenchmark.self, LedgerBenchmark.self,
            PageBenchmark.self, PostingBenchmark.self, RuleBenchmark.self, SourcesBenchmark.self,
            StoreBenchmark.self,
        ])

    static func main() async {
        // As the agent does.
        SystemMemory.limitArenas()
        await main(nil)
    }

    func run() async throws {
        throw ValidationError("name a benchmark, for example `benchmarks page`")
    }
}
