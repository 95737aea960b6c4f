// Entries from elsewhere: taken unchanged, or refused by name.

import Credits
import Ledger
import Testing

@Suite("Importing entries")
struct ChainImportTests {
    private func books() throws -> Books {
        var books = Books()
        _ = try books.post(Poll(readings: "1 kit 1, 2 kit 2, 3 a/b%c 3.25"))
        _ = try books.post(Poll(readings: "1 kit 0.5, 4 kit 4"))
        let day = try #require(CalendarDay(iso: "2026-06-02"))
        let adjustment = Adjustment(
            organization: "acme", product: "kit", day: nil,
            credits: try CreditAmount(decimal: "-1"), actor: "user:root", reason: "x")
        books.entries += Chain.extend(
            books.head, organization: "acme", drafts: [adjustment.draft(sequence: 6, on: day)],
            poll: "", recordedAt: Books.instant)
        return books
    }

    private static func texts(_ entry: Entry) -> [EntryColumn: String] {
        Dictionary(
            EntryColumn.allCases.map { ($0, entry.text($0)) }, uniquingKeysWith: { $1 })
    }

    private static func read(_ entries: [[EntryColumn: String]]) throws -> ChainImport {
        var chains = ChainImport()
        for texts in entries { _ = try chains.read(EntryText(texts)) }
        return chains
    }

    private static func refusal(_ entries: [[EntryColumn: String]]) -> String {
        do {
            _ = try read(entries)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test("what was written comes back: chain, posted keys, products")
    func roundTrip() throws {
        let books = try books()
        var chains = ChainImport()
        let entries = try books.entries.map { try chains.read(EntryText(Self.texts($0))) }
        #expect(entries == books.entries)
        #expect(chains.heads == ["acme": books.head])
        #expect(chains.products(of: "acme") == ["a/b%c", "kit"])
        #expect(chains.posted == books.posted.sorted { $0.key < $1.key })
        #expect(books.findings(posted: chains.posted).isEmpty)
    }

    @Test("an edit of any column names the entry", arguments: EntryColumn.allCases)
    func edited(_ column: EntryColumn) throws {
        var texts = try books().entries.map(Self.texts)
        switch column {
        case .day: texts[2][column] = "2026-06-09"
        case .kind: texts[2][column] = "opening"
        case .recordedAt: texts[2][column] = "2026-06-01T00:00:00.001Z"
        case .hash: texts[2][column] = texts[1][.hash]
        default: texts[2][column] = column.isNumber ? "9" : (texts[2][column] ?? "") + "x"
        }
        let words = Self.refusal(texts)
        switch column {
        case .organization:
            #expect(words.hasPrefix("entry 3 of acmex follows entry 0: "), "\(words)")
        case .sequence: #expect(words.hasPrefix("entry 9 of acme follows entry 2: "), "\(words)")
        default: #expect(words.hasPrefix("entry 3 of acme was edited"), "\(words)")
        }
    }

    @Test(
        "a text that reads back as another is an edit",
        arguments: [
            (EntryColumn.sequence, "03"), (.sequence, ""), (.revision, "+1"),
            (.credits, "3.2500001"), (.credits, "much"), (.credits, ""), (.day, "2026-6-3"),
            (.recordedAt, "2026-06-01T00:00:00.000Z"), (.recordedAt, "2026-06-01"),
            (.kind, "Usage"), (.quantity, "3.250"),
        ])
    func rewritten(_ column: EntryColumn, _ text: String) throws {
        var texts = try books().entries.map(Self.texts)
        texts[2][column] = text
        #expect(Self.refusal(texts).contains(" of acme was edited"), "\(Self.refusal(texts))")
    }

    @Test("a spreadsheet's way to write the same amount is none")
    func sameAmount() throws {
        var texts = try books().entries.map(Self.texts)
        texts[2][.credits] = "3.250"
        #expect(Self.refusal(texts) == "none")
    }

    @Test("a missing, a repeated and a reordered entry are named")
    func order() throws {
        let texts = try books().entries.map(Self.texts)
        #expect(
            Self.refusal([texts[0]] + texts[2...]).hasPrefix("entry 3 of acme follows entry 1"))
        #expect(
            Self.refusal(Array(texts[...1]) + texts[1...]).hasPrefix(
                "entry 2 of acme follows entry 2"))
        #expect(
            Self.refusal([texts[1], texts[0]]).hasPrefix("entry 2 of acme follows entry 0"))
    }

    @Test("the source of a posted key is that of its text")
    func sources() {
        for source in ["meter", "a/b", "50%", "%2F", "%25/", ""] {
            let key = ReadingKey(
                source: source, organization: "o", product: "p", unit: "u",
                day: CalendarDay(daysSinceEpoch: 1))
            #expect(ReadingKey.source(ofCanonicalText: key.canonicalText) == source)
        }
    }
}
