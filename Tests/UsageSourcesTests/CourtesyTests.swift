// Budgets, vendor marks and polls around midnight, as values.

import Credits
import Testing

@testable import UsageSources

@Suite struct CourtesyRulesTests {
    static let mistakes: [(line: String, message: String)] = [
        (
            "limits: {per_minute: 0}",
            "3:22: sources[0].limits.per_minute: expected a whole number from 1 to 10000, found \"0\""
        ),
        (
            "limits: {per_day: many}",
            "3:19: sources[0].limits.per_day: expected a whole number from 1 to 1000000, found "
                + "\"many\""
        ),
        (
            "limits: {concurrency: 65}",
            "3:23: sources[0].limits.concurrency: expected a whole number from 1 to 64, found \"65\""
        ),
        (
            "limits: {reset_headers: [{as: unix}]}",
            "3:26: sources[0].limits.reset_headers[0]: missing required key `name`"
        ),
        (
            "limits: {reset_headers: [{name: x-reset, as: date}]}",
            "3:46: sources[0].limits.reset_headers[0].as: expected one of `unix`, `seconds`, found "
                + "\"date\""
        ),
        (
            "limits: {reset_headers: [{name: 'x reset', as: unix}]}",
            "3:33: sources[0].limits.reset_headers[0].name: is no header name (letters, digits and "
                + "-_.~!#$%&'*+^`|)"
        ),
        (
            "limits: {reset_headers: [{name: x-reset, as: unix, when: {header: x-left}}]}",
            "3:58: sources[0].limits.reset_headers[0].when: missing required key `equals`"
        ),
        (
            "schedule: {around_day_edge: 1}",
            "3:29: sources[0].schedule.around_day_edge: expected true or false, found \"1\""
        ),
        (
            "limits: {per_day: 100}",
            "3:19: warning: sources[0].limits.per_day: `every` asks 1440 times a day; polls are put "
                + "off once the 100 are used, raise `every`"
        ),
    ]

    @Test(arguments: mistakes)
    func aMistakeNamesItsPlace(_ line: String, _ message: String) throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml(line, SourceFixture.request, SourceFixture.map))
        #expect(decoded.mistakes == [message], "\(decoded.mistakes)")
    }

    private func rules(_ limits: String) throws -> CourtesyRules {
        try SourceFixture.definition(
            "limits: {\(limits)}", SourceFixture.request, SourceFixture.map
        ).courtesy
    }

    @Test func allKeysAreRead() throws {
        let rules = try rules(
            "per_minute: 20, per_day: 2000, concurrency: 4, remaining_header: x-left, "
                + "reset_headers: [{name: x-reset, as: unix, when: {header: x-left, equals: '0'}}]")
        #expect(rules.requestsPerMinute == 20)
        #expect(rules.requestsPerDay == 2000)
        #expect(rules.requestsInFlight == 4)
        #expect(rules.remainingHeader == "x-left")
        #expect(
            rules.resetHeaders == [
                ResetHeader(
                    name: "x-reset", form: .unix,
                    condition: ResetHeader.Condition(header: "x-left", value: "0"))
            ])
        let usual = try SourceFixture.usual()
        #expect(usual.courtesy == CourtesyRules())
        #expect(usual.request.asksConditionally)
        #expect(!usual.pollsAroundDayEdge)
    }

    static let now = Timestamp(seconds: 1_800_000_000)
    static let marks: [(status: Int, headers: [SourceHeader], seconds: Int?)] = [
        (200, [], nil),
        // Without a condition a header counts on refusals alone.
        (200, [SourceHeader("x-retry", "30")], nil),
        (429, [SourceHeader("X-Retry", "30")], 30),
        (503, [SourceHeader("x-retry", "29.5")], 30),
        (429, [SourceHeader("x-retry", "-5")], nil),
        (429, [SourceHeader("x-retry", "99999999999999999999")], nil),
        (200, [SourceHeader("x-left", "0"), SourceHeader("x-reset", "1800000045")], 45),
        (200, [SourceHeader("x-left", "1"), SourceHeader("x-reset", "1800000045")], nil),
        (403, [SourceHeader("x-left", "0"), SourceHeader("x-reset", "1700000000")], 0),
        // Several marks: the largest.
        (
            429,
            [
                SourceHeader("x-retry", "30"), SourceHeader("x-left", "0"),
                SourceHeader("x-reset", "1800000090"),
            ], 90
        ),
    ]

    @Test(arguments: marks)
    func theLargestMarkOfTheVendorCounts(
        _ status: Int, _ headers: [SourceHeader], _ seconds: Int?
    ) throws {
        let rules = try rules(
            "reset_headers: [{name: x-retry, as: seconds}, {name: x-reset, as: unix, when: "
                + "{header: x-left, equals: '0'}}]")
        let response = SourceResponse(status: status, headers: headers)
        #expect(rules.pauseSeconds(after: response, now: Self.now) == seconds)
    }

    @Test func aRefusalThatNamesATimeIsAThrottle() throws {
        var script = PollScript(try SourceFixture.usual())
        let step = script.run([.status(403, retryAfter: 600)])
        #expect(step.failure?.reason == .throttled)
        #expect(step.retryAfter == 600)
    }
}

@Suite struct RequestBudgetTests {
    static let noon = Timestamp(rfc3339: "2026-11-23T12:00:00Z") ?? Timestamp(seconds: 0)

