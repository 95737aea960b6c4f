// Spans, ends and sweeps; and what belongs together in a definition.

import Credits
import Testing

@testable import UsageSources

@Suite struct WindowDefinitionTests {
    private static let now = PollScript.now

    private func window(
        _ definition: WindowDefinition, now: String = "2026-11-23T10:00:00Z",
        lookback: Int64? = nil
    ) throws -> PollWindow {
        PollWindow(
            definition, organization: .utc, now: try #require(Timestamp(rfc3339: now)),
            lookbackDays: lookback)
    }

    @Test func theEndMayBeNow() throws {
        let window = try window(WindowDefinition(calendar: nil, lookbackDays: 3, end: .now))
        #expect(window.spans.map(\.endInstant.description) == ["2026-11-23T10:00:00Z"])
        #expect(window.last.description == "2026-11-23")
    }

    @Test func onlyTheLastSpanEndsNow() throws {
        let window = try window(
            WindowDefinition(calendar: nil, lookbackDays: 3, maximumSpanDays: 20, end: .now))
        #expect(
            window.spans.map(\.endInstant.description) == [
                "2026-11-21T00:00:00Z", "2026-11-23T10:00:00Z",
            ])
    }

    @Test func finishedDaysEndYesterday() throws {
        let definition = WindowDefinition(calendar: nil, lookbackDays: 0, end: .startOfToday)
        let window = try window(definition)
        #expect(
            "\(window.first) \(window.last) \(window.lastAccepted)"
                == "2026-11-01 2026-11-22 2026-11-22")
        #expect(window.spans.map(\.endInstant.description) == ["2026-11-23T00:00:00Z"])
        // On the 1st there is nothing finished in the month: the day before is asked for.
        let first = try self.window(definition, now: "2026-11-01T10:00:00Z")
        #expect("\(first.first) \(first.last)" == "2026-10-31 2026-10-31")
        #expect(first.spans.count == 1)
    }

    @Test(arguments: [1, 7, 23, 31] as [Int64])
    func spansTileTheWindow(_ length: Int64) throws {
        let window = try window(
            WindowDefinition(calendar: nil, lookbackDays: 3, maximumSpanDays: length))
        var next = window.first
        for span in window.spans {
            #expect(span.first == next)
            #expect(span.last.daysSinceEpoch - span.first.daysSinceEpoch < length)
            next = span.last.adding(days: 1)
        }
        #expect(next == window.last.adding(days: 1))
        #expect(window.spans.last?.lastAccepted == window.lastAccepted)
    }

    @Test func aSweepReachesFurtherBack() throws {
        let definition = WindowDefinition(calendar: nil, lookbackDays: 3)
        #expect(try window(definition, lookback: 35).first.description == "2026-10-19")
        #expect(try window(definition, lookback: 1).first.description == "2026-11-01")
    }

    @Test func sweepsComeInPairsWhereAbsenceIsConfirmed() throws {
        let sweep = "schedule: {sweep: {every: 1h, lookback: 35d}}"
        let source = try SourceFixture.definition(SourceFixture.request, SourceFixture.map, sweep)
        var schedule = SweepSchedule(source)
        let hour: Int64 = 3_600_000
        var due = schedule.isDue(at: 0)
        #expect(due)
        // A sweep that failed is due again.
        due = schedule.isDue(at: 60_000)
        #expect(due)
        schedule.complete(startedAt: 60_000)
        due = schedule.isDue(at: 120_000)
        #expect(due)
        schedule.complete(startedAt: 120_000)
        due = schedule.isDue(at: 60_000 + hour - 1)
        #expect(!due)
        due = schedule.isDue(at: 60_000 + hour)
        #expect(due)
        let kept = try SourceFixture.definition(
            SourceFixture.request, SourceFixture.map, sweep, "absent: keep")
        var single = SweepSchedule(kept)
        due = single.isDue(at: 0)
        #expect(due)
        single.complete(startedAt: 0)
        due = single.isDue(at: 1)
        #expect(!due)
        var none = SweepSchedule(try SourceFixture.usual())
        due = none.isDue(at: 0)
        #expect(!due)
    }

    @Test func settlingDaysSetTheLookback() throws {
        let source = try SourceFixture.definition(
            SourceFixture.request, SourceFixture.map, "finality: {settle: 7d}")
        #expect(source.window.lookbackDays == 7)
    }

    static let mistakes: [(lines: String, message: String)] = [
        (
            "finality: {settle: 7d}\nwindow: {lookback: 3d}",
            "4:20: sources[0].window.lookback: must reach as far as `finality.settle`, 7d"
        ),
        (
            "finality: {settle: 7d, lock_after: 3d}\nwindow: {lookback: 7d}",
            "3:36: sources[0].finality.lock_after: must not come before `settle`, 7d"
        ),
        (
            "finality: {flag: {path: $.final}}",
            "3:18: sources[0].finality.flag: missing required key `final_when`"
        ),
        (
            "window: {per_request: day, max_span: 2d}",
            "3:38: sources[0].window.max_span: goes without `per_request: day`"
        ),
        (
            "window: {clamp_end: today}",
            "3:21: sources[0].window.clamp_end: expected one of `now`, `start_of_today`, found "
                + "\"today\""
        ),
        (
            "window: {unit: hour}",
            "3:16: sources[0].window.unit: expected one of `day`, found \"hour\""
        ),
        (
            "schedule: {sweep: {every: 1m, lookback: 35d}}",
            "3:27: sources[0].schedule.sweep.every: must be from 1h to 5w"
        ),
        (
            "schedule: {sweep: {every: 1d, lookback: 2d}}",
            "3:41: sources[0].schedule.sweep.lookback: must be longer than `window.lookback`"
        ),
        (
            "schedule: {every: 1m}",
            "3:19: sources[0].schedule.every: is not known here; write `every` beside `schedule`"
        ),
        (
            "limits: {max_rows: 0}",
            "3:20: sources[0].limits.max_rows: expected a whole number from 1 to 1000000, found "
                + "\"0\""
        ),
        (
            "checks: [{path: $.a}]",
            "3:10: sources[0].checks[0]: expected exactly one of `equals`, `in` and `matches`"
        ),
        (
            "checks: [{path: $.a, equals: \"{cursor}\"}]",
            "3:30: sources[0].checks[0].equals: may hold {window.start:…}, {window.end:…}, {org}, "
                + "and {day:…} with `window: {per_request: day}`"
        ),
        (
            "job: {id: $.id}", "3:6: sources[0].job: missing required key `submit`"
        ),
        (
            "job: {id: $.id, submit: {url: https://b.example/}}",
            "3:6: sources[0].job: asks https://b.example, but the credentials belong to "
                + "https://api.example.com; use one origin"
        ),
        (
            "job: {id: $.id, submit: {url: 'https://api.example.com/{job.id}'}}",
            "3:31: sources[0].job.submit.url: `{job.id}` is known only after `job.submit`"
        ),
        (
            "job: {id: $.id, submit: {url: https://api.example.com/, auth: none}}",
            "3:63: sources[0].job.submit.auth: is taken from `request`; remove it here"
        ),
        ("download: {}", "3:11: sources[0].download: missing required key `links`"),
    ]

    @Test(arguments: mistakes)
    func mistakesNameTheirPlace(_ lines: String, _ message: String) throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml(lines, SourceFixture.request, SourceFixture.map))
        #expect(decoded.mistakes.contains(message), "\(decoded.mistakes)")
        #expect(decoded.definition == nil)
    }

    static let maps: [(map: String, message: String)] = [
        (
            "{rows: [{as: a, path: $.x}, {as: a, path: $.y}], day: $.d, product: $.p, credits: $.c}",
            "3:39: sources[0].map.rows[1].as: `a` names another level already"
        ),
        (
            "{rows: [{as: a, path: $.x}], day: {of: b, path: $.d}, product: $.p, credits: $.c}",
            "3:45: sources[0].map.day.of: `b` is no level of `rows`; there is `a`"
        ),
        (
            "{rows: $.x, day: $.d, product: {of: b, path: $.p}, credits: $.c}",
            "3:42: sources[0].map.product.of: names a level of `rows`, which has none; write "
                + "`rows` as a list of {as, path}"
        ),
        (
            "{rows: $.x, day: {from: request}, product: $.p, credits: $.c}",
            "3:6: sources[0].map: `day: {from: request}` needs `window: {per_request: day}`"
        ),
        (
            "{rows: $.x, day: $.d, product: $.p, credits: {sum: [$.a, $.a]}}",
            "3:63: sources[0].map.credits.sum[1]: is listed twice"
        ),
        (
            "{rows: $.x, day: $.d, product: $.p, credits: {path: $.a, sum: [$.b]}}",
            "3:68: sources[0].map.credits.sum: goes without `path`; list every part under `sum`"
        ),
        (
            "{rows: $.x, where: [{path: $.a, matches: '('}], day: $.d, product: $.p, credits: $.c}",
            "3:47: sources[0].map.where[0].matches: is no regular expression of RFC 9485; it must "
                + "match the whole text, such as model-.*"
        ),
        (
            "{rows: $.x, columns: $.c, day: $.d, product: $.p, credits: $.c}",
            "3:27: sources[0].map.columns: goes with `shape: table`"
        ),
        (
            "{shape: table, rows: $.x, day: $.d, product: $.p, credits: $.c}",
            "3:6: sources[0].map: missing required key `columns`"
        ),
        (
            "{shape: csv, csv: {delimiter: ab}, day: $.d, product: $.p, credits: $.c}",
            "3:36: sources[0].map.csv.delimiter: expected one of `,` `;` `|` `:` and a tab "
                + "(\"\\t\")"
        ),
        (
            "{rows: $.x, day: $.d, product: $.p, measures: [{unit: t, path: $.a, credits_per_unit: "
                + "[{from: 2026-02-01, rate: 1}, {from: 2026-01-01, rate: 2}]}]}",
            "3:129: sources[0].map.measures[0].credits_per_unit[1].from: must be later than "
                + "2026-02-01 of the rate before"
        ),
    ]

    @Test(arguments: maps)
    func mistakesOfMappingsNameTheirPlace(_ map: String, _ message: String) throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml("map: " + map, SourceFixture.request))
        #expect(decoded.mistakes.contains(message), "\(decoded.mistakes)")
        #expect(decoded.definition == nil)
    }
}
