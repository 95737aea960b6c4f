// What the configuration file changes about the terms that the ledger holds.
//
// 1. Base and limit act at once; pricing and zone from the next 1st.
// 2. A file that names a limit owns it; one that does not leaves the policy in force and hands it
//    to command line and API.

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
        for change in capChanges(for: configuration, current: current) {
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
        for configuration: OrganizationConfiguration, current: Terms
    ) -> [TermsChange] {
        let wanted = Dictionary(
            configuration.products.compactMap { product in product.cap.map { (product.id, $0) } },
            uniquingKeysWith: { first, _ in first })
        return Set(wanted.keys).union(current.caps.keys).sorted()
            .filter { wanted[$0] != current.caps[$0] }
            .map { .cap(wanted[$0], product: $0) }
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
