// Entries made by hand: their place beside those of sources, and what verification demands.

import Credits
import Ledger
import Testing

@Suite("Entries made by hand")
struct AdjustmentTests {
    private func adjustment(
        _ credits: String, isOpening: Bool = false
    ) throws -> Adjustment {
        Adjustment(
            organization: "acme", product: "kit", day: nil,
            credits: try CreditAmount(decimal: credits), isOpening: isOpening,
            actor: "user:root", reason: "goodwill")
    }

    private func adjusted(_ books: Books, _ adjustment: Adjustment) throws -> Books {
        var books = books
        let day = try #require(CalendarDay(iso: "2026-06-02"))
        books.entries += Chain.extend(
            books.head, organization: "acme",
            drafts: [adjustment.draft(sequence: books.head.sequence + 1, on: day)], poll: "",
            recordedAt: Books.instant)
        return books
    }

    private func books() throws -> Books {
        var books = Books()
        _ = try books.post(Poll(readings: "1 kit 1, 2 kit 2"))
        return books
    }

    @Test("an adjustment states its amount, reason and author under a key of its own")
    func entry() throws {
        let books = try adjusted(books(), adjustment("-0.5"))
        let entry = try #require(books.entries.last)
        #expect(entry.kind == .adjustment)
        #expect(entry.credits.description == "-0.5")
        #expect(entry.quantity == "-0.5")
        #expect(entry.note == "user:root: goodwill")
        #expect(entry.key == "/acme/kit/credits/2026-06-02/P1D/adjustment/3")
        #expect(entry.source.isEmpty)
        #expect(entry.revision == 1)
    }

    @Test("polls go on as if there were none, and verification holds")
    func besidePolls() throws {
        var books = try adjusted(books(), adjustment("-0.5"))
        books = try adjusted(books, adjustment("100", isOpening: true))
        #expect(books.findings().isEmpty)
        #expect(try books.post(Poll(readings: "1 kit 1, 2 kit 2")).isEmpty)
        #expect(try books.post(Poll(readings: "2 kit 3")) == ["2 kit usage 1 r2"])
        #expect(books.findings().isEmpty)
        var verification = LedgerVerification(organization: "acme")
        for entry in books.entries { verification.read(entry) }
        #expect(verification.handmadeCount == 2)
        let month = try #require(BillingMonth(iso: "2026-06"))
        #expect(verification.account.used(in: month).description == "103.5")
    }

    @Test("one that counts other than it states is found, and one that repeats a key")
    func forged() throws {
        let books = try adjusted(books(), adjustment("-0.5"))
        let entry = try #require(books.entries.last)
        func forged(sequence: Int64, behind hash: String, quantity: String) -> Entry {
            Entry(
                organization: "acme", sequence: sequence, day: entry.day,
                product: entry.product, kind: entry.kind, credits: entry.credits,
                quantity: quantity, unit: entry.unit, rate: entry.rate, source: entry.source,
                key: entry.key, revision: 1, poll: "", recordedAt: entry.recordedAt,
                note: entry.note, previousHash: hash, hash: nil)
        }
        let other = forged(sequence: 3, behind: entry.previousHash, quantity: "7")
        let again = forged(sequence: 4, behind: other.hash, quantity: "-0.5")
        let findings = books.findings(
            entries: books.entries.dropLast() + [other, again],
            head: ChainHead(sequence: 4, hash: again.hash))
        #expect(
            findings == [
                "acme: entry 3: states 7 but counts -0.5: an entry made by hand counts what it "
                    + "states",
                "acme: entry 4: repeats the key of an entry made by hand: \(entry.key)",
            ])
    }
}
