// Days and months as instants of a time zone.
//
// 1. Day edges tile time: the end of a day is the start of the next one, with no gap or overlap.
// 2. A day begins at the first instant whose local date is that day, so a missing midnight moves
//    it later and a skipped day is empty.
// 3. Zone rules are those compiled into the program (Foundation's own ICU data).

import Foundation

/// The calendar of one IANA time zone.
package struct ZonedCalendar: Sendable, Hashable {
    /// IANA name, as configured.
    package let identifier: String
    private let zone: TimeZone

    /// UTC.
    package static let utc = ZonedCalendar(identifier: "UTC", zone: .gmt)

    private init(identifier: String, zone: TimeZone) {
        self.identifier = identifier
        self.zone = zone
    }

    /// The calendar of a zone; nil when the program knows no zone of that name.
    package init?(identifier: String) {
        // TimeZone also takes abbreviations and offsets, which are no IANA names.
        let isName = identifier.contains("/") || identifier == "UTC"
        guard isName, let zone = TimeZone(identifier: identifier) else { return nil }
        self.init(identifier: identifier, zone: zone)
    }

    /// Seconds that local time is ahead of UTC.
    package func offsetSeconds(at instant: Timestamp) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: instant.fractionalSeconds)))
    }

    /// The local date.
    package func day(at instant: Timestamp) -> CalendarDay {
        let local = instant.seconds + offsetSeconds(at: instant)
        return CalendarDay(daysSinceEpoch: local.flooredQuotient(by: 86_400))
    }

    /// The month of the local date.
    package func month(at instant: Timestamp) -> BillingMonth {
        day(at: instant).month
    }

    /// The first instant of the day; for a day that the zone skipped, that of the next day.
    package func start(of day: CalendarDay) -> Timestamp {
        // No zone is further than 26 hours from UTC midnight; the date never falls in between
        // but for clocks set back across midnight, where the first instant counts.
        let midnight = day.daysSinceEpoch * 86_400
        let candidates = [midnight - 93_600, midnight + 93_600]
            .map { midnight - offsetSeconds(at: Timestamp(seconds: $0)) }
        for candidate in candidates.sorted() {
            let instant = Timestamp(seconds: candidate)
            let before = Timestamp(seconds: candidate - 1)
            if self.day(at: instant) >= day, self.day(at: before) < day { return instant }
        }
        return searchedStart(of: day, around: midnight)
    }

    /// Bisects for the edge where no offset places it: a missing midnight or a skipped day.
    private func searchedStart(of day: CalendarDay, around midnight: Int64) -> Timestamp {
        var low = midnight - 93_600
        var high = midnight + 93_600
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if self.day(at: Timestamp(seconds: middle)) >= day {
                high = middle
            } else {
                low = middle
            }
        }
        return Timestamp(seconds: high)
    }

    /// The first instant of the month.
    package func start(of month: BillingMonth) -> Timestamp {
        start(of: month.firstDay)
    }
}
