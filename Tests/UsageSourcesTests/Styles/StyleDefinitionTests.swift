// The keys of styles in a configuration: what they mean and which mistakes they make.

import Credits
import ExactJSON
import Testing

@testable import UsageSources

@Suite("Styles in a configuration")
struct StyleDefinitionTests {
    private static let totals = #"map: {rows: "$.u[*]", product: $.p, credits: $.c}"#
    private static let request = SourceFixture.request

    @Test("a counter's defaults, and every key")
    func counter() throws {
        let plain = try SourceFixture.definition(Self.request, "style: counter", Self.totals)
        #expect(plain.rules == .counter(CounterRules()))
        #expect(plain.rules.needsState)
        let full = try SourceFixture.definition(
            Self.request, "style: counter", Self.totals,
            "counter: {epoch: day, time_zone: Europe/Berlin, first: consume, on_decrease: reset, "
                + "midnight: pro_rata, series: $.key, forget_after: 7d}")
        #expect(
            full.rules
                == .counter(
                    CounterRules(
                        epoch: .day, calendar: ZonedCalendar(identifier: "Europe/Berlin"),
                        first: .consume, onDecrease: .reset, midnight: .proRata,
                        series: try JSONPath("$.key"), forgetMilliseconds: 7 * 86_400_000)))
    }

    @Test("events fold into days unless a cursor is asked for")
    func events() throws {
        let map =
            #"map: {rows: "$.e[*]", day: {path: $.at, type: unix}, product: $.p, credits: $.c}"#
        let plain = try SourceFixture.definition(Self.request, "style: events", map)
        #expect(plain.rules == .events(EventRules()))
        #expect(!plain.rules.needsState)
        let cursor = try SourceFixture.definition(
            Self.request, "style: events", map, "events: {cursor: time, identity: $.id}")
        #expect(
            cursor.rules
                == .events(EventRules(identity: try JSONPath("$.id"), cursor: EventCursor())))
    }

    @Test("a balance's fields stand in the mapping, its rules beside it")
    func balance() throws {
        let source = try SourceFixture.definition(
            Self.request, "style: balance",
            "map: {rows: $.d, product: {value: p}, balance: {remaining: $.r, limit: $.l}}",
            "balance: {reset: month, midnight: pro_rata}")
        #expect(
            source.rules
                == .balance(
                    BalanceRules(
                        fields: .remaining(try JSONPath("$.r"), limit: try JSONPath("$.l")),
                        counter: CounterRules(epoch: .month, midnight: .proRata))))
    }

    /// Lines of a source and a part of the mistake that they make.
    static let mistakes: [(lines: [String], message: String)] = [
        (
            ["style: counter", SourceFixture.map],
            "map.day: style `counter` counts when it is polled"
        ),
        (["style: counter", totals, "absent: zero"], "absent: goes with rows of days"),
        (
            ["style: counter", totals, "counter: {epoch: hourly}"],
            "counter.epoch: expected `never`"
        ),
        (
            ["style: counter", totals, "counter: {epoch: \"$.a[*]\"}"],
            "counter.epoch: must name one"
        ),
        (
            ["style: counter", totals, "counter: {time_zone: Europe/Berlin}"],
            "counter.time_zone: goes with a reset"
        ),
        (
            ["style: counter", totals, "counter: {epoch: day, time_zone: Mars}"],
            "no IANA time zone"
        ),
        (
            ["style: counter", totals, "counter: {on_decrease: follow}"],
            "counter.on_decrease: expected one of"
        ),
        (["style: counter", totals, "counter: {epok: day}"], "epok"),
        ([SourceFixture.map, "counter: {epoch: day}"], "counter: goes with `style: counter`"),
        ([SourceFixture.map, "events: {identity: $.i}"], "events: goes with `style: events`"),
        (
            ["style: events", SourceFixture.map, "events: {overlap: 1h}"],
            "goes with `cursor: time`"
        ),
        (["style: events", SourceFixture.map, "events: {cursor: time}"], "needs the time of each"),
        (["style: balance", totals], "map.credits: style `balance` reads"),
        (
            ["style: balance", "map: {rows: $.d, product: $.p, balance: {granted: $.g}}"],
            "map.balance: expected `granted` and `used`"
        ),
        (
            [
                "style: balance",
                "map: {rows: $.d, product: $.p, balance: {remaining: $.g, unit: usd}}",
            ], "no rate for `usd`"
        ),
        (
            [
                "style: balance", "map: {rows: $.d, product: $.p, balance: {remaining: $.r}}",
                "balance: {reset: month}",
            ], "balance.reset: needs `map.balance.limit`"
        ),
        (["style: prometheus"], "missing required key `prometheus`"),
        (
            ["style: prometheus", "prometheus: {metric: \"x{a=1}\", product: {value: p}}"],
            "prometheus.metric: expected the name"
        ),
        (
            ["style: prometheus", "prometheus: {metric: x_total, product: {value: p, label: l}}"],
            "exactly one of `value` and `label`"
        ),
        (
            ["style: prometheus", totals, "prometheus: {metric: x_total, product: {value: p}}"],
            "map: style `prometheus` reads `prometheus` instead"
        ),
        (
            ["style: prometheus", "prometheus: {metric: x_total, product: {value: p}, unit: usd}"],
            "no rate for `usd`"
        ),
    ]

    @Test("every mistake is found, with its place", arguments: mistakes)
    func refused(_ lines: [String], _ message: String) throws {
        let text = (["id: usage", "organization: acme", Self.request] + lines)
            .joined(separator: "\n")
        let decoded = try SourceFixture.decode(text)
        #expect(decoded.definition == nil)
        #expect(decoded.mistakes.contains { $0.contains(message) }, "\(decoded.mistakes)")
    }

    @Test("rows of totals become samples, one for each measure")
    func rows() throws {
        let source = try SourceFixture.definition(
            Self.request, "style: counter",
            #"map: {rows: "$.u[*]", product: $.p, dims: {model: $.m}, "#
                + "measures: [{unit: tokens, path: $.t}], credits_per_unit: 0.001}",
            "counter: {epoch: $.cycle, series: $.key}")
        var script = PollScript(source)
        let result = try script.result(
            #"{"u":[{"p":"chat","m":"x","t":"12","cycle":7,"key":"k1"}]}"#)
        #expect(result.readings.isEmpty)
        #expect(result.rowCount == 1)
        guard case .counter(let samples, _)? = result.observations?.content else {
            Issue.record("expected totals")
            return
        }
        #expect(
            samples == [
                CounterSample(
                    series: SeriesKey(
                        product: "chat", unit: "tokens",
                        dimensions: [ReadingDimension(name: "model", value: "x")], name: "k1"),
                    value: try ExactDecimal("12"), mark: "7")
            ])
    }
}
