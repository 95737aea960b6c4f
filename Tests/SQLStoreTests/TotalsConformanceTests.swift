// What every store promises about the sums beside the entries.

import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@Suite("Sums of days in every store")
struct TotalsConformanceTests {
    private static func total(
        _ day: Int64, _ product: String, used: Int64, corrected: Int64
    ) -> DayTotal {
        DayTotal(
            organization: "acme", day: CalendarDay(daysSinceEpoch: day), product: product,
            use: GrossUse(
                used: CreditAmount(microCredits: used),
                corrected: CreditAmount(microCredits: corrected)))
    }

    @Test("entries are added to the sum of their day and product", arguments: StoreKind.allCases)
    func sums(_ kind: StoreKind) async throws {
        let entries = Sample.entries([
            Sample.Draft(product: "b", credits: 5, day: 20_601, key: "1"),
            Sample.Draft(product: "a", credits: 7, day: 20_601, key: "2"),
            Sample.Draft(product: "b", credits: -2, day: 20_601, key: "1", revision: 2),
            Sample.Draft(product: "b", credits: 11, day: 20_600, key: "3"),
        ])
        let more = Sample.entries(
            [Sample.Draft(product: "b", credits: 13, day: 20_601, key: "4")],
            behind: ChainHead(sequence: 4, hash: entries[3].hash))
        let others = Sample.entries(count: 2, organization: "zeta")
        try await kind.withStore { store throws in
            try await store.write { try $0.append(entries + others, posted: [], poll: nil) }
            try await store.write { try $0.append(more, posted: [], poll: nil) }
            try await store.read { rows throws in
                #expect(
                    try rows.dayTotals(of: "acme", after: 0) == [
                        Self.total(20_600, "b", used: 11, corrected: 0),
                        Self.total(20_601, "a", used: 7, corrected: 0),
                        Self.total(20_601, "b", used: 18, corrected: 2),
                    ])
                #expect(try rows.dayTotals(of: "none", after: 0).isEmpty)
                #expect(
                    try rows.dayTotals(of: "acme", after: 2) == [
                        Self.total(20_600, "b", used: 11, corrected: 0),
                        Self.total(20_601, "b", used: 13, corrected: 2),
                    ])
                #expect(try rows.dayTotals(of: "acme", after: 5).isEmpty)
                #expect(try rows.handmadeCount(of: "acme") == 0)
            }
        }
    }

    @Test("a refused batch leaves the sums as they were", arguments: StoreKind.allCases)
    func refused(_ kind: StoreKind) async throws {
        let entries = Sample.entries(count: 2)
        try await kind.withStore { store throws in
            try await store.write { try $0.append(entries, posted: [], poll: nil) }
            let before = try await store.read { try $0.dayTotals(of: "acme", after: 0) }
            await #expect(throws: StoreError.self) {
                try await store.write { try $0.append(entries, posted: [], poll: nil) }
            }
            #expect(try await store.read { try $0.dayTotals(of: "acme", after: 0) } == before)
        }
    }

    @Test("who posted what is known, and whether anything is left", arguments: StoreKind.allCases)
    func posted(_ kind: StoreKind) async throws {
        let keys = [
            Sample.posted(key: "m1", source: "meter", credits: 0),
            Sample.posted(key: "m2", source: "meter", day: 20_601, credits: 0),
            Sample.posted(key: "o1", source: "other", credits: -1),
            Sample.posted(key: "z1", source: "meter", organization: "zeta"),
        ]
        func product(_ source: String, _ organization: String = "acme") -> PostedProduct {
            PostedProduct(organization: organization, source: source, product: "brand-kit")
        }
        let expected = [product("meter"), product("other")]
        try await kind.withStore { store throws in
            try await store.write { try $0.append([], posted: keys, poll: nil) }
            try await store.write { try $0.append([], posted: keys, poll: nil) }
            try await store.read { rows throws in
                #expect(try rows.postedProducts(of: "acme") == expected)
                #expect(try rows.holdsCredits(expected[0]) == false)
                #expect(try rows.holdsCredits(expected[1]))
                #expect(try rows.postedProducts(of: "none").isEmpty)
            }
        }
    }
}
