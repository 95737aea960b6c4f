// Golden expositions of one model in both formats, numbers, order and escapes.

import Exposition
import Testing

private func write(_ families: [MetricFamily], _ format: ExpositionFormat) -> String {
    String(decoding: ExpositionWriter.write(families, format: format), as: UTF8.self)
}

private func number(_ value: MetricValue, _ format: ExpositionFormat) -> String {
    let family = MetricFamily(
        name: "x", help: "", type: .gauge, samples: [MetricSample(value: value)])
    let line = write([family], format).split(separator: "\n").first { $0.hasPrefix("x ") }
    return String(line?.dropFirst(2) ?? "")
}

@Suite struct ExpositionWriterTests {
    static let families: [MetricFamily] = [
        MetricFamily(
            name: "used_total", help: "Credits used.", type: .counter,
            samples: [
                MetricSample(
                    labels: [Label("organization", "b"), Label("product", "x")],
                    value: .decimal(scaled: 12_500_000, places: 6)),
                MetricSample(
                    labels: [Label("organization", "a"), Label("product", "y")],
                    value: .integer(3)),
            ]),
        MetricFamily(
            name: "limit_mode", help: "The mode.", type: .stateset,
            samples: [
                MetricSample(labels: [Label("limit_mode", "soft")], value: .integer(0)),
                MetricSample(labels: [Label("limit_mode", "hard")], value: .integer(1)),
            ]),
        MetricFamily(
            name: "age_seconds", help: "Age \"now\" \\ then\nnext.", type: .gauge,
            unit: "seconds", samples: [MetricSample(value: .double(1))]),
        MetricFamily(
            name: "wait_seconds_total", help: "", type: .counter, unit: "seconds",
            samples: [MetricSample(value: .double(0.25))]),
        MetricFamily(
            name: "agent_build_info", help: "Build.", type: .info, unit: "seconds",
            samples: [MetricSample(labels: [Label("version", "1\"2\\3\n")], value: .integer(1))]),
        MetricFamily(
            name: "ratio", help: "No unit in its name.", type: .unknown, unit: "seconds",
            samples: [MetricSample(value: .double(0.5))]),
        MetricFamily(name: "absent", help: "No series.", type: .gauge),
    ]

