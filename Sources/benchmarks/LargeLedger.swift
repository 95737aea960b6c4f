// A ledger of a year of corrections: many entries, few days and products.

import Agent
import Credits
import Foundation
import Ledger
import Ports
import SQLStore

/// Ten organizations of twenty products, and as many entries as wanted, the last ones today.
struct LargeLedger {
    /// The most entries that are hashed and written at once.
    private static let batch: Int64 = 10_000
    static let organizations = 10
    private static let products: Int64 = 20
    private static let days: Int64 = 365

    let path: String
    let entries: Int64
    let now = SystemWallClock().now()

    /// The configuration file over it; its sources never answer.
    func configuration(rules: String) -> String {
        var text = "ledger: {url: \"sqlite:\(path)\"}\nrule_files: [\"\(rules)\"]\n"
        text += "organizations:\n"
        for index in 0..<Self.organizations {
            text += "  - {id: org-\(index), base_allocation: 1000000}\n"
        }
        text += "sources:\n"
        for index in 0..<Self.organizations {
            text += """
                  - id: usage-\(index)
                    organization: org-\(index)
                    request: {url: "http://127.0.0.1:1/usage"}
                    map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}

                """
        }
        return text
    }

    /// Writes the entries of all organizations.
    func write() async throws {
        let store = try await openSQLiteStore(path: path)
        let count = entries / Int64(Self.organizations)
        for index in 0..<Self.organizations {
            var first: Int64 = 0
            var posted: [String: PostedKey] = [:]
            while first < count {
                let numbers = first..<min(count, first + Self.batch)
                let drafts = try numbers.map { try draft($0, of: count, in: index, &posted) }
                let keys = posted.values.sorted { $0.key < $1.key }
                let start = first
                try await store.write {
                    try append(drafts, from: start, of: count, posted: keys, to: $0)
                }
                posted = posted.filter { $0.value.day == drafts.last?.day }
                first = numbers.upperBound
            }
        }
        try await store.close()
    }

    /// The next correction of a key: day after day, within a day every product in turn.
    private func draft(
        _ number: Int64, of count: Int64, in index: Int, _ posted: inout [String: PostedKey]
    ) throws -> EntryDraft {
        let poll = number - number % Self.products
        let day = ZonedCalendar.utc.day(at: instant(poll, of: count))
        let product = "product-\(number % Self.products)"
        let key = "usage-\(index)|\(product)|\(day)"
        let credits = CreditAmount(microCredits: 1_000 + number % 977)
        let before = posted[key]
        let state = PostedKey(
            key: key, source: "usage-\(index)", organization: "org-\(index)", product: product,
            unit: "credits", day: day,
            credits: try (before?.credits ?? .zero).adding(credits),
            revision: (before?.revision ?? 0) + 1)
        posted[key] = state
        return EntryDraft(
            day: day, product: product, kind: .usage, credits: credits,
            quantity: state.credits.description, unit: "credits", rate: "1",
            source: state.source, key: key, revision: state.revision, note: "")
    }

    /// When an entry was recorded: a year, evenly, up to now.
    private func instant(_ number: Int64, of count: Int64) -> Timestamp {
        let span = Self.days * 86_400_000
        return now.adding(milliseconds: (number + 1 - count) * (span / count))
    }

    /// Appends drafts as polls of all products.
    private func append(
        _ drafts: [EntryDraft], from first: Int64, of count: Int64, posted: [PostedKey],
        to rows: any StoreRows
    ) throws {
        guard let organization = posted.first?.organization else { return }
        var head = try rows.chainHead(of: organization)
        var entries: [Entry] = []
        for start in stride(from: 0, to: drafts.count, by: Int(Self.products)) {
            let poll = drafts[start..<min(drafts.count, start + Int(Self.products))]
            entries += Chain.extend(
                head, organization: organization, drafts: Array(poll), poll: "poll",
                recordedAt: instant(first + Int64(start), of: count))
            head = entries.last.map { ChainHead(sequence: $0.sequence, hash: $0.hash) } ?? head
        }
        try rows.append(entries, posted: posted, poll: nil)
    }

    /// Seconds of processor time of one poll of 20 rows of today, posted by the agent's own step.
    static func secondsPerPoll(at path: String, polls: Int) async throws -> Double {
        let store = try await openSQLiteStore(path: path)
        let seconds = try await Measure.processorSeconds {
            for poll in 0..<polls {
                try await store.write { rows in
                    let today = ZonedCalendar.utc.day(at: SystemWallClock().now())
                    let window = DayWindow(first: today.adding(days: -3), last: today)
                    let known = try rows.postedKeys(
                        of: "org-0", sources: ["usage-0"], in: window)
                    let entries = Chain.extend(
                        try rows.chainHead(of: "org-0"), organization: "org-0",
                        drafts: drafts(of: poll, today), poll: "later-\(poll)",
                        recordedAt: SystemWallClock().now())
                    try rows.append(entries, posted: Array(known.suffix(20)), poll: nil)
                }
            }
        }
        try await store.close()
        return seconds / Double(polls)
    }

    private static func drafts(of poll: Int, _ day: CalendarDay) -> [EntryDraft] {
        (0..<products).map { product in
            EntryDraft(
                day: day, product: "product-\(product)", kind: .usage,
                credits: CreditAmount(microCredits: 1_000), quantity: "1", unit: "credits",
                rate: "1", source: "usage-0", key: "later|\(poll)|\(product)", revision: 1,
                note: "")
        }
    }
}
