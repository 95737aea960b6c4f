// The demonstration on any day of the month.

import Testing
import UsageSimulation

@Suite("The demonstration's figures")
struct DemoStoryTests {
    static let quantum: Int64 = 20_000

    static func percent(_ story: DemoStory, _ elapsed: Double) -> Double {
        let micros = story.historySum.micros + story.today(at: elapsed).micros
        return Double(micros) / Double(story.base) / 10_000
    }

    @Test(
        "each stage begins at its threshold and stays below the next",
        arguments: [0, 12_345_600_000, 60_000_000_000])
    func stagesKeepTheirBounds(historySum: Int64) {
        let story = DemoStory(
            base: 100_000, historySum: SimulatedAmount(micros: historySum), quantum: Self.quantum)
        let bounds: [(ClosedRange<Double>, Range<Double>)] = [
            (0...11.9, 0..<75), (12...25.9, 75..<90), (26...39.9, 90..<100),
            (40...67.9, 100..<120), (68...85.9, 120..<130), (86...1000, 100..<120),
        ]
        for (seconds, percents) in bounds {
            for elapsed in [seconds.lowerBound, seconds.upperBound] {
                #expect(percents.contains(Self.percent(story, elapsed)), "\(elapsed) s")
            }
        }
    }

    @Test("exactly the whole base is used when the allocation is exhausted")
    func reachesExactlyOneHundred() {
        let story = DemoStory(
            base: 100_000, historySum: SimulatedAmount(micros: 27_000_020_000),
            quantum: Self.quantum)
        #expect(Self.percent(story, 40) == 100)
        #expect(Self.percent(story, 68) == 120)
    }

    @Test("a product's usage falls only when the vendor restates today")
    func fallsOnce() {
        let story = DemoStory(
            base: 100_000, historySum: SimulatedAmount(micros: 31_999_980_000),
            quantum: Self.quantum)
        for share in UsageHistory.shares {
            var falls: [Double] = []
            var before = SimulatedAmount.zero
            for step in 0...2400 {
                let elapsed = Double(step) / 20
                let now = story.today(of: share.product, at: elapsed)
                if now < before { falls.append(elapsed) }
                before = now
            }
            #expect(falls == [86])
        }
    }

    @Test("the products' shares make up the whole", arguments: [0.3, 13.7, 41.1, 77, 500])
    func sharesAddUp(elapsed: Double) {
        let story = DemoStory(base: 100_000, historySum: .zero, quantum: Self.quantum)
        let sum = UsageHistory.shares.reduce(SimulatedAmount.zero) {
            $0 + story.today(of: $1.product, at: elapsed)
        }
        #expect(sum == story.today(at: elapsed))
    }

    @Test(
        "stages are told by their time",
        arguments: zip(
            [0, 12, 26, 40, 54, 68, 86, 9999],
            [
                "growing", "above-75-percent", "above-90-percent", "allocation-exhausted",
                "overage",
                "blocked", "resumed", "resumed",
            ]))
    func stageNames(elapsed: Double, name: String) {
        #expect(DemoStory.stage(at: elapsed).name == name)
    }

    @Test("a tiny base works too", arguments: [0, 1, 7])
    func tinyBase(base: Int64) {
        let history = UsageHistory(base: base, seed: 1)
        let story = DemoStory(base: base, historySum: .zero, quantum: history.quantum)
        #expect(story.today(at: 70).micros >= base * 1_200_000)
    }
}
