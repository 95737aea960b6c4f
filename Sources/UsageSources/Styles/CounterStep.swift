// What one total says since it was seen last.

import Credits

/// What became of a total between two polls.
struct CounterStep: Hashable {
    /// How a total changed.
    enum Change: Hashable {
        /// Seen for the first time; what it says is where counting begins.
        case opened
        /// Seen for the first time; what it says was used.
        case consumed
        /// It grew or stayed.
        case grew
        /// It began anew and says what was used since then.
        case reset
        /// It fell and the ledger follows.
        case corrected
        /// It fell, which counts nothing.
        case followed
        /// It fell and the poll is refused.
        case rejected
    }

    /// How it changed.
    let change: Change
    /// What was used.
    let used: ExactDecimal
    /// From when.
    let from: Timestamp
    /// Until when.
    let to: Timestamp
    /// What is remembered.
    let memory: CounterMemory
}

extension CounterRules {
    /// The step from what is remembered of a total to what was seen.
    ///
    /// - Parameters:
    ///   - previousPoll: when the source was polled before; nil on its first poll.
    ///   - calendar: decides days when the rules name no zone.
    func step(
        _ sample: CounterSample, after memory: CounterMemory?, previousPoll: Timestamp?,
        now: Timestamp, calendar: ZonedCalendar
    ) throws(AmountError) -> CounterStep {
        let period = period(at: now, self.calendar ?? calendar)
        guard let memory else {
            return firstStep(sample, period, previousPoll: previousPoll, now: now)
        }
        let fell = try sample.value.isLess(than: memory.last)
        let current = period?.name ?? (sample.mark.isEmpty ? memory.epoch : sample.mark)
        let seen = CounterMemory(last: sample.value, at: now, epoch: current)
        guard isOver(memory.epoch, current) else {
            return try sameEpoch(sample, memory, seen, fell: fell, now: now)
        }
        guard let period, !fell else {
            return reset(sample, seen, from: period?.start ?? now, now: now)
        }
        // The reset is due, but the total did not fall.
        let wasSeenSince = memory.at >= period.start
        let isEarly =
            now.milliseconds - period.start.milliseconds <= Self.resetGraceMilliseconds
        guard wasSeenSince || isEarly else {
            return reset(sample, seen, from: period.start, now: now)
        }
        // Not reset yet: what was used belongs to the old period as long as that can be.
        var waiting = seen
        waiting.epoch = memory.epoch
        let edge = period.start.adding(milliseconds: -1)
        return CounterStep(
            change: .grew, used: try sample.value.subtracting(memory.last), from: memory.at,
            to: wasSeenSince ? now : max(memory.at, edge), memory: waiting)
    }

    private struct Period {
        let name: String
        let start: Timestamp
    }

    /// The day or month that a total counts now; nil when it has no such period.
    private func period(at now: Timestamp, _ calendar: ZonedCalendar) -> Period? {
        switch epoch {
        case .never, .mark, .instant: return nil
        case .day:
            let day = calendar.day(at: now)
            return Period(name: day.description, start: calendar.start(of: day))
        case .month:
            let month = calendar.month(at: now)
            return Period(name: month.description, start: calendar.start(of: month))
        }
    }

    private func isOver(_ last: String, _ current: String) -> Bool {
        if last.isEmpty || current.isEmpty { return false }
        switch epoch {
        case .never: return false
        // A clock set back does not bring a period back.
        case .day, .month: return last < current
        case .mark: return last != current
        case .instant:
            guard let before = Int64(last), let after = Int64(current) else {
                return last != current
            }
            // Some programs compute their start anew each time, to about a second.
            return before.distance(to: after).magnitude >= 2000
        }
    }

    private func firstStep(
        _ sample: CounterSample, _ period: Period?, previousPoll: Timestamp?, now: Timestamp
    ) -> CounterStep {
        let memory = CounterMemory(
            last: sample.value, at: now, epoch: period?.name ?? sample.mark)
        // A total that began after the last poll was zero then.
        var isNew = false
        if let started = sample.startedAt, let previousPoll { isNew = started >= previousPoll }
        guard first == .consume || isNew else {
            return CounterStep(change: .opened, used: .zero, from: now, to: now, memory: memory)
        }
        let start = sample.startedAt ?? period?.start ?? now
        return CounterStep(
            change: .consumed, used: sample.value, from: min(start, now), to: now, memory: memory)
    }

    private func reset(
        _ sample: CounterSample, _ seen: CounterMemory, from start: Timestamp, now: Timestamp
    ) -> CounterStep {
        CounterStep(
            change: .reset, used: sample.value, from: min(sample.startedAt ?? start, now), to: now,
            memory: seen)
    }

    private func sameEpoch(
        _ sample: CounterSample, _ memory: CounterMemory, _ seen: CounterMemory, fell: Bool,
        now: Timestamp
    ) throws(AmountError) -> CounterStep {
        var seen = seen
        // A clock set back keeps the later period.
        if epoch == .day || epoch == .month { seen.epoch = memory.epoch }
        let difference = try sample.value.subtracting(memory.last)
        guard fell else {
            return CounterStep(
                change: .grew, used: difference, from: memory.at, to: now, memory: seen)
        }
        let isRejected =
            onDecrease == .reject
            || (onDecrease == .confirm && memory.rejections < Self.confirmations)
        if isRejected {
            var kept = memory
            kept.rejections += 1
            return CounterStep(
                change: .rejected, used: .zero, from: memory.at, to: now, memory: kept)
        }
        if onDecrease == .follow {
            return CounterStep(change: .followed, used: .zero, from: now, to: now, memory: seen)
        }
        if onDecrease == .reset { return reset(sample, seen, from: now, now: now) }
        return CounterStep(
            change: .corrected, used: difference, from: now, to: now, memory: seen)
    }
}
