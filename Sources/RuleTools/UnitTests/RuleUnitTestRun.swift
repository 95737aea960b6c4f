// Runs unit tests: loads the series, evaluates the rules, compares.
//
// 1. At each evaluation the series have their values up to that time, never later ones.
// 2. A rule that fails ends its test; what differs before that is reported as well.

import Alerting
import PromQL

/// One run of a file's tests over the rule files that it names.
package struct RuleUnitTestRun {
    private let file: RuleUnitTestFile
    private let rules: [RuleFile]
    private let profile: VersionProfile

    /// A run.
    ///
    /// - Parameters:
    ///   - file: the tests.
    ///   - rules: the rule files that the file names, each once.
    ///   - profile: which Prometheus' meaning ranges have.
    package init(
        _ file: RuleUnitTestFile, rules: [RuleFile], profile: VersionProfile = .prometheus3
    ) {
        self.file = file
        self.rules = rules
        self.profile = profile
    }

    /// What differs from the expectations, in promtool's words; empty when all is as expected.
    package func failures() -> [String] {
        file.tests.flatMap { test in
            var running = RunningUnitTest(
                test, file: file, groups: orderedGroups, profile: profile)
            return running.run()
        }
    }

    /// The groups of all files; those that the file orders come after the others.
    private var orderedGroups: [RuleGroup] {
        var places: [String: Int] = [:]
        for (place, name) in file.groupOrder.enumerated() { places[name] = place }
        return rules.flatMap(\.groups).enumerated()
            .map { (place: places[$1.name] ?? 0, index: $0, group: $1) }
            .sorted { ($0.place, $0.index) < ($1.place, $1.index) }
            .map(\.group)
    }
}

/// One test while it runs.
private struct RunningUnitTest {
    let test: RuleUnitTest
    let interval: Int64
    let isFuzzy: Bool
    let engine: PromQLEngine
    let parsing: PromQLOptions
    var groups: [RuleGroupEvaluator]
    var store = SampleStore()
    /// How many values of each series are loaded.
    var loaded: [Int]
    var failures: [String] = []

    init(
        _ test: RuleUnitTest, file: RuleUnitTestFile, groups: [RuleGroup],
        profile: VersionProfile
    ) {
        self.test = test
        interval = file.evaluationInterval
        isFuzzy = file.comparesFuzzily
        parsing = PromQLOptions(profile: profile)
        let engine = PromQLEngine(
            options: EngineOptions(profile: profile, subqueryStep: file.evaluationInterval))
        self.engine = engine
        let surroundings = RuleSurroundings(
            externalLabels: test.externalLabels, externalURL: test.externalURL)
        self.groups = groups.map {
            RuleGroupEvaluator(group: $0, engine: engine, surroundings: surroundings)
        }
        loaded = test.series.map { _ in 0 }
    }

