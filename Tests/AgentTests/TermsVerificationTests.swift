// The history of the terms against the audit: what was altered, added or removed is named.

import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Verifying the terms")
struct TermsVerificationTests {
    /// What an agent wrote: terms of a new organization, changes by a person, by another file.
    private func store() async throws -> MemoryStore {
        let yaml = TestConfiguration.yaml(organization: ", products: [{id: chat}]")
        let agent = try await TestAgent.start(try TestConfiguration.read(yaml))
        agent.advance("1m")
        let soft = LimitPolicy.soft(allowance: TestAgent.credits("5"))
        try await agent.setLimit(soft, until: "2026-11-20T00:00:00Z")
        try await agent.core.setCap(
            CapChange(
                organization: "acme", product: "chat", cap: TestAgent.credits("12.5"), until: nil,
                actor: "boss", reason: "trial"))
        agent.advance("1m")
        try await agent.core.reload(
            try TestConfiguration.read(
                TestConfiguration.yaml(
                    organization: ", products: [{id: chat}], time_zone: Europe/Berlin, "
                        + "pricing: {currency: EUR, base: 0.010, overage: 0.015}")))
        return agent.store
    }

    /// The findings where a store has other terms than were written.
    private func findings(
        _ change: @Sendable (inout [TermsRecord]) throws -> Void
    ) async throws -> [String] {
        let written = try await store()
        let (audits, terms) = try await written.read { rows in
            (
                try rows.auditLinks(of: "acme", after: 0, limit: 100).map(\.record),
                try rows.terms(of: "acme")
            )
        }
        var altered = terms
        try change(&altered)
        let copy = MemoryStore()
        return try await copy.write { [altered] rows in
            for record in altered { try rows.appendTerms(record) }
            for audit in audits { try rows.appendAudit(audit) }
            return try LedgerRebuild.verifyTerms(of: "acme", in: rows).map(\.description)
        }
    }

    private static func altered(
        _ record: TermsRecord, change: TermsChange? = nil, effectiveFrom: Timestamp? = nil,
        until: Timestamp?, changedBy: String? = nil
    ) -> TermsRecord {
        TermsRecord(
            organization: record.organization, change: change ?? record.change,
            effectiveFrom: effectiveFrom ?? record.effectiveFrom, until: until,
            recordedAt: record.recordedAt, changedBy: changedBy ?? record.changedBy,
            reason: record.reason)
    }

    private static func isRaise(_ record: TermsRecord) -> Bool { record.until != nil }

    @Test("terms that the agent wrote are what the audit tells")
    func whole() async throws {
        let found = try await findings { terms in #expect(terms.count > 5) }
        #expect(found == [])
    }

    @Test("a change that was altered is named, and so is what the audit tells instead")
    func altered() async throws {
        let million = LimitPolicy.soft(allowance: TestAgent.credits("1000000"))
        let changes: [@Sendable (TermsRecord) -> TermsRecord] = [
            { Self.altered($0, change: .policy(million, owner: .api), until: $0.until) },
            { Self.altered($0, until: nil) },
            { Self.altered($0, until: $0.until, changedBy: "somebody") },
        ]
        for change in changes {
            let found = try await findings { terms in
                let index = try #require(terms.firstIndex(where: Self.isRaise))
                terms[index] = change(terms[index])
            }
            #expect(found.count == 2)
            #expect(found.first?.contains("of the terms, acme: limit.changed to soft") == true)
            #expect(found.first?.contains("is not what the audit tells") == true)
            #expect(found.last?.contains("soft, allowance 5 (owned by api), until") == true)
            #expect(found.last?.contains("has no change of the terms") == true)
        }
    }

    @Test("a change that was removed, added, or begins at another time is named")
    func removedOrAdded() async throws {
        let removed = try await findings { $0.removeAll(where: Self.isRaise) }
        #expect(removed.count == 1)
        #expect(removed.first?.contains("altered or removed") == true)
        let added = try await findings { terms in
            terms.append(try #require(terms.first(where: Self.isRaise)))
        }
        #expect(added.count == 1)
        #expect(added.first?.contains("altered or added") == true)
        let moved = try await findings { terms in
            let index = try #require(terms.firstIndex(where: Self.isRaise))
            let later = terms[index].effectiveFrom.adding(milliseconds: 1000)
            terms[index] = Self.altered(
                terms[index], effectiveFrom: later, until: terms[index].until)
        }
        #expect(moved.count == 1)
        #expect(moved.first?.contains("such changes begin when they are made") == true)
    }
}
