// Days, history, restatements and the stories as the usage APIs see them.

import Testing
import UsageSimulation

@Suite("The vendor's figures")
struct UsageStateTests {
    /// Noon of a day in UTC.
    static func noon(_ day: String) throws -> Double {
        Double(try #require(SimulatedDay(day)).number) * 86_400 + 43_200
    }

    static func state(_ story: StoryName, on day: String, seed: UInt64 = 1) throws -> UsageState {
        UsageState(
            history: UsageHistory(base: 100_000, seed: seed),
            calendar: try #require(SimulatedCalendar(identifier: "UTC")), story: story,
            now: try noon(day))
    }

    @Test("a day's text is its own", arguments: ["1970-01-01", "2024-02-29", "2026-12-31"])
    func dayRoundTrip(text: String) {
        #expect(SimulatedDay(text)?.description == text)
    }

    @Test(
        "what is no day is refused",
        arguments: ["2026-02-29", "2026-13-01", "2026-1-01", "", "20261101xx", "1969-12-31"])
    func notADay(text: String) {
        #expect(SimulatedDay(text) == nil)
    }

    @Test("days are cut in the vendor's zone, also across summer time")
    func zoneDays() throws {
        let calendar = try #require(SimulatedCalendar(identifier: "Europe/Berlin"))
        let day = try #require(SimulatedDay("2026-03-29"))
        let begin = calendar.start(of: day)
        #expect(calendar.start(of: day.advanced(by: 1)) - begin == 82_800)
        #expect(calendar.day(of: begin) == day)
        #expect(calendar.day(of: begin - 1) == day.advanced(by: -1))
    }

    @Test(
        "the month's earlier days sum to at most 60 % of the base",
        arguments: ["2026-11-01", "2026-11-02", "2026-11-30", "2026-12-31"], [1, 2, 99] as [UInt64])
    func historyStaysBelow(day: String, seed: UInt64) throws {
        let state = try Self.state(.none, on: day, seed: seed)
        let used = state.usedThisMonth(now: try Self.noon(day)).micros
        #expect(used <= 60_000_000_000)
        #expect((used == 0) == (day == "2026-11-01"))
    }

    @Test("usage begins on the 1st of the month before")
    func beginsLastMonth() throws {
        let state = try Self.state(.none, on: "2026-01-15")
        let rows = state.rows(
            from: SimulatedDay(number: 0), to: SimulatedDay(number: 40_000),
            now: try Self.noon("2026-01-15"))
        #expect(rows.first?.day.description == "2025-12-01")
        #expect(rows.last?.day.description == "2026-01-14")
        #expect(rows.count == 45 * 3)
    }

    @Test("the same seed gives the same figures, another one others")
    func seeds() throws {
        let day = try #require(SimulatedDay("2026-11-03"))
        let figures = [1, 1, 2].map { seed in
            UsageHistory(base: 100_000, seed: seed).credits(of: "assistant", on: day)
        }
        #expect(figures[0] == figures[1])
        #expect(figures[0] != figures[2])
    }

    @Test("a steady day grows with the clock and is whole when it has passed")
    func steadyGrows() throws {
        let state = try Self.state(.steady, on: "2026-11-03")
        let day = try #require(SimulatedDay("2026-11-03"))
        let noon = try Self.noon("2026-11-03")
        let figures = [0, 3600, 43_200, 90_000].map {
            state.credits(of: "assistant", on: day, now: noon + $0)
        }
        #expect(figures == figures.sorted())
        #expect(figures[0] < figures[1])
        #expect(figures[2] == figures[3])
        #expect(figures[3] == state.history.credits(of: "assistant", on: day))
    }

    @Test("a restatement replaces the figure, an addition adds to it")
    func restatesAndAdds() throws {
        var state = try Self.state(.none, on: "2026-11-03")
        let now = try Self.noon("2026-11-03")
        let yesterday = try #require(SimulatedDay("2026-11-02"))
        let today = yesterday.advanced(by: 1)
        let five = try #require(SimulatedAmount("5"))
        let isStated = state.state(five, of: "assistant", on: yesterday)
        #expect(isStated)
        let isAdded = state.add(five, to: "new", now: now)
        #expect(isAdded)
        let isAddedAgain = state.add(five, to: "new", now: now)
        #expect(isAddedAgain)
        #expect(state.credits(of: "assistant", on: yesterday, now: now) == five)
        #expect(state.credits(of: "new", on: today, now: now).description == "10")
        let isStatedAsZero = state.state(.zero, of: "new", on: today)
        #expect(isStatedAsZero)
        let rows = state.rows(from: today, to: today, now: now)
        #expect(rows == [UsageRow(day: today, product: "new", credits: .zero)])
    }

    @Test("a restated earlier day moves the month's total although the story runs")
    func restatementIsNotUndone() throws {
        var state = try Self.state(.demo, on: "2026-11-10")
        let now = try Self.noon("2026-11-10") + 20
        let before = state.usedThisMonth(now: now)
        let day = try #require(SimulatedDay("2026-11-02"))
        let old = state.credits(of: "assistant", on: day, now: now)
        let isStated = state.state(.zero, of: "assistant", on: day)
        #expect(isStated)
        #expect(before - state.usedThisMonth(now: now) == old)
    }

    @Test(
        "amounts keep their decimals",
        arguments: ["0", "0.000001", "123.5", "-7.25", "999999999.999999"])
    func amounts(text: String) {
        #expect(SimulatedAmount(text)?.description == text)
    }

    @Test("what is no amount is refused", arguments: ["", ".5", "1.", "1e3", "0.0000001", "--1"])
    func notAnAmount(text: String) {
        #expect(SimulatedAmount(text) == nil)
    }
}
