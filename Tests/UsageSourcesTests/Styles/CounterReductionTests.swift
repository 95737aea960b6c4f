// Growing totals: section 2.2 of the reference on sources, rule by rule.

import Credits
import ExactJSON
import Testing

@testable import UsageSources

@Suite("Growing totals")
struct CounterReductionTests {
    @Test("the first total is where counting begins, unless the rules say that it was used")
    func firstSight() throws {
        var baseline = CounterScript(CounterRules())
        let opening = try baseline.poll("2026-11-10T10:00:00Z", "500")
        #expect(opening.summary == [])
        #expect(opening.kinds == [.opening])
        #expect(try baseline.poll("2026-11-10T10:01:00Z", "503").summary == ["2026-11-10 chat 3"])

        var consume = CounterScript(CounterRules(first: .consume))
        #expect(try consume.poll("2026-11-10T10:00:00Z", "500").summary == ["2026-11-10 chat 500"])
    }

    @Test("in one epoch the difference was used; readings are absolute for their day")
    func growth() throws {
        var script = CounterScript(CounterRules())
        _ = try script.poll("2026-11-10T10:00:00Z", "0.1")
        #expect(try script.poll("2026-11-10T11:00:00Z", "0.3").summary == ["2026-11-10 chat 0.2"])
        #expect(try script.poll("2026-11-10T12:00:00Z", "0.3").summary == ["2026-11-10 chat 0.2"])
        #expect(try script.poll("2026-11-10T13:00:00Z", "1").summary == ["2026-11-10 chat 0.9"])
        #expect(
            try script.poll("2026-11-11T01:00:00Z", "5").summary
                == ["2026-11-10 chat 0.9", "2026-11-11 chat 4"])
    }

    @Test("the same poll again states the same and is no news")
    func replay() throws {
        var script = CounterScript()
        _ = try script.poll("2026-11-10T10:00:00Z", "10")
        let first = try script.poll("2026-11-10T11:00:00Z", "17")
        let state = script.state
        let second = try script.poll("2026-11-10T11:00:00Z", "17")
        #expect(first.isNews)
        #expect(!second.isNews)
        #expect(second.readings == first.readings)
        #expect(script.state == state)
    }

    /// A total of a calendar period and what was seen, with what is counted at the end.
    struct Period: Sendable {
        let name: String
        let epoch: CounterEpoch
        let polls: [(at: String, value: String)]
        let expected: [String]
        let kinds: [StyleNote.Kind]
    }

    static let periods: [Period] = [
        Period(
            name: "a fall after midnight is the reset that was due",
            epoch: .day, polls: [("2026-11-10T23:59:00Z", "90"), ("2026-11-11T00:00:30Z", "2")],
            expected: ["2026-11-10 chat 90", "2026-11-11 chat 2"], kinds: [.reset, .gap]),
        Period(
            name: "no fall just after midnight: the vendor has not reset yet, the old day goes on",
            epoch: .day,
            polls: [
                ("2026-11-10T23:59:00Z", "90"), ("2026-11-11T00:00:30Z", "93"),
                ("2026-11-11T00:01:30Z", "1"),
            ],
            expected: ["2026-11-10 chat 93", "2026-11-11 chat 1"], kinds: [.reset, .gap]),
        Period(
            name: "no fall long after midnight: the reset happened unseen",
            epoch: .day, polls: [("2026-11-10T22:00:00Z", "90"), ("2026-11-11T15:00:00Z", "120")],
            expected: ["2026-11-10 chat 90", "2026-11-11 chat 120"], kinds: [.reset, .gap]),
        Period(
            name: "a total that is never reset goes on counting differences",
            epoch: .day,
            polls: [
                ("2026-11-10T23:59:00Z", "90"), ("2026-11-11T00:00:30Z", "90"),
                ("2026-11-11T09:00:00Z", "95"),
            ],
            expected: ["2026-11-10 chat 90", "2026-11-11 chat 5"], kinds: []),
        Period(
            name: "a total of the month is reset on the 1st alone",
            epoch: .month,
            polls: [
                ("2026-11-29T12:00:00Z", "400"), ("2026-11-30T12:00:00Z", "410"),
                ("2026-12-01T12:00:00Z", "7"),
            ],
            expected: ["2026-11-30 chat 10", "2026-12-01 chat 7"], kinds: [.reset, .gap]),
    ]

    @Test("resets of days and months", arguments: periods)
    func calendarEpochs(_ period: Period) throws {
        var script = CounterScript(CounterRules(epoch: period.epoch, first: .consume))
        var last: StyleOutcome?
        var seen: [String: String] = [:]
        for poll in period.polls {
            let outcome = try script.poll(poll.at, poll.value)
            for line in outcome.summary { seen[String(line.prefix(10))] = line }
            last = outcome
        }
        let outcome = try #require(last)
        #expect(outcome.refusal == nil)
        #expect(seen.values.sorted().suffix(2) == period.expected, "\(period.name)")
        #expect(outcome.kinds.filter { $0 != .spanned } == period.kinds, "\(period.name)")
    }

    @Test("a total's day may begin elsewhere than the ledger's")
    func epochZone() throws {
        let berlin = try #require(ZonedCalendar(identifier: "Europe/Berlin"))
        var script = CounterScript(
            CounterRules(epoch: .day, calendar: .utc, first: .consume), calendar: berlin)
        _ = try script.poll("2026-11-10T22:30:00Z", "90")
        // 00:30 in Berlin, not yet midnight in UTC: a fall is no reset.
        #expect(try script.poll("2026-11-10T23:30:00Z", "4").refusal != nil)
        #expect(
            try script.poll("2026-11-11T00:30:00Z", "4").summary == [
                "2026-11-10 chat 90", "2026-11-11 chat 4",
            ])
    }

    @Test("the vendor's mark decides: changed means reset, also when the total did not fall")
    func marks() throws {
        let path = try JSONPath("$.cycle")
        var script = CounterScript(CounterRules(epoch: .mark(path), first: .consume))
        _ = try script.poll("2026-11-10T10:00:00Z", "100", mark: "cycle-1")
        let reset = try script.poll("2026-11-10T11:00:00Z", "130", mark: "cycle-2")
        #expect(reset.summary == ["2026-11-10 chat 230"])
        #expect(reset.kinds == [.reset, .gap])
        // A mark that is missing for a while tells nothing.
        #expect(try script.poll("2026-11-10T12:00:00Z", "131").summary == ["2026-11-10 chat 231"])
        #expect(
            try script.poll("2026-11-10T13:00:00Z", "132", mark: "cycle-2").summary
                == ["2026-11-10 chat 232"])
        #expect(try script.poll("2026-11-10T14:00:00Z", "5", mark: "cycle-2").refusal != nil)
    }

    @Test("a fall without a reset is refused twice, then believed")
    func confirmedDecrease() throws {
        var script = CounterScript()
        _ = try script.poll("2026-11-10T10:00:00Z", "100")
        for minute in 1...2 {
            let refused = try script.poll("2026-11-10T10:0\(minute):00Z", "80")
            #expect(refused.refusal?.reason == .checkFailed)
            #expect(refused.kinds == [.rejected])
            #expect(refused.readings.isEmpty)
        }
        let believed = try script.poll("2026-11-10T10:03:00Z", "80")
        #expect(believed.summary == ["2026-11-10 chat 80"])
        #expect(believed.kinds == [.corrected])
    }

    @Test("a total that came back was never believed to have fallen")
    func recoveredDecrease() throws {
        var script = CounterScript()
        _ = try script.poll("2026-11-10T10:00:00Z", "100")
        _ = try script.poll("2026-11-10T10:01:00Z", "80")
        _ = try script.poll("2026-11-10T10:02:00Z", "80")
        #expect(try script.poll("2026-11-10T10:03:00Z", "101").summary == ["2026-11-10 chat 101"])
        #expect(try script.poll("2026-11-10T10:04:00Z", "80").refusal != nil)
    }

    @Test(
        "the policies for a fall",
        arguments: [
            (DecreaseRule.correction, ["2026-11-10 chat 80"]),
            (.reset, ["2026-11-10 chat 180"]), (.reject, []),
        ])
    func policies(_ rule: DecreaseRule, _ expected: [String]) throws {
        var script = CounterScript(CounterRules(first: .consume, onDecrease: rule))
        _ = try script.poll("2026-11-10T10:00:00Z", "100")
        var outcome = try script.poll("2026-11-10T10:01:00Z", "80")
        for _ in 0..<4 { outcome = try script.poll("2026-11-10T10:02:00Z", "80") }
        #expect(outcome.summary == expected)
        #expect((outcome.refusal == nil) == (rule != .reject))
    }

    @Test("one total that fell refuses the whole poll")
    func allOrNothing() throws {
        var script = CounterScript()
        _ = try script.poll("2026-11-10T10:00:00Z", ["chat": "100", "images": "5"])
        let refused = try script.poll("2026-11-10T10:01:00Z", ["chat": "90", "images": "9"])
        #expect(refused.refusal != nil)
        #expect(
            try script.poll("2026-11-10T10:02:00Z", ["chat": "101", "images": "9"]).summary
                == ["2026-11-10 chat 101", "2026-11-10 images 9"])
    }

    @Test("use across midnight counts whole on the later day, or is divided by time, to the digit")
    func midnight() throws {
        var whole = CounterScript(CounterRules(first: .baseline))
        _ = try whole.poll("2026-11-10T18:00:00Z", "0")
        let late = try whole.poll("2026-11-11T06:00:00Z", "10")
        #expect(late.summary == ["2026-11-11 chat 10"])
        #expect(late.kinds == [.spanned])

        var divided = CounterScript(CounterRules(first: .baseline, midnight: .proRata))
        _ = try divided.poll("2026-11-10T16:00:00Z", "0")
        let shares = try divided.poll("2026-11-13T00:00:00Z", "1")
        // 8 h, 24 h, 24 h and nothing of the 13th.
        #expect(
            shares.summary == [
                "2026-11-10 chat 0.142857", "2026-11-11 chat 0.428571", "2026-11-12 chat 0.428571",
                "2026-11-13 chat 0.000001",
            ])
        #expect(shares.kinds == [.divided])
    }

    @Test("a local day of 23 hours gets 23 hours' share")
    func shortDay() throws {
        let zone = try #require(ZonedCalendar(identifier: "America/New_York"))
        var script = CounterScript(CounterRules(midnight: .proRata), calendar: zone)
        // 8 March 2026 has 23 hours there.
        _ = try script.poll("2026-03-08T05:00:00Z", "0")
        #expect(
            try script.poll("2026-03-09T05:00:00Z", "24").summary
                == ["2026-03-08 chat 23", "2026-03-09 chat 1"])
    }

    @Test("totals of one key are summed in each poll, and separately under names of their own")
    func severalTotals() throws {
        var summed = CounterScript()
        let series = SeriesKey(product: "chat", unit: "credits")
        let one = CounterSample(series: series, value: try ExactDecimal("3"))
        let other = CounterSample(series: series, value: try ExactDecimal("4"))
        #expect(
            try summed.poll("2026-11-10T10:00:00Z", samples: [one, other]).summary
                == ["2026-11-10 chat 7"])

        var named = CounterScript()
        let first = SeriesKey(product: "chat", unit: "credits", name: "a")
        let second = SeriesKey(product: "chat", unit: "credits", name: "b")
        _ = try named.poll(
            "2026-11-10T10:00:00Z",
            samples: [
                CounterSample(series: first, value: try ExactDecimal("3")),
                CounterSample(series: second, value: try ExactDecimal("4")),
            ])
        // One of them is not listed for a while: nothing fell.
        let partial = try named.poll(
            "2026-11-10T11:00:00Z",
            samples: [CounterSample(series: first, value: try ExactDecimal("5"))])
        #expect(partial.summary == ["2026-11-10 chat 9"])
    }

    @Test("totals of one key with different marks cannot be summed")
    func differentMarks() throws {
        var script = CounterScript()
        let series = SeriesKey(product: "chat", unit: "credits")
        #expect(throws: PollFailure.self) {
            _ = try script.poll(
                "2026-11-10T10:00:00Z",
                samples: [
                    CounterSample(series: series, value: .one, mark: "a"),
                    CounterSample(series: series, value: .one, mark: "b"),
                ])
        }
    }

    @Test("use of a disabled product is passed over, not made up for later")
    func disabledProduct() throws {
        var script = CounterScript()
        _ = try script.poll("2026-11-10T10:00:00Z", "10")
        script.disabled = ["chat"]
        _ = try script.poll("2026-11-10T11:00:00Z", "60")
        script.disabled = []
        #expect(try script.poll("2026-11-10T12:00:00Z", "61").summary == ["2026-11-10 chat 11"])
    }

    @Test("a clock set back neither reopens days nor divides anew")
    func clockSetBack() throws {
        var script = CounterScript(CounterRules(epoch: .day, first: .consume, midnight: .proRata))
        _ = try script.poll("2026-11-11T00:30:00Z", "10")
        let back = try script.poll("2026-11-10T23:30:00Z", "12")
        #expect(back.summary == ["2026-11-11 chat 12"])
        #expect(back.refusal == nil)
    }

    @Test("a total not seen for long is forgotten; seen again it is new")
    func forgotten() throws {
        let day: Int64 = 86_400_000
        var script = CounterScript(CounterRules(forgetMilliseconds: 2 * day))
        _ = try script.poll("2026-11-10T10:00:00Z", ["chat": "10", "images": "5"])
        #expect(try script.poll("2026-11-12T09:00:00Z", ["chat": "10"]).kinds == [])
        #expect(try script.poll("2026-11-12T11:00:00Z", ["chat": "10"]).kinds == [.forgotten])
        #expect(
            try script.poll("2026-11-12T12:00:00Z", ["chat": "10", "images": "9"]).kinds
                == [.opening])
    }

    @Test("the rate converts the quantity of a day, once")
    func rates() throws {
        var script = CounterScript(CounterRules(first: .consume))
        let rate = RateTable.Step(from: nil, rate: try ExactDecimal("0.0000004"))
        script.rates = ["credits": RateTable(steps: [rate])]
        _ = try script.poll("2026-11-10T10:00:00Z", "1")
        let outcome = try script.poll("2026-11-10T11:00:00Z", "5")
        #expect(outcome.readings.map(\.credits.microCredits) == [2])
    }

    @Test("a state that was damaged is refused, one of another style is none")
    func states() throws {
        var script = CounterScript()
        for text in ["nonsense", "[]", #"{"style":"counter"}"#] {
            script.state = text
            #expect(throws: PollFailure.self, "\(text)") {
                _ = try script.poll("2026-11-10T10:00:00Z", "1")
            }
        }
        script.state = #"{"style":"balance"}"#
        #expect(try script.poll("2026-11-10T10:00:00Z", "1").isFresh)
    }
}
