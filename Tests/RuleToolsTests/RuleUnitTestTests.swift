// Unit tests of rules: what passes, what fails, and that promtool agrees.

import Alerting
import Foundation
import PositionedYAML
import PromQL
import Testing

@testable import RuleTools

@Suite("Unit tests of rules")
struct RuleUnitTestTests {
    @Test("what is as expected passes", arguments: UnitTestCase.good)
    func good(_ test: UnitTestCase) {
        #expect(test.failures() == [])
    }

    @Test("what differs fails", arguments: UnitTestCase.failing)
    func failing(_ test: UnitTestCase) {
        #expect(!test.failures().isEmpty)
    }

    @Test(
        "promtool comes to the same verdict in the same words",
        .enabled(if: Promtool.isInstalled),
        arguments: UnitTestCase.good + UnitTestCase.failing)
    func agreement(_ test: UnitTestCase) throws {
        let (code, errors) = try Promtool.test(
            ["test.yml": test.tests, "rules.yml": test.rules], "test.yml")
        let failures = test.failures()
        #expect((code == 0) == failures.isEmpty, "promtool: \(errors)")
        guard test.hasSameText, !failures.isEmpty else { return }
        #expect((["  FAILED:"] + failures).joined(separator: "\n") + "\n" == errors)
    }

    @Test("the shipped alerts pass their unit tests, as promtool says")
    func shipped() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "deploy/prometheus/tests/alerts_test.yml")
        let file = try RuleUnitTestFile.read(
            Array(try Data(contentsOf: tests)), file: tests.path())
        let rules = try file.ruleFiles.map { name in
            let path = tests.deletingLastPathComponent().appending(path: name.value)
            return try RuleFile.read(Array(try Data(contentsOf: path)), file: name.value)
        }
        #expect(!rules.isEmpty)
        #expect(file.tests.reduce(0) { $0 + $1.alertTests.count } > 20)
        #expect(RuleUnitTestRun(file, rules: rules).failures() == [])
        guard Promtool.isInstalled else { return }
        let (code, errors) = try Promtool.run(
            ["test", "rules", tests.lastPathComponent], in: tests.deletingLastPathComponent())
        #expect(code == 0, "\(errors)")
    }

    // MARK: What promtool 2.42 does not know

    @Test(
        "a test may begin at any time",
        arguments: ["\"2024-01-01T00:00:00Z\"", "1704067200", "1704067200.0"])
    func start(_ start: String) {
        let test = UnitTestCase(
            name: "start",
            tests: """
                tests:
                  - start_timestamp: \(start)
                    input_series: [{series: my, values: '10+10x15'}]
                    promql_expr_test:
                      - {expr: time(), eval_time: 5m, exp_samples: [{value: 1704067500}]}
                      - expr: my @ 1704067320
                        eval_time: 5m
                        exp_samples: [{labels: my, value: 30}]
                """)
        #expect(test.failures() == [])
    }

    @Test("neighbouring numbers are equal only when asked for")
    func fuzzy() {
        let tests = """
            tests:
              - promql_expr_test:
                  - {expr: vector(0.1 + 0.2), exp_samples: [{value: 0.3}]}
            """
        #expect(UnitTestCase(name: "", tests: tests).failures().count == 1)
        #expect(
            UnitTestCase(name: "", tests: "fuzzy_compare: true\n" + tests).failures() == [])
    }

    @Test(
        "a mistake has its place",
        arguments: [
            ("tests:\n  - {interval: 1m, foo: 1}", "test.yml:2:20: "),
            ("group_eval_order: [a, a]", "test.yml:1:23: group name repeated"),
            (
                "tests:\n  - input_series: [{series: up, values: '1 x'}]",
                "test.yml:2:41: tests[0].input_series[0].values: 1:"
            ),
            (
                "tests:\n  - alert_rule_test: [{eval_time: 1m}]",
                "test.yml:2:23: an item under alert_rule_test misses required attribute alertname"
            ),
            (
                "tests:\n  - promql_expr_test: [{exp_samples: [{histogram: x}]}]",
                "test.yml:2:51: tests[0].promql_expr_test[0].exp_samples[0].histogram: native"
            ),
            ("tests: [{start_timestamp: soon}]", "test.yml:1:27: "),
            ("tests: [{start_timestamp: 1e300}]", "test.yml:1:27: "),
            (
                "tests: [{alert_rule_test: [{eval_time: 200y, alertname: A}]}]",
                "test.yml:1:9: tests[0]: more than"
            ),
        ])
    func place(_ tests: String, _ beginning: String) {
        let failures = UnitTestCase(name: "", tests: tests).failures()
        #expect(failures.count == 1)
        #expect(failures.first?.hasPrefix(beginning) == true, "\(failures)")
    }

    @Test("in the 2.x profile a range is closed at both ends")
    func profile() throws {
        let tests = """
            tests:
              - input_series: [{series: up, values: '1x10'}]
                promql_expr_test:
                  - {expr: 'count_over_time(up[2m])', eval_time: 5m, exp_samples: [{value: 3}]}
            """
        let file = try RuleUnitTestFile.read(Array(tests.utf8), file: "test.yml")
        #expect(RuleUnitTestRun(file, rules: [], profile: .prometheus2).failures() == [])
        #expect(RuleUnitTestRun(file, rules: []).failures().count == 1)
    }
}
