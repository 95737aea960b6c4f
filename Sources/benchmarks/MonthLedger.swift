// A ledger with a month of usage, or more.

import Agent
import Credits
import Ledger
import Ports
import SQLStore

/// Two organizations that use credits all month.
struct MonthLedger {
    let path: String
    /// Seconds between two changes of an organization's usage.
    let changeEvery: Int
    let days: Int64

    /// What the ledger has of a day.
    private struct PostedDay {
        var credits = CreditAmount.zero
        var revision: Int64 = 0
    }

    private static let organizations = ["acme", "globex"]
    private static let day: Int64 = 86_400_000

    let end = FixedDay().instant
    var start: Timestamp { end.adding(milliseconds: -days * Self.day) }
    var entryCount: Int { Self.organizations.count * Int(days) * 86_400 / changeEvery }

    private static var configuration: String {
        var text = "query_retention: 30d\norganizations:\n"
        for id in organizations { text += "  - {id: \(id), base_allocation: 500000}\n" }
        text += "sources:\n"
        for id in organizations {
            text += """
                  - id: \(id)-usage
                    organization: \(id)
                    request: {url: "http://127.0.0.1:1/usage"}
                    map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}

                """
        }
        return text
    }

    /// An agent over the ledger at an instant.
    func core(_ store: any Store, at instant: Timestamp) throws -> AgentCore {
        BenchmarkAgent.core(
            try BenchmarkAgent.read(Self.configuration), store: store,
            transport: CannedTransport(body: []), wallClock: FixedDay(instant: instant))
    }

    /// Writes the ledger.
    func write() async throws -> any Store {
        let store = try await openSQLiteStore(path: path)
        // The terms are as old as the usage.
        try await core(store, at: start).start()
        for organization in Self.organizations {
            var head = ChainHead.empty
            var posted: [CalendarDay: PostedDay] = [:]
            for day in 0..<days {
                let entries = try entries(organization, day, &head, &posted)
                let keys = posted.map { key(organization, $0.key, $0.value) }
                    .sorted { $0.day < $1.day }
                try await store.write { try $0.append(entries, posted: keys, poll: nil) }
                posted = posted.filter { $0.key >= ZonedCalendar.utc.day(at: instant(day + 1)) }
            }
        }
        return store
    }

    private func instant(_ day: Int64, _ offset: Int64 = 0) -> Timestamp {
        start.adding(milliseconds: day * Self.day + offset)
    }

    private func key(
        _ organization: String, _ day: CalendarDay, _ state: PostedDay
    ) -> PostedKey {
        PostedKey(
            key: "\(organization)-usage/\(day)", source: "\(organization)-usage",
            organization: organization, product: "assistant", unit: "credits", day: day,
            credits: state.credits, revision: state.revision)
    }

    /// The entries of 24 hours.
    private func entries(
        _ organization: String, _ day: Int64, _ head: inout ChainHead,
        _ posted: inout [CalendarDay: PostedDay]
    ) throws -> [Entry] {
        var entries: [Entry] = []
        // Beside the grid, as answers of sources are.
        for offset in stride(from: Int64(4_321), to: Self.day, by: changeEvery * 1000) {
            let recordedAt = instant(day, offset)
            let ledgerDay = ZonedCalendar.utc.day(at: recordedAt)
            let number = head.sequence + 1
            let text = "\(number * 7919 % 97).\(100_000 + number * 104_729 % 900_000)"
            let credits = try CreditAmount(decimal: text)
            var state = posted[ledgerDay] ?? PostedDay()
            state.credits = try state.credits.adding(credits)
            state.revision += 1
            posted[ledgerDay] = state
            let entry = Entry(
                organization: organization, sequence: number, day: ledgerDay,
                product: "assistant", kind: .usage, credits: credits, quantity: text,
                unit: "credits", rate: "1", source: "\(organization)-usage",
                key: key(organization, ledgerDay, state).key, revision: state.revision, poll: "",
                recordedAt: recordedAt, note: "", previousHash: head.hash, hash: nil)
            entries.append(entry)
            head = ChainHead(sequence: number, hash: entry.hash)
        }
        return entries
    }
}
