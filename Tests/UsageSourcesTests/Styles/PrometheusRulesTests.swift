// Expositions: section 2.5 of the reference on sources, rule by rule.

import Credits
import Testing

@testable import UsageSources

@Suite("Expositions as a source")
struct PrometheusRulesTests {
    private static func definition(_ keys: String) throws -> SourceDefinition {
        try SourceFixture.definition(
            SourceFixture.request, "style: prometheus", "prometheus: {\(keys)}")
    }

    private static func rules(_ keys: String) throws -> PrometheusRules {
        guard case .prometheus(let rules) = try definition(keys).rules else {
            throw PollFailure(.internal, "no rules of expositions")
        }
        return rules
    }

    private static func series(
        _ name: String, _ labels: [String: String], _ value: String, mayGrow: Bool = true
    ) -> ScrapedSeries {
        ScrapedSeries(
            name: name,
            labels: labels.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) },
            lexeme: value, mayGrow: mayGrow, type: mayGrow ? "counter" : "gauge", line: 3)
    }

    @Test("OpenMetrics is asked for first")
    func accept() throws {
        var script = PollScript(
            try Self.definition("metric: x_total, product: {value: chat}"))
        #expect(
            script.machine.start().request?.headers.first
                == SourceHeader(
                    "Accept",
                    "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"))
    }

    @Test("every set of labels is a total of its own, chosen by labels")
    func series() throws {
        let rules = try Self.rules(
            "metric: x_total, match: {team: [red, blue]}, except: {kind: test}, "
                + "product: {label: app, map: {c: chat}, default: other}")
        let samples = try rules.samples(of: [
            Self.series("x_total", ["team": "red", "app": "c"], "5"),
            Self.series("x_total", ["team": "blue", "app": "z"], "6.5"),
            Self.series("x_total", ["team": "green", "app": "c"], "7"),
            Self.series("x_total", ["team": "red", "kind": "test"], "8"),
            Self.series("y_total", ["team": "red"], "9"),
        ])
        #expect(samples.map(\.series.product) == ["chat", "other"])
        #expect(samples.map(\.value.description) == ["5", "6.5"])
        #expect(Set(samples.map(\.series.name)).count == 2)
    }

    @Test("the creation of a series begins its period, else the start of its process")
    func epochs() throws {
        let rules = try Self.rules("metric: x_total, product: {value: chat}")
        let own = try rules.samples(of: [
            Self.series("x_total", ["a": "1"], "5"),
            Self.series("x_created", ["a": "1"], "1700000000.5"),
            Self.series("process_start_time_seconds", [:], "1.6e9"),
        ])
        #expect(own.map(\.mark) == ["1700000000500"])
        #expect(own.map(\.startedAt?.milliseconds) == [1_700_000_000_500])
        let process = try rules.samples(of: [
            Self.series("x_total", ["a": "1"], "5"),
            Self.series("process_start_time_seconds", [:], "1.6e9"),
        ])
        #expect(process.map(\.mark) == ["1600000000000"])
        #expect(process.map(\.startedAt) == [nil])
    }

    @Test(
        "gauges, numbers that are none and products that are none fail the poll",
        arguments: [
            ("x_total", "5", false), ("x_total", "NaN", true), ("x_total", "+Inf", true),
            ("x_total", "-1", true),
        ])
    func refused(_ name: String, _ value: String, _ mayGrow: Bool) throws {
        let rules = try Self.rules("metric: x_total, product: {value: chat}")
        #expect(throws: PollFailure.self) {
            _ = try rules.samples(of: [Self.series(name, [:], value, mayGrow: mayGrow)])
        }
    }

    @Test("a series without the product's label fails the poll")
    func missingLabel() throws {
        let rules = try Self.rules("metric: x_total, product: {label: app}")
        #expect(throws: PollFailure.self) {
            _ = try rules.samples(of: [Self.series("x_total", [:], "1")])
        }
    }

    /// Totals of one series and the day's sum after each poll.
    @Test("a restart counts from zero, a new series since the last poll counts whole")
    func restarts() throws {
        let rules = try Self.rules("metric: x_total, product: {value: chat}").counter
        var script = CounterScript(rules)
        func sample(_ name: String, _ value: String, created: String) throws -> CounterSample {
            let instant = try StyleFixture.instant(created)
            return CounterSample(
                series: SeriesKey(product: "chat", unit: "credits", name: name),
                value: try ExactDecimal(value), mark: String(instant.milliseconds),
                startedAt: instant)
        }
        let old = "2026-11-01T00:00:00Z"
        #expect(
            try script.poll(
                "2026-11-10T10:00:00Z", samples: [sample("a", "100", created: old)]
            ).kinds == [.opening])
        // Fallen: restarted. Grown over another start: restarted too. New since the last poll.
        #expect(
            try script.poll(
                "2026-11-10T10:01:00Z",
                samples: [
                    sample("a", "130", created: "2026-11-10T10:00:30Z"),
                    sample("b", "7", created: "2026-11-10T10:00:40Z"),
                    sample("c", "500", created: old),
                ]
            ).summary == ["2026-11-10 chat 137"])
        #expect(
            try script.poll(
                "2026-11-10T10:02:00Z",
                samples: [sample("a", "4", created: "2026-11-10T10:00:30Z")]
            ).summary == ["2026-11-10 chat 141"])
        // A start that moves by a second is the same one.
        #expect(
            try script.poll(
                "2026-11-10T10:03:00Z",
                samples: [sample("a", "5", created: "2026-11-10T10:00:31Z")]
            ).summary == ["2026-11-10 chat 142"])
        // A vanished series goes on where it was.
        #expect(
            try script.poll(
                "2026-11-10T10:04:00Z",
                samples: [sample("b", "9", created: "2026-11-10T10:00:40Z")]
            ).summary == ["2026-11-10 chat 144"])
    }
}
