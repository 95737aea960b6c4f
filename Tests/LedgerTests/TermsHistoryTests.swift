// The terms in force through time.

import Credits
import Ledger
import Testing

@Suite("Terms history")
struct TermsHistoryTests {
    private static func record(
        _ change: TermsChange, from: Int64, until: Int64? = nil
    ) -> TermsRecord {
        TermsRecord(
            organization: "acme", change: change, effectiveFrom: Timestamp(seconds: from),
            until: until.map { Timestamp(seconds: $0) }, recordedAt: Timestamp(seconds: from),
            changedBy: "file")
    }

    private static func soft(_ micro: Int64) -> TermsChange {
        .policy(.soft(allowance: CreditAmount(microCredits: micro)), owner: .api)
    }

    private let history = TermsHistory(records: [
        record(.base(CreditAmount(microCredits: 100)), from: 10),
        record(.policy(.hard, owner: .file), from: 10),
        record(.zone("Europe/Berlin"), from: 50),
        record(soft(5), from: 20),
        record(soft(9), from: 30, until: 40),
        record(.base(CreditAmount(microCredits: 200)), from: 35),
    ])

    @Test(
        "the last record in force counts, part by part",
        arguments: [
            (9, 100, 0, "UTC"), (10, 100, 0, "UTC"), (20, 100, 5, "UTC"), (30, 100, 9, "UTC"),
            (39, 200, 9, "UTC"), (40, 200, 5, "UTC"), (50, 200, 5, "Europe/Berlin"),
        ] as [(Int64, Int64, Int64, String)])
    func terms(_ second: Int64, _ base: Int64, _ allowance: Int64, _ zone: String) {
        let terms = history.terms(at: Timestamp(seconds: second))
        #expect(terms.baseAllocation.microCredits == base)
        #expect(terms.policy.allowance.microCredits == allowance)
        #expect(terms.calendar.identifier == zone)
    }

    @Test(
        "the next change is the next beginning or end",
        arguments: [(0, 10), (10, 20), (30, 35), (35, 40), (40, 50), (50, nil)]
            as [(Int64, Int64?)])
    func nextChange(_ second: Int64, _ next: Int64?) {
        let found = history.nextChange(after: Timestamp(seconds: second))
        #expect(found == next.map { Timestamp(seconds: $0) })
    }

    @Test("changes of the limit are counted without its first record")
    func changeCount() {
        #expect(history.policyChangeCount == 2)
        #expect(TermsHistory().policyChangeCount == 0)
        let record = history.policyRecord(at: Timestamp(seconds: 35))
        #expect(record?.until == Timestamp(seconds: 40))
        #expect(history.policyRecord(at: Timestamp(seconds: 5)) == history.records[1])
    }
}
