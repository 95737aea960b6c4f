// The gate: reasons in their order, staleness, products, and when to ask again.

import AgentConfiguration
import Credits
import Ledger
import Testing

@testable import Agent

@Suite("The gate")
struct LimitGateTests {
    static let now = TestAgent.instant(TestAgent.noon)

    /// An organization in a state of the caller's choice.
    struct Case: Sendable, CustomTestStringConvertible {
        var base = "1000"
        var limit = ""
        var whenStale = "allow"
        var used: String? = "0"
        var lastSuccess: String? = TestAgent.noon
        var product: String?
        var organization = "acme"
        var products = "[{id: chat}, {id: legacy, enabled: false}]"
        var allows: Bool
        var reason: GateReason

        var testDescription: String {
            "\(reason.rawValue), used \(used ?? "unknown") of \(base)\(limit), \(product ?? "-")"
        }
    }

    private func decide(_ test: Case) throws -> GateDecision {
        let configuration = try TestConfiguration.read(
            """
            organizations:
              - id: acme
                base_allocation: \(test.base)
                when_stale: \(test.whenStale)
                products: \(test.products)
                \(test.limit)
            """)
        let organization = try #require(configuration.organizations.first)
        var state = OrganizationState(configuration: organization)
        for record in TermsReconciliation.records(
            for: organization, history: TermsHistory(), now: Self.now.adding(milliseconds: -1))
        {
            state.terms.append(record)
        }
        state.mergeProducts(known: [])
        if let used = test.used, used != "0" {
            try state.account.post(
                TestAgent.credits(used), product: "chat", day: TestAgent.day("2026-11-10"))
            state.entryCount = 1
        }
        let source = SourceState(
            id: "usage", organization: "acme", addedAt: Self.now.adding(milliseconds: -86_400_000),
            lastSuccess: test.lastSuccess.map(TestAgent.instant))
        var snapshot = AgentSnapshot()
        snapshot.organizations = [
            OrganizationSnapshot(
                state: state, sources: [SharedSource(source)], staleAfterMilliseconds: 1_800_000)
        ]
        return LimitGate.decide(
            organization: test.organization, product: test.product, snapshot: snapshot,
            now: Self.now)
    }

    static let soft = "limit: {mode: soft, allowance: 100}"
    static let long = "2026-11-10T11:30:00Z"
    static let almost = "2026-11-10T11:30:00.001Z"

    static let cases: [Case] = [
        Case(organization: "other", allows: false, reason: .unknownOrganization),
        Case(organization: "", allows: false, reason: .unknownOrganization),
        Case(organization: "ACME", allows: false, reason: .unknownOrganization),
        // A disabled product is refused before anything is known or looked at.
        Case(product: "legacy", allows: false, reason: .productDisabled),
        Case(used: "1000", product: "legacy", allows: false, reason: .productDisabled),
        Case(lastSuccess: long, product: "legacy", allows: false, reason: .productDisabled),
        // Hard: at the base.
        Case(used: "999.999999", allows: true, reason: .withinBase),
        Case(used: "1000", allows: false, reason: .limitReached),
        Case(used: "1000", product: "chat", allows: false, reason: .limitReached),
        // An unknown product follows its organization.
        Case(product: "new", allows: true, reason: .withinBase),
        Case(used: "1000", product: "new", allows: false, reason: .limitReached),
        // Soft: the allowance, then the block.
        Case(limit: soft, used: "999.999999", allows: true, reason: .withinBase),
        Case(limit: soft, used: "1000", allows: true, reason: .withinAllowance),
        Case(limit: soft, used: "1099.999999", allows: true, reason: .withinAllowance),
        Case(limit: soft, used: "1100", allows: false, reason: .limitReached),
        // Stale: from exactly stale_after on, by when_stale; never lifts a block.
        Case(used: "1", lastSuccess: almost, allows: true, reason: .withinBase),
        Case(used: "1", lastSuccess: long, allows: true, reason: .usageStale),
        Case(whenStale: "block", used: "1", lastSuccess: long, allows: false, reason: .usageStale),
        Case(used: "1000", lastSuccess: long, allows: false, reason: .limitReached),
        Case(
            whenStale: "block", used: "1000", lastSuccess: long, allows: false,
            reason: .limitReached),
        Case(limit: soft, used: "1050", lastSuccess: long, allows: true, reason: .usageStale),
        // Usage was never known.
        Case(used: nil, lastSuccess: nil, allows: true, reason: .usageStale),
        Case(whenStale: "block", used: nil, lastSuccess: nil, allows: false, reason: .usageStale),
        Case(base: "0", used: nil, lastSuccess: nil, allows: true, reason: .usageStale),
        // A base of 0 is used up from the start; an allowance is not.
        Case(base: "0", allows: false, reason: .limitReached),
        Case(base: "0", limit: soft, allows: true, reason: .withinAllowance),
        Case(base: "0", limit: soft, used: "100", allows: false, reason: .limitReached),
        // No product was ever enabled: nothing used, never stale.
        Case(
            used: nil, lastSuccess: nil, products: "[{id: legacy, enabled: false}]", allows: true,
            reason: .withinBase),
    ]

    @Test("decides in the order of the reasons", arguments: cases)
    func decides(_ test: Case) throws {
        let decision = try decide(test)
        #expect(decision.isAllowed == test.allows)
        #expect(decision.reason == test.reason)
        #expect(decision.organization == test.organization)
        #expect(decision.product == test.product)
        #expect(decision.word == (test.allows ? "allow" : "block"))
    }

    @Test("the reasons are those of the contract, in its order")
    func reasons() {
        #expect(
            GateReason.allCases.map(\.rawValue) == [
                "unknown_organization", "product_disabled", "limit_reached", "usage_stale",
                "within_allowance", "within_base",
            ])
    }

    @Test("says where the organization stands, and whether that is known")
    func standing() throws {
        let known = try decide(
            Case(limit: Self.soft, used: "1050", allows: true, reason: .withinAllowance))
        #expect(known.isUsageKnown)
        #expect(known.standing?.used == TestAgent.credits("1050"))
        #expect(known.standing?.limit == TestAgent.credits("1100"))
        #expect(known.standing?.remaining == TestAgent.credits("50"))
        let unknown = try decide(
            Case(used: nil, lastSuccess: nil, allows: true, reason: .usageStale))
        #expect(!unknown.isUsageKnown)
        let nobody = try decide(
            Case(organization: "x", allows: false, reason: .unknownOrganization))
        #expect(nobody.standing == nil)
        #expect(!nobody.isUsageKnown)
    }

    @Test(
        "a blocked caller may ask again after the smaller of 60 s and the time to the reset",
        arguments: [
            ("2026-11-10T12:00:00Z", 60), ("2026-11-30T23:59:00Z", 60),
            ("2026-11-30T23:59:01Z", 59), ("2026-11-30T23:59:58.001Z", 2),
            ("2026-11-30T23:59:59.999Z", 1),
        ] as [(String, Int64)])
    func retryAfter(_ instant: String, _ seconds: Int64) throws {
        let now = TestAgent.instant(instant)
        let decision = try decide(Case(used: "1000", allows: false, reason: .limitReached))
        #expect(decision.retryAfterSeconds(at: now) == seconds)
        let allowed = try decide(Case(allows: true, reason: .withinBase))
        #expect(allowed.retryAfterSeconds(at: now) == nil)
        let unknown = try decide(
            Case(organization: "x", allows: false, reason: .unknownOrganization))
        #expect(unknown.retryAfterSeconds(at: now) == 60)
    }
}