    static func later(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: noon.milliseconds + milliseconds)
    }

    @Test func theMinuteSlides() {
        var budget = RequestBudget(perMinute: 2)
        #expect(budget.minuteWait(at: 0) == 0)
        budget.takeMinute(at: 0)
        budget.takeMinute(at: 30_000)
        #expect(budget.minuteWait(at: 30_000) == 30_000)
        #expect(budget.minuteRemaining(at: 30_000) == 0)
        #expect(budget.minuteWait(at: 60_000) == 0)
        budget.takeMinute(at: 60_000)
        #expect(budget.minuteWait(at: 60_000) == 30_000)
        #expect(budget.minuteRemaining(at: 200_000) == 2)
        #expect(budget.dayRemaining(at: Self.noon) == nil)
    }

    @Test func theDaySlidesByTheMinute() {
        var budget = RequestBudget(perDay: 3)
        for _ in 0..<3 { _ = budget.takeDay(at: Self.noon) }
        #expect(budget.dayRemaining(at: Self.noon) == 0)
        #expect(budget.dayWait(for: 1, at: Self.noon) == 86_460_000)
        #expect(budget.dayWait(for: 1, at: Self.later(86_400_000)) == 60_000)
        #expect(budget.dayWait(for: 1, at: Self.later(86_460_000)) == 0)
        // More than it ever allows is asked of an empty day.
        #expect(budget.dayWait(for: 99, at: Self.later(86_460_000)) == 0)
    }

    @Test func theDayIsRestoredFromItsText() throws {
        var budget = RequestBudget(perDay: 5)
        _ = budget.takeDay(at: Self.noon)
        _ = budget.takeDay(at: Self.noon)
        let kept = budget.takeDay(at: Self.later(120_000))
        let text = try #require(kept)
        var other = RequestBudget(perDay: 5)
        let isRestored = other.restoreDay(text)
        #expect(isRestored)
        #expect(other == budget)
        #expect(other.dayRemaining(at: Self.later(86_460_000)) == 4)
        for damaged in ["", "{}", "[[1]]", "[[1,-1]]", "[[1,\"2\"]]", "[1]"] {
            let isTaken = other.restoreDay(damaged)
            #expect(!isTaken, "\(damaged)")
        }
        #expect(RequestBudget().perDay == nil)
    }

    @Test func aClockThatWentBackDoesNotLockTheSourceOut() {
        var budget = RequestBudget(perDay: 1)
        _ = budget.takeDay(at: Self.later(86_400_000 * 365))
        #expect(budget.dayWait(for: 1, at: Self.noon) == 86_460_000)
    }

    @Test func otherBoundsKeepWhatWasUsed() {
        var budget = RequestBudget(perMinute: 2, perDay: 2)
        budget.takeMinute(at: 0)
        _ = budget.takeDay(at: Self.noon)
        var rules = CourtesyRules()
        rules.requestsPerMinute = 5
        rules.requestsPerDay = 5
        budget.setBounds(rules)
        #expect(budget.minuteRemaining(at: 1) == 4)
        #expect(budget.dayRemaining(at: Self.noon) == 4)
        budget.setBounds(CourtesyRules())
        #expect(budget == RequestBudget())
    }
}

@Suite struct DayEdgeTests {
    private func source(_ lines: String) throws -> SourceDefinition {
        try SourceFixture.definition(
            "style: counter", "every: 15m", lines, SourceFixture.request,
            "map: {rows: \"$.usage[*]\", product: $.product, credits: $.credits}")
    }

    static let moments: [(now: String, zone: String, seconds: Int64)] = [
        ("2026-11-23T12:00:00Z", "UTC", 43_200 - 15),
        ("2026-11-23T23:59:45Z", "UTC", 20),
        ("2026-11-24T00:00:04.999Z", "UTC", 0),
        ("2026-11-24T00:00:05Z", "UTC", 86_380),
        ("2026-11-23T22:00:00Z", "Europe/Berlin", 3585),
        // A day of 25 hours.
        ("2026-10-25T00:00:00Z", "Europe/Berlin", 82_785),
    ]

    @Test(arguments: moments)
    func theNextPollLiesJustBeforeOrJustAfterMidnight(
        _ now: String, _ zone: String, _ seconds: Int64
    ) throws {
        let edge = try #require(
            DayEdge(try source("window: {time_zone: \(zone)}"), organization: .utc))
        let moment = try #require(Timestamp(rfc3339: now))
        #expect(edge.milliseconds(after: moment) == max(1, seconds * 1000))
    }

    @Test func onlyCountersArePolledSoUnlessAskedFor() throws {
        let counter = try source("poll_deadline: 10s")
        #expect(counter.pollsAroundDayEdge)
        let off = try source("schedule: {around_day_edge: false}")
        #expect(DayEdge(off, organization: .utc) == nil)
        let daily = try SourceFixture.definition(
            "every: 15m", "schedule: {around_day_edge: true}", SourceFixture.request,
            SourceFixture.map)
        #expect(DayEdge(daily, organization: .utc) != nil)
        let fast = try SourceFixture.definition(
            "every: 60s", "schedule: {around_day_edge: true}", SourceFixture.request,
            SourceFixture.map)
        #expect(DayEdge(fast, organization: .utc) == nil)
    }
}
