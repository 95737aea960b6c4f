// The samples behind rules and queries, rebuilt from the ledger at start.
//
// 1. Organizations are read one after the other, so that what has to be written meanwhile waits
//    for one of them at most.
// 2. No rule is judged before its history is there.

import AgentConfiguration
import Credits
import Logging
import Ports
import PromQL
import Synchronization
import UsageSources

/// A history that grows by one organization after the other.
final class HistoryDraft: Sendable {
    private let writer: Mutex<HistoryWriter>
    private let reporting: Set<String>

    /// The history since an instant, without any organization.
    init(_ configuration: AgentConfiguration, since: Timestamp, now: Timestamp) {
        reporting = Set(configuration.sources.map(\.organization))
        writer = Mutex(
            HistoryWriter(
                from: since.milliseconds, before: now.milliseconds,
                interval: configuration.evaluationIntervalMilliseconds,
                scrapeLabels: configuration.scrapeLabels,
                maximumSeries: RuleRunner.maximumSeries))
    }

    /// Adds an organization, within one transaction.
    func add(_ organization: OrganizationConfiguration, from rows: any StoreRows) throws {
        try writer.withLock { writer in
            var course = try OrganizationCourse(
                organization, hasSources: reporting.contains(organization.id), rows: rows)
            try course.write(to: &writer)
        }
    }

    /// All that was added.
    func finish() -> RebuiltHistory {
        writer.withLock { $0.finish() }
    }
}

extension AgentCore {
    /// Rebuilds the samples behind rules and queries from the ledger; call once, after `start`.
    /// Until it ends, no rule is judged; it rings `historyBell`.
    ///
    /// Without them the agent works as well, only its rules begin to remember now.
    package func rebuildHistory() async {
        isHistoryAwaited = true
        let configuration = configuration
        let now = ports.wallClock.now()
        let start = ports.waiter.elapsedNanoseconds()
        do {
            let draft = HistoryDraft(
                configuration,
                since: now.adding(milliseconds: -configuration.queryRetentionMilliseconds),
                now: now)
            for organization in configuration.organizations {
                try Task.checkCancellation()
                try await ports.store.read { try draft.add(organization, from: $0) }
            }
            let history = draft.finish()
            await exclusively {
                rules.adopt(history)
                isHistoryAwaited = false
            }
            logger.info(
                "history rebuilt from the ledger: \(history.samples.seriesCount) series, \(history.samples.sampleCount) samples in \(seconds(since: start)) s",
                source: "rules")
        } catch {
            isHistoryAwaited = false
            if !Task.isCancelled {
                logger.warning(
                    "the history behind the rules could not be rebuilt from the ledger; ranges in rules fill up from now on: \(error)",
                    source: "rules")
            }
        }
        historyBell.ring()
    }
}
