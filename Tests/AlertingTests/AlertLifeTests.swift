// The life of an alert, step by step, without an engine.
import PromQL
import Testing

@testable import Alerting

@Suite("Alert life")
struct AlertLifeTests {
    static func rule(_ body: String) throws -> Rule {
        try RuleFileTests.read("groups: [{name: g, rules: [{\(body)}]}]").groups[0].rules[0]
    }

    static func vector(_ elements: [(String, Double)], at time: Int64 = 0) -> [VectorElement] {
        elements.map {
            VectorElement(
                labels: SeriesLabels(metric: "m", [("o", $0.0)]), value: $0.1, timestamp: time)
        }
    }

    /// Runs steps of (seconds, values by label) and tells what each step changed.
    static func run(
        _ rule: Rule, limit: Int = 0, retention: Int64 = 900_000,
        _ steps: [(Int64, [(String, Double)])]
    ) -> (changes: [String], last: AlertEvaluation) {
        var state = AlertRuleState()
        var changes: [String] = []
        var last = AlertEvaluation(next: state)
        for (second, elements) in steps {
            last = rule.evaluateAlerts(
                vector(elements), previous: state, now: second * 1000, limit: limit,
                surroundings: RuleSurroundings(resolvedRetention: retention))
            state = last.next
            changes += last.transitions.map {
                "\(second) \($0.kind.rawValue) \($0.alert.labels["o"] ?? "")"
            }
            if let error = last.error { changes.append("\(second) error \(error)") }
        }
        return (changes, last)
    }

    struct Story: Sendable, CustomTestStringConvertible {
        let name: String
        let rule: String
        var limit = 0
        let steps: [(Int64, [(String, Double)])]
        let changes: [String]
        var testDescription: String { name }
    }

    static let stories = [
        Story(
            name: "without `for` an alert fires at once and resolves at once",
            rule: "alert: A, expr: x",
            steps: [(0, []), (15, [("a", 1)]), (30, [("a", 2)]), (45, []), (60, [])],
            changes: ["15 firing a", "45 resolved a"]),
        Story(
            name: "with `for` it waits, counted from the first sight",
            rule: "alert: A, expr: x, for: 30s",
            steps: [(0, [("a", 1)]), (15, [("a", 1)]), (29, [("a", 1)]), (30, [("a", 1)])],
            changes: ["0 pending a", "30 firing a"]),
        Story(
            name: "a gap while pending starts anew",
            rule: "alert: A, expr: x, for: 30s",
            steps: [
                (0, [("a", 1)]), (15, []), (30, [("a", 1)]), (45, [("a", 1)]), (60, [("a", 1)]),
            ],
            changes: ["0 pending a", "15 dropped a", "30 pending a", "60 firing a"]),
        Story(
            name: "a missed slot does not reset pending",
            rule: "alert: A, expr: x, for: 30s",
            steps: [(0, [("a", 1)]), (90, [("a", 1)])],
            changes: ["0 pending a", "90 firing a"]),
        Story(
            name: "keep_firing_for bridges a gap and counts from its beginning",
            rule: "alert: A, expr: x, keep_firing_for: 30s",
            steps: [
                (0, [("a", 1)]), (15, []), (30, [("a", 1)]), (45, []), (60, []), (74, []), (75, []),
            ],
            changes: ["0 firing a", "75 resolved a"]),
        Story(
            name: "a resolved alert that comes back is a new one",
            rule: "alert: A, expr: x",
            steps: [(0, [("a", 1)]), (15, []), (30, [("a", 1)])],
            changes: ["0 firing a", "15 resolved a", "30 firing a"]),
        Story(
            name: "alerts come in the order of the vector, the gone ones after them",
            rule: "alert: A, expr: x",
            steps: [(0, [("c", 1), ("a", 1), ("b", 1)]), (15, [("d", 1)])],
            changes: [
                "0 firing c", "0 firing a", "0 firing b", "15 firing d", "15 resolved a",
                "15 resolved b", "15 resolved c",
            ]),
        Story(
            name: "equal labels fail the rule and change nothing",
            rule: "alert: A, expr: x, labels: {o: same}",
            steps: [(0, [("a", 1)]), (15, [("a", 1), ("b", 1)]), (30, [("a", 1)]), (45, [])],
            changes: [
                "0 firing same",
                "15 error vector contains metrics with the same labelset after applying alert "
                    + "labels",
                "45 resolved same",
            ]),
        Story(
            name: "beyond its limit a rule loses its alerts",
            rule: "alert: A, expr: x", limit: 1,
            steps: [(0, [("a", 1)]), (15, [("a", 1), ("b", 1)]), (30, [("b", 1)])],
            changes: [
                "0 firing a", "15 resolved a", "15 error exceeded limit of 1 with 2 alerts",
                "30 firing b",
            ]),
        Story(
            name: "a label whose text changes makes another alert",
            rule:
                "alert: A, expr: x, labels: {o: '{{ if gt $value 90.0 }}high{{ else }}low{{ end }}'}",
            steps: [(0, [("a", 80)]), (15, [("a", 95)])],
            changes: ["0 firing low", "15 firing high", "15 resolved low"]),
        Story(
            name: "a clock that goes back ends no alert",
            rule: "alert: A, expr: x, for: 10s",
            steps: [(100, [("a", 1)]), (110, [("a", 1)]), (50, [("a", 1)]), (120, [("a", 1)])],
            changes: ["100 pending a", "110 firing a"]),
    ]

