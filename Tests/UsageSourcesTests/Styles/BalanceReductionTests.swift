// Balances: section 2.4 of the reference on sources, rule by rule.

import Credits
import ExactJSON
import Testing

@testable import UsageSources

@Suite("Balances")
struct BalanceReductionTests {
    /// A source of one balance, polled again and again.
    struct Script {
        let rules: BalanceRules
        var state: String?

        init(_ counter: CounterRules = CounterRules()) throws {
            let path = try JSONPath("$.x")
            rules = BalanceRules(fields: .remaining(path, limit: nil), counter: counter)
        }

        mutating func poll(
            _ now: String, _ figures: BalanceSample.Figures, mark: String = ""
        ) throws -> StyleOutcome {
            let sample = BalanceSample(
                series: SeriesKey(product: "chat", unit: "credits"), figures: figures, mark: mark)
            let outcome = try BalanceReduction.reduce(
                [sample], rules, state: state,
                StyleFixture.context(at: now, rates: ["credits": .one]))
            state = outcome.stateText
            return outcome
        }

        mutating func totals(
            _ now: String, granted: String, used: String, remaining: String? = nil
        ) throws -> StyleOutcome {
            try poll(
                now,
                .granted(
                    ExactDecimal(granted), used: ExactDecimal(used),
                    remaining: remaining.map { text throws in try ExactDecimal(text) }))
        }

        mutating func left(
            _ now: String, _ remaining: String, of limit: String? = nil, mark: String = ""
        ) throws -> StyleOutcome {
            try poll(
                now,
                .remaining(
                    ExactDecimal(remaining),
                    limit: limit.map { text throws in try ExactDecimal(text) }), mark: mark)
        }
    }

    @Test("a total of use counts like any total; grants post nothing")
    func totals() throws {
        var script = try Script()
        #expect(
            try script.totals("2026-11-10T10:00:00Z", granted: "100", used: "40").summary == [])
        let use = try script.totals("2026-11-10T11:00:00Z", granted: "150", used: "45")
        #expect(use.summary == ["2026-11-10 chat 5"])
        #expect(use.kinds == [.granted])
        #expect(use.drift == ["chat credits": .zero])
    }

    @Test("a total of use that falls is refused like any total")
    func fallingUse() throws {
        var script = try Script()
        _ = try script.totals("2026-11-10T10:00:00Z", granted: "100", used: "40")
        let state = script.state
        #expect(
            try script.totals("2026-11-10T11:00:00Z", granted: "100", used: "30").refusal != nil)
        #expect(script.state != state, "the refusal is remembered")
        _ = try script.totals("2026-11-10T12:00:00Z", granted: "100", used: "30")
        #expect(
            try script.totals("2026-11-10T13:00:00Z", granted: "100", used: "30").readings
                .map(\.credits.description) == ["-10"])
    }

    @Test("what is left that does not follow from grants and use is drift")
    func drift() throws {
        var script = try Script()
        _ = try script.totals("2026-11-10T10:00:00Z", granted: "100", used: "40", remaining: "60")
        let outcome = try script.totals(
            "2026-11-10T11:00:00Z", granted: "100", used: "45", remaining: "50")
        #expect(outcome.drift == ["chat credits": try ExactDecimal("5")])
        #expect(outcome.kinds == [.drift])
    }

    @Test("a fall of what is left is use, a rise is a grant that may hide use")
    func remaining() throws {
        var script = try Script()
        _ = try script.left("2026-11-10T10:00:00Z", "100")
        #expect(try script.left("2026-11-10T11:00:00Z", "92").summary == ["2026-11-10 chat 8"])
        let topUp = try script.left("2026-11-10T12:00:00Z", "150")
        #expect(topUp.summary == ["2026-11-10 chat 8"])
        #expect(topUp.kinds == [.granted, .netted])
        #expect(try script.left("2026-11-10T13:00:00Z", "149").summary == ["2026-11-10 chat 9"])
        #expect(
            try script.left("2026-11-10T14:00:00Z", "149").drift.values.allSatisfy { $0 == .zero })
    }

    @Test("a limit that is raised with what is left is a grant and hides nothing")
    func raisedLimit() throws {
        var script = try Script()
        _ = try script.left("2026-11-10T10:00:00Z", "60", of: "100")
        let raised = try script.left("2026-11-10T11:00:00Z", "107", of: "150")
        #expect(raised.summary == ["2026-11-10 chat 3"])
        #expect(raised.kinds == [.granted])
    }

    @Test("a new period refills: what is missing from the limit was used since")
    func reset() throws {
        var script = try Script(CounterRules(epoch: .month))
        _ = try script.left("2026-11-30T23:00:00Z", "10", of: "100")
        let reset = try script.left("2026-12-01T01:00:00Z", "98", of: "100")
        #expect(reset.summary == ["2026-12-01 chat 2"])
        #expect(reset.kinds == [.reset, .gap])
        #expect(reset.drift == ["chat credits": .zero])
        #expect(
            try script.left("2026-12-01T02:00:00Z", "95", of: "100").summary
                == ["2026-12-01 chat 5"])
    }

    @Test("the same snapshot again posts nothing")
    func replay() throws {
        var script = try Script()
        _ = try script.left("2026-11-10T10:00:00Z", "100")
        let first = try script.left("2026-11-10T11:00:00Z", "92")
        let second = try script.left("2026-11-10T11:00:00Z", "92")
        #expect(second.readings == first.readings)
        #expect(!second.isNews)
    }

    @Test("rows of a source become balances")
    func rows() throws {
        let source = try SourceFixture.definition(
            SourceFixture.request, "style: balance",
            "map: {rows: $.data, product: {value: router}, balance: {granted: $.total, "
                + "used: $.used, unit: usd, credits_per_unit: 100}}")
        var script = PollScript(source)
        let result = try script.result(#"{"data":{"total":"20.5","used":1.25}}"#)
        let observations = try #require(result.observations)
        #expect(
            observations.lines(atMost: 10) == [
                "1 balances; readings follow from them and from what the ledger holds",
                "  router usd: 20.5 granted, 1.25 used",
            ])
        guard case .balance(let samples, _) = observations.content else {
            Issue.record("expected balances")
            return
        }
        #expect(
            samples == [
                BalanceSample(
                    series: SeriesKey(product: "router", unit: "usd"),
                    figures: .granted(
                        try ExactDecimal("20.5"), used: try ExactDecimal("1.25"), remaining: nil),
                    mark: "")
            ])
        #expect(observations.rates["usd"]?.steps.map(\.rate.description) == ["100"])
    }
}
