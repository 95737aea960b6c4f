// Rule files: what is taken and what is refused, and where.
import PositionedYAML
import Testing

@testable import Alerting

@Suite("Rule files")
struct RuleFileTests {
    static func read(_ text: String) throws -> RuleFile {
        try RuleFile.read(Array(text.utf8), file: "alerts.yml")
    }

    @Test("are read with everything in them")
    func reads() throws {
        let file = try Self.read(
            """
            groups:
              - name: g
                interval: 30s
                limit: 10
                query_offset: 1m
                labels: {team: x, severity: none}
                rules:
                  - record: a:b
                    expr: sum(m)
                    labels: {severity: info}
                  - alert: A
                    expr: a:b > 1
                    for: 5m
                    keep_firing_for: 2m
                    annotations: {summary: "{{ $value }}"}
              - name: empty
            """)
        #expect(file.groups.map(\.name) == ["g", "empty"])
        let group = file.groups[0]
        #expect(group.interval == 30_000)
        #expect(group.limit == 10)
        #expect(group.queryOffset == 60_000)
        #expect(group.rules.map(\.name) == ["a:b", "A"])
        #expect(group.rules[0].alerting == nil)
        #expect(
            group.rules[0].labels.map { "\($0.name)=\($0.template.source)" }
                == ["severity=info", "team=x"])
        let terms = try #require(group.rules[1].alerting)
        #expect(terms.holdFor == 300_000)
        #expect(terms.keepFiringFor == 120_000)
        #expect(terms.annotations.map(\.name) == ["summary"])
        #expect(file.groups[1].rules.isEmpty)
        #expect(file.warnings.isEmpty)
    }

    @Test(
        "may be empty or hold a second document",
        arguments: [
            "", "groups:", "groups: []", "groups: []\n---\nother: [",
        ])
    func acceptsNothing(_ text: String) throws {
        #expect(try Self.read(text).groups.isEmpty)
    }

    /// A rule's lines and the mistake: line, column, and words that must occur.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let rule: String
        let line: Int
        let column: Int
        let words: String
        var testDescription: String { words }
    }

    static let refusals = [
        Refusal(rule: "- {expr: x}", line: 4, column: 9, words: "one of 'record' or 'alert'"),
        Refusal(
            rule: "- {record: a, alert: b, expr: x}", line: 4, column: 9,
            words: "only one of 'record' and 'alert'"),
        Refusal(rule: "- {alert: A}", line: 4, column: 9, words: "missing required key `expr`"),
        Refusal(
            rule: "- {record: a-b, expr: x}", line: 4, column: 18,
            words: "invalid recording rule name: a-b"),
        Refusal(
            rule: "- {record: a, expr: x, annotations: {b: c}}", line: 4, column: 30,
            words: "invalid field 'annotations' in recording rule"),
        Refusal(
            rule: "- {record: a, expr: x, for: 5m}", line: 4, column: 30,
            words: "invalid field 'for' in recording rule"),
        Refusal(
            rule: "- {record: a, expr: x, keep_firing_for: 5m}", line: 4, column: 30,
            words: "invalid field 'keep_firing_for' in recording rule"),
        Refusal(
            rule: "- {alert: A, expr: x, labels: {__name__: y}}", line: 4, column: 38,
            words: "invalid label name: __name__"),
        Refusal(
            rule: "- {alert: A, expr: x, labels: {a-b: y}}", line: 4, column: 38,
            words: "invalid label name: a-b"),
        Refusal(
            rule: "- {alert: A, expr: x, annotations: {1a: y}}", line: 4, column: 43,
            words: "invalid annotation name: 1a"),
        Refusal(
            rule: "- {alert: A, expr: x, annotations: {a: '{{ nope }}'}}", line: 4, column: 46,
            words: "annotation \"a\": template: __alert_A:1: function \"nope\" not defined"),
        Refusal(
            rule: "- {alert: A, expr: x, labels: {a: '{{ if }}'}}", line: 4, column: 41,
            words: "label \"a\": template: __alert_A:1: missing value for if"),
        Refusal(
            rule: "- {alert: A, expr: 'sum(x', for: 1m}", line: 4, column: 32,
            words: "group \"g\", rule 1, \"A\": expr: could not parse expression: 1:6"),
        Refusal(
            rule: "- alert: A\n        expr: |\n          x\n            > > 1", line: 7,
            column: 15, words: "could not parse expression: 2:5"),
        Refusal(
            rule: "- {alert: A, expr: 'x[5m]'}", line: 4, column: 26,
            words: "must be a vector or a scalar"),
        Refusal(
            rule: "- {alert: A, expr: x, severity: y}", line: 4, column: 29,
            words: "field `severity` is not known"),
        Refusal(
            rule: "- {alert: A, expr: x, for: soon}", line: 4, column: 34,
            words: "expected a duration"),
    ]

    @Test("are refused with the place of the mistake", arguments: refusals)
    func refuses(_ refusal: Refusal) throws {
        let text = "groups:\n  - name: g\n    rules:\n      \(refusal.rule)\n"
        let error = #expect(throws: Mistakes.self) { try Self.read(text) }
        let mistake = try #require(error?.list.first { $0.message.contains(refusal.words) })
        #expect(mistake.position.line == refusal.line)
        #expect(mistake.position.column == refusal.column)
        #expect(mistake.position.file == "alerts.yml")
    }

    @Test("are refused whole, naming every mistake")
    func gathers() {
        let error = #expect(throws: Mistakes.self) {
            try Self.read(
                """
                groups:
                  - {name: g, rules: [{alert: A, expr: "1 +"}]}
                  - {name: g, limit: -1}
                  - {name: "", interval: 0s}
                  - {rules: []}
                """)
        }
        let messages = error?.list.map(\.message) ?? []
        #expect(messages.contains { $0.contains("could not parse expression") })
        #expect(messages.contains { $0.contains("groupname \"g\" is repeated") })
        #expect(messages.contains { $0.contains("limit") })
        #expect(messages.contains { $0.contains("must not be empty") })
        #expect(messages.contains { $0.contains("missing required key `name`") })
        #expect(messages.count == 5)
    }

    @Test(
        "warn about labels that do not what they seem to",
        arguments: [
            ("{v: '{{ $value }}'}", "every change of it makes a new alert"),
            ("{v: '{{ .Value }}'}", "every change of it makes a new alert"),
            ("{alertname: B}", "is always the alert's name"),
        ])
    func warns(_ labels: String, _ words: String) throws {
        let file = try Self.read(
            "groups: [{name: g, rules: [{alert: A, expr: x, labels: \(labels)}]}]")
        #expect(file.warnings.count == 1)
        #expect(file.warnings.first?.message.contains(words) == true)
    }

    @Test("take zeros as nothing written, as Prometheus does")
    func takesZeros() throws {
        let file = try Self.read(
            "groups: [{name: g, interval: 0s, rules: [{record: a, expr: x, for: 0s}]}]")
        #expect(file.groups[0].interval == nil)
        #expect(file.groups[0].rules.count == 1)
    }

    static func identities(_ rules: String) throws -> [String] {
        try read("groups: [{name: g, rules: [\(rules)]}]").groups[0].rules.map(\.identity)
    }

    @Test("give a rule the same identity while name and labels stay")
    func keepIdentities() throws {
        let first = try Self.identities("{alert: A, expr: x > 1, labels: {a: b}}")
        let edited = try Self.identities("{alert: A, expr: x > 2, for: 5m, labels: {a: b}}")
        let other = try Self.identities("{alert: A, expr: x > 1, labels: {a: c}}")
        #expect(first == edited)
        #expect(first != other)
        let twins = try Self.identities("{alert: A, expr: x}, {alert: A, expr: y}")
        #expect(Set(twins).count == 2)
    }
}
