// What everybody reads: immutable, published after each commit.
//
// 1. A reader sees one consistent state: organizations, sources and counters of one moment.
// 2. What depends on the time (standing, staleness, days until reset) is computed from the
//    snapshot and the reader's own reading of the clock, so it never lags a reset.

import AgentConfiguration
import Alerting
import Credits
import Ledger
import Synchronization

/// One organization, as readers see it.
package struct OrganizationSnapshot: Sendable {
    /// Its state after the last commit.
    package let state: OrganizationState
    /// Its sources, sorted by identifier.
    package let sources: [SharedSource]
    /// Milliseconds without success after which usage is unknown.
    package let staleAfterMilliseconds: Int64

    /// Stable identifier.
    package var id: String { state.configuration.id }

    /// Products sorted by identifier.
    package var products: [ProductState] {
        state.products.values.sorted { $0.id < $1.id }
    }

    /// Whether nothing can be reported for it: it has used 0 and is never stale.
    package var isWithoutUsage: Bool {
        sources.isEmpty || state.hasOnlyProductsNeverEnabled
    }

    /// Whether usage was ever known: without it the usage families are absent.
    package var hasKnownUsage: Bool {
        isWithoutUsage || state.entryCount > state.handmadeCount
            || sources.contains { $0.state.lastSuccess != nil }
    }

    /// The next instant after `now` at which it becomes stale if nothing is heard until then.
    func nextStaleness(after now: Timestamp) -> Timestamp? {
        sources.map { source in
            (source.state.lastSuccess ?? source.state.addedAt)
                .adding(milliseconds: staleAfterMilliseconds)
        }.filter { $0 > now }.min()
    }

    /// Whether usage is unknown at an instant.
    package func isStale(at now: Timestamp) -> Bool {
        if isWithoutUsage { return false }
        if !hasKnownUsage { return true }
        return sources.contains { source in
            let reference = source.state.lastSuccess ?? source.state.addedAt
            return now.milliseconds - reference.milliseconds >= staleAfterMilliseconds
        }
    }

    /// Where it stands.
    package func standing(at now: Timestamp) -> Standing {
        state.standing(at: now)
    }
}

/// The agent's state after a commit.
package struct AgentSnapshot: Sendable {
    /// Organizations, sorted by identifier.
    package var organizations: [OrganizationSnapshot] = []
    /// What the holds of organizations come to; those without any are left out.
    package var holds: [String: HeldCredits] = [:]
    /// Every source, sorted by identifier.
    package var sources: [SharedSource] = []
    /// Active alerts by organization, name and state.
    package var alerts: [AlertCount] = []
    /// What is not told while it lasts.
    package var silences = SilenceBook()
    /// Rule groups, in the order of the files.
    package var ruleGroups: [RuleGroupStatus] = []
    /// Whether the accounts are rebuilt and the agent may answer.
    package var isReady = false
    /// Whether the last reload succeeded.
    package var lastReloadSucceeded = true
    /// When the configuration in force was loaded.
    package var lastReloadSuccess: Timestamp?

    /// A snapshot before anything was loaded.
    package init() {}

    /// The organization of an identifier.
    package func organization(_ id: String) -> OrganizationSnapshot? {
        var (low, high) = (0, organizations.count)
        while low < high {
            let middle = (low + high) / 2
            if organizations[middle].id < id { low = middle + 1 } else { high = middle }
        }
        guard low < organizations.count, organizations[low].id == id else { return nil }
        return organizations[low]
    }
}

/// How many alerts of a name are in a state.
package struct AlertCount: Sendable, Hashable {
    /// Identifier of the organization; empty for alerts about the agent.
    package let organization: String
    /// Name of the alert.
    package let name: String
    /// `pending` or `firing`.
    package let state: String
    /// How many.
    package let count: Int64
}

/// What is known of a rule group's evaluations.
package struct RuleGroupStatus: Sendable, Hashable {
    /// `file;group`.
    package let name: String
    /// Rule evaluations since the start.
    package var evaluations: Int64 = 0
    /// Failed ones.
    package var failures: Int64 = 0
    /// Duration of the last evaluation in seconds.
    package var lastDurationSeconds: Double = 0
    /// Selectors of the group that no series of the agent can match.
    package var unmatchedSelectors: Int64 = 0
}

/// Where the current snapshot is found.
package final class SnapshotBox: Sendable {
    private let current = Mutex(AgentSnapshot())
    private let publications = Atomic<UInt64>(0)

    /// A box with an empty snapshot.
    package init() {}

    /// The current snapshot.
    package var value: AgentSnapshot {
        current.withLock { $0 }
    }

    /// How often something was published. Who reads the same number twice, and the state in
    /// between, has read the last one that there was the second time.
    package var publicationCount: UInt64 {
        publications.load(ordering: .acquiring)
    }

    /// Publishes the same state with other holds.
    func publish(holds: [String: HeldCredits]) {
        current.withLock { $0.holds = holds }
        publications.add(1, ordering: .releasing)
    }

    /// Publishes a new snapshot.
    package func publish(_ snapshot: AgentSnapshot) {
        current.withLock { $0 = snapshot }
        publications.add(1, ordering: .releasing)
    }
}
