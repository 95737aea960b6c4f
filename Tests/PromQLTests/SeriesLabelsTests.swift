// Label sets and matchers.

import PromQL
import Testing

@Suite("series labels")
struct SeriesLabelsTests {
    @Test func areTheSameInAnyOrder() {
        let left = SeriesLabels([("b", "2"), ("a", "1"), ("empty", "")])
        let right = SeriesLabels([("a", "1"), ("b", "2")])
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left.count == 2)
        #expect(left["empty"] == nil)
    }

    @Test func theLaterOfTwoEqualNamesWins() {
        #expect(SeriesLabels([("a", "1"), ("a", "2")])["a"] == "2")
    }

    @Test func compareByBytesNotByCanonicalEquivalence() {
        let composed = SeriesLabels([("a", "\u{E9}")])
        let decomposed = SeriesLabels([("a", "e\u{301}")])
        #expect(composed != decomposed)
        #expect(decomposed < composed)
        var store = SampleStore()
        store.append(composed, timestamp: 1, value: 1)
        store.append(decomposed, timestamp: 1, value: 2)
        #expect(store.seriesCount == 2)
        #expect(store.select([LabelMatcher("a", equals: "\u{E9}")]).map(\.labels) == [composed])
    }

    @Test func sortLikePrometheus() {
        let sets: [SeriesLabels] = [
            [:], ["a": "1"], ["a": "1", "b": "1"], ["a": "10"], ["a": "2"], ["b": "0"],
        ]
        #expect(sets.shuffled().sorted() == sets)
    }

    @Test(arguments: [
        (SeriesLabels(metric: "up"), "up"),
        (SeriesLabels(metric: "up", [("job", "a\"b")]), #"up{job="a\"b"}"#),
        (SeriesLabels([("job", "x")]), #"{job="x"}"#),
        (SeriesLabels.empty, "{}"),
        (SeriesLabels(metric: "my metric", [("l.1", "x")]), #"{"my metric", "l.1"="x"}"#),
    ])
    func printLikePrometheus(_ labels: SeriesLabels, _ text: String) {
        #expect(labels.description == text)
    }

    @Test func areEditedWithoutChangingTheSource() {
        let labels = SeriesLabels(metric: "m", [("a", "1"), ("b", "2")])
        #expect(labels.withoutName == ["a": "1", "b": "2"])
        #expect(labels.setting("a", to: "") == SeriesLabels(metric: "m", [("b", "2")]))
        #expect(labels.setting("c", to: "3")["c"] == "3")
        #expect(labels.setting("zz", to: "") == labels)
        #expect(labels.keeping(["b", "nope"]) == ["b": "2"])
        #expect(labels.removing(["b"]) == SeriesLabels(metric: "m", [("a", "1")]))
        #expect(labels.count == 3)
    }
}

@Suite("label matchers")
struct LabelMatcherTests {
    @Test(arguments: [
        (LabelMatcher.Operation.equal, "a", "a", true), (.equal, "a", "b", false),
        (.equal, "", "", true), (.notEqual, "a", "", true), (.notEqual, "a", "a", false),
        (.matches, "a|b", "b", true), (.matches, "a|b", "ab", false), (.matches, "a|b", "", false),
        (.matches, "a|", "", true), (.matches, "", "", true), (.matches, "", "x", false),
        (.matches, ".*", "", true), (.matches, ".+", "", false), (.matches, ".+", "x\ny", true),
        (.matches, "foo.*", "foobar\nbaz", true), (.matches, "foo.*", "xfoo", false),
        (.matches, "a.c", "a\nc", true), (.matches, "b", "abc", false),
        (.matches, "(?i)ABC", "abc", true), (.matches, "^a$", "a", true),
        (.notMatches, "a|b", "c", true), (.notMatches, ".+", "", true),
        (.notMatches, ".*", "x", false),
    ])
    func decideOnWholeValues(
        _ operation: LabelMatcher.Operation, _ pattern: String, _ value: String, _ holds: Bool
    ) throws {
        let matcher = try LabelMatcher(name: "x", operation: operation, value: pattern)
        #expect(matcher.matches(value) == holds)
    }

    @Test func inTheOlderProfileADotStopsAtALineFeed() throws {
        let matcher = try LabelMatcher(
            name: "x", operation: .matches, value: "a.*", dotMatchesNewline: false)
        #expect(matcher.matches("ab"))
        #expect(!matcher.matches("a\nb"))
    }

    @Test func refuseBrokenAndOverlongPatterns() {
        #expect(throws: LabelMatcherError.self) {
            try LabelMatcher(name: "x", operation: .matches, value: "a(")
        }
        let long = String(repeating: "a", count: 20_000)
        #expect {
            try LabelMatcher(name: "x", operation: .matches, value: long)
        } throws: { "\($0)".contains("20000 bytes") }
    }
}
