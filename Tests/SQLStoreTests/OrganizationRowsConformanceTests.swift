// What every store promises about organizations, terms, blocks and the audit.

import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@Suite("Organization rows of every store")
struct OrganizationRowsConformanceTests {
    @Test(
        "organizations are those with entries, terms or products, sorted by bytes",
        arguments: StoreKind.allCases)
    func identifiers(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.append(Sample.entries(count: 1, organization: "b"), posted: [], poll: nil)
                try rows.appendTerms(Sample.terms(.zone("UTC"), organization: "Z"))
                try rows.putProduct(
                    ProductRecord(organization: "\u{E9}", id: "p", wasEverEnabled: false))
                try rows.putProduct(
                    ProductRecord(organization: "b", id: "p", wasEverEnabled: false))
                try rows.appendAudit(Self.audit(1, organization: "only-audited"))
            }
            #expect(
                try await store.read { try $0.organizationIdentifiers() } == ["Z", "b", "\u{E9}"])
        }
    }

    @Test("products are replaced by identifier and sorted", arguments: StoreKind.allCases)
    func products(_ kind: StoreKind) async throws {
        let products = ["image-studio", "brand-kit", "Zebra"].map {
            ProductRecord(organization: "acme", id: $0, wasEverEnabled: false)
        }
        let enabled = ProductRecord(organization: "acme", id: "brand-kit", wasEverEnabled: true)
        try await kind.withStore { store throws in
            try await store.write { rows in
                for product in products + [enabled] { try rows.putProduct(product) }
            }
            try await store.read { rows throws in
                #expect(try rows.products(of: "acme") == [products[2], enabled, products[0]])
                #expect(try rows.products(of: "other").isEmpty)
            }
        }
    }

    @Test(
        "an instant or a day that reading would refuse is not written",
        arguments: StoreKind.databases)
    func unreadableTimes(_ kind: StoreKind) async throws {
        let beyond = Timestamp(milliseconds: 253_402_300_800_000)
        try await kind.withStore { store throws in
            let changes: [@Sendable (any StoreRows) throws -> Void] = [
                { try $0.appendTerms(Sample.terms(.zone("UTC"), until: beyond)) },
                { try $0.recordSourceSuccess("meter", at: beyond) },
                { try $0.recordCoveredDays([CalendarDay(daysSinceEpoch: 2_932_897)], of: "meter") },
                { try $0.append(Sample.entries([.init(day: 2_932_897)]), posted: [], poll: nil) },
            ]
            for change in changes {
                await #expect {
                    try await store.write { try change($0) }
                } throws: { error in
                    guard case StoreError.failed(let text) = error else { return false }
                    return text.contains("cannot be kept")
                }
            }
            #expect(try await store.read { try $0.organizationIdentifiers() }.isEmpty)
        }
    }

    @Test("every kind of terms comes back as written, in order", arguments: StoreKind.allCases)
    func terms(_ kind: StoreKind) async throws {
        let pricing = Pricing(
            currency: "EUR", base: try ExactDecimal("0.0125"),
            overage: try ExactDecimal("123456789012345678901234567890.5"))
        let soft = LimitPolicy.soft(allowance: CreditAmount(microCredits: .max))
        let records = [
            Sample.terms(.base(CreditAmount(microCredits: .max))),
            Sample.terms(.policy(.hard, owner: .file)),
            Sample.terms(
                .policy(soft, owner: .api), until: Timestamp(milliseconds: 253_402_300_799_999)),
            Sample.terms(.pricing(pricing)),
            Sample.terms(.pricing(nil)),
            Sample.terms(.zone("Australia/Lord_Howe")),
            Sample.terms(.base(.zero)),
        ]
        try await kind.withStore { store throws in
            try await store.write { rows in
                for record in records { try rows.appendTerms(record) }
                try rows.appendTerms(Sample.terms(.zone("UTC"), organization: "other"))
            }
            #expect(try await store.read { try $0.terms(of: "acme") } == records)
        }
    }

    @Test("blocks and resumes keep their order, also at one instant", arguments: StoreKind.allCases)
    func transitions(_ kind: StoreKind) async throws {
        let transitions = (0..<12).map { number in
            LimitTransition(
                organization: "acme", kind: number % 2 == 0 ? .blocked : .resumed,
                at: Sample.instant, cause: "entry \(number)",
                used: CreditAmount(microCredits: .min), limit: CreditAmount(microCredits: .max))
        }
        try await kind.withStore { store throws in
            try await store.write { rows in
                for transition in transitions { try rows.appendTransition(transition) }
            }
            try await store.read { rows throws in
                #expect(try rows.transitions(of: "acme") == transitions)
                #expect(try rows.transitions(of: "other").isEmpty)
                let last = try rows.transitions(of: "acme", before: nil, limit: 5)
                #expect(last.map(\.record) == Array(transitions.reversed().prefix(5)))
                let rest = try rows.transitions(of: "acme", before: last[4].number, limit: 100)
                #expect(rest.map(\.record) == Array(transitions[..<7].reversed()))
                #expect((last + rest).map(\.number) == (1...12).reversed())
                #expect(try rows.transitions(of: "acme", before: 1, limit: 9).isEmpty)
            }
        }
    }

    @Test("audits come newest first", arguments: StoreKind.allCases)
    func audits(_ kind: StoreKind) async throws {
        let audits = (0..<12).map { Self.audit($0) }
        try await kind.withStore { store throws in
            for audit in audits {
                try await store.write { try $0.appendAudit(audit) }
            }
            try await store.read { rows throws in
                #expect(try rows.audits(of: "acme", limit: 100) == audits.reversed())
                #expect(try rows.audits(of: "acme", limit: 2) == [audits[11], audits[10]])
                #expect(try rows.audits(of: "acme", limit: 0).isEmpty)
                let last = try rows.audits(of: "acme", before: nil, limit: 5)
                let rest = try rows.audits(of: "acme", before: last[4].number, limit: 100)
                #expect((last + rest).map(\.record) == audits.reversed())
                #expect(try rows.audits(of: "other", before: nil, limit: 9).isEmpty)
            }
        }
    }

    @Test("changes are chained, organization by organization", arguments: StoreKind.allCases)
    func auditChain(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            #expect(try await store.read { try $0.auditHead(of: "acme") } == AuditHead())
            var head = AuditHead()
            for number in 0..<5 {
                let record = Self.audit(number)
                head = head.adding(record)
                try await store.write { rows in
                    try rows.appendAudit(record)
                    try rows.appendAudit(Self.audit(number, organization: ""))
                }
            }
            try await store.read { [head] rows throws in
                #expect(try rows.auditHead(of: "acme") == head)
                let first = try rows.auditLinks(of: "acme", after: 0, limit: 3)
                let rest = try rows.auditLinks(of: "acme", after: first[2].number, limit: 9)
                #expect((first + rest).map(\.record) == (0..<5).map { Self.audit($0) })
                for (organization, links) in [
                    ("acme", first + rest), ("", try rows.auditLinks(of: "", after: 0, limit: 9)),
                ] {
                    var verification = AuditVerification(organization: organization)
                    for link in links { verification.read(link) }
                    verification.finish(stored: try rows.auditHead(of: organization))
                    #expect(verification.findings.isEmpty)
                }
            }
        }
    }

    private static func audit(_ number: Int, organization: String = "acme") -> AuditRecord {
        AuditRecord(
            at: Sample.instant, organization: organization, actor: "user:naïve",
            action: "limit.changed", before: "hard", after: "soft, \(number)", reason: "")
    }
}
