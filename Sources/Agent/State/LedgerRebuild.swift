// Rebuilding what is in memory from the ledger, verifying it on the way.

import AgentConfiguration
import Credits
import Ledger
import Ports

/// An organization read back from the ledger.
package struct RebuiltOrganization: Sendable {
    /// Its state.
    package let state: OrganizationState
    /// What is wrong with its chain; empty when it is whole.
    package let findings: [LedgerFinding]
}

/// Reads organizations from the ledger.
package enum LedgerRebuild {
    /// Entries read at a time.
    private static let pageSize = 2000

    /// Rebuilds one organization within a transaction.
    ///
    /// - Parameter count: how many of its newest entries are verified; when it has no more, they
    ///   are compared with all that is stored beside them.
    package static func organization(
        _ configuration: OrganizationConfiguration, from rows: any StoreRows,
        verifyingLast count: Int64
    ) throws -> RebuiltOrganization {
        let head = try rows.chainHead(of: configuration.id)
        let verification =
            try head.sequence <= count
            ? verify(configuration.id, in: rows)
            : verify(configuration.id, behind: head.sequence - count, in: rows)
        var findings = verification.findings
        var state = OrganizationState(configuration: configuration)
        let totals = try rows.dayTotals(of: configuration.id, after: 0)
        do throws(AmountError) {
            for total in totals {
                try state.account.add(total.use, product: total.product, day: total.day)
            }
        } catch {
            findings.append(
                LedgerFinding(
                    organization: configuration.id, sequence: nil,
                    message: "the sums of its days cannot be added: \(error)"))
        }
        state.entryCount = head.sequence
        state.handmadeCount = try rows.handmadeCount(of: configuration.id)
        state.terms = TermsHistory(records: try rows.terms(of: configuration.id))
        state.mergeProducts(known: try rows.products(of: configuration.id))
        for transition in try rows.transitions(of: configuration.id) { state.note(transition) }
        state.openMonth = try rows.openMonth(of: configuration.id)
        return RebuiltOrganization(state: state, findings: findings)
    }

    /// Recomputes the end of an organization's chain, from an entry on.
    private static func verify(
        _ organization: String, behind sequence: Int64, in rows: any StoreRows
    ) throws -> LedgerVerification {
        let first = try rows.entries(of: organization, after: sequence, limit: 1).first
        var verification = LedgerVerification(
            organization: organization,
            behind: ChainHead(
                sequence: sequence, hash: first?.previousHash ?? ChainHead.empty.hash))
        try read(organization, after: sequence, in: rows, into: &verification)
        verification.finish(storedHead: try rows.chainHead(of: organization))
        return verification
    }

    /// Recomputes the chain of changes that people made to an organization, or, for the empty
    /// identifier, to none.
    package static func verifyAudit(
        of organization: String, in rows: any StoreRows
    ) throws -> [LedgerFinding] {
        var verification = AuditVerification(organization: organization)
        try forEachAuditLink(of: organization, in: rows) { verification.read($0) }
        verification.finish(stored: try rows.auditHead(of: organization))
        return verification.findings
    }

    /// Reads an organization's audit from its beginning.
    static func forEachAuditLink(
        of organization: String, in rows: any StoreRows, _ body: (AuditLink) -> Void
    ) throws {
        var last: Int64 = 0
        while true {
            let page = try rows.auditLinks(of: organization, after: last, limit: pageSize)
            for link in page { body(link) }
            guard let final = page.last, page.count == pageSize else { return }
            last = final.number
        }
    }

    /// Recomputes an organization's chain, account and posted keys, and compares.
    package static func verify(
        _ organization: String, in rows: any StoreRows
    ) throws -> LedgerVerification {
        var verification = LedgerVerification(organization: organization)
        try read(organization, after: 0, in: rows, into: &verification)
        verification.finish(
            storedHead: try rows.chainHead(of: organization),
            posted: try rows.postedKeys(of: organization, sources: nil, in: nil),
            totals: try rows.dayTotals(of: organization, after: 0))
        return verification
    }

    private static func read(
        _ organization: String, after sequence: Int64, in rows: any StoreRows,
        into verification: inout LedgerVerification
    ) throws {
        var last = sequence
        while true {
            let page = try rows.entries(of: organization, after: last, limit: pageSize)
            for entry in page { verification.read(entry) }
            guard let final = page.last, page.count == pageSize else { return }
            last = final.sequence
        }
    }
}
