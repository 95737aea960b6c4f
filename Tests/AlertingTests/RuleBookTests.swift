// Groups and books of rules over a real engine and store.
import PromQL
import Testing

@testable import Alerting

@Suite("Rule book")
struct RuleBookTests {
    static let usage = SeriesLabels(metric: "usage", [("o", "acme")])

    static func book(
        _ text: String, records: [AlertRecord] = [], now: Int64 = 0
    ) throws -> (book: RuleBook, change: RuleBookChange) {
        RuleBook.restored(
            files: [try RuleFileTests.read(text)], engine: PromQLEngine(),
            surroundings: RuleSurroundings(), records: records, now: now)
    }

    static func kinds(_ transitions: [AlertTransition]) -> [String] {
        transitions.map { "\($0.kind.rawValue) \($0.alert.name)" }
    }

    static let thresholds = """
        groups:
          - name: g
            rules:
              - {record: half, expr: usage / 2}
              - {alert: Half, expr: half >= 50}
              - {alert: Chained, expr: 'ALERTS{alertname="Half",alertstate="firing"}'}
              - {alert: Asks, expr: usage >= 100, annotations: {d: '{{ query "half" | first | value }}'}}
        """

    @Test("later rules see what earlier ones wrote at the same instant")
    func inOrder() throws {
        var (book, _) = try Self.book(Self.thresholds)
        var store = SampleStore()
        store.append(Self.usage, timestamp: 1000, value: 100)
        let outcome = book.evaluate(group: 0, at: 1000, in: &store)
        #expect(outcome.rules.map(\.health) == [.ok, .ok, .ok, .ok])
        #expect(
            Self.kinds(outcome.transitions) == ["firing Half", "firing Chained", "firing Asks"])
        #expect(outcome.transitions.last?.alert.annotations.first?.value == "50")
        #expect(outcome.changed.count == 3)
        #expect(outcome.refusedSamples == 0)
        #expect(store.newest(SeriesLabels(metric: "half", [("o", "acme")]))?.value == 50)
    }

    @Test("a series that is gone gets a stale marker and comes back")
    func marksStale() throws {
        var (book, _) = try Self.book(
            "groups: [{name: g, rules: [{record: high, expr: usage > 10}]}]")
        var store = SampleStore()
        let high = SeriesLabels(metric: "high", [("o", "acme")])
        for (time, value, isStale) in [(1000, 20, false), (2000, 5, true), (3000, 30, false)] {
            store.append(Self.usage, timestamp: Int64(time), value: Double(value))
            _ = book.evaluate(group: 0, at: Int64(time), in: &store)
            let newest = try #require(store.newest(high))
            #expect(newest.timestamp == Int64(time))
            #expect(StaleMarker.isStale(newest.value) == isStale)
        }
    }

    @Test("what did not change is not stored again; what is forgotten is deleted")
    func reportsChanges() throws {
        var (book, _) = try Self.book("groups: [{name: g, rules: [{alert: A, expr: usage > 10}]}]")
        var store = SampleStore()
        var reports: [String] = []
        for (time, value) in [(0, 20.0), (1, 21), (2, 5), (3, 5), (903, 5)] {
            let instant = Int64(time) * 1000
            store.append(Self.usage, timestamp: instant, value: value)
            let outcome = book.evaluate(group: 0, at: instant, in: &store)
            reports.append(
                outcome.changed.map(\.phase.rawValue).joined()
                    + (outcome.removed.isEmpty ? "" : "removed"))
        }
        #expect(reports == ["firing", "", "inactive", "", "removed"])
    }

    @Test("a rule that fails names its error and leaves the others alone")
    func survivesErrors() throws {
        var (book, _) = try Self.book(
            """
            groups:
              - name: g
                rules:
                  - {alert: Bad, expr: a * on (o) b}
                  - {alert: Good, expr: usage > 10}
            """)
        var store = SampleStore()
        for (metric, labels) in [
            ("a", [("o", "1"), ("x", "1")]), ("a", [("o", "1"), ("x", "2")]),
            ("b", [("o", "1"), ("x", "1")]), ("b", [("o", "1"), ("x", "2")]),
        ] {
            store.append(SeriesLabels(metric: metric, labels), timestamp: 1000, value: 1)
        }
        store.append(Self.usage, timestamp: 1000, value: 20)
        let outcome = book.evaluate(group: 0, at: 1000, in: &store)
        #expect(outcome.rules.map(\.health) == [.err, .ok])
        #expect(outcome.rules[0].error?.contains("many-to-many") == true)
        #expect(Self.kinds(outcome.transitions) == ["firing Good"])
        #expect(book.groups[0].outcomes == outcome.rules)
    }

    @Test("a query offset moves both reading and writing")
    func offsets() throws {
        var (book, _) = try Self.book(
            "groups: [{name: g, query_offset: 1s, rules: [{record: r, expr: usage}]}]")
        var store = SampleStore()
        store.append(Self.usage, timestamp: 9000, value: 1)
        store.append(Self.usage, timestamp: 10_000, value: 2)
        _ = book.evaluate(group: 0, at: 10_000, in: &store)
        let newest = try #require(store.newest(SeriesLabels(metric: "r", [("o", "acme")])))
        #expect(newest == (9000, 1))
    }

    @Test("a scalar is one element without labels")
    func takesScalars() throws {
        var (book, _) = try Self.book("groups: [{name: g, rules: [{alert: A, expr: 5}]}]")
        var store = SampleStore()
        let outcome = book.evaluate(group: 0, at: 0, in: &store)
        #expect(outcome.transitions.first?.alert.labels == ["alertname": "A"])
        #expect(outcome.transitions.first?.alert.value == 5)
    }

    // MARK: Reloads and restarts

    static func firing(_ text: String) throws -> (book: RuleBook, store: SampleStore) {
        var (book, _) = try Self.book(text)
        var store = SampleStore()
        store.append(usage, timestamp: 1000, value: 100)
        for index in book.groups.indices { _ = book.evaluate(group: index, at: 1000, in: &store) }
        return (book, store)
    }

    static let two =
        "groups: [{name: g, rules: [{alert: A, expr: usage > 1}, {alert: B, expr: usage > 2}]}]"

    @Test(
        "a reload without changes announces nothing",
        arguments: [
            two,
            "groups: [{name: g, interval: 5s, rules: [{alert: B, expr: usage > 2}, {alert: A, expr: usage > 3}]}]",
        ])
    func keepsState(_ text: String) throws {
        var (book, store) = try Self.firing(Self.two)
        let change = book.reload(
            files: [try RuleFileTests.read(text)], engine: PromQLEngine(),
            surroundings: RuleSurroundings(), now: 2000, in: &store)
        #expect(change == RuleBookChange())
        store.append(Self.usage, timestamp: 2000, value: 100)
        #expect(book.evaluate(group: 0, at: 2000, in: &store).transitions.isEmpty)
        #expect(book.alerts.map(\.alert.firedAt) == [1000, 1000])
    }

    @Test(
        "the firing alerts of what is gone resolve once",
        arguments: [
            ("groups: [{name: g, rules: [{alert: B, expr: usage > 2}]}]", ["resolved A"]),
            (
                "groups: [{name: g, rules: [{alert: A, expr: usage > 1, labels: {s: x}}]}]",
                ["resolved A", "resolved B"]
            ),
            (
                "groups: [{name: other, rules: [{alert: A, expr: usage > 1000}]}]",
                ["resolved A", "resolved B"]
            ),
            ("groups: []", ["resolved A", "resolved B"]),
            (
                "groups: [{name: g, rules: [{record: A, expr: usage}, {alert: B, expr: usage > 2}]}]",
                ["resolved A"]
            ),
        ])
    func endsVanished(_ text: String, _ expected: [String]) throws {
        var (book, store) = try Self.firing(Self.two)
        let files = [try RuleFileTests.read(text)]
        let change = book.reload(
            files: files, engine: PromQLEngine(), surroundings: RuleSurroundings(), now: 2000,
            in: &store)
        #expect(Self.kinds(change.transitions) == expected)
        #expect(change.transitions.allSatisfy { $0.alert.resolvedAt == 2000 })
        #expect(change.removed.count == expected.count)
        let again = book.reload(
            files: files, engine: PromQLEngine(), surroundings: RuleSurroundings(), now: 3000,
            in: &store)
        #expect(again == RuleBookChange())
        for index in book.groups.indices { _ = book.evaluate(group: index, at: 4000, in: &store) }
        let gone = SeriesLabels(
            metric: "ALERTS", [("alertname", "A"), ("alertstate", "firing"), ("o", "acme")])
        #expect(StaleMarker.isStale(try #require(store.newest(gone)).value))
    }

    @Test("a restart goes on with the stored alerts and announces nothing")
    func restarts() throws {
        let (before, _) = try Self.firing(Self.two)
        let records = before.alerts.map(\.alert)
        var (book, change) = try Self.book(Self.two, records: records, now: 60_000)
        #expect(change == RuleBookChange())
        #expect(book.alerts == before.alerts)
        var store = SampleStore()
        store.append(Self.usage, timestamp: 60_000, value: 100)
        #expect(book.evaluate(group: 0, at: 60_000, in: &store).transitions.isEmpty)
        store.append(Self.usage, timestamp: 61_000, value: 0)
        let outcome = book.evaluate(group: 0, at: 61_000, in: &store)
        #expect(Self.kinds(outcome.transitions) == ["resolved A", "resolved B"])
    }

    @Test("a stored alert whose rule is gone at a restart resolves")
    func endsOrphans() throws {
        let (before, _) = try Self.firing(Self.two)
        let (_, change) = try Self.book(
            "groups: [{name: g, rules: [{alert: B, expr: usage > 2}]}]",
            records: before.alerts.map(\.alert), now: 5000)
        #expect(Self.kinds(change.transitions) == ["resolved A"])
        #expect(change.removed.map(\.name) == ["A"])
    }
}
