// Fingerprints as Alertmanager shows them.
import PromQL
import Testing

@testable import Alerting

@Suite("Fingerprint")
struct FingerprintTests {
    @Test(
        "is FNV-1a over sorted names and values",
        arguments: [
            ([], "cbf29ce484222325"),
            ([("alertname", "X")], "d2aeefc389ca7746"),
            ([("b", "2"), ("a", "1")], "1cc37fac8a64ae01"),
            ([("a", "1"), ("b", "2")], "1cc37fac8a64ae01"),
            ([("a", "1b2")], "0272a472e48a3cc1"),
        ] as [([(String, String)], String)])
    func isKnown(_ labels: [(String, String)], _ expected: String) {
        #expect(Fingerprint(SeriesLabels(labels)).description == expected)
    }

    @Test(
        "is read back from its text only",
        arguments: [
            ("00000000000000ff", 255), ("cbf29ce484222325", 0xcbf2_9ce4_8422_2325),
        ] as [(String, UInt64)])
    func isRead(_ text: String, _ value: UInt64) {
        #expect(Fingerprint(text)?.value == value)
        #expect(Fingerprint(value: value).description == text)
        #expect(Fingerprint(String(text.dropLast())) == nil)
        #expect(Fingerprint("g" + text.dropFirst()) == nil)
    }
}
