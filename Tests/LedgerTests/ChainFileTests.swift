// A file of entries judged without a ledger.

import Credits
import Ledger
import Testing

@Suite("Verifying a file of entries")
struct ChainFileTests {
    private static func texts() throws -> [[EntryColumn: String]] {
        var books = Books()
        _ = try books.post(Poll(readings: "1 kit 1, 2 kit 2, 3 chat 3.25"))
        _ = try books.post(Poll(readings: "1 kit 0.5, 4 kit 4"))
        return books.entries.map { entry in
            Dictionary(
                EntryColumn.allCases.map { ($0, entry.text($0)) }, uniquingKeysWith: { $1 })
        }
    }

    private static func verified(_ texts: [[EntryColumn: String]]) -> ChainFileVerification {
        var verification = ChainFileVerification()
        for (offset, text) in texts.enumerated() {
            verification.read(EntryText(text), line: offset + 2)
        }
        return verification
    }

    private static func findings(_ texts: [[EntryColumn: String]]) -> [String] {
        verified(texts).findings.map(\.description)
    }

    @Test("what was exported is whole")
    func whole() throws {
        let texts = try Self.texts()
        let verified = Self.verified(texts)
        #expect(verified.findings.isEmpty)
        #expect(verified.ends["acme"]?.count == 5)
        #expect(verified.ends["acme"]?.hash == texts[4][.hash])
        #expect(Self.findings([]).isEmpty)
    }

    @Test("an edit of any column names that entry alone", arguments: EntryColumn.allCases)
    func edited(_ column: EntryColumn) throws {
        var texts = try Self.texts()
        switch column {
        case .organization, .sequence: return
        case .day: texts[2][column] = "2026-06-09"
        case .kind: texts[2][column] = "opening"
        case .recordedAt: texts[2][column] = "2026-06-01T00:00:00.001Z"
        case .hash: texts[2][column] = String((texts[2][column] ?? "").reversed())
        default: texts[2][column] = column.isNumber ? "9" : (texts[2][column] ?? "") + "x"
        }
        #expect(
            Self.findings(texts) == [
                "line 4: entry 3 of acme was edited: its fields do not give its hash"
            ])
    }

    @Test("what is no entry at all is named with its column, and the rest is judged")
    func unreadable() throws {
        var texts = try Self.texts()
        texts[1][.credits] = "much"
        texts[3][.credits] = "7"
        #expect(
            Self.findings(texts) == [
                "line 3: entry 2 of acme was edited: `credits` is \"much\"",
                "line 5: entry 4 of acme was edited: its fields do not give its hash",
            ])
        texts[1][.sequence] = ""
        #expect(
            Self.findings(texts).first
                == "line 3: entry ? of acme was edited: `sequence` is empty")
    }

    @Test("missing, repeated and reordered entries are named")
    func order() throws {
        let texts = try Self.texts()
        #expect(
            Self.findings([texts[0]] + texts[3...]) == [
                "line 3: entry 4 of acme follows a gap: entries 2 to 3 before it are missing"
            ])
        #expect(
            Self.findings([texts[0], texts[2], texts[1]] + texts[3...]) == [
                "line 3: entry 3 of acme follows a gap: entry 2 before it is missing",
                "line 4: entry 2 of acme comes after entry 3: it is repeated or out of order",
            ])
    }

    @Test("only so many findings are kept, but all are counted")
    func bounded() throws {
        var texts = try Self.texts()
        texts[0][.note] = "x"
        let verified = Self.verified(Array(repeating: texts[0], count: 150))
        #expect(verified.findings.count == ChainFileVerification.maximumFindings)
        #expect(verified.ends["acme"]?.findingCount == 150)
    }
}
