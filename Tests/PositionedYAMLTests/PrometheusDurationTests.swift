// Durations, nearest words, mistakes.

import PositionedYAML
import Testing

@Suite struct PrometheusDurationTests {
    static let durations: [(text: String, milliseconds: Int64, canonical: String)] = [
        ("0", 0, "0s"), ("0s", 0, "0s"), ("100ms", 100, "100ms"), ("30s", 30_000, "30s"),
        ("90m", 5_400_000, "1h30m"), ("1h30m", 5_400_000, "1h30m"), ("1d2h", 93_600_000, "1d2h"),
        ("35d", 3_024_000_000, "5w"), ("90d", 7_776_000_000, "90d"), ("1w", 604_800_000, "1w"),
        ("365d", 31_536_000_000, "1y"), ("1y1d", 31_622_400_000, "366d"),
        ("1y2w3d4h5m6s7ms", 33_019_506_007, "382d4h5m6s7ms"), ("007s", 7000, "7s"),
        ("292y", 9_208_512_000_000, "292y"),
    ]

    @Test(arguments: durations)
    func durationsAreReadAndWritten(_ text: String, _ milliseconds: Int64, _ canonical: String) {
        let duration = PrometheusDuration.parse(text)
        #expect(duration?.milliseconds == milliseconds)
        #expect(duration?.description == canonical)
        #expect(PrometheusDuration.parse(canonical) == duration)
    }

    @Test(arguments: [
        "", "1", "-1m", "1.5h", "1m1h", "1s1s", "1 m", "m", "1M", "1hm", "300y",
        "99999999999999999999s", "9223372036854775807y", "１s", "00",
    ])
    func otherTextsAreNoDurations(_ text: String) {
        #expect(PrometheusDuration.parse(text) == nil)
    }

    @Test func negativeSpansCanBeWritten() {
        #expect(PrometheusDuration(milliseconds: -90_000).description == "-1m30s")
        #expect(PrometheusDuration(milliseconds: .min).description.hasPrefix("-"))
    }

    static let words: [(word: String, nearest: String?)] = [
        ("evry", "every"), ("evrey", "every"), ("Every", "every"), ("rul", "url"),
        ("organisation", "organization"), ("orgnization_id", "organization"), ("zzz", nil),
        ("x", nil), ("", nil),
    ]

    @Test(arguments: words)
    func theNearestWordIsFound(_ word: String, _ nearest: String?) {
        let candidates = ["url", "every", "organization"]
        #expect(NearestWord.nearest(to: word, among: candidates) == nearest)
    }

    @Test func mistakesAreSortedAndKeptOnce() {
        let collector = MistakeCollector()
        let first = SourcePosition(file: "a.yml", line: 2, column: 1)
        let second = SourcePosition(file: "a.yml", line: 10, column: 1)
        collector.warn("later", at: second)
        #expect(!collector.hasErrors)
        #expect(throws: Never.self) { try collector.throwErrors() }
        collector.add("b", at: first)
        collector.add("a", at: first)
        collector.add("b", at: first)
        #expect(
            collector.list.map(\.description)
                == ["a.yml:2:1: b", "a.yml:2:1: a", "a.yml:10:1: warning: later"])
        #expect(throws: Mistakes.self) { try collector.throwErrors() }
        #expect(Mistakes([]) == nil)
    }
}
