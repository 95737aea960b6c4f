// A little ledger for tests: polls in, entries and posted keys out.

import Credits
import Ledger

/// One organization's posted keys and entries, posted poll by poll.
struct Books {
    static let instant = Timestamp(seconds: 1_780_272_000)

    var posted: [PostedKey] = []
    var entries: [Entry] = []
    var absences: Set<String> = []

    /// The end of the chain.
    var head: ChainHead {
        entries.last.map { ChainHead(sequence: $0.sequence, hash: $0.hash) } ?? .empty
    }

    /// The lines that a poll posts, as `day product kind credits rN`.
    mutating func post(_ poll: Poll) throws -> [String] {
        let known = posted.filter { ([poll.source] + poll.replaces).contains($0.source) }
        let plan = try Posting.plan(
            try poll.request(), posted: known, absentBefore: absences)
        absences = plan.unconfirmedAbsences
        for key in plan.posted {
            posted.removeAll { $0.key == key.key }
            posted.append(key)
        }
        entries += Chain.extend(
            head, organization: "acme", drafts: plan.drafts, poll: "poll-1",
            recordedAt: Self.instant)
        return plan.drafts.map { draft in
            "\(draft.day.components.day) \(draft.product) \(draft.kind.rawValue) "
                + "\(draft.credits) r\(draft.revision)"
        }
    }

    /// What verification finds.
    func findings(
        entries: [Entry]? = nil, head: ChainHead? = nil, posted: [PostedKey]? = nil
    ) -> [String] {
        var verification = LedgerVerification(organization: "acme")
        for entry in entries ?? self.entries { verification.read(entry) }
        // Days whose sums do not fit are found by the entries themselves.
        let totals = (try? DayTotal.sums(of: entries ?? self.entries)) ?? []
        verification.finish(
            storedHead: head ?? self.head, posted: posted ?? self.posted, totals: totals)
        return verification.findings.map(\.description)
    }
}

/// A poll of June 2026 as tests write it.
struct Poll: Sendable, CustomStringConvertible {
    /// `day product quantity`, several separated by `, `.
    var readings: String
    var source = "meter"
    var replaces: [String] = []
    var absence = AbsencePolicy.keep
    var disabled: Set<String> = []
    var days: ClosedRange<Int64> = 1...30
    var rate = "1"

    var description: String { "[\(readings)]" }

    /// The request of the poll.
    func request() throws -> PostingRequest {
        struct BadPoll: Error {}
        guard let first = CalendarDay(year: 2026, month: 6, day: days.lowerBound),
            let last = CalendarDay(year: 2026, month: 6, day: days.upperBound)
        else { throw BadPoll() }
        let readings = try readings.split(separator: ", ").map { text in
            let fields = text.split(separator: " ").map(String.init)
            guard fields.count == 3, let number = Int64(fields[0]),
                let day = CalendarDay(year: 2026, month: 6, day: number)
            else { throw BadPoll() }
            return try Reading(
                key: ReadingKey(
                    source: source, organization: "acme", product: fields[1], unit: "credits",
                    day: day),
                quantity: try ExactDecimal(fields[2]), creditsPerUnit: try ExactDecimal(rate))
        }
        return PostingRequest(
            readings: readings, window: DayWindow(first: first, last: last), source: source,
            replaced: replaces, absence: absence, disabledProducts: disabled)
    }
}
