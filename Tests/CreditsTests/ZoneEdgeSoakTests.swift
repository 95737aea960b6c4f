// Every day of every zone from 1970 to 2100: its edges tile time, and its month begins once.

import Credits
import Foundation
import Testing

@Suite("Day edges of the zones of the world", .timeLimit(.minutes(30)))
struct ZoneEdgeSoakTests {
    /// `make soak` asks for all zones and years, `make test` for some.
    private static let isLong = ProcessInfo.processInfo.environment["AI_CREDITS_SOAK"] != nil

    static let zones: [String] = {
        let all = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") }.sorted()
        let stride = isLong ? 1 : max(1, all.count / 6)
        return all.enumerated().filter { $0.offset % stride == 3 % stride }.map(\.element)
    }()

    private static let years = (1970...2100).filter { isLong || $0 % 10 == 6 }

    /// Lengths that a day has, in minutes, but for a few days of history.
    private static let usual: Set<Int64> = [1380, 1440, 1500]

    /// Zones whose summer time is not an hour, and how many other days they have at most: Lord
    /// Howe's and Rarotonga's is half an hour, Troll's two.
    private static let unusualDays = [
        "Antarctica/Troll": 200, "Australia/Lord_Howe": 300, "Pacific/Rarotonga": 30,
    ]

    @Test(
        "edges tile, each instant has one day, each month begins with its first day",
        arguments: zones)
    func edges(_ zone: String) async throws {
        let calendar = try #require(ZonedCalendar(identifier: zone))
        var unusual = 0
        for year in Self.years {
            unusual += try check(year, of: calendar, zone)
            // Other tests want their turn as well.
            await Task.yield()
        }
        // A zone moves a few times in a century.
        #expect(unusual < Self.unusualDays[zone, default: 20], "\(unusual) unusual days")
    }

    /// Checks the days of a year.
    ///
    /// - Returns: how many of them have an unusual length.
    private func check(_ year: Int, of calendar: ZonedCalendar, _ zone: String) throws -> Int {
        var day = try #require(CalendarDay(iso: "\(year)-01-01"))
        let end = try #require(CalendarDay(iso: "\(year)-12-31"))
        var start = calendar.start(of: day)
        var unusual = 0
        var monthStarts = 0
        while day <= end {
            let next = calendar.start(of: day.adding(days: 1))
            let faults = faults(of: day, from: start, to: next, in: calendar)
            if !faults.isEmpty { Issue.record("\(zone), \(day): \(faults)") }
            if day == day.month.firstDay { monthStarts += 1 }
            let minutes = (next.milliseconds - start.milliseconds) / 60_000
            if !Self.usual.contains(minutes) { unusual += 1 }
            start = next
            day = day.adding(days: 1)
        }
        #expect(monthStarts == 12)
        return unusual
    }

    private func faults(
        of day: CalendarDay, from start: Timestamp, to next: Timestamp, in calendar: ZonedCalendar
    ) -> [String] {
        var faults: [String] = []
        if next < start { faults.append("ends before it begins") }
        if calendar.day(at: start.adding(milliseconds: -1)) >= day {
            faults.append("had begun a millisecond before")
        }
        if next > start {
            if calendar.day(at: start) != day { faults.append("begins as another day") }
            if calendar.day(at: next.adding(milliseconds: -1)) != day {
                faults.append("ends as another day")
            }
        }
        if day == day.month.firstDay, calendar.start(of: day.month) != start {
            faults.append("its month begins elsewhere")
        }
        return faults
    }
}
