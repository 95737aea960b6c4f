// The engine's options, limits and remarks.

import PromQL
import Testing

@Suite("engine")
struct EngineTests {
    private let store: SampleStore = {
        var store = SampleStore()
        for index in 0..<10 {
            let time = Int64(index) * 60_000
            store.append(["__name__": "a", "job": "x"], timestamp: time, value: Double(index))
            store.append(["__name__": "b", "job": "x"], timestamp: time, value: 1)
        }
        return store
    }()

    private func vector(
        _ text: String, at time: Int64 = 300_000, options: EngineOptions = .standard
    ) throws -> [VectorElement] {
        let parsing = PromQLOptions(profile: options.profile)
        let expression = try PromQLExpression.parse(text, options: parsing)
        let result = try PromQLEngine(options: options).instant(expression, at: time, in: store)
        guard case .vector(let elements) = result.value else { return [] }
        return elements
    }

    @Test func anElementCarriesTheEvaluationTime() throws {
        #expect(
            try vector("a", at: 299_999) == [
                VectorElement(
                    labels: ["__name__": "a", "job": "x"], value: 4, timestamp: 299_999)
            ])
    }

    @Test(arguments: [
        ("count_over_time(a[2m])", 2.0, 3.0), ("sum_over_time(a[1m])", 5, 9),
        ("a", -1, 9), ("count_over_time(a[2m:1m])", 2, 3),
    ])
    func profilesDifferAtTheLeftEnd(_ text: String, _ modern: Double, _ older: Double) throws {
        let time: Int64 = text == "a" ? 840_000 : 300_000
        let closed = EngineOptions(profile: .prometheus2)
        #expect(try vector(text, at: time).first?.value ?? -1 == modern)
        #expect(try vector(text, at: time, options: closed).first?.value ?? -1 == older)
    }

    @Test func namesGoAtOnceOrAtTheEnd() throws {
        let late = EngineOptions(delaysNameRemoval: true)
        let text = #"label_replace(rate(a[5m]), "metric", "$1", "__name__", "(.*)")"#
        #expect(try vector(text).first?.labels == ["job": "x"])
        #expect(try vector(text, options: late).first?.labels == ["job": "x", "metric": "a"])
        #expect(throws: PromQLEvaluationError.self) {
            try vector(#"-{__name__=~"a|b"}"#)
        }
        #expect(try vector(#"count(-{__name__=~"a|b"})"#, options: late).first?.value == 2)
    }

    @Test func lookbackIsAnOption() throws {
        #expect(try vector("a", at: 600_000, options: EngineOptions(lookback: 30_000)).isEmpty)
        #expect(try vector("a", at: 600_000, options: EngineOptions(lookback: 61_000)).count == 1)
    }

    @Test func theDefaultSubqueryStepIsAnOption() throws {
        let fast = EngineOptions(subqueryStep: 10_000)
        #expect(try vector("count_over_time(a[2m:])").first?.value == 2)
        #expect(try vector("count_over_time(a[2m:])", options: fast).first?.value == 12)
    }

    // MARK: - Limits

    @Test(arguments: [
        "sum_over_time(a[10m])", "a", "sum_over_time(vector(1)[1d:1s])", "a or b or a or b",
    ])
    func tooManySamplesAreRefused(_ text: String) {
        let tight = EngineOptions(maximumSamples: 1)
        #expect(throws: PromQLEvaluationError.tooManySamples(limit: 1)) {
            try vector(text + " + on () group_left () " + text, options: tight)
        }
    }

    @Test func aHugeSubqueryIsRefusedBeforeItIsMade() {
        #expect(throws: PromQLEvaluationError.tooManySamples(limit: 50_000_000)) {
            try vector("sum_over_time(vector(1)[100y:1ms])")
        }
    }

    @Test(
        arguments: [
            (0, 10_999_000, 1000, nil),
            (0, 11_000_000, 1000, PromQLEvaluationError.tooManyPoints(limit: 11_000)),
            (Int64.min, Int64.max, 1, .tooManyPoints(limit: 11_000)),
        ] as [(Int64, Int64, Int64, PromQLEvaluationError?)])
    func pointsAreBounded(
        _ start: Int64, _ end: Int64, _ step: Int64, _ error: PromQLEvaluationError?
    ) throws {
        let expression = try PromQLExpression.parse("a")
        let engine = PromQLEngine()
        if let error {
            #expect(throws: error) {
                try engine.range(expression, from: start, through: end, step: step, in: store)
            }
        } else {
            _ = try engine.range(expression, from: start, through: end, step: step, in: store)
        }
    }

    @Test(
        arguments: [
            ("a", 10, 0, 1, "end timestamp must not be before start time"),
            ("a", 0, 10, 0, "zero or negative query resolution step"),
            ("a[5m]", 0, 10, 1, "invalid expression type \"range vector\" for range query"),
            ("\"x\"", 0, 10, 1, "invalid expression type \"string\" for range query"),
        ] as [(String, Int64, Int64, Int64, String)])
    func senselessRangesAreRefused(
        _ text: String, _ start: Int64, _ end: Int64, _ step: Int64, _ message: String
    ) throws {
        let expression = try PromQLExpression.parse(text)
        #expect {
            try PromQLEngine().range(expression, from: start, through: end, step: step, in: store)
        } throws: { "\($0)".contains(message) }
    }

    @Test func aCallerCanStopAQuery() {
        let options = EngineOptions(shouldStop: { true })
        #expect(throws: PromQLEvaluationError.stopped) { try vector("a", options: options) }
    }

    @Test(
        arguments: [Int64.min, .max, 0, -1],
        [
            "a offset 200y", "a offset -290y", "a @ 9e15", "rate(a[290y])",
            "rate(a[290y] @ -9e15 offset -290y)", "a @ end() offset 290y",
        ])
    func extremeTimesAreAnswered(_ time: Int64, _ text: String) throws {
        _ = try vector(text, at: time)
    }

    // MARK: - Remarks

    @Test func remarksNameTheirPlaceOnce() throws {
        let expression = try PromQLExpression.parse("rate(a[5m])\n+ rate(a[5m])")
        let result = try PromQLEngine().instant(expression, at: 300_000, in: store)
        let text =
            "PromQL info: metric might not be a counter, name does not end in "
            + "_total/_sum/_count/_bucket: \"a\""
        #expect(result.infos == [text + " (1:6)", text + " (2:8)"])
        #expect(result.warnings == [])
    }

    @Test func resultsComeSortedByLabels() throws {
        var store = SampleStore()
        for name in ["z", "a", "m"] {
            store.append(SeriesLabels(metric: "v", [("i", name)]), timestamp: 0, value: 1)
        }
        let expression = try PromQLExpression.parse("v")
        guard
            case .vector(let elements) = try PromQLEngine().instant(
                expression, at: 0, in: store
            ).value
        else { return }
        #expect(elements.map { $0.labels["i"] } == ["a", "m", "z"])
    }
}
