// Days that a source has covered: what gaps, restatements and late data are judged by.

import AgentConfiguration
import Credits
import Ledger
import UsageSources

extension SourceState {
    /// How many days back covered days are remembered.
    static let rememberedDays: Int64 = 400

    /// Takes what a committed poll brought.
    mutating func take(_ outcome: PostingOutcome, of poll: CompletedPoll) {
        yield.lastRows = Int64(poll.rowCount)
        yield.rows += Int64(poll.rowCount)
        yield.ignoredRows += Int64(poll.ignoredRowCount)
        yield.filteredRows += Int64(poll.filteredRowCount)
        yield.restatements += outcome.restatements
        yield.lateEntries += outcome.lateEntries
        yield.supersededReadings = outcome.superseded
        yield.restarts += poll.hasRestarted ? 1 : 0
        yield.clockSkewMilliseconds = poll.clockSkewMilliseconds
        if let drift = outcome.drift { yield.drift = drift }
        count(outcome.notes)
    }

    /// Counts remarks by their kind.
    mutating func count(_ notes: [StyleNote]) {
        for note in notes { yield.notes[note.kind, default: 0] += note.count }
    }

    /// Takes note of days that a complete poll covered after their end.
    mutating func cover(_ days: [CalendarDay], today: CalendarDay) {
        coveredDays.formUnion(days)
        let first = today.adding(days: -Self.rememberedDays)
        guard let oldest = coveredDays.min(), oldest < first else { return }
        coveredDays = coveredDays.filter { $0 >= first }
    }

    /// The days of a window that were not covered before, in order.
    package func news(of window: DayWindow?) -> [CalendarDay] {
        guard let window else { return [] }
        var days: [CalendarDay] = []
        var day = window.first
        while day <= window.last {
            if !coveredDays.contains(day) { days.append(day) }
            day = day.adding(days: 1)
        }
        return days
    }

    /// Days of this and the previous month, from the first that was ever covered on, that no
    /// complete poll has covered after their end; nil before the first one did, or when the
    /// source's rows have no days.
    package func gapDays(at now: Timestamp) -> Int64? {
        guard let calendar, let oldest = coveredDays.min() else { return nil }
        // A day that has just ended is no gap before the next polls had their turn.
        let last = calendar.day(at: now.adding(milliseconds: -graceMilliseconds)).adding(days: -1)
        let month = calendar.day(at: now).month.firstDay
        var day = max(oldest, month.adding(days: -1).month.firstDay)
        var count: Int64 = 0
        while day <= last {
            if !coveredDays.contains(day) { count += 1 }
            day = day.adding(days: 1)
        }
        return count
    }

    /// Takes what its definition says about days.
    mutating func configure(_ definition: SourceDefinition, organization: ZonedCalendar) {
        style = definition.style
        calendar = style.hasDays ? definition.window.calendar ?? organization : nil
        graceMilliseconds = definition.reportLagMilliseconds + 2 * definition.everyMilliseconds
    }
}
