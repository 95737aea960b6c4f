// What every store promises about entries and what is posted.

import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@Suite("Ledger rows of every store")
struct LedgerRowsConformanceTests {
    @Test("a key of an adjustment names its entry, once", arguments: StoreKind.allCases)
    func adjustmentKeys(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.putAdjustment(key: "k é", of: "acme", sequence: 7)
                try rows.putAdjustment(key: "k é", of: "other", sequence: 8)
            }
            try await store.read { rows throws in
                #expect(try rows.adjustment(key: "k é", of: "acme") == 7)
                #expect(try rows.adjustment(key: "k é", of: "other") == 8)
                #expect(try rows.adjustment(key: "k e", of: "acme") == nil)
            }
            await #expect(throws: StoreError.self) {
                try await store.write {
                    try $0.putAdjustment(key: "k é", of: "acme", sequence: 9)
                }
            }
        }
    }

    @Test(
        "entries come back as they were written, in order and by pages",
        arguments: StoreKind.allCases)
    func entriesRoundTrip(_ kind: StoreKind) async throws {
        let entries = Sample.entries([
            Sample.Draft(
                product: "ünïcödé 🧮 \u{65E5}", credits: .max, key: "a/%2F/\"'", note: "a\nb\t'\"$1?"
            ),
            Sample.Draft(credits: .min, day: -719_162, key: "b", revision: .max),
            Sample.Draft(credits: -1, day: 2_932_896, key: "", revision: 1),
            Sample.Draft(credits: 1, day: 0, key: "", revision: 1),
        ])
        try await kind.withStore { store throws in
            try await store.write { try $0.append(entries, posted: [], poll: nil) }
            try await store.read { rows throws in
                #expect(try rows.entries(of: "acme", after: 0, limit: 10) == entries)
                #expect(try rows.entries(of: "acme", after: 0, limit: 1) == [entries[0]])
                #expect(try rows.entries(of: "acme", after: 2, limit: 10) == Array(entries[2...]))
                #expect(try rows.entries(of: "acme", after: 4, limit: 10).isEmpty)
                #expect(try rows.entries(of: "acme", after: 0, limit: -1).isEmpty)
                #expect(try rows.entries(of: "other", after: 0, limit: 10).isEmpty)
                #expect(
                    try rows.chainHead(of: "acme")
                        == ChainHead(sequence: 4, hash: entries[3].hash))
            }
        }
    }

    @Test("entries of a window come by day and sequence, by pages", arguments: StoreKind.allCases)
    func entriesByDay(_ kind: StoreKind) async throws {
        let days: [Int64] = [20_600, 20_602, 20_601, 20_602, 20_603, 20_600]
        let entries = Sample.entries(
            days.enumerated().map { Sample.Draft(day: $1, key: "meter/\($0)") })
        let window = DayWindow(
            first: CalendarDay(daysSinceEpoch: 20_600), last: CalendarDay(daysSinceEpoch: 20_602))
        try await kind.withStore { store throws in
            try await store.write { try $0.append(entries, posted: [], poll: nil) }
            try await store.read { rows throws in
                func sequences(_ place: EntryPlace?, _ limit: Int) throws -> [Int64] {
                    try rows.entries(of: "acme", in: window, after: place, limit: limit)
                        .map(\.sequence)
                }
                #expect(try sequences(nil, 10) == [1, 6, 3, 2, 4])
                #expect(try sequences(nil, 2) == [1, 6])
                #expect(try sequences(EntryPlace(of: entries[5]), 2) == [3, 2])
                #expect(try sequences(EntryPlace(of: entries[1]), 2) == [4])
                #expect(try sequences(EntryPlace(of: entries[3]), 2) == [])
                #expect(try sequences(nil, -1) == [])
                #expect(
                    try rows.entries(of: "zeta", in: window, after: nil, limit: 10).isEmpty)
            }
        }
    }

    @Test("organizations have chains of their own", arguments: StoreKind.allCases)
    func separateChains(_ kind: StoreKind) async throws {
        let first = Sample.entries(count: 2, organization: "acme")
        let second = Sample.entries(count: 3, organization: "zeta")
        try await kind.withStore { store throws in
            try await store.write { try $0.append(first + second, posted: [], poll: nil) }
            try await store.read { rows throws in
                #expect(try rows.chainHead(of: "acme").sequence == 2)
                #expect(try rows.chainHead(of: "zeta").sequence == 3)
                #expect(try rows.organizationIdentifiers() == ["acme", "zeta"])
            }
        }
    }

    /// Batches that do not continue a ledger of two entries.
    enum Break: CaseIterable, Sendable {
        case gap, again, wrongHash, reordered, emptyLedger

        func batch(after entries: [Entry]) -> [Entry] {
            let head = ChainHead(sequence: 2, hash: entries[1].hash)
            let drafts = [Sample.Draft(key: "x"), Sample.Draft(key: "y")]
            let next = Sample.entries(drafts, behind: head)
            switch self {
            case .gap: return [next[1]]
            case .again: return [entries[1]]
            case .wrongHash:
                return Sample.entries(drafts, behind: ChainHead(sequence: 2, hash: entries[0].hash))
            case .reordered: return [next[1], next[0]]
            case .emptyLedger: return Sample.entries(drafts)
            }
        }
    }

    @Test(
        "entries that do not continue the chain are refused whole",
        arguments: StoreKind.allCases, Break.allCases)
    func refusesBrokenChain(_ kind: StoreKind, _ broken: Break) async throws {
        let entries = Sample.entries(count: 2)
        try await kind.withStore { store throws in
            try await store.write { try $0.append(entries, posted: [], poll: nil) }
            await #expect {
                try await store.write { rows in
                    try rows.append(
                        broken.batch(after: entries), posted: [Sample.posted(key: "x")],
                        poll: Sample.poll("p"))
                }
            } throws: { error in
                "\(error)".contains("does not continue the ledger")
            }
            try await store.read { rows throws in
                #expect(try rows.entries(of: "acme", after: 0, limit: 10) == entries)
                #expect(try rows.chainHead(of: "acme").hash == entries[1].hash)
                #expect(try rows.postedKeys(of: "acme", sources: nil, in: nil).isEmpty)
            }
        }
    }

    @Test(
        "a batch that breaks off is not kept in part when the body swallows the error",
        arguments: StoreKind.allCases)
    func swallowedBreak(_ kind: StoreKind) async throws {
        let entries = Sample.entries(count: 3)
        try await kind.withStore { store throws in
            await #expect(throws: StoreError.self) {
                try await store.write { rows in
                    try? rows.append([entries[0], entries[2]], posted: [], poll: nil)
                }
            }
            try await store.read { rows throws in
                #expect(try rows.entries(of: "acme", after: 0, limit: 10).isEmpty)
                #expect(try rows.chainHead(of: "acme") == .empty)
            }
        }
    }

    @Test("a revision of a key is posted once", arguments: StoreKind.allCases)
    func refusesRepeatedRevision(_ kind: StoreKind) async throws {
        let draft = Sample.Draft(key: "k", revision: 1)
        try await kind.withStore { store throws in
            await #expect(throws: StoreError.self) {
                try await store.write {
                    try $0.append(Sample.entries([draft, draft]), posted: [], poll: nil)
                }
            }
            let head = try await store.read { try $0.chainHead(of: "acme") }
            #expect(head == .empty)
        }
    }

    @Test(
        "posted keys replace those of the same key and are chosen by source and day",
        arguments: StoreKind.allCases)
    func postedKeys(_ kind: StoreKind) async throws {
        let keys = [
            Sample.posted(key: "a", source: "one", day: 10),
            Sample.posted(key: "b", source: "two", day: 11, credits: .min),
            Sample.posted(key: "c", source: "one", day: 12, credits: .max, revision: .max),
        ]
        let other = Sample.posted(key: "d", source: "one", organization: "other", day: 10)
        try await kind.withStore { store throws in
            try await store.write {
                try $0.append([], posted: keys.reversed() + [other], poll: nil)
            }
            let window = DayWindow(
                first: CalendarDay(daysSinceEpoch: 11), last: CalendarDay(daysSinceEpoch: 12))
            let renewed = Sample.posted(key: "b", source: "two", day: 11, credits: 5, revision: 2)
            try await store.read { rows throws in
                #expect(try rows.postedKeys(of: "acme", sources: nil, in: nil) == keys)
                #expect(
                    try rows.postedKeys(of: "acme", sources: ["one"], in: nil)
                        == [keys[0], keys[2]])
                #expect(
                    try rows.postedKeys(of: "acme", sources: ["one", "two"], in: window)
                        == [keys[1], keys[2]])
                #expect(try rows.postedKeys(of: "acme", sources: [], in: nil).isEmpty)
                #expect(try rows.postedKeys(of: "other", sources: nil, in: nil) == [other])
            }
            try await store.write { try $0.append([], posted: [renewed], poll: nil) }
            try await store.read { rows throws in
                #expect(
                    try rows.postedKeys(of: "acme", sources: nil, in: nil)
                        == [keys[0], renewed, keys[2]])
            }
        }
    }

    @Test("texts that differ only in their bytes are different keys", arguments: StoreKind.allCases)
    func bytesDecide(_ kind: StoreKind) async throws {
        let keys = [Sample.posted(key: "e\u{301}"), Sample.posted(key: "\u{E9}")]
        try await kind.withStore { store throws in
            try await store.write { try $0.append([], posted: keys, poll: nil) }
            let found = try await store.read {
                try $0.postedKeys(of: "acme", sources: nil, in: nil)
            }
            #expect(found.map { Array($0.key.utf8) } == keys.map { Array($0.key.utf8) })
        }
    }

    @Test("the last success of a source is replaced", arguments: StoreKind.allCases)
    func sourceSuccesses(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.recordSourceSuccess("a", at: Timestamp(milliseconds: 253_402_300_799_999))
                try rows.recordSourceSuccess("b", at: Sample.instant)
                try rows.recordSourceSuccess("a", at: Timestamp(milliseconds: -5))
            }
            let successes = try await store.read { try $0.sourceSuccesses() }
            #expect(successes == ["a": Timestamp(milliseconds: -5), "b": Sample.instant])
        }
    }
}
