// Which days a poll asks for and which it accepts.
//
// Source: contract section 2, "Window of the short form".
// 1. The spans tile the window: every day is asked for once.

import Credits

/// The window of one poll.
package struct PollWindow: Sendable, Hashable {
    /// First day asked for and accepted.
    package let first: CalendarDay
    /// Last day asked for: today in the source's zone, or yesterday.
    package let last: CalendarDay
    /// Last day accepted: the later of today there and today in the organization's zone.
    package let lastAccepted: CalendarDay
    /// The zone of the source's days.
    package let calendar: ZonedCalendar
    /// What the requests ask for, one after the other; at least one.
    package let spans: [RequestSpan]
    /// The last day that has ended and is asked for as a whole; before `first` when there is none.
    package let finishedThrough: CalendarDay

    /// The window of a poll that begins now.
    ///
    /// `first` is the earlier of the 1st of the month and today − look-back.
    ///
    /// - Parameter lookbackDays: instead of that of the definition, for a sweep.
    package init(
        _ definition: WindowDefinition, organization: ZonedCalendar, now: Timestamp,
        lookbackDays: Int64? = nil
    ) {
        let calendar = definition.calendar ?? organization
        let today = calendar.day(at: now)
        let asked = max(definition.lookbackDays, lookbackDays ?? 0)
        let last = definition.end == .startOfToday ? today.adding(days: -1) : today
        let first = min(today.month.firstDay, today.adding(days: -asked), last)
        // Days that were not asked for are not accepted: their rows would be part of a day.
        let lastAccepted =
            definition.end == .startOfToday ? last : max(today, organization.day(at: now))
        self.calendar = calendar
        self.first = first
        self.last = last
        self.lastAccepted = lastAccepted
        let length = definition.asksPerDay ? 1 : definition.maximumSpanDays ?? .max
        var spans: [RequestSpan] = []
        var start = first
        while start <= last {
            let days = last.daysSinceEpoch - start.daysSinceEpoch + 1
            let end = length < days ? start.adding(days: length - 1) : last
            let edge = calendar.start(of: end.adding(days: 1))
            spans.append(
                RequestSpan(
                    first: start, last: end, lastAccepted: end == last ? lastAccepted : end,
                    calendar: calendar,
                    endInstant: definition.end == .now ? min(edge, now) : edge))
            start = end.adding(days: 1)
        }
        self.spans = spans
        finishedThrough = min(last, today.adding(days: -1))
    }

    /// The window of a span of time, in requests of at most so many days.
    ///
    /// Each instant belongs to one request, whatever its vendor does at both ends of a span.
    package init(_ span: EventSpan, maximumSpanDays: Int64?, calendar: ZonedCalendar) {
        first = calendar.day(at: span.start)
        last = calendar.day(at: max(span.start, span.end.adding(milliseconds: -1)))
        lastAccepted = last
        self.calendar = calendar
        finishedThrough = calendar.day(at: span.end).adding(days: -1)
        let length = maximumSpanDays.map { $0 * 86_400_000 } ?? .max
        var spans: [RequestSpan] = []
        var start = span.start
        repeat {
            let rest = span.end.milliseconds - start.milliseconds
            let end = length < rest ? start.adding(milliseconds: length) : span.end
            let last = calendar.day(at: max(start, end.adding(milliseconds: -1)))
            spans.append(
                RequestSpan(
                    first: calendar.day(at: start), last: last, lastAccepted: last,
                    calendar: calendar, endInstant: end, cursorStart: start,
                    isContinued: end < span.end, continuesCursor: start > span.start))
            start = end
        } while start < span.end
        self.spans = spans
    }

    /// The days accepted; the day of every reading lies in here.
    package var accepted: DayWindow { DayWindow(first: first, last: lastAccepted) }

    /// Whether a row of the day is taken.
    package func accepts(_ day: CalendarDay) -> Bool { day >= first && day <= lastAccepted }
}

/// The days that one request asks for.
package struct RequestSpan: Sendable, Hashable {
    /// First day asked for and accepted.
    package let first: CalendarDay
    /// Last day asked for.
    package let last: CalendarDay
    /// Last day accepted in the answer.
    package let lastAccepted: CalendarDay
    /// The zone of the source's days.
    package let calendar: ZonedCalendar
    /// The first instant after the days, or the present one when that is earlier and asked for.
    package let endInstant: Timestamp
    /// Where it begins within the first day, when events are read on from a cursor.
    package var cursorStart: Timestamp?
    /// Whether another request goes on where this one ends.
    package var isContinued = false
    /// Whether it goes on where another request ended.
    package var continuesCursor = false

    /// Whether an instant belongs to another request of the same poll.
    func leavesToOthers(_ instant: Timestamp) -> Bool {
        (isContinued && instant >= endInstant)
            || (continuesCursor && instant < cursorStart ?? instant)
    }

    /// The first instant of the first day.
    package var firstInstant: Timestamp { cursorStart ?? calendar.start(of: first) }

    /// Whether a row of the day is taken.
    package func accepts(_ day: CalendarDay) -> Bool { day >= first && day <= lastAccepted }

    /// `2026-11-03`, or `2026-11-01 to 2026-11-03`.
    var words: String { first == last ? "\(first)" : "\(first) to \(last)" }
}
