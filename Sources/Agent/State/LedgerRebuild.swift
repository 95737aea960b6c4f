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
    package static func organization(
        _ configuration: OrganizationConfiguration, from rows: any StoreRows
    ) throws -> RebuiltOrganization {
        let verification = try verify(configuration.id, in: rows)
        var state = OrganizationState(configuration: configuration)
        state.account = verification.account
        state.entryCount = verification.entryCount
        state.handmadeCount = verification.handmadeCount
        state.terms = TermsHistory(records: try rows.terms(of: configuration.id))
        state.mergeProducts(known: try rows.products(of: configuration.id))
        for transition in try rows.transitions(of: configuration.id) { state.note(transition) }
        state.openMonth = try rows.openMonth(of: configuration.id)
        return RebuiltOrganization(state: state, findings: verification.findings)
    }

    /// Recomputes an organization's chain, account and posted keys, and compares.
    package static func verify(
        _ organization: String, in rows: any StoreRows
    ) throws -> LedgerVerification {
        var verification = LedgerVerification(organization: organization)
        var last: Int64 = 0
        while true {
            let page = try rows.entries(of: organization, after: last, limit: pageSize)
            for entry in page { verification.read(entry) }
            guard let final = page.last, page.count == pageSize else { break }
            last = final.sequence
        }
        verification.finish(
            storedHead: try rows.chainHead(of: organization),
            posted: try rows.postedKeys(of: organization, sources: nil, in: nil))
        return verification
    }
}
