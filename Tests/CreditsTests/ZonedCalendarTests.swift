// Days as instants of zones with summer time, missing midnights, half hours and a skipped day.

import Credits
import Testing

@Suite struct ZonedCalendarTests {
    struct Edge: Sendable {
        let zone: String
        let day: String
        let start: String
        /// Minutes until the next day begins.
        let minutes: Int64
    }

    static let edges: [Edge] = [
        Edge(zone: "UTC", day: "2026-11-23", start: "2026-11-23T00:00:00Z", minutes: 1440),
        Edge(zone: "Asia/Tokyo", day: "2026-11-23", start: "2026-11-22T15:00:00Z", minutes: 1440),
        Edge(
            zone: "Asia/Kathmandu", day: "2026-11-23", start: "2026-11-22T18:15:00Z",
            minutes: 1440),
        // Summer time begins and ends.
        Edge(
            zone: "Europe/Berlin", day: "2026-03-29", start: "2026-03-28T23:00:00Z", minutes: 1380),
        Edge(
            zone: "Europe/Berlin", day: "2026-03-30", start: "2026-03-29T22:00:00Z", minutes: 1440),
        Edge(
            zone: "Europe/Berlin", day: "2026-10-25", start: "2026-10-24T22:00:00Z", minutes: 1500),
        Edge(
            zone: "America/New_York", day: "2026-03-08", start: "2026-03-08T05:00:00Z",
            minutes: 1380),
        Edge(
            zone: "America/New_York", day: "2026-11-01", start: "2026-11-01T04:00:00Z",
            minutes: 1500),
        // Midnight does not exist: the clock jumps from 24:00 to 01:00.
        Edge(zone: "Asia/Beirut", day: "2026-03-29", start: "2026-03-28T22:00:00Z", minutes: 1380),
        // Half an hour of summer time.
        Edge(
            zone: "Australia/Lord_Howe", day: "2026-10-04", start: "2026-10-03T13:30:00Z",
            minutes: 1410),
        Edge(
            zone: "Australia/Lord_Howe", day: "2027-04-04", start: "2027-04-03T13:00:00Z",
            minutes: 1470),
        // The island moved across the date line: 30 December 2011 never was.
        Edge(zone: "Pacific/Apia", day: "2011-12-29", start: "2011-12-29T10:00:00Z", minutes: 1440),
        Edge(zone: "Pacific/Apia", day: "2011-12-30", start: "2011-12-30T10:00:00Z", minutes: 0),
        Edge(zone: "Pacific/Apia", day: "2011-12-31", start: "2011-12-30T10:00:00Z", minutes: 1440),
        // Set back from midnight: the evening comes twice, the day begins once.
        Edge(
            zone: "America/Sao_Paulo", day: "2018-02-17", start: "2018-02-17T02:00:00Z",
            minutes: 1500),
        Edge(
            zone: "America/Sao_Paulo", day: "2018-02-18", start: "2018-02-18T03:00:00Z",
            minutes: 1440),
        // Set back from a minute past midnight: the first instant of the date counts.
        Edge(
            zone: "America/St_Johns", day: "2010-11-07", start: "2010-11-07T02:30:00Z",
            minutes: 1500),
        // The far ends of the earth.
        Edge(
            zone: "Pacific/Kiritimati", day: "2026-11-23", start: "2026-11-22T10:00:00Z",
            minutes: 1440),
        Edge(
            zone: "Pacific/Pago_Pago", day: "2026-11-23", start: "2026-11-23T11:00:00Z",
            minutes: 1440),
    ]

    @Test(arguments: edges)
    func aDayBeginsAtItsFirstInstantAndEndsWhereTheNextBegins(_ edge: Edge) throws {
        let calendar = try #require(ZonedCalendar(identifier: edge.zone))
        let day = try #require(CalendarDay(iso: edge.day))
        let start = calendar.start(of: day)
        #expect(start.description == edge.start)
        let next = calendar.start(of: day.adding(days: 1))
        #expect(next.milliseconds - start.milliseconds == edge.minutes * 60_000)
    }