    @Test func textFormatIsGolden() {
        #expect(
            write(Self.families, .text004) == #"""
                # TYPE age_seconds gauge
                # HELP age_seconds Age "now" \\ then\nnext.
                age_seconds 1
                # TYPE agent_build_info gauge
                # HELP agent_build_info Build.
                agent_build_info{version="1\"2\\3\n"} 1
                # TYPE limit_mode gauge
                # HELP limit_mode The mode.
                limit_mode{limit_mode="hard"} 1
                limit_mode{limit_mode="soft"} 0
                # TYPE ratio untyped
                # HELP ratio No unit in its name.
                ratio 0.5
                # TYPE used_total counter
                # HELP used_total Credits used.
                used_total{organization="a",product="y"} 3
                used_total{organization="b",product="x"} 12.5
                # TYPE wait_seconds_total counter
                wait_seconds_total 0.25

                """#)
    }

    @Test func openMetricsIsGolden() {
        #expect(
            write(Self.families, .openMetrics100) == #"""
                # TYPE age_seconds gauge
                # UNIT age_seconds seconds
                # HELP age_seconds Age \"now\" \\ then\nnext.
                age_seconds 1.0
                # TYPE agent_build info
                # HELP agent_build Build.
                agent_build_info{version="1\"2\\3\n"} 1
                # TYPE limit_mode stateset
                # HELP limit_mode The mode.
                limit_mode{limit_mode="hard"} 1
                limit_mode{limit_mode="soft"} 0
                # TYPE ratio unknown
                # HELP ratio No unit in its name.
                ratio 0.5
                # TYPE used counter
                # HELP used Credits used.
                used_total{organization="a",product="y"} 3
                used_total{organization="b",product="x"} 12.5
                # TYPE wait_seconds counter
                # UNIT wait_seconds seconds
                wait_seconds_total 0.25
                # EOF

                """#)
    }

    @Test func anEmptyExpositionStillEnds() {
        #expect(write([], .text004) == "")
        #expect(write([], .openMetrics100) == "# EOF\n")
    }

    @Test func theSamplesOfOneHistogramStayTogetherInOrder() {
        var quick = Histogram(upperBounds: [0.005, 1, 2.5])
        for value in [0.001, 0.005, 1.5, 7, .nan] { quick.observe(value) }
        let family = MetricFamily(
            name: "delay_seconds", help: "Delay.", type: .histogram, unit: "seconds",
            samples: Histogram(upperBounds: [10]).samples(labels: [Label("receiver", "b")])
                + quick.samples(labels: [Label("receiver", "a")]))
        #expect(
            write([family], .openMetrics100) == #"""
                # TYPE delay_seconds histogram
                # UNIT delay_seconds seconds
                # HELP delay_seconds Delay.
                delay_seconds_bucket{receiver="a",le="0.005"} 2
                delay_seconds_bucket{receiver="a",le="1.0"} 2
                delay_seconds_bucket{receiver="a",le="2.5"} 3
                delay_seconds_bucket{receiver="a",le="+Inf"} 4
                delay_seconds_sum{receiver="a"} 8.506
                delay_seconds_count{receiver="a"} 4
                delay_seconds_bucket{receiver="b",le="10.0"} 0
                delay_seconds_bucket{receiver="b",le="+Inf"} 0
                delay_seconds_sum{receiver="b"} 0.0
                delay_seconds_count{receiver="b"} 0
                # EOF

                """#)
        #expect(quick.count == 4)
    }

    static let doubles: [(value: Double, text: String, open: String)] = [
        (0, "0", "0.0"), (-0.0, "0", "0.0"), (1, "1", "1.0"), (-1, "-1", "-1.0"),
        (.infinity, "+Inf", "+Inf"), (-.infinity, "-Inf", "-Inf"), (.nan, "NaN", "NaN"),
        (999_999, "999999", "999999.0"), (1e6, "1e+06", "1e+06"),
        (1_234_567, "1.234567e+06", "1.234567e+06"), (100_000, "100000", "100000.0"),
        (12_345_678.25, "1.234567825e+07", "1.234567825e+07"), (1e-5, "1e-05", "1e-05"),
        (0.0001, "0.0001", "0.0001"), (0.000123, "0.000123", "0.000123"),
        (0.1, "0.1", "0.1"), (0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"),
        (1.0 / 3, "0.3333333333333333", "0.3333333333333333"),
        (-1234.5, "-1234.5", "-1234.5"), (1e21, "1e+21", "1e+21"), (1e100, "1e+100", "1e+100"),
        (1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308"),
        (.leastNonzeroMagnitude, "5e-324", "5e-324"),
        (
            9_007_199_254_740_992, "9.007199254740992e+15",
            "9.007199254740992e+15"
        ),
        (1_758_000_000.123, "1.758000000123e+09", "1.758000000123e+09"),
    ]

    @Test(arguments: doubles)
    func doublesAreWrittenAsPrometheusDoes(_ value: Double, _ text: String, _ open: String) {
        #expect(number(.double(value), .text004) == text)
        #expect(number(.double(value), .openMetrics100) == open)
    }

    static let exact: [(value: MetricValue, text: String)] = [
        (.integer(0), "0"), (.integer(-7), "-7"), (.integer(.max), "9223372036854775807"),
        (.integer(.min), "-9223372036854775808"), (.integer(1_000_000), "1000000"),
        (.decimal(scaled: 12_500_000, places: 6), "12.5"),
        (.decimal(scaled: 100_000_000_000, places: 6), "100000"),
        (.decimal(scaled: 1, places: 6), "0.000001"), (.decimal(scaled: 0, places: 6), "0"),
        (.decimal(scaled: -1_000_001, places: 6), "-1.000001"),
        (.decimal(scaled: .max, places: 6), "9223372036854.775807"),
        (.decimal(scaled: .min, places: 18), "-9.223372036854775808"),
        (.decimal(scaled: 1, places: 18), "0.000000000000000001"),
        (.decimal(scaled: 42, places: 0), "42"),
    ]

    @Test(arguments: exact)
    func exactValuesAreNeverRounded(_ value: MetricValue, _ text: String) {
        #expect(number(value, .text004) == text)
        #expect(number(value, .openMetrics100) == text)
        #expect(value.double == Double(text))
    }

    @Test func everyDoubleReadsBackAsItself() {
        var generator = SplitMix(state: 3)
        for _ in 0..<5000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            #expect(Double(number(.double(value), .text004)) == value)
        }
        for _ in 0..<2000 {
            let value = Double(Int.random(in: 0...999_999_999, using: &generator)) / 1000
            let text = number(.double(value), .text004)
            #expect(Double(text) == value)
            #expect(text.utf8.filter { (0x30...0x39).contains($0) }.count <= 13, "\(text)")
        }
    }
}

@Suite struct ExpositionLintTests {
    private static func family(
        _ name: String, _ type: MetricType = .gauge, help: String = "Help.",
        labels: [Label] = [], value: MetricValue = .integer(1)
    ) -> MetricFamily {
        MetricFamily(
            name: name, help: help, type: type,
            samples: [MetricSample(labels: labels, value: value)])
    }

    @Test func goodFamiliesAreClean() {
        let families = [
            Self.family("x_used_total", .counter), Self.family("x_wait_seconds"),
            Self.family("x_build_info", .info), Self.family("x_usage_ratio"),
            Self.family("x_mode", .stateset, labels: [Label("x_mode", "hard")]),
            MetricFamily(
                name: "x_delay_seconds", help: "Delay.", type: .histogram,
                samples: Histogram(upperBounds: [1]).samples()),
        ]
        #expect(ExpositionLint.findings(families) == [])
    }

    static let findings: [(family: MetricFamily, finding: String)] = [
        (family("x_used", .counter), "counter metrics should have \"_total\" suffix"),
        (family("x_used_total"), "non-counter metrics should not have \"_total\" suffix"),
        (family("x", help: ""), "no help text"),
        (family("x_count"), "non-histogram metrics should not have \"_count\" suffix"),
        (family("x_days_until"), "use base unit \"seconds\" instead of \"days\""),
        (family("x_milliseconds"), "use base unit \"seconds\" instead of \"milliseconds\""),
        (family("x_wait_ms"), "metric names should not contain abbreviated units"),
        (family("x:y"), "metric names should not contain ':'"),
        (family("xUsed"), "metric names should be in snake_case"),
        (family("x_gauge"), "metric name should not include type 'gauge'"),
        (family("1x"), "not a valid metric name"),
        (
            family("x", labels: [Label("le", "1")]),
            "non-histogram metrics should not have \"le\" label"
        ),
        (
            family("x", labels: [Label("aB", "1")]),
            "label names should be in snake_case, not \"aB\""
        ),
        (family("x", labels: [Label("a-b", "1")]), "\"a-b\" is not a valid label name"),
        (
            family("x", labels: [Label("a", "1"), Label("a", "2")]),
            "a label appears twice in {a=\"1\",a=\"2\"}"
        ),
        (family("x_total", .counter, value: .integer(-1)), "a counter is negative or NaN in {}"),
        (family("x_info", .info, value: .integer(2)), "an info metric is not 1 in {}"),
        (family("x", .stateset), "the label named like the stateset is missing in {}"),
    ]

    @Test(arguments: findings)
    func eachRuleFindsItsBreach(_ family: MetricFamily, _ finding: String) {
        #expect(ExpositionLint.findings([family]) == ["\(family.name): \(finding)"])
    }

    @Test func repeatedSeriesAndFamiliesAreFound() {
        let sample = MetricSample(labels: [Label("a", "1")], value: .integer(1))
        let family = MetricFamily(
            name: "x", help: "Help.", type: .gauge, samples: [sample, sample])
        #expect(
            ExpositionLint.findings([family, Self.family("x")])
                == ["x: series {a=\"1\"} appears twice", "x: family appears twice"])
    }
}
