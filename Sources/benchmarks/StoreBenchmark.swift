// Memory of the sample store.

import ArgumentParser
import PromQL

/// `benchmarks store`.
struct StoreBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Memory of 10,000 series over an hour at 15 s.")

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
                // One series in ten moves at a tick: usage is reported by the minute or hour.
                if seed >> 60 == 0 { values[index] += Double(seed >> 40 & 0xFFFFF) / 1000 }
                store.append(labels, timestamp: Int64(tick) * 15_000, value: values[index])
            }
        }
        let after = Measure.residentMegabytes()
        print("series \(store.seriesCount), samples \(store.sampleCount)")
        print(
            "labels \(Measure.text(labels - before)) MB, with samples and index \(Measure.text(after - before)) MB (40 or less is asked)"
        )
    }
}
