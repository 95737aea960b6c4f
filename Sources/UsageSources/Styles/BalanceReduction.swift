// Balances become absolute readings per day. Source: reference on sources, section 2.4.
//
// 1. A fall of what is left is use; a rise is a grant and posts nothing.
// 2. Use and grants between two polls cancel out where only their difference is seen: use is a
//    lower bound then, and a note says so.

import Credits
import ExactJSON

/// Reduces balances to readings.
package enum BalanceReduction {
    /// The name of the style in its state.
    static let style = "balance"

    /// The readings of a poll of balances.
    package static func reduce(
        _ samples: [BalanceSample], _ rules: BalanceRules, state text: String?,
        _ context: StyleContext
    ) throws(PollFailure) -> StyleOutcome {
        let reader = try StateReader(text, style: style, source: context.source)
        var before: CounterState?
        var balances: [SeriesKey: BalanceMemory] = [:]
        if let reader {
            before = try CounterState(reader)
            balances = try BalanceMemory.all(reader)
        }
        var run = BalanceRun(
            counters: CounterRun(before, rules.counter, context), balances: balances,
            rules: rules.counter)
        var seen: Set<SeriesKey> = []
        for sample in samples.sorted(by: { $0.series < $1.series }) {
            guard seen.insert(sample.series).inserted else {
                throw PollFailure(
                    .badValue,
                    "the poll has two balances of \(sample.series); name what tells them apart in "
                        + "`balance.series`")
            }
            try run.take(sample)
        }
        return try run.outcome(before: balances)
    }
}

/// One poll's way through the balances.
private struct BalanceRun {
    var counters: CounterRun
    var balances: [SeriesKey: BalanceMemory]
    let rules: CounterRules

    mutating func take(_ sample: BalanceSample) throws(PollFailure) {
        do throws(AmountError) {
            switch sample.figures {
            case .granted(let granted, let used, let remaining):
                let rest = try granted.subtracting(used)
                try takeTotals(sample, granted: granted, used: used, left: remaining ?? rest)
            case .remaining(let left, let limit):
                try takeRest(sample, left: left, limit: limit)
            }
        } catch {
            throw PollFailure(.badValue, "the balance of \(sample.series): \(error)")
        }
    }

    /// Totals of grants and use: both are seen, nothing cancels out.
    private mutating func takeTotals(
        _ sample: BalanceSample, granted: ExactDecimal, used: ExactDecimal, left: ExactDecimal
    ) throws(AmountError) {
        let step = try step(sample, used: used, by: rules)
        guard step.change != .rejected else { return }
        guard var memory = balances[sample.series], step.change != .reset else {
            balances[sample.series] = BalanceMemory(
                opening: left, closing: left, ceiling: granted)
            return
        }
        let grant = try granted.subtracting(memory.ceiling ?? granted)
        if grant != .zero { counters.add(.granted, "\(sample.series): \(grant)") }
        memory.grants = try memory.grants.adding(grant)
        memory.usage = try memory.usage.adding(step.used)
        memory.closing = left
        memory.ceiling = granted
        balances[sample.series] = memory
    }

    /// What is left: its fall is use, its rise a grant.
    private mutating func takeRest(
        _ sample: BalanceSample, left: ExactDecimal, limit: ExactDecimal?
    ) throws(AmountError) {
        let used = try (limit ?? .zero).subtracting(left)
        let before = counters.state.series[sample.series]?.last
        // Without a limit nobody knows what was left when the period began anew.
        let own = rules.following(resets: limit != nil)
        let step = try step(sample, used: used, by: own)
        guard var memory = balances[sample.series], step.change != .reset else {
            let opening = step.change == .reset ? limit ?? left : left
            var memory = BalanceMemory(opening: opening, closing: left, ceiling: limit)
            if step.change == .reset { memory.usage = step.used }
            balances[sample.series] = memory
            return
        }
        let raise = try (limit ?? .zero).subtracting(memory.ceiling ?? limit ?? .zero)
        if raise != .zero { counters.add(.granted, "\(sample.series): \(raise) by its limit") }
        memory.grants = try memory.grants.adding(raise)
        if let before, try used.isLess(than: before) {
            let grant = try before.subtracting(used)
            counters.add(.granted, "\(sample.series): \(grant)")
            counters.add(
                .netted, "\(sample.series): use since the last poll is hidden by the grant")
            memory.grants = try memory.grants.adding(grant)
        }
        memory.usage = try memory.usage.adding(step.used)
        memory.closing = left
        memory.ceiling = limit
        balances[sample.series] = memory
    }

    private mutating func step(
        _ sample: BalanceSample, used: ExactDecimal, by rules: CounterRules
    ) throws(AmountError) -> CounterStep {
        try counters.step(
            CounterSample(series: sample.series, value: used, mark: sample.mark), by: rules)
    }

    mutating func outcome(
        before: [SeriesKey: BalanceMemory]
    ) throws(PollFailure) -> StyleOutcome {
        var outcome = try counters.outcome(style: BalanceReduction.style)
        if outcome.refusal != nil { balances = before }
        balances = balances.filter { counters.state.series[$0.key] != nil }
        for (series, memory) in balances.sorted(by: { $0.key < $1.key }) {
            do throws(AmountError) {
                let drift = try memory.drift()
                outcome.drift[series.description] = drift
                outcome.driftCredits = try outcome.driftCredits.adding(
                    counters.credits(drift, of: series).magnitude)
                guard drift != .zero, memory != before[series] else { continue }
                outcome.notes.append(StyleNote(kind: .drift, text: "\(series): \(drift)"))
            } catch {
                throw PollFailure(.badValue, "the balance of \(series): \(error)")
            }
        }
        outcome.isNews = outcome.isNews || balances != before
        outcome.state["balances"] = .array(
            balances.sorted { $0.key < $1.key }.map { $0.value.json($0.key) })
        return outcome
    }
}

extension CounterRules {
    /// The rules of a figure that may fall at any time; its fall counts nothing.
    fileprivate func following(resets: Bool) -> CounterRules {
        CounterRules(
            epoch: resets ? epoch : .never, calendar: calendar, first: resets ? first : .baseline,
            onDecrease: .follow, midnight: midnight, series: series,
            forgetMilliseconds: forgetMilliseconds)
    }
}
