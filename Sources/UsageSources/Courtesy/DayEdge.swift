// When a counter is read besides its pace: just before and just after its midnight, so that what
// was used between two readings falls on the right day.

import Credits

/// The instants around a source's midnight.
package struct DayEdge: Sendable, Hashable {
    /// A source polled at least that often needs no further polls.
    private static let fastPace: Int64 = 60_000
    /// So long after midnight the vendor's counter has turned.
    private static let lag: Int64 = 5000

    private let lead: Int64
    private let calendar: ZonedCalendar

    /// The edges of a source; nil when it is not polled around them.
    package init?(_ definition: SourceDefinition, organization: ZonedCalendar) {
        guard definition.pollsAroundDayEdge, definition.everyMilliseconds > Self.fastPace else {
            return nil
        }
        // The poll before midnight has to end before it.
        lead = min(60_000, definition.pollDeadlineMilliseconds + Self.lag)
        calendar = definition.dayCalendar ?? organization
    }

    /// Milliseconds from an instant to the next poll around midnight; at least 1.
    package func milliseconds(after now: Timestamp) -> Int64 {
        let today = calendar.day(at: now)
        let midnights = [today, today.adding(days: 1), today.adding(days: 2)].map {
            calendar.start(of: $0).milliseconds
        }
        let edges = midnights.flatMap { [$0 - lead, $0 + Self.lag] }
        return (edges.filter { $0 > now.milliseconds }.min() ?? .max) - now.milliseconds
    }
}

extension SourceDefinition {
    /// The zone of its days when it names one.
    fileprivate var dayCalendar: ZonedCalendar? {
        if case .counter(let rules) = rules, let calendar = rules.calendar { return calendar }
        return window.calendar
    }
}