    @Test("goes as Prometheus has it", arguments: stories)
    func tells(_ story: Story) throws {
        let rule = try Self.rule(story.rule)
        #expect(Self.run(rule, limit: story.limit, story.steps).changes == story.changes)
    }

    @Test("keeps the instants of its steps")
    func keepsInstants() throws {
        let rule = try Self.rule("alert: A, expr: x, for: 10s, keep_firing_for: 20s")
        let (_, last) = Self.run(
            rule, [(5, [("a", 1)]), (20, [("a", 7)]), (30, []), (60, [])])
        let alert = try #require(last.next.records.first)
        #expect(alert.phase == .inactive)
        #expect(alert.activeAt == 5000)
        #expect(alert.firedAt == 20_000)
        #expect(alert.keepFiringSince == 30_000)
        #expect(alert.resolvedAt == 60_000)
        #expect(alert.value == 7)
    }

    @Test(
        "is forgotten only after the retention", arguments: [(900, 1), (901, 0)] as [(Int64, Int)])
    func isForgotten(_ wait: Int64, _ count: Int) throws {
        let rule = try Self.rule("alert: A, expr: x")
        let (_, last) = Self.run(rule, [(0, [("a", 1)]), (10, []), (10 + wait, [])])
        #expect(last.next.count == count)
    }

    @Test("refreshes value and annotations, not its labels")
    func refreshes() throws {
        let rule = try Self.rule(
            "alert: A, expr: x, labels: {s: info}, annotations: {d: '{{ $labels.o }} {{ $value }}'}"
        )
        let (_, last) = Self.run(rule, [(0, [("a", 75)]), (15, [("a", 80.5)])])
        let alert = try #require(last.next.records.first)
        #expect(alert.annotations == [LabelPair(name: "d", value: "a 80.5")])
        #expect(alert.labels == ["alertname": "A", "o": "a", "s": "info"])
        #expect(alert.value == 80.5)
        #expect(alert.firedAt == 0)
    }

    @Test("shows templates all labels of the element, its name too")
    func showsLabels() throws {
        let rule = try Self.rule("alert: A, expr: x, annotations: {d: '{{ $labels }}'}")
        let (_, last) = Self.run(rule, [(0, [("a", 1)])])
        #expect(last.next.records.first?.annotations.first?.value == "map[__name__:m o:a]")
    }

    @Test("writes ALERTS and ALERTS_FOR_STATE")
    func writesSamples() throws {
        let rule = try Self.rule("alert: A, expr: x, for: 1m")
        let (_, last) = Self.run(rule, [(90, [("a", 1)]), (100, [("a", 1)])])
        #expect(
            last.samples.map(\.labels.description) == [
                #"ALERTS{alertname="A", alertstate="pending", o="a"}"#,
                #"ALERTS_FOR_STATE{alertname="A", o="a"}"#,
            ])
        #expect(last.samples.map(\.value) == [1, 90])
        let (_, gone) = Self.run(rule, [(90, [("a", 1)]), (150, [("a", 1)]), (160, [])])
        #expect(gone.samples.isEmpty)
    }

    @Test("goes on exactly from stored records")
    func isRestored() throws {
        let rule = try Self.rule("alert: A, expr: x, for: 60s")
        let record = AlertRecord(
            ruleIdentity: rule.identity, labels: ["alertname": "A", "o": "a"], annotations: [],
            phase: .pending, activeAt: 1000, value: 1)
        let next = rule.evaluateAlerts(
            Self.vector([("a", 1)]), previous: AlertRuleState([record]), now: 61_000,
            surroundings: RuleSurroundings())
        #expect(next.transitions.map(\.kind) == [.firing])
        #expect(next.next.records.first?.activeAt == 1000)
    }

    @Test("turns back to pending when `for` was lengthened")
    func turnsBack() throws {
        let before = try Self.rule("alert: A, expr: x, for: 10s")
        let after = try Self.rule("alert: A, expr: x, for: 1m")
        let (_, last) = Self.run(before, [(0, [("a", 1)]), (10, [("a", 1)])])
        let next = after.evaluateAlerts(
            Self.vector([("a", 1)]), previous: last.next, now: 20_000,
            surroundings: RuleSurroundings())
        #expect(next.transitions.map(\.kind) == [.resolved])
        #expect(next.next.records.first?.phase == .pending)
        #expect(next.next.records.first?.activeAt == 0)
    }

    @Test("of a recording rule: the vector under its name")
    func records() throws {
        let rule = try Self.rule("record: 'a:b', expr: x, labels: {s: '{{ t }}', o: ''}")
        let samples = try rule.evaluateRecording(Self.vector([("a", 3)]))
        #expect(samples.map(\.labels.description) == [#"a:b{s="{{ t }}"}"#])
        #expect(throws: RuleEvaluationError.self) {
            try rule.evaluateRecording(Self.vector([("a", 3), ("b", 3)]))
        }
        let plain = try Self.rule("record: r, expr: x")
        #expect(throws: RuleEvaluationError.self) {
            try plain.evaluateRecording(Self.vector([("a", 3), ("b", 3)]), limit: 1)
        }
        #expect(
            try plain.evaluateRecording(Self.vector([("a", 3), ("b", 3)]), limit: 2).count == 2)
    }
}
