// What every store promises about silences.

import Alerting
import Credits
import Ports
import SimulatedPorts
import Testing

@Suite("Silence rows of every store")
struct SilenceRowsConformanceTests {
    private static func silence(
        _ id: String, to end: Int64 = 20, comment: String = "c"
    ) throws -> Silence {
        Silence(
            id: id, matchers: try MatcherParser.parse(#""größe m"="\"ü\n",b!~"c|d.*",e!=f"#),
            startsAt: 10, endsAt: end, updatedAt: 5, createdBy: "alice@example.com",
            comment: comment)
    }

    @Test("silences come back exactly, in order, and are replaced", arguments: StoreKind.allCases)
    func replacement(_ kind: StoreKind) async throws {
        let first = try Self.silence("a", comment: "🧮\n")
        let (former, second) = (try Self.silence("b"), try Self.silence("b", to: 30))
        try await kind.withStore { store throws in
            #expect(try await store.read { try $0.silences() }.isEmpty)
            try await store.write { rows in
                for silence in [former, first, second] { try rows.putSilence(silence) }
            }
            #expect(try await store.read { try $0.silences() } == [first, second])
        }
    }

    @Test("silences are dropped by their end", arguments: StoreKind.allCases)
    func dropping(_ kind: StoreKind) async throws {
        let (old, kept) = (try Self.silence("old", to: 19), try Self.silence("kept", to: 20))
        try await kind.withStore { store throws in
            try await store.write { rows in
                for silence in [old, kept] { try rows.putSilence(silence) }
                try rows.dropSilences(endedBefore: Timestamp(milliseconds: 20))
            }
            #expect(try await store.read { try $0.silences() } == [kept])
        }
    }

    @Test("a silence is written with its audit or not at all", arguments: StoreKind.allCases)
    func atomicity(_ kind: StoreKind) async throws {
        struct Refusal: Error {}
        let silence = try Self.silence("a")
        try await kind.withStore { store throws in
            await #expect(throws: Refusal.self) {
                try await store.write { rows in
                    try rows.putSilence(silence)
                    throw Refusal()
                }
            }
            #expect(try await store.read { try $0.silences() }.isEmpty)
        }
    }
}
