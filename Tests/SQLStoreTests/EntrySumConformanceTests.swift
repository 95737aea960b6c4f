// What every store promises about sums of entries.

import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import SQLStore

@Suite("Sums of entries of every store")
struct EntrySumConformanceTests {
    /// Entries of several days, products, kinds and instants.
    private static let entries: [Entry] = {
        var head = ChainHead.empty
        return (1...Int64(23)).map { number in
            let isCorrection = number % 5 == 0
            let entry = Entry(
                organization: "acme", sequence: number,
                day: CalendarDay(daysSinceEpoch: 20_600 + number * 7 % 4),
                product: ["a", "ä", "b"][Int(number % 3)],
                kind: isCorrection ? .correction : .usage,
                credits: CreditAmount(microCredits: isCorrection ? -number : number * 1000),
                quantity: "1", unit: "credits", rate: "1", source: "meter",
                key: "meter/acme/\(number)", revision: 1, poll: "poll-\(number / 6)",
                recordedAt: Sample.instant.adding(milliseconds: number / 3 * 1000), note: "",
                previousHash: head.hash, hash: nil)
            head = ChainHead(sequence: number, hash: entry.hash)
            return entry
        }
    }()

    private static let window = DayWindow(
        first: CalendarDay(daysSinceEpoch: 20_600), last: CalendarDay(daysSinceEpoch: 20_602))
    private static let bounds = EntryBounds(
        lastSequence: 20, knownAt: entries[18].recordedAt, lateFrom: entries[11].recordedAt)

    /// Those that count.
    private static let counting = entries.filter {
        window.contains($0.day) && $0.sequence <= 20 && $0.recordedAt <= entries[18].recordedAt
    }

    private static func name(_ day: CalendarDay, _ product: String, _ kind: EntryKind) -> String {
        "\(day) \(product) \(kind)"
    }

    private static func parts(_ store: any Store, limit: Int) async throws -> [EntrySums] {
        var parts: [EntrySums] = []
        while parts.last?.isLast != true {
            let place = parts.last?.end
            parts.append(
                try await store.read { rows in
                    try rows.entrySums(
                        of: "acme", in: window, after: place, bounds: bounds, limit: limit)
                })
        }
        return parts
    }

    @Test(
        "entries are summed part by part as they would be one by one",
        arguments: StoreKind.allCases)
    func sums(_ kind: StoreKind) async throws {
        let inWindow = Self.entries.count { Self.window.contains($0.day) }
        try await kind.withStore { store throws in
            try await store.write { try $0.append(Self.entries, posted: [], poll: nil) }
            for limit in [1, 4, 100] {
                let parts = try await Self.parts(store, limit: limit)
                let sums = parts.flatMap(\.sums)
                #expect(parts.count == inWindow / limit + 1)
                #expect(
                    parts.map(\.lateCount).reduce(0, +)
                        == Int64(
                            Self.counting.count { $0.recordedAt >= Self.bounds.lateFrom }))
                #expect(sums.map(\.firstSequence).min() == Self.counting.map(\.sequence).min())
                #expect(sums.map(\.lastSequence).max() == Self.counting.map(\.sequence).max())
                let found = sums.reduce(into: [String: Int64]()) {
                    $0[Self.name($1.day, $1.product, $1.kind), default: 0] +=
                        $1.credits.microCredits + $1.count
                }
                let expected = Self.counting.reduce(into: [String: Int64]()) {
                    $0[Self.name($1.day, $1.product, $1.kind), default: 0] +=
                        $1.credits.microCredits + 1
                }
                #expect(found == expected)
            }
            let before = EntryPlace(day: CalendarDay(daysSinceEpoch: 20_500), sequence: 99)
            let whole = try await store.read { rows in
                try rows.entries(of: "acme", in: Self.window, after: before, limit: 100)
            }
            #expect(whole.count == inWindow)
            let none = try await store.read {
                try $0.entrySums(
                    of: "other", in: Self.window, after: nil, bounds: Self.bounds, limit: 5)
            }
            #expect(none == EntrySums(sums: [], lateCount: 0, end: nil, isLast: true))
        }
    }

    @Test("a part is looked up by its place, not read from the window's start")
    func parts() async throws {
        try await withTemporaryDirectory { directory in
            let driver = CountingDriver(
                try SQLiteDriver(
                    path: directory + "/ledger.sqlite", opening: .createIfMissing))
            let store = try await SQLStore.open(driver)
            try await store.write { try $0.append(Self.entries, posted: [], poll: nil) }
            _ = driver.take()
            let place = EntryPlace(day: Self.window.first, sequence: 5)
            _ = try await store.read { rows in
                _ = try rows.entries(of: "acme", in: Self.window, after: place, limit: 2)
                return try rows.entrySums(
                    of: "acme", in: Self.window, after: place, bounds: Self.bounds, limit: 2)
            }
            let texts = driver.take().texts.filter { $0.key.contains("FROM entries") }
            #expect(texts.count == 2)
            for (sql, parameters) in texts {
                let plan = try await driver.transaction(.read) { connection in
                    try connection.execute("EXPLAIN QUERY PLAN " + sql, parameters)
                        .map { try $0.text(3) }
                }
                #expect(
                    plan.contains {
                        $0.contains("entries_by_day (organization=? AND (day,sequence)>(?,?)")
                    }, "\(plan)")
            }
            try await store.close()
        }
    }
}
