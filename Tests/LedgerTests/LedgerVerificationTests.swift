// Whatever was done to a ledger, verification names it.

import Credits
import Ledger
import Testing

@Suite("Ledger verification")
struct LedgerVerificationTests {
    private func books() throws -> Books {
        var books = Books()
        _ = try books.post(Poll(readings: "1 kit 1, 2 kit 2, 3 kit 3"))
        _ = try books.post(Poll(readings: "1 kit 0.5, 4 kit 4"))
        return books
    }

    @Test("an untouched ledger has no findings and gives the account")
    func untouched() throws {
        let books = try books()
        #expect(books.findings().isEmpty)
        var verification = LedgerVerification(organization: "acme")
        for entry in books.entries { verification.read(entry) }
        #expect(verification.entryCount == 5)
        let month = try #require(BillingMonth(iso: "2026-06"))
        #expect(verification.account.used(in: month).description == "9.5")
        let first = try #require(CalendarDay(iso: "2026-06-01"))
        let use = verification.account.use(product: "kit", on: first)
        #expect(use.used.description == "1")
        #expect(use.corrected.description == "0.5")
    }

    @Test("an empty ledger is fine")
    func empty() {
        #expect(Books().findings().isEmpty)
    }

    /// A change of one field that leaves the hash as it was.
    enum Alteration: CaseIterable, Sendable {
        case credits, day, product, kind, quantity, unit, rate, source, key, revision, poll
        case recordedAt, note

        func apply(to entry: Entry) -> Entry {
            func changed(_ field: Alteration, _ text: String) -> String {
                self == field ? text + "x" : text
            }
            return Entry(
                organization: entry.organization, sequence: entry.sequence,
                day: self == .day ? entry.day.adding(days: 1) : entry.day,
                product: changed(.product, entry.product),
                kind: self == .kind ? .opening : entry.kind,
                credits: self == .credits
                    ? CreditAmount(microCredits: entry.credits.microCredits + 1)
                    : entry.credits,
                quantity: changed(.quantity, entry.quantity), unit: changed(.unit, entry.unit),
                rate: changed(.rate, entry.rate), source: changed(.source, entry.source),
                key: changed(.key, entry.key),
                revision: entry.revision + (self == .revision ? 1 : 0),
                poll: changed(.poll, entry.poll),
                recordedAt: entry.recordedAt.adding(milliseconds: self == .recordedAt ? 1 : 0),
                note: changed(.note, entry.note), previousHash: entry.previousHash,
                hash: entry.hash)
        }
    }