    @Test(arguments: edges)
    func aPageSaysForAllItsInstantsWhatTheCalendarSays(_ edge: Edge) throws {
        let calendar = try #require(ZonedCalendar(identifier: edge.zone))
        let start = calendar.start(of: try #require(CalendarDay(iso: edge.day)))
        // From the day before to the day after, a quarter of an hour at a time.
        for quarter in -96..<192 {
            let now = start.adding(milliseconds: Int64(quarter) * 900_000 - 1)
            let page = calendar.page(at: now)
            #expect(page.instants.contains(now))
            #expect(page.day == calendar.day(at: now))
            #expect(page.monthStart == calendar.start(of: page.month))
            #expect(page.monthEnd == calendar.start(of: page.month.next))
            let (first, last) = (page.instants.lowerBound, page.instants.upperBound)
            #expect(last.milliseconds - first.milliseconds <= 86_400_000)
            let length = last.milliseconds - first.milliseconds
            for step in Int64(0)...12 {
                let instant = first.adding(milliseconds: (length - 1) * step / 12)
                #expect(calendar.day(at: instant) == page.day, "\(instant)")
            }
            // It ends where the day does, or where clocks are changed.
            for (inside, outside) in [
                (first, first.adding(milliseconds: -1)), (last.adding(milliseconds: -1), last),
            ] {
                #expect(
                    calendar.day(at: outside) != page.day
                        || calendar.offsetSeconds(at: outside)
                            != calendar.offsetSeconds(at: inside)
                )
            }
        }
    }

    static let zones = [
        "UTC", "Europe/Berlin", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe",
        "Pacific/Apia", "America/Sao_Paulo", "Africa/Cairo", "America/Havana", "Asia/Gaza",
        "America/Nuuk", "Asia/Tehran", "Africa/Casablanca", "Pacific/Chatham",
        "Antarctica/Troll", "America/Asuncion", "Atlantic/Azores",
    ]

    @Test(arguments: zones)
    func dayEdgesTileTimeThroughTheYears(_ zone: String) throws {
        let calendar = try #require(ZonedCalendar(identifier: zone))
        for (first, last) in [("2011-12-01", "2012-12-31"), ("2026-01-01", "2027-12-31")] {
            var day = try #require(CalendarDay(iso: first))
            let end = try #require(CalendarDay(iso: last))
            while day <= end {
                let start = calendar.start(of: day)
                let next = calendar.start(of: day.adding(days: 1))
                #expect(start <= next, "\(day)")
                #expect(calendar.day(at: start.adding(milliseconds: -1)) < day, "\(day)")
                #expect(calendar.day(at: start) >= day, "\(day)")
                if start < next {
                    #expect(calendar.day(at: start) == day)
                    #expect(calendar.day(at: next.adding(milliseconds: -1)) == day, "\(day)")
                }
                day = day.adding(days: 1)
            }
        }
    }

    static let months: [(zone: String, month: String, start: String)] = [
        ("UTC", "2026-12", "2026-12-01T00:00:00Z"),
        ("America/New_York", "2026-11", "2026-11-01T04:00:00Z"),
        ("America/New_York", "2026-12", "2026-12-01T05:00:00Z"),
        ("Asia/Tokyo", "2026-12", "2026-11-30T15:00:00Z"),
        ("Australia/Lord_Howe", "2026-11", "2026-10-31T13:00:00Z"),
    ]

    @Test(arguments: months)
    func aMonthBeginsWithItsFirstDay(_ zone: String, _ month: String, _ start: String) throws {
        let calendar = try #require(ZonedCalendar(identifier: zone))
        let month = try #require(BillingMonth(iso: month))
        let instant = calendar.start(of: month)
        #expect(instant.description == start)
        #expect(calendar.month(at: instant) == month)
        #expect(calendar.month(at: instant.adding(milliseconds: -1)) == month.previous)
    }

    @Test(arguments: [
        "", "Mars/Olympus", "CET", "EST", "GMT+2", "UTC+1", "europe", "../etc/passwd",
    ])
    func whatIsNoZoneNameIsRefused(_ name: String) {
        #expect(ZonedCalendar(identifier: name) == nil)
    }

    @Test func zonesAreEqualByName() {
        #expect(ZonedCalendar(identifier: "UTC") == .utc)
        #expect(
            ZonedCalendar(identifier: "Europe/Berlin") != ZonedCalendar(identifier: "Europe/Paris"))
        #expect(ZonedCalendar(identifier: "Europe/Berlin")?.identifier == "Europe/Berlin")
    }

    @Test func offsetsFollowSummerTime() throws {
        let calendar = try #require(ZonedCalendar(identifier: "Europe/Berlin"))
        let change = try #require(Timestamp(rfc3339: "2026-03-29T01:00:00Z"))
        #expect(calendar.offsetSeconds(at: change.adding(milliseconds: -1)) == 3600)
        #expect(calendar.offsetSeconds(at: change) == 7200)
    }
}
