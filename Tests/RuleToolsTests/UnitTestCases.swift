// Good and failing unit tests that both programs judge alike.

extension UnitTestCase {
    private static let down = """
        rule_files: [rules.yml]
        tests:
          - name: down
            interval: 1m
            external_labels: {site: north}
            external_url: http://here
            input_series:
              - {series: 'up{job="a", instance="i:1"}', values: '1 0x10'}
              - {series: 'up{job="a", instance="i:2"}', values: '1x10'}

        """

    static let good: [UnitTestCase] = [
        UnitTestCase(name: "an empty file", tests: ""),
        UnitTestCase(
            name: "alert, recorded series and expressions",
            tests: down + """
                    alert_rule_test:
                      - {eval_time: 2m, alertname: Down}
                      - eval_time: 210s
                        alertname: Down
                        exp_alerts:
                          - exp_labels: {severity: page, site: north, job: a, instance: "i:1"}
                            exp_annotations:
                              {summary: "i:1 down 0", link: "http://here/x", empty: ""}
                    promql_expr_test:
                      - expr: job:up:sum
                        eval_time: 5m
                        exp_samples: [{labels: 'job:up:sum{job="a"}', value: 1}]
                      - {expr: up == 7, eval_time: 1m}
                      - {expr: time(), eval_time: 90s, exp_samples: [{labels: '', value: 90}]}
                      - expr: ALERTS{alertname="Down"}
                        eval_time: 4m
                        exp_samples:
                          - labels: >-
                              {__name__="ALERTS", alertname="Down", alertstate="firing",
                              instance="i:1", job="a", severity="page", site="north"}
                            value: 1
                """),
        UnitTestCase(
            name: "series end, gaps and stale markers",
            tests: """
                tests:
                  - interval: 1m
                    input_series:
                      - {series: up, values: '1 _ 3 stale'}
                      - {series: 'b{x="y"}', values: '-1-1x3 2e3 .5 NaN Inf'}
                    promql_expr_test:
                      - {expr: up, eval_time: 1m, exp_samples: [{labels: up, value: 1}]}
                      - {expr: up, eval_time: 3m}
                      - {expr: b + 0, eval_time: 7m, exp_samples: [{labels: '{x="y"}', value: .inf}]}
                """),
        UnitTestCase(
            name: "samples after the last evaluation are not seen",
            tests: """
                evaluation_interval: 1m
                tests:
                  - interval: 30s
                    input_series: [{series: up, values: '1 2 3 4'}]
                    promql_expr_test:
                      - {expr: up, eval_time: 90s, exp_samples: [{labels: up, value: 3}]}
                """),
        UnitTestCase(
            name: "of two equal series the later counts",
            tests: """
                tests:
                  - interval: 1m
                    input_series: [{series: up, values: '1'}, {series: up, values: '2'}]
                    promql_expr_test:
                      - {expr: up, eval_time: 0m, exp_samples: [{labels: up, value: 2}]}
                """),
        UnitTestCase(
            name: "groups in the order asked for",
            tests: """
                rule_files: [rules.yml]
                group_eval_order: [first, second]
                tests:
                  - interval: 1m
                    input_series: [{series: a, values: '1 2 3'}]
                    promql_expr_test:
                      - {expr: c, eval_time: 2m, exp_samples: [{labels: c, value: 5}]}
                """,
            rules: """
                groups:
                  - {name: second, rules: [{record: c, expr: b + 1}]}
                  - {name: first, rules: [{record: b, expr: a + 1}]}
                """),
    ]

    static let failing: [UnitTestCase] = [
        UnitTestCase(
            name: "alerts that differ",
            tests: down + """
                    alert_rule_test:
                      - {eval_time: 2m, alertname: Down, exp_alerts: [{exp_labels: {a: b}}]}
                      - {eval_time: 5m, alertname: Down, exp_alerts: []}
                      - {eval_time: 90m, alertname: Other, exp_alerts: [{}]}
                """),
        UnitTestCase(
            name: "expressions that differ",
            tests: down + """
                    promql_expr_test:
                      - {expr: 'up{', eval_time: 5m}
                      - {expr: 'up[5m]', eval_time: 5m}
                      - {expr: '"text"', eval_time: 5m}
                      - {expr: sum(up), eval_time: 1h30m, exp_samples: [{labels: '{', value: 1}]}
                      - {expr: time(), eval_time: 1d, exp_samples: [{labels: '', value: 0.1}]}
                      - {expr: up * 1e-7, eval_time: 100ms, exp_samples: [{labels: 'z', value: 0}]}
                      - expr: nothing
                        eval_time: 1m
                        exp_samples: [{labels: '{a="b\\n"}', value: 0.1}, {labels: a, value: .nan}]
                      - {expr: vector(NaN), eval_time: 0, exp_samples: [{value: .nan}]}
                """),
        UnitTestCase(
            name: "a rule that fails ends its test",
            tests: """
                rule_files: [rules.yml]
                tests:
                  - interval: 1m
                    input_series:
                      - {series: 'a{x="1"}', values: '1x100'}
                      - {series: 'a{x="2"}', values: '_x61 1x40'}
                    promql_expr_test: [{expr: a, eval_time: 2h}]
                """,
            rules: "groups: [{name: g, rules: [{alert: A, expr: a, labels: {x: same}}]}]"),
        UnitTestCase(
            name: "an unknown key", tests: "tests: [{interval: 1m, foo: 1}]", hasSameText: false),
        UnitTestCase(
            name: "a group ordered twice", tests: "group_eval_order: [a, a]\ntests: []",
            hasSameText: false),
        UnitTestCase(
            name: "an alert without a name",
            tests: "tests: [{name: x, interval: 1m, alert_rule_test: [{eval_time: 1m}]}]",
            hasSameText: false),
        UnitTestCase(
            name: "a series that is none",
            tests: "tests: [{interval: 1m, input_series: [{series: 'up{', values: '1'}]}]",
            hasSameText: false),
        UnitTestCase(
            name: "a value that is no number",
            tests: """
                tests: [{interval: 1m, promql_expr_test: [{expr: a, exp_samples: [{value: x}]}]}]
                """,
            hasSameText: false),
        UnitTestCase(
            name: "a rule file that is none", tests: "rule_files: [rules.yml]\ntests: [{}]",
            rules: "tests: []", hasSameText: false),
    ]
}