    @Test("an altered field is found at its entry", arguments: Alteration.allCases)
    func altered(_ alteration: Alteration) throws {
        let books = try books()
        var entries = books.entries
        entries[2] = alteration.apply(to: entries[2])
        let findings = books.findings(entries: entries)
        #expect(
            findings.first == "acme: entry 3: was altered: its fields do not give its hash")
    }

    @Test("an entry that was altered and hashed anew breaks the next one")
    func rehashed() throws {
        let books = try books()
        var entries = books.entries
        entries[2] = Alteration.note.apply(to: entries[2]).rehashed
        #expect(
            books.findings(entries: entries)
                == ["acme: entry 4: does not continue the hash of entry 3"])
    }

    @Test("a chain rewritten from an entry on does not reach the stored end")
    func rewritten() throws {
        let books = try books()
        var other = Books()
        _ = try other.post(Poll(readings: "1 kit 1, 2 kit 2, 3 kit 3"))
        _ = try other.post(Poll(readings: "1 kit 0.5, 4 kit 4"))
        other.entries[4] = Alteration.note.apply(to: other.entries[4]).rehashed
        let findings = books.findings(entries: other.entries)
        #expect(findings.count == 1)
        #expect(findings.first?.contains("entries at the end are missing or altered") == true)
    }

    @Test("a missing entry is found where the gap is")
    func missing() throws {
        let books = try books()
        var entries = books.entries
        entries.remove(at: 1)
        let findings = books.findings(entries: entries)
        #expect(
            Array(findings.prefix(2)) == [
                "acme: entry 3: entry 2 before it is missing",
                "acme: entry 3: does not continue the hash of entry 1",
            ])
        #expect(findings.contains { $0.contains("entries sum to 0, posted is 2") })
    }

    @Test("sums of days that are not those of the entries are found")
    func sums() throws {
        let books = try books()
        var verification = LedgerVerification(organization: "acme")
        for entry in books.entries { verification.read(entry) }
        let totals = try DayTotal.sums(of: Array(books.entries.dropLast()))
        verification.finish(storedHead: books.head, posted: books.posted, totals: totals)
        #expect(verification.findings.count == 1)
        let finding = try #require(verification.findings.first?.description)
        #expect(finding.hasPrefix("acme: 2026-06-"))
        #expect(finding.contains("entries sum to"))
    }

    @Test("the end of a chain is verified alone", arguments: [0, 1, 4])
    func end(_ count: Int) throws {
        let books = try books()
        func findings(_ entries: [Entry]) -> [String] {
            let before = books.entries.dropLast(count).last
            var verification = LedgerVerification(
                organization: "acme",
                behind: before.map { ChainHead(sequence: $0.sequence, hash: $0.hash) } ?? .empty)
            for entry in entries { verification.read(entry) }
            verification.finish(storedHead: books.head)
            return verification.findings.map(\.description)
        }
        let tail = Array(books.entries.suffix(count))
        #expect(findings(tail).isEmpty)
        guard count > 0 else { return }
        #expect(findings(Array(tail.dropLast())).count == 1)
        #expect(findings(tail.dropLast() + [Alteration.note.apply(to: tail[count - 1])]).count == 1)
    }

    @Test("entries in another order are found")
    func reordered() throws {
        let books = try books()
        var entries = books.entries
        entries.swapAt(1, 2)
        let findings = books.findings(entries: entries)
        #expect(
            findings.first
                == "acme: entry 3: entry 2 before it is missing")
        #expect(
            findings.contains("acme: entry 2: comes after entry 3: it is repeated or out of order"))
        #expect(findings.count == 6)
    }

    @Test("a repeated entry is found")
    func repeated() throws {
        let books = try books()
        let findings = books.findings(entries: books.entries + [books.entries[4]])
        #expect(
            findings.first
                == "acme: entry 5: comes after entry 5: it is repeated or out of order")
    }

    @Test("entries cut off at the end are found by the stored end", arguments: 0..<5)
    func truncated(_ count: Int) throws {
        let books = try books()
        let findings = books.findings(entries: Array(books.entries.prefix(count)))
        #expect(
            findings.first
                == "acme: the chain ends at entry \(count), its stored end is entry 5: entries "
                + "at the end are missing or altered")
    }

    @Test("a posted value that is not the sum of its entries is found by its key")
    func postedMismatch() throws {
        let books = try books()
        let key = books.posted[0]
        let wrong = PostedKey(
            key: key.key, source: key.source, organization: key.organization,
            product: key.product, unit: key.unit, day: key.day,
            credits: CreditAmount(microCredits: 1), revision: key.revision)
        let posted = [wrong] + books.posted.dropFirst()
        let sum = key.credits
        #expect(
            books.findings(posted: posted)
                == ["acme: key \(key.key): entries sum to \(sum), posted is 0.000001"])
    }

    @Test("a key without its posted value is found, and a posted value without entries")
    func postedMissing() throws {
        let books = try books()
        let missing = books.posted[0]
        #expect(
            books.findings(posted: Array(books.posted.dropFirst()))
                == ["acme: key \(missing.key): has entries but no posted value"])
        let stray = PostedKey(
            key: "stray", source: "meter", organization: "acme", product: "kit",
            unit: "credits", day: missing.day, credits: CreditAmount(microCredits: 5),
            revision: 1)
        #expect(
            books.findings(posted: books.posted + [stray])
                == ["acme: key stray: entries sum to 0, posted is 0.000005"])
    }

    @Test("a sum that does not fit is a finding, not a trap")
    func overflow() {
        var entries: [Entry] = []
        for sequence in 1...2 {
            let credits = CreditAmount(microCredits: .max)
            entries.append(
                Entry(
                    organization: "acme", sequence: Int64(sequence),
                    day: CalendarDay(daysSinceEpoch: 20_605), product: "kit", kind: .usage,
                    credits: credits, quantity: "1", unit: "credits", rate: "1",
                    source: "meter", key: "k", revision: Int64(sequence), poll: "p",
                    recordedAt: Books.instant, note: "",
                    previousHash: entries.last?.hash ?? ChainHead.empty.hash, hash: nil))
        }
        let findings = Books().findings(entries: entries, head: .empty, posted: [])
        #expect(findings.first?.hasPrefix("acme: entry 2: cannot be added: ") == true)
    }

    @Test("findings are bounded")
    func bounded() throws {
        let books = try books()
        let entry = books.entries[0]
        let findings = books.findings(entries: Array(repeating: entry, count: 500))
        #expect(findings.count == 100)
    }
}
