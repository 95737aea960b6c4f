// What loading a configuration would change about the terms of a ledger, and from when.

import AgentConfiguration
import Credits
import Ledger
import Ports

/// Looks ahead, for `check`.
package enum TermsForecast {
    /// One line for each change; none for organizations that the ledger does not know.
    package static func lines(
        of configuration: AgentConfiguration, in rows: any StoreRows, at now: Timestamp
    ) throws -> [String] {
        try configuration.organizations.flatMap { organization in
            let history = TermsHistory(records: try rows.terms(of: organization.id))
            guard !history.records.isEmpty else { return [String]() }
            return TermsReconciliation.records(for: organization, history: history, now: now)
                .map { TermsAudit.forecast(of: $0, now: now) }
        }
    }
}
