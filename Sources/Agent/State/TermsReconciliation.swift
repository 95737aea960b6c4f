// What the configuration file changes about the terms that the ledger holds.
//
// 1. Base and limit act at once; pricing and zone from the next 1st.
// 2. A file that names a limit owns it; one that does not leaves the policy in force and hands it
//    to command line and API. The same holds for the cap of each product.

import AgentConfiguration
import Credits
import Ledger

/// Compares a configuration with the recorded terms.
package enum TermsReconciliation {
    /// The records that the configuration calls for, in the order to be written.
    package static func records(
        for configuration: OrganizationConfiguration, history: TermsHistory, now: Timestamp
    ) -> [TermsRecord] {
        let current = history.terms(at: now)
        let isNew = history.records.isEmpty
        var changes: [(TermsChange, Timestamp)] = []
        if isNew || configuration.baseAllocation != current.baseAllocation {
            changes.append((.base(configuration.baseAllocation), now))
        }
        if let policy = policyChange(for: configuration, history: history, now: now) {
            changes.append((policy, now))
        }
        for change in capChanges(for: configuration, history: history, now: now) {
            changes.append((change, now))
        }
        let later = isNew ? now : nextReset(configuration, current: current, now: now)
        // Compare with what will be in force once all pending changes have come, so that none is
        // repeated and one that was taken back does not come after all.
        let upcoming = history.terms(at: max(later, history.lastBeginning ?? later))
        if isNew || configuration.calendar.identifier != upcoming.calendar.identifier {
            changes.append((.zone(configuration.calendar.identifier), later))
        }
        if configuration.pricing != upcoming.pricing {
            changes.append((.pricing(configuration.pricing), later))
        }
        return changes.map { change, effectiveFrom in
            TermsRecord(
                organization: configuration.id, change: change, effectiveFrom: effectiveFrom,
                recordedAt: now, changedBy: "file", reason: "configuration")
        }
    }

    private static func capChanges(
        for configuration: OrganizationConfiguration, history: TermsHistory, now: Timestamp
    ) -> [TermsChange] {
        let current = history.terms(at: now).caps
        return configuration.products.sorted { $0.id < $1.id }.compactMap { product in
            guard let cap = product.cap else { return nil }
            // What ends by itself would give way to something else than the file says.
            let isLasting = history.capRecord(of: product.id, at: now)?.until == nil
            guard current[product.id] != cap || !isLasting else { return nil }
            return .cap(cap, product: product.id)
        }
    }

    private static func policyChange(
        for configuration: OrganizationConfiguration, history: TermsHistory, now: Timestamp
    ) -> TermsChange? {
        guard history.policyRecord(at: now) != nil else {
            return configuration.limit.map { .policy($0, owner: .file) }
                ?? .policy(.hard, owner: .api)
        }
        let current = history.terms(at: now)
        guard let wanted = configuration.limit else {
            return current.owner == .file ? .policy(current.policy, owner: .api) : nil
        }
        let isInForce = current.policy == wanted && current.owner == .file
        return isInForce ? nil : .policy(wanted, owner: .file)
    }

    /// The first instant of the next month in both the old zone and the new one.
    private static func nextReset(
        _ configuration: OrganizationConfiguration, current: Terms, now: Timestamp
    ) -> Timestamp {
        let month = current.calendar.month(at: now).next
        return max(current.calendar.start(of: month), configuration.calendar.start(of: month))
    }
}
