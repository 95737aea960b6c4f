// Which days a poll asks for and which it accepts.
//
// Source: contract section 2, "Window of the short form".

import Credits

/// The window of one poll.
package struct PollWindow: Sendable, Hashable {
    /// First day asked for and accepted.
    package let first: CalendarDay
    /// Last day asked for: today in the source's zone.
    package let last: CalendarDay
    /// Last day accepted: the later of today there and today in the organization's zone.
    package let lastAccepted: CalendarDay
    /// The zone of the source's days.
    package let calendar: ZonedCalendar

    /// The window of a poll that begins now.
    ///
    /// `first` is the earlier of the 1st of the month and today − look-back.
    package init(_ definition: WindowDefinition, organization: ZonedCalendar, now: Timestamp) {
        calendar = definition.calendar ?? organization
        let today = calendar.day(at: now)
        first = min(today.month.firstDay, today.adding(days: -definition.lookbackDays))
        last = today
        lastAccepted = max(today, organization.day(at: now))
    }

    /// The days accepted; the day of every reading lies in here.
    package var accepted: DayWindow { DayWindow(first: first, last: lastAccepted) }

    /// Whether a row of the day is taken.
    package func accepts(_ day: CalendarDay) -> Bool { day >= first && day <= lastAccepted }

    /// The first instant of the first day.
    package var firstInstant: Timestamp { calendar.start(of: first) }

    /// The first instant after the last day.
    package var endInstant: Timestamp { calendar.start(of: last.adding(days: 1)) }
}
