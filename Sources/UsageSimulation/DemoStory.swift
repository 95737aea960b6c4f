// The demonstration: today's usage runs the month through every threshold in about two minutes.
//
// 1. The month's total is a pure function of the elapsed seconds and the sum of the days before.
// 2. The total never falls, except once, when the vendor restates today and the block ends.

/// The demonstration's figures for one base allocation and one sum of the days before.
package struct DemoStory: Sendable {
    /// The base allocation, in credits.
    package let base: Int64
    /// What the month's earlier days sum to.
    package let historySum: SimulatedAmount
    /// Amounts are rounded up to a multiple of this many micro-credits.
    package let quantum: Int64

    /// The stages in order; the first begins at 0. Overage is allowed up to 120 % of the base.
    package static let stages: [StoryStage] = [
        StoryStage(
            name: "growing", summary: "usage grows towards three quarters of the allocation",
            begins: 0, length: 12, from: nil, to: 740),
        StoryStage(
            name: "above-75-percent", summary: "usage passes 75 % of the allocation",
            begins: 12, length: 14, from: 760, to: 880),
        StoryStage(
            name: "above-90-percent", summary: "usage passes 90 % of the allocation",
            begins: 26, length: 14, from: 910, to: 980),
        StoryStage(
            name: "allocation-exhausted",
            summary: "the allocation is used up; the soft limit lets overage begin",
            begins: 40, length: 14, from: 1000, to: 1100),
        StoryStage(
            name: "overage", summary: "overage runs towards its allowance",
            begins: 54, length: 14, from: 1120, to: 1190),
        StoryStage(
            name: "blocked", summary: "the allowance is used up; the limit blocks",
            begins: 68, length: 18, from: 1200, to: 1220),
        StoryStage(
            name: "resumed", summary: "the vendor restates today downwards; the block ends",
            begins: 86, length: 34, from: 1120, to: 1140),
    ]

    /// A demonstration over a month whose earlier days sum to `historySum`.
    package init(base: Int64, historySum: SimulatedAmount, quantum: Int64) {
        self.base = min(max(base, 0), UsageHistory.largestBase)
        self.historySum = historySum
        self.quantum = max(quantum, 1)
    }

    /// The stage at so many seconds after the start.
    package static func stage(at elapsed: Double) -> StoryStage {
        stages.last { $0.begins <= elapsed } ?? stages[0]
    }

    /// Today's usage of all products at so many seconds after the start.
    package func today(at elapsed: Double) -> SimulatedAmount {
        let stage = Self.stage(at: elapsed)
        let end = thousandths(stage.to)
        let start = stage.from.map { thousandths($0) } ?? min(historySum.micros, end)
        let progress = min(max((elapsed - stage.begins) / stage.length, 0), 1)
        let total = start + Int64(Double(end - start) * progress)
        let today = max(total - historySum.micros, 0)
        return SimulatedAmount(micros: (today + quantum - 1) / quantum * quantum)
    }

    /// Today's usage of one product: its share of the whole.
    package func today(of product: String, at elapsed: Double) -> SimulatedAmount {
        let share = UsageHistory.shares.first { $0.product == product }?.twentieths ?? 0
        return SimulatedAmount(micros: today(at: elapsed).micros / 20 * share)
    }

    private func thousandths(_ value: Int64) -> Int64 {
        base * 1000 * value
    }
}
