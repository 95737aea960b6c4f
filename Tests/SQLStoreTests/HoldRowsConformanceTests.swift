// What every store promises about holds.

import Credits
import Ledger
import Ports
import Testing

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

    @Test("counting holds come page by page until they are reported", arguments: StoreKind.allCases)
    func counting(_ kind: StoreKind) async throws {
        let open = ["d", "a"].map { Self.hold($0) }
        let settled = [("b", 10), ("c", 20)].map { id, at in
            Self.hold(id).ended(.settled(.zero), at: Self.at(Int64(at)))
        }
        let others = [
            Self.hold("x").ended(.expired, at: Self.at(1)),
            Self.hold("y", product: "p").ended(.settled(.zero), at: Self.at(5)),
            Self.hold("z", organization: "o").ended(.settled(.zero), at: Self.at(5)),
        ]
        try await kind.withStore { store throws in
            try await store.write { rows in
                for hold in open + settled + others { try rows.putHold(hold) }
            }
            func page(_ after: String) async throws -> [String] {
                try await store.read { try $0.countingHolds(after: after, limit: 3).map(\.id) }
            }
            #expect(try await page("") == ["a", "b", "c"])
            #expect(try await page("c") == ["d", "y", "z"])
            try await store.write {
                try $0.releaseHolds(
                    HoldRelease(
                        organization: "acme", product: "größe 🧮", settledBefore: Self.at(20)))
            }
            #expect(try await page("") == ["a", "c", "d"])
            #expect(try await page("d") == ["y", "z"])
            let reported = try await store.read { try $0.hold(id: "b") }
            #expect(reported?.state == .reported && reported?.endedAt == Self.at(10))
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
