// Decodes a file of unit tests strictly.

import Credits
import PositionedYAML
import PromQL

/// One reading of one file.
struct RuleUnitTestReader {
    /// Prometheus' default.
    private static let standardInterval: Int64 = 60_000
    /// The most evaluations of one test.
    private static let maximumEvaluations: Int64 = 2_000_000

    let file: String
    let mistakes: MistakeCollector

    func read(_ root: YAMLNode?) -> RuleUnitTestFile {
        var decoder = root.flatMap { node in
            node.isNull ? nil : MappingDecoder(node, field: "", into: mistakes)
        }
        let ruleFiles = decoder?.strings("rule_files") ?? []
        let interval = decoder?.duration("evaluation_interval")?.value.milliseconds ?? 0
        let order = decoder?.strings("group_eval_order") ?? []
        let isFuzzy = decoder?.boolean("fuzzy_compare")?.value ?? false
        let tests = decoder?.mappings("tests") ?? []
        decoder?.finish()
        checkOrder(order)
        let evaluationInterval = interval > 0 ? interval : Self.standardInterval
        return RuleUnitTestFile(
            file: file, ruleFiles: ruleFiles, evaluationInterval: evaluationInterval,
            groupOrder: order.map(\.value), comparesFuzzily: isFuzzy,
            tests: tests.map { test($0, evaluationInterval) }, warnings: mistakes.list)
    }

    private func checkOrder(_ order: [Positioned<String>]) {
        var seen: Set<String> = []
        for name in order where !seen.insert(name.value).inserted {
            mistakes.add(
                "group name repeated in evaluation order: \(name.value)", at: name.position)
        }
    }

    private func test(_ source: MappingDecoder, _ evaluationInterval: Int64) -> RuleUnitTest {
        var decoder = source
        let name = decoder.string("name")?.value ?? ""
        let interval = decoder.duration("interval")?.value.milliseconds ?? 0
        let start = start(&decoder)
        let series = decoder.mappings("input_series") ?? []
        let externalLabels = decoder.stringMap("external_labels") ?? []
        let externalURL = decoder.string("external_url")?.value ?? ""
        let alerts = decoder.mappings("alert_rule_test") ?? []
        let expressions = decoder.mappings("promql_expr_test") ?? []
        decoder.finish()
        let test = RuleUnitTest(
            name: name, interval: interval > 0 ? interval : evaluationInterval, start: start,
            series: self.series(series),
            externalLabels: SeriesLabels(externalLabels.map { ($0.0.value, $0.1.value) }),
            externalURL: externalURL, alertTests: alerts.compactMap { alertTest($0, name) },
            expressionTests: expressions.map(expressionTest))
        if test.lastTime / evaluationInterval >= Self.maximumEvaluations {
            mistakes.add(
                "\(decoder.field): more than \(Self.maximumEvaluations) evaluations; use a longer "
                    + "`evaluation_interval` or smaller times",
                at: decoder.position)
        }
        return test
    }

    /// An RFC 3339 instant, or seconds since 1970.
    private func start(_ decoder: inout MappingDecoder) -> Int64 {
        guard let text = decoder.string("start_timestamp") else { return 0 }
        if let instant = Timestamp(rfc3339: text.value) { return instant.milliseconds }
        let bound = Double(TimeBounds.accepted.upperBound) / 1000
        guard let seconds = GoFloat.parse(text.value), seconds.isFinite,
            seconds.magnitude <= bound
        else {
            decoder.mistake(
                "start_timestamp",
                "cannot parse \(GoText.quoted(text.value)) to a valid timestamp; write RFC 3339 "
                    + "or seconds since 1970")
            return 0
        }
        return Int64((seconds * 1000).rounded())
    }

    // MARK: Input

    /// The series; of two with equal labels the later counts, as in promtool.
    private func series(_ sources: [MappingDecoder]) -> [SeriesDescription] {
        var places: [SeriesLabels: Int] = [:]
        var series: [SeriesDescription] = []
        for source in sources {
            var decoder = source
            let name = decoder.requiredString("series")
            let values = decoder.string("values")
            decoder.finish()
            guard let name else { continue }
            do {
                let read = try SeriesDescription.parse("\(name.value) \(values?.value ?? "")")
                if let place = places[read.labels] {
                    decoder.warning(
                        "series", "the series was defined before; only this definition counts")
                    series[place] = read
                } else {
                    places[read.labels] = series.count
                    series.append(read)
                }
            } catch {
                let isInName = error.column <= name.value.utf8.count
                decoder.mistake(isInName || values == nil ? "series" : "values", "\(error)")
            }
        }
        return series
    }

    // MARK: Expectations

    private func alertTest(
        _ source: MappingDecoder, _ test: String
    ) -> RuleUnitTest.AlertTest? {
        var decoder = source
        let time = decoder.duration("eval_time")?.value.milliseconds ?? 0
        let name = decoder.string("alertname")?.value ?? ""
        let alerts = decoder.mappings("exp_alerts") ?? []
        decoder.finish()
        let expected = alerts.map { firingAlert($0, name) }
        guard !name.isEmpty else {
            let group = test.isEmpty ? "" : " (in TestGroup \(test))"
            mistakes.add(
                "an item under alert_rule_test misses required attribute alertname at eval_time "
                    + PrometheusTime.format(time) + group,
                at: decoder.position)
            return nil
        }
        return RuleUnitTest.AlertTest(time: time, alertName: name, expected: expected)
    }

    private func firingAlert(_ source: MappingDecoder, _ name: String) -> FiringAlert {
        var decoder = source
        let labels = decoder.stringMap("exp_labels") ?? []
        let annotations = decoder.stringMap("exp_annotations") ?? []
        decoder.finish()
        let pairs = labels.map { LabelPair(name: $0.0.value, value: $0.1.value) }
        return FiringAlert(
            labels: pairs.filter { $0.name != "alertname" }
                + [LabelPair(name: "alertname", value: name)],
            annotations: annotations.map { LabelPair(name: $0.0.value, value: $0.1.value) })
    }

    private func expressionTest(_ source: MappingDecoder) -> RuleUnitTest.ExpressionTest {
        var decoder = source
        let expression = decoder.string("expr")?.value ?? ""
        let time = decoder.duration("eval_time")?.value.milliseconds ?? 0
        let samples = decoder.mappings("exp_samples") ?? []
        decoder.finish()
        return RuleUnitTest.ExpressionTest(
            expression: expression, time: time, expected: samples.map(sample))
    }

    private func sample(_ source: MappingDecoder) -> (labels: String, value: Double) {
        var decoder = source
        let labels = decoder.string("labels")?.value ?? ""
        let value = decoder.string("value")
        if decoder.contains("histogram") {
            decoder.mistake("histogram", "native histograms are not supported")
        }
        decoder.finish()
        guard let value else { return (labels, 0) }
        guard let number = Self.number(value.value) else {
            decoder.mistake("value", "expected a number, found \"\(value.value)\"")
            return (labels, 0)
        }
        return (labels, number)
    }

    /// A number as YAML writes it.
    private static func number(_ text: String) -> Double? {
        switch text.lowercased() {
        case ".nan": return .nan
        case ".inf", "+.inf": return .infinity
        case "-.inf": return -.infinity
        // YAML has other words for these.
        case "nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity": return nil
        default: return GoFloat.parse(text)
        }
    }
}
