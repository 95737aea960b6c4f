// The pages of the day, by zone: time zones are slow to ask, and the gate asks for each request.

import Credits
import Synchronization

/// The latest page of each zone; safe to use from any thread.
package final class CalendarBook: Sendable {
    private let pages = Mutex<[String: CalendarPage]>([:])

    /// A book without pages.
    package init() {}

    /// The page of an instant in a zone.
    package func page(of calendar: ZonedCalendar, at now: Timestamp) -> CalendarPage {
        if let page = pages.withLock({ $0[calendar.identifier] }), page.instants.contains(now) {
            return page
        }
        let page = calendar.page(at: now)
        pages.withLock { $0[calendar.identifier] = page }
        return page
    }
}
