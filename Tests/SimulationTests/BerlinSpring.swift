// The end of March 2026 in Berlin: the clocks change, a month ends, and the vendor restates a day.

import Credits
import SimulatedPorts
import Testing

/// What the tests of history have in common.
enum BerlinSpring {
    /// Two organizations, the first with two sources.
    static let yaml = """
        organizations:
          - id: acme
            name: Acme Inc.
            time_zone: Europe/Berlin
            base_allocation: 135000
            daily_series: 3d
            pricing: {currency: EUR, base: "0.010", overage: "0.015"}
          - {id: idle, name: Idle Ltd., base_allocation: 5}
        sources:
          - id: chat
            organization: acme
            request: {url: "https://usage.example/chat?from={window.start:date}&to={window.end:date}"}
            map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
          - id: pictures
            organization: acme
            request: {url: "https://usage.example/pictures?from={window.start:date}&to={window.end:date}"}
            map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
        evaluation_interval: 10m
        query_retention: 7d
        """

    static func instant(_ text: String) -> Timestamp {
        Timestamp(rfc3339: text) ?? Timestamp(milliseconds: 0)
    }

    /// A clock at the midnight before the clocks change.
    static func clock() -> VirtualClock {
        VirtualClock(now: instant("2026-03-28T23:00:00Z"))
    }

    static func vendor(_ clock: VirtualClock) throws -> SimulatedVendor {
        SimulatedVendor(
            clock: clock, calendar: try #require(ZonedCalendar(identifier: "Europe/Berlin")),
            restated: (
                try #require(CalendarDay(iso: "2026-03-30")), instant("2026-03-31T20:00:00Z")
            ))
    }
}
