// A day and its month in one zone, looked up once for all instants of the day.

/// A local day, the month around it, and between which instants it is that day.
package struct CalendarPage: Sendable, Hashable {
    /// The local date.
    package let day: CalendarDay
    /// The first instant of its month.
    package let monthStart: Timestamp
    /// The first instant of the next month.
    package let monthEnd: Timestamp
    /// Instants with this local date: all of them, but for a day on which clocks are changed.
    package let instants: Range<Timestamp>

    /// The month of the day.
    package var month: BillingMonth { day.month }
}

extension ZonedCalendar {
    /// The page of an instant: what `day(at:)` and `start(of:)` say, for all of its instants.
    package func page(at now: Timestamp) -> CalendarPage {
        let offset = offsetSeconds(at: now)
        let day = day(at: now)
        // With the offset of now it would be that day between these.
        let midnight = day.daysSinceEpoch * 86_400 - offset
        let first = edge(from: now.seconds, to: midnight, offset: offset)
        let last = edge(from: now.seconds, to: midnight + 86_399, offset: offset)
        return page(
            of: day, instants: Timestamp(seconds: first)..<Timestamp(seconds: last + 1))
    }

    /// A page of a day for some of its instants.
    func page(of day: CalendarDay, instants: Range<Timestamp>) -> CalendarPage {
        CalendarPage(
            day: day, monthStart: start(of: day.month), monthEnd: start(of: day.month.next),
            instants: instants)
    }

    /// The second furthest towards an end up to which the offset stays as it is; every second on
    /// the way counts as looked at when it is the same at the end.
    private func edge(from inside: Int64, to end: Int64, offset: Int64) -> Int64 {
        var (good, bad) = (inside, end)
        if offsetSeconds(at: Timestamp(seconds: end)) == offset { return end }
        while abs(good - bad) > 1 {
            let middle = good + (bad - good) / 2
            if offsetSeconds(at: Timestamp(seconds: middle)) == offset {
                good = middle
            } else {
                bad = middle
            }
        }
        return good
    }
}
