// Rows for tests.

import Credits
import Ledger
import Ports

/// Rows that tests vary.
enum Sample {
    static let instant = Timestamp(seconds: 1_780_272_000)

    static func day(_ text: String) throws -> CalendarDay {
        struct NoSuchDay: Error {}
        guard let day = CalendarDay(iso: text) else { throw NoSuchDay() }
        return day
    }

    /// What tests vary in an entry.
    struct Draft {
        var product = "brand-kit"
        var credits: Int64 = 1_000_000
        var day: Int64 = 20_600
        var key = "meter/acme/brand-kit"
        var revision: Int64 = 1
        var note = ""
    }

    /// Entries of drafts behind a head.
    static func entries(
        _ drafts: [Draft], organization: String = "acme", behind head: ChainHead = .empty
    ) -> [Entry] {
        var head = head
        return drafts.map { draft in
            let entry = Entry(
                organization: organization, sequence: head.sequence + 1,
                day: CalendarDay(daysSinceEpoch: draft.day), product: draft.product,
                kind: draft.credits < 0 ? .correction : .usage,
                credits: CreditAmount(microCredits: draft.credits), quantity: "1",
                unit: "credits", rate: "1", source: "meter", key: draft.key,
                revision: draft.revision, poll: "poll-1", recordedAt: instant,
                note: draft.note, previousHash: head.hash, hash: nil)
            head = ChainHead(sequence: entry.sequence, hash: entry.hash)
            return entry
        }
    }

    /// `count` entries of keys of their own.
    static func entries(count: Int64, organization: String = "acme") -> [Entry] {
        entries(
            (1...count).map { Draft(credits: $0, key: "meter/\(organization)/\($0)") },
            organization: organization)
    }

    static func posted(
        key: String, source: String = "meter", organization: String = "acme",
        day: Int64 = 20_600, credits: Int64 = 1_000_000, revision: Int64 = 1
    ) -> PostedKey {
        PostedKey(
            key: key, source: source, organization: organization, product: "brand-kit",
            unit: "credits", day: CalendarDay(daysSinceEpoch: day),
            credits: CreditAmount(microCredits: credits), revision: revision)
    }

    static func poll(_ id: String) -> PollRecord {
        let day = CalendarDay(daysSinceEpoch: 20_600)
        return PollRecord(
            id: id, source: "meter", organization: "acme",
            window: DayWindow(first: day, last: day), startedAt: instant, recordedAt: instant,
            pageCount: 1, rowCount: 1)
    }

    static func terms(
        _ change: TermsChange, organization: String = "acme", until: Timestamp? = nil
    ) -> TermsRecord {
        TermsRecord(
            organization: organization, change: change, effectiveFrom: instant, until: until,
            recordedAt: instant.adding(milliseconds: 1), changedBy: "file", reason: "contract")
    }

    static func notification(
        _ id: String, receiver: String = "team", integrationIndex: Int = 0,
        group: String = "g", due: Int64 = 0, body: [UInt8] = [1, 0, 255]
    ) -> OutboxRow {
        OutboxRow(
            id: id, sequence: 0, receiver: receiver, integration: "webhook",
            integrationIndex: integrationIndex, group: group,
            contentType: "application/json", body: body, createdAt: instant,
            nextAttemptAt: instant.adding(milliseconds: due))
    }

    static func outcome(
        _ row: OutboxRow, _ state: OutboxRow.State, after milliseconds: Int64 = 0,
        error: String = ""
    ) -> OutboxOutcome {
        OutboxOutcome(
            id: row.id, generation: row.generation, state: state,
            nextAttemptAt: instant.adding(milliseconds: milliseconds), error: error,
            at: instant.adding(milliseconds: milliseconds))
    }
}
