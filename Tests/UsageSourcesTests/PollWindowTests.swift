// Which days are asked for and accepted, and how they are written into a request.

import Credits
import Testing

@testable import UsageSources

@Suite struct PollWindowTests {
    struct Case: Sendable {
        let now: String
        var zone: String?
        var organization = "UTC"
        var lookback: Int64 = 3
        let expected: String
    }

    static let cases: [Case] = [
        // In the middle of a month the 1st is earlier than the look-back.
        Case(now: "2026-11-23T10:00:00Z", expected: "2026-11-01 2026-11-23 2026-11-23"),
        // At its beginning the look-back reaches into the month before.
        Case(now: "2026-11-02T10:00:00Z", expected: "2026-10-30 2026-11-02 2026-11-02"),
        Case(now: "2026-11-04T00:00:00Z", expected: "2026-11-01 2026-11-04 2026-11-04"),
        Case(
            now: "2026-11-01T00:00:00Z", lookback: 0, expected: "2026-11-01 2026-11-01 2026-11-01"),
        Case(
            now: "2026-03-01T00:00:00Z", lookback: 35,
            expected: "2026-01-25 2026-03-01 2026-03-01"),
        // Without a zone of its own the source counts in the organization's.
        Case(
            now: "2026-11-30T23:30:00Z", organization: "Asia/Tokyo",
            expected: "2026-11-28 2026-12-01 2026-12-01"),
        // The organization is ahead: its today is accepted, not asked for.
        Case(
            now: "2026-11-30T23:30:00Z", zone: "UTC", organization: "Asia/Tokyo",
            expected: "2026-11-01 2026-11-30 2026-12-01"),
        // The source is ahead: its today counts.
        Case(
            now: "2026-11-30T23:30:00Z", zone: "Asia/Tokyo", organization: "America/New_York",
            expected: "2026-11-28 2026-12-01 2026-12-01"),
    ]

    @Test(arguments: cases)
    func theWindowReachesFromTheFirstOrTheLookbackToToday(_ example: Case) throws {
        let zone = try example.zone.map { try #require(ZonedCalendar(identifier: $0)) }
        let window = PollWindow(
            WindowDefinition(calendar: zone, lookbackDays: example.lookback),
            organization: try #require(ZonedCalendar(identifier: example.organization)),
            now: try #require(Timestamp(rfc3339: example.now)))
        #expect("\(window.first) \(window.last) \(window.lastAccepted)" == example.expected)
        #expect(window.accepts(window.first))
        #expect(window.accepts(window.lastAccepted))
        #expect(!window.accepts(window.first.adding(days: -1)))
        #expect(!window.accepts(window.lastAccepted.adding(days: 1)))
        #expect(window.accepted == DayWindow(first: window.first, last: window.lastAccepted))
    }

    static let formats: [(text: String, expected: String)] = [
        ("{window.start:date}", "2026-11-01"),
        ("{window.end:date}", "2026-11-23"),
        // Midnight in New York: summer time at the start, winter time at the end (exclusive).
        ("{window.start:unix}", "1793505600"),
        ("{window.end:unix}", "1795496400"),
        ("{window.start:unix_ms}", "1793505600000"),
        ("{window.end:unix_ms}", "1795496400000"),
        ("{window.start:rfc3339}", "2026-11-01T04:00:00Z"),
        ("{window.end:rfc3339}", "2026-11-24T05:00:00Z"),
        ("{window.start:y}-{window.start:m}-{window.start:d}", "2026-11-1"),
        ("{window.end:d}", "23"),
        ("{cursor}|{page}|{org}|{job.id}", "abc|abc|acme|j 7"),
        ("{\"a\": {}} { x", "{\"a\": {}} { x"),
    ]

    @Test(arguments: formats)
    func placeholdersAreWrittenInTheirFormat(_ text: String, _ expected: String) throws {
        let window = PollWindow(
            WindowDefinition(
                calendar: ZonedCalendar(identifier: "America/New_York"),
                lookbackDays: 3),
            organization: .utc, now: PollScript.now)
        let span = try #require(window.spans.first)
        var values = PlaceholderValues(span: span, organization: "acme", job: "j 7")
        values.cursor = .cursor("abc", isNumber: false)
        #expect(try RequestTemplate(text).expanded(values) == expected)
    }
}
