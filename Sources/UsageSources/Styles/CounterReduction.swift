// Growing totals become absolute readings per day. Source: reference on sources, section 2.2.
//
// 1. All or nothing: one total that is refused refuses the poll, and only that is remembered.
// 2. Totals that one poll does not list keep their state.

import Credits

/// Reduces totals to readings.
package enum CounterReduction {
    /// The name of the style in its state.
    static let style = "counter"

    /// The readings of a poll of totals.
    package static func reduce(
        _ samples: [CounterSample], _ rules: CounterRules, state text: String?,
        _ context: StyleContext
    ) throws(PollFailure) -> StyleOutcome {
        let reader = try StateReader(text, style: style, source: context.source)
        var before: CounterState?
        if let reader { before = try CounterState(reader) }
        var run = CounterRun(before, rules, context)
        for sample in try summed(samples) { try run.take(sample) }
        return try run.outcome(style: style)
    }

    /// One sample for each series, sorted; totals of one series are summed.
    private static func summed(
        _ samples: [CounterSample]
    ) throws(PollFailure) -> [CounterSample] {
        var sums: [SeriesKey: CounterSample] = [:]
        for sample in samples {
            guard let first = sums[sample.series] else {
                sums[sample.series] = sample
                continue
            }
            guard first.mark == sample.mark else {
                throw PollFailure(
                    .badValue,
                    "the totals of \(sample.series) were reset at different times "
                        + "(\(shown(first.mark)) and \(shown(sample.mark))), so they cannot be "
                        + "summed; name what tells them apart in `counter.series`")
            }
            do throws(AmountError) {
                sums[sample.series] = CounterSample(
                    series: sample.series, value: try first.value.adding(sample.value),
                    mark: sample.mark,
                    startedAt: first.startedAt == sample.startedAt ? first.startedAt : nil)
            } catch {
                throw PollFailure(.badValue, "the sum of \(sample.series): \(error)")
            }
        }
        guard sums.count <= CounterState.mostSeries else {
            throw PollFailure(
                .tooLarge,
                "the poll has more than \(CounterState.mostSeries) totals; select fewer")
        }
        return sums.values.sorted { $0.series < $1.series }
    }
}

/// One poll's way through the totals.
struct CounterRun {
    private let rules: CounterRules
    private let context: StyleContext
    private let before: CounterState?
    private let now: Timestamp
    private(set) var state: CounterState
    private var notes: [StyleNote] = []
    private var rejected: [SeriesKey: (memory: CounterMemory, text: String)] = [:]

    init(_ before: CounterState?, _ rules: CounterRules, _ context: StyleContext) {
        self.before = before
        self.rules = rules
        self.context = context
        state = before ?? CounterState(now: context.now, calendar: context.calendar)
        now = max(context.now, state.asOf)
        state.asOf = now
    }

    /// Takes what one total says.
    mutating func take(_ sample: CounterSample) throws(PollFailure) {
        do throws(AmountError) {
            _ = try step(sample, by: rules)
        } catch {
            throw PollFailure(.badValue, "the total of \(sample.series): \(error)")
        }
    }

    /// Takes what one total says by rules of its own.
    mutating func step(
        _ sample: CounterSample, by rules: CounterRules
    ) throws(AmountError) -> CounterStep {
        let series = sample.series
        let memory = state.series[series]
        let step = try rules.step(
            sample, after: memory, previousPoll: before?.asOf, now: now,
            calendar: context.calendar)
        if step.change == .rejected, let memory {
            let text = "\(series) fell from \(memory.last) to \(sample.value)"
            rejected[series] = (step.memory, text)
            return step
        }
        state.series[series] = step.memory
        try count(step.used, of: series, from: step.from, to: step.to)
        note(step, sample, after: memory)
        return step
    }

    /// Counts use; that of a disabled product is passed over.
    mutating func count(
        _ used: ExactDecimal, of series: SeriesKey, from: Timestamp, to: Timestamp
    ) throws(AmountError) {
        guard used != .zero, !context.disabledProducts.contains(series.product) else { return }
        let shares = try DayAllocation.shares(
            of: used, from: from, to: to, calendar: context.calendar, rule: rules.midnight)
        for share in shares {
            try state.totals.add(share.quantity, of: series, day: share.day)
        }
        let first = context.calendar.day(at: from)
        guard first < context.calendar.day(at: to) else { return }
        let kind: StyleNote.Kind = shares.count > 1 ? .divided : .spanned
        add(kind, "\(series): \(used) used from \(from) to \(to)")
    }

    /// A quantity of a series in credits, at the rate of today; zero without a rate.
    func credits(
        _ quantity: ExactDecimal, of series: SeriesKey
    ) throws(AmountError) -> CreditAmount {
        let today = context.calendar.day(at: now)
        guard let rate = context.rates[series.unit]?.rate(on: today) else { return .zero }
        return try CreditAmount(quantity.multiplied(by: rate))
    }

    /// Adds a remark.
    mutating func add(_ kind: StyleNote.Kind, _ text: String) {
        notes.append(StyleNote(kind: kind, text: text))
    }

    private mutating func note(
        _ step: CounterStep, _ sample: CounterSample, after memory: CounterMemory?
    ) {
        let series = sample.series
        switch step.change {
        case .grew, .consumed, .rejected, .followed: break
        case .opened: add(.opening, "\(series): counting begins at \(sample.value)")
        case .corrected:
            add(.corrected, "\(series): from \(memory?.last ?? .zero) to \(sample.value)")
        case .reset:
            guard let memory else { return }
            add(.reset, "\(series): from \(memory.last) to \(sample.value)")
            add(.gap, "\(series): use from \(memory.at) to its reset, by \(now), is unknown")
        }
    }

    /// What the poll gives.
    mutating func outcome(style: String) throws(PollFailure) -> StyleOutcome {
        if !rejected.isEmpty { return refusal(style: style) }
        // Days that end with this poll are stated once more before they are dropped.
        let readings = try state.totals.readings(context)
        let forgotten = state.prune(
            forgetMilliseconds: rules.forgetMilliseconds, calendar: context.calendar)
        for series in forgotten { add(.forgotten, "\(series)") }
        return StyleOutcome(
            readings: readings, state: state.json(style: style), since: state.totals.since,
            isFresh: before == nil, isNews: before?.essence != state.essence, notes: notes)
    }

    /// Nothing counts but that the poll was refused.
    private func refusal(style: String) -> StyleOutcome {
        var kept = before ?? state
        let sorted = rejected.sorted { $0.key < $1.key }
        for (series, rejection) in sorted { kept.series[series] = rejection.memory }
        let texts = sorted.map(\.value.text)
        let first = texts.first ?? ""
        let others = texts.count > 1 ? " (and \(texts.count - 1) others)" : ""
        let advice =
            rules.onDecrease == .confirm
            ? "the ledger follows if the next polls agree"
            : "write `on_decrease: correction` or `reset` if the source is right"
        let failure = PollFailure(
            .checkFailed, "\(first)\(others) though no reset is due; \(advice)")
        return StyleOutcome(
            state: kept.json(style: style), since: kept.totals.since, isFresh: before == nil,
            isNews: true, notes: texts.map { StyleNote(kind: .rejected, text: $0) },
            refusal: failure)
    }
}
