// What every store promises about holds.

import Credits
import Ledger
import Ports
import Testing

@testable import SQLStore

@Suite("Hold rows of every store")
struct HoldRowsConformanceTests {
    private static func hold(
        _ id: String, organization: String = "acme", product: String = "größe 🧮",
        key: String? = nil, credits: Int64 = 1_500_001, at: Int64 = 1000
    ) -> Hold {
        Hold(
            id: id,
            request: HoldRequest(
                organization: organization, product: product,
                credits: CreditAmount(microCredits: credits), timeToLive: 60_000, key: key,
                actor: "gate"),
            createdAt: Timestamp(milliseconds: at))
    }

    private static func at(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds)
    }

    @Test("holds come back exactly, by identifier and by key", arguments: StoreKind.allCases)
    func exactness(_ kind: StoreKind) async throws {
        let made = Self.hold("a", key: "k\"1")
        let settled = made.ended(.settled(CreditAmount(microCredits: .max)), at: Self.at(2000))
        let bare = Self.hold("b").ended(.voided, at: Self.at(3000))
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.putHold(made)
                try rows.putHold(bare)
            }
            #expect(try await store.read { try $0.hold(id: "a") } == made)
            try await store.write { try $0.putHold(settled) }
            #expect(try await store.read { try $0.hold(key: "k\"1") } == settled)
            #expect(try await store.read { try $0.hold(id: "b") } == bare)
            #expect(try await store.read { try $0.hold(id: "c") } == nil)
            #expect(try await store.read { try $0.hold(key: "b") } == nil)
        }
    }

    @Test("a key belongs to one hold; many have none", arguments: StoreKind.allCases)
    func keys(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.putHold(Self.hold("a", key: "k"))
                try rows.putHold(Self.hold("b"))
                try rows.putHold(Self.hold("c"))
            }
            await #expect(throws: StoreError.self) {
                try await store.write { rows in
                    try rows.putHold(Self.hold("d"))
                    try rows.putHold(Self.hold("e", key: "k"))
                }
            }
            #expect(try await store.read { try $0.hold(id: "d") } == nil)
        }
    }

    @Test(
        "settled holds are marked as reported a part at a time, those of one product and time",
        arguments: StoreKind.allCases)
    func releasing(_ kind: StoreKind) async throws {
        let own = [("b", 10), ("e", 10), ("a", 11), ("d", 19), ("c", 20), ("f", 9)]
        let settled =
            own.map { id, at in Self.hold(id).ended(.settled(.zero), at: Self.at(Int64(at))) }
            + [
                Self.hold("x").ended(.expired, at: Self.at(12)),
                Self.hold("y", product: "p").ended(.settled(.zero), at: Self.at(12)),
                Self.hold("w", product: "other").ended(.settled(.zero), at: Self.at(15)),
                Self.hold("z", organization: "o").ended(.settled(.zero), at: Self.at(10)),
            ]
        try await kind.withStore { store throws in
            try await store.write { rows in
                for hold in settled + [Self.hold("open", at: 10)] { try rows.putHold(hold) }
            }
            func states(_ state: HoldState) async throws -> [String] {
                try await store.read { try $0.holds(in: state, after: nil, limit: 99) }.map(\.id)
            }
            var release: HoldRelease? = HoldRelease(
                organization: "acme", products: ["größe 🧮", "other"],
                settled: Self.at(10)..<Self.at(20))
            var parts: [Int] = []
            for marked in [
                ["b", "e"], ["b", "e", "a"], ["b", "e", "a", "w"], ["b", "e", "a", "w", "d"],
            ] {
                let next = try #require(release)
                let part = try await store.write { try $0.releaseHolds(next, limit: 2) }
                parts.append(part.examined)
                #expect(try await states(.reported) == marked)
                release = part.rest
            }
            // b e, z a, y w, d.
            #expect(parts == [2, 2, 2, 1] && release == nil)
            #expect(try await states(.settled) == ["f", "z", "y", "c"])
            #expect(try await states(.held) == ["open"])
            let reported = try await store.read { try $0.hold(id: "b") }
            #expect(reported?.endedAt == Self.at(10) && reported?.settledCredits == .zero)
        }
    }

    @Test(
        "holds in a state come page by page, in the order of their ends",
        arguments: StoreKind.allCases)
    func inState(_ kind: StoreKind) async throws {
        let open = [("d", 1), ("a", 9), ("b", 5), ("c", 5)].map { Self.hold($0, at: Int64($1)) }
        let voided = [("x", 8), ("y", 7)].map {
            Self.hold($0).ended(.voided, at: Self.at(Int64($1)))
        }
        try await kind.withStore { store throws in
            try await store.write { rows in
                for hold in open + voided { try rows.putHold(hold) }
            }
            func page(_ state: HoldState, _ after: Hold?) async throws -> [String] {
                try await store.read {
                    try $0.holds(in: state, after: after.map { HoldPlace(of: $0) }, limit: 3)
                }.map(\.id)
            }
            #expect(try await page(.held, nil) == ["d", "b", "c"])
            #expect(try await page(.held, open[2]) == ["c", "a"])
            #expect(try await page(.held, open[1]) == [])
            #expect(try await page(.voided, nil) == ["y", "x"])
            #expect(try await page(.expired, nil) == [])
        }
    }

    @Test("no statement about settled holds looks through all of them")
    func indexes() async throws {
        try await withTemporaryDirectory { directory in
            let driver = CountingDriver(
                try SQLiteDriver(path: directory + "/ledger.sqlite", opening: .createIfMissing))
            let store = try await SQLStore.open(driver)
            let place = HoldPlace(dueAt: Self.at(5), id: "x")
            let release = HoldRelease(
                organization: "acme", products: ["größe 🧮"], settled: Self.at(5)..<Self.at(9))
            try await store.write {
                try $0.putHold(Self.hold("a").ended(.settled(.zero), at: Self.at(6)))
            }
            _ = driver.take()
            try await store.write { rows in
                _ = try rows.holds(in: .settled, after: place, limit: 9)
                _ = try rows.releaseHolds(release, limit: 9)
            }
            let texts = driver.take().texts.filter {
                $0.key.contains("FROM holds") || $0.key.contains("UPDATE holds")
            }
            #expect(texts.count == 3)
            for (sql, parameters) in texts {
                let plan = try await driver.transaction(.read) { connection in
                    try connection.execute("EXPLAIN QUERY PLAN " + sql, parameters)
                        .map { try $0.text(3) }
                }
                #expect(
                    plan.contains {
                        $0.contains("holds_by_state (state=? AND due_at>") || $0.contains("(id=?)")
                    },
                    "\(sql)\n\(plan)")
                // Only what is due in one millisecond is sorted.
                #expect(
                    !plan.contains { $0.contains("TEMP B-TREE FOR ORDER BY") }, "\(sql)\n\(plan)")
            }
            try await store.close()
        }
    }

    @Test("what ended long ago is removed, the oldest first", arguments: StoreKind.allCases)
    func dropping(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.putHold(Self.hold("open", at: 0))
                try rows.putHold(Self.hold("unreported").ended(.settled(.zero), at: Self.at(1)))
                for (id, at) in [("third", 3), ("first", 1), ("second", 2), ("young", 9)] {
                    try rows.putHold(
                        Self.hold(id, key: id).ended(.voided, at: Self.at(Int64(at))))
                }
            }
            func drop() async throws -> Int {
                try await store.write { try $0.dropHolds(endedBefore: Self.at(9), limit: 2) }
            }
            #expect(try await drop() == 2)
            #expect(try await store.read { try $0.hold(key: "first") } == nil)
            #expect(try await store.read { try $0.hold(key: "third") } != nil)
            #expect(try await drop() == 1)
            #expect(try await drop() == 0)
            for id in ["open", "unreported", "young"] {
                #expect(try await store.read { try $0.hold(id: id) } != nil)
            }
            // The key is free again.
            try await store.write { try $0.putHold(Self.hold("new", key: "first")) }
        }
    }
}
