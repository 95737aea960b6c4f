// The samples behind rules and queries, rebuilt from the ledger at start.

import AgentConfiguration
import Credits
import Logging
import Ports
import PromQL
import UsageSources

/// Rebuilds what a running agent would have sampled.
enum HistoryRebuild {
    /// The history of the query retention up to now, within one transaction.
    static func run(
        _ configuration: AgentConfiguration, from rows: any StoreRows, now: Timestamp
    ) throws -> RebuiltHistory {
        try run(
            configuration, from: rows,
            since: now.adding(milliseconds: -configuration.queryRetentionMilliseconds), now: now)
    }

    /// The history since an instant.
    static func run(
        _ configuration: AgentConfiguration, from rows: any StoreRows, since: Timestamp,
        now: Timestamp
    ) throws -> RebuiltHistory {
        let reporting = Set(configuration.sources.map(\.organization))
        var writer = HistoryWriter(
            from: since.milliseconds, before: now.milliseconds,
            interval: configuration.evaluationIntervalMilliseconds,
            scrapeLabels: configuration.scrapeLabels, maximumSeries: RuleRunner.maximumSeries)
        for organization in configuration.organizations {
            var course = try OrganizationCourse(
                organization, hasSources: reporting.contains(organization.id), rows: rows)
            try course.write(to: &writer)
        }
        return writer.finish()
    }
}

extension AgentCore {
    /// Rebuilds the samples behind rules and queries from the ledger; call once, after `start` and
    /// before the first tick.
    ///
    /// Without them the agent works as well, only its rules begin to remember now.
    package func rebuildHistory() async {
        await exclusively {
            let configuration = configuration
            let now = ports.wallClock.now()
            let start = ports.waiter.elapsedNanoseconds()
            do {
                let history = try await ports.store.read { rows in
                    try HistoryRebuild.run(configuration, from: rows, now: now)
                }
                rules.adopt(history)
                logger.info(
                    "history rebuilt from the ledger: \(history.samples.seriesCount) series, \(history.samples.sampleCount) samples in \(seconds(since: start)) s",
                    source: "rules")
            } catch {
                logger.warning(
                    "the history behind the rules could not be rebuilt from the ledger; ranges in rules fill up from now on: \(error)",
                    source: "rules")
            }
        }
    }
}