    mutating func run() -> [String] {
        var pending = test.alertTests.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)[...]
        for time in stride(from: 0, through: test.lastTime, by: Int64.Stride(interval)) {
            load(through: time)
            guard evaluate(at: time) else { return failures }
            while let next = pending.first, next.time < time + interval {
                pending.removeFirst()
                check(next)
            }
        }
        for expectation in test.expressionTests { check(expectation) }
        return failures
    }

    private mutating func load(through time: Int64) {
        for (index, series) in test.series.enumerated() {
            while loaded[index] < series.values.count {
                let offset = Int64(loaded[index]).multipliedReportingOverflow(by: test.interval)
                guard !offset.overflow, offset.partialValue <= time else { break }
                if let value = series.values[loaded[index]] {
                    store.append(
                        series.labels, timestamp: test.start + offset.partialValue, value: value)
                }
                loaded[index] += 1
            }
        }
    }

    /// Evaluates all groups; false when a rule failed.
    private mutating func evaluate(at time: Int64) -> Bool {
        var isGood = true
        for index in groups.indices {
            let outcome = groups[index].evaluate(at: test.start + time, in: &store)
            for rule in outcome.rules where rule.health == .err {
                isGood = false
                failures.append(
                    "    rule: \(rule.name), time: \(PromtoolText.goDuration(time)), "
                        + "err: \(rule.error ?? "")")
            }
        }
        return isGood
    }

    private mutating func check(_ expectation: RuleUnitTest.AlertTest) {
        var found: [FiringAlert] = []
        for group in groups {
            for (rule, state) in zip(group.group.rules, group.states)
            where rule.alerting != nil && rule.name == expectation.alertName {
                found += state.records.filter { $0.phase == .firing }.map {
                    FiringAlert(labels: $0.labels.pairs, annotations: $0.annotations)
                }
            }
        }
        let expected = PromtoolText.sorted(expectation.expected)
        found = PromtoolText.sorted(found)
        guard expected != found else { return }
        let name = test.name.isEmpty ? "" : "    name: \(test.name),\n"
        failures.append(
            name + "    alertname: \(expectation.alertName), "
                + "time: \(PrometheusTime.format(expectation.time)), \n"
                + "        exp:\(PromtoolText.alerts(expected)), \n"
                + "        got:\(PromtoolText.alerts(found))")
    }

    private mutating func check(_ expectation: RuleUnitTest.ExpressionTest) {
        let title =
            "    expr: \(GoText.quoted(expectation.expression)), "
            + "time: \(PrometheusTime.format(expectation.time)),"
        do {
            let found = try samples(of: expectation)
            let expected = try Self.expected(expectation)
            let isEqual =
                expected.count == found.count
                && zip(expected, found).allSatisfy {
                    $0.labels == $1.labels && agree($0.value, $1.value)
                }
            guard !isEqual else { return }
            failures.append(
                "\(title)\n        exp: \(PromtoolText.samples(expected))\n"
                    + "        got: \(PromtoolText.samples(found))")
        } catch {
            failures.append("\(title) err: \(error.message)")
        }
    }

    private func samples(
        of expectation: RuleUnitTest.ExpressionTest
    ) throws(UnitTestError) -> [TestedSample] {
        let value: QueryValue
        do {
            let expression = try PromQLExpression.parse(expectation.expression, options: parsing)
            value = try engine.instant(
                expression, at: test.start + expectation.time, in: store
            ).value
        } catch {
            throw UnitTestError(message: "\(error)")
        }
        switch value {
        case .vector(let elements):
            return TestedSample.sorted(
                elements.map { TestedSample(labels: $0.labels, value: $0.value) })
        case .scalar(let number): return [TestedSample(labels: .empty, value: number)]
        case .string, .matrix:
            throw UnitTestError(message: "rule result is not a vector or scalar")
        }
    }

    private static func expected(
        _ expectation: RuleUnitTest.ExpressionTest
    ) throws(UnitTestError) -> [TestedSample] {
        var samples: [TestedSample] = []
        for sample in expectation.expected {
            do {
                let series = try SeriesDescription.parse(sample.labels)
                guard series.values.isEmpty else {
                    throw UnitTestError(message: "expected labels alone, found values as well")
                }
                samples.append(TestedSample(labels: series.labels, value: sample.value))
            } catch {
                throw UnitTestError(message: "labels \(GoText.quoted(sample.labels)): \(error)")
            }
        }
        return TestedSample.sorted(samples)
    }

    private func agree(_ left: Double, _ right: Double) -> Bool {
        left == right || (isFuzzy && (left.nextDown == right || left.nextUp == right))
    }
}

/// A sample of an expression test.
struct TestedSample {
    let labels: SeriesLabels
    let value: Double

    static func sorted(_ samples: [TestedSample]) -> [TestedSample] {
        samples.sorted { $0.labels < $1.labels }
    }
}

/// Why an expression test has no value.
private struct UnitTestError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
