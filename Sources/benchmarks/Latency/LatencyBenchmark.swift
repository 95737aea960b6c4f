// From the answer of the source that crosses a threshold to the webhook's arrival, beside Debian's
// Prometheus and Alertmanager with the same thresholds, figures and receiver.
//
// 1. Every threshold is a rule group of its own: Prometheus spreads its groups over the second, so
//    the crossings meet all phases between its scrape and its evaluation.
// 2. Both sides run at the same time on the same machine and are timed by the same program, which
//    is their source and their receiver.

import ArgumentParser
import Foundation

/// `benchmarks latency`.
struct LatencyBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "From a crossed threshold to the webhook, beside Prometheus and Alertmanager.")

    @Option(help: "How many thresholds are crossed, from 1 to 70.")
    var crossings = 30

    func validate() throws {
        guard (1...70).contains(crossings) else {
            throw ValidationError("--crossings is a number from 1 to 70")
        }
    }

    func run() async throws {
        let scratch = try ScratchFolder()
        let timings = try LatencyStage(scratch, crossings: crossings).timings()
        print("\(crossings) crossings: milliseconds from the source's answer to the webhook")
        print("                             median       p95       max")
        for (name, side) in [("agent", "own"), ("Prometheus, Alertmanager", "peer")] {
            let values = timings[side] ?? []
            let figures = [Measure.median(values), Measure.percentile95(values), values.max() ?? 0]
            print(
                name.padding(toLength: 25, withPad: " ", startingAt: 0)
                    + figures.map { String(format: "%10.1f", $0) }.joined())
        }
        let (own, peer) = (
            Measure.median(timings["own"] ?? []), Measure.median(timings["peer"] ?? [])
        )
        print(
            "ratio of the medians \(Measure.text(own / peer)) (0.1 or less is asked, and the agent below 50 ms)"
        )
    }
}
