// Replays the ledger through rules: what they would have raised.
//
// 1. The rules are evaluated by the same group evaluator as in a running agent, in every slot of
//    the grid and at each change of the ledger.
// 2. A rule that reads what the ledger does not keep is not judged; the report names it.

import AgentConfiguration
import Alerting
import Credits
import Ports
import PromQL

/// An alert that rules would have raised, from its beginning to its end.
package struct ReplayedAlert: Sendable, Equatable {
    /// The alert's labels, its name among them.
    package let labels: SeriesLabels
    /// When its condition began to hold.
    package let activeAt: Timestamp
    /// Its texts when it fired; else when its condition began to hold.
    package internal(set) var annotations: [LabelPair]
    /// When it fired; nil when it never did.
    package internal(set) var firedAt: Timestamp?
    /// When it resolved, or ceased without having fired; nil while it goes on.
    package internal(set) var endedAt: Timestamp?

    /// The alert's name.
    package var name: String { labels["alertname"] ?? "" }
}

/// What a replay gave.
package struct BacktestReport: Sendable {
    /// When the replay begins.
    package let since: Timestamp
    /// When it ends.
    package let until: Timestamp
    /// How many times rules were evaluated.
    package internal(set) var evaluations = 0
    /// The alerts in the order in which they began.
    package internal(set) var alerts: [ReplayedAlert] = []
    /// Rules that were not judged, and the first name each reads that the ledger does not keep.
    package internal(set) var leftOut: [(rule: String, reads: String)] = []
    /// Rules that failed, with the first error of each.
    package internal(set) var failures: [(rule: String, error: String)] = []
}

/// Replays the ledger through rules.
package struct Backtest {
    private let configuration: AgentConfiguration
    private let history: RebuiltHistory
    private let judged: Set<String>
    private var report: BacktestReport
    /// Alerts that go on, by rule and labels.
    private var open: [Key: Int] = [:]

    private struct Key: Hashable {
        let rule: String
        let labels: SeriesLabels
    }

    /// Replays a configuration's rules over the ledger, within one transaction.
    package static func run(
        _ configuration: AgentConfiguration, from rows: any StoreRows, since: Timestamp,
        now: Timestamp
    ) throws -> BacktestReport {
        // Ranges and subqueries of the first evaluations look back beyond the beginning.
        let draft = HistoryDraft(
            configuration,
            since: since.adding(milliseconds: -configuration.queryRetentionMilliseconds), now: now)
        for organization in configuration.organizations { try draft.add(organization, from: rows) }
        var replay = Backtest(configuration, draft.finish(), since: since, now: now)
        replay.run()
        return replay.report
    }

    private init(
        _ configuration: AgentConfiguration, _ history: RebuiltHistory, since: Timestamp,
        now: Timestamp
    ) {
        self.configuration = configuration
        self.history = history
        report = BacktestReport(since: since, until: now)
        let rules = configuration.ruleFiles.flatMap(\.groups).flatMap(\.rules)
        var known = LedgerFamilies.names.union(["ALERTS", "ALERTS_FOR_STATE"])
        known.formUnion(rules.filter { $0.alerting == nil }.map(\.name))
        var judged: Set<String> = []
        for rule in rules {
            let foreign = Self.names(of: rule.expression).first { !known.contains($0) }
            if let foreign {
                report.leftOut.append((rule.name, foreign))
            } else {
                judged.insert(rule.identity)
            }
        }
        self.judged = judged
    }

    /// The names that an expression selects by.
    private static func names(of expression: PromQLExpression) -> [String] {
        expression.selectors.compactMap { matchers in
            matchers.first { $0.name == SeriesLabels.nameLabel && $0.operation == .equal }?.value
        }
    }

    private mutating func run() {
        let interval = configuration.evaluationIntervalMilliseconds
        var samples = history.samples
        var book = RuleBook.restored(
            files: configuration.ruleFiles, engine: PromQLEngine(),
            surroundings: RuleSurroundings(
                externalLabels: SeriesLabels(configuration.externalLabels)),
            records: [], now: report.since.milliseconds
        ).book
        var lastSlots = [Int64?](repeating: nil, count: book.groups.count)
        for (time, isChange) in times(interval) {
            for index in book.groups.indices {
                let own = book.groups[index].group.interval ?? interval
                let slot = time - (time % own + own) % own
                guard isChange || lastSlots[index].map({ slot > $0 }) ?? true else { continue }
                lastSlots[index] = slot
                take(book.evaluate(group: index, at: time, in: &samples), at: time)
            }
        }
    }

    /// The slots of the grid and the changes of the ledger, in order.
    private func times(_ interval: Int64) -> [(time: Int64, isChange: Bool)] {
        let start = report.since.milliseconds
        let first = start + (interval - (start % interval + interval) % interval) % interval
        var slots = Array(
            stride(from: first, to: report.until.milliseconds, by: Int(interval)))[...]
        var changes = history.changes.filter { $0 >= start }[...]
        var times: [(time: Int64, isChange: Bool)] = []
        while let next = [slots.first, changes.first].compactMap({ $0 }).min() {
            times.append((next, changes.first == next))
            if slots.first == next { slots.removeFirst() }
            if changes.first == next { changes.removeFirst() }
        }
        return times
    }

    private mutating func take(_ outcome: RuleGroupOutcome, at time: Int64) {
        report.evaluations += outcome.rules.count
        for rule in outcome.rules where rule.health == .err && judged.contains(rule.identity) {
            guard !report.failures.contains(where: { $0.rule == rule.name }) else { continue }
            report.failures.append((rule.name, rule.error ?? ""))
        }
        for transition in outcome.transitions
        where judged.contains(transition.alert.ruleIdentity) {
            take(transition, at: Timestamp(milliseconds: time))
        }
    }

    private mutating func take(_ transition: AlertTransition, at time: Timestamp) {
        let alert = transition.alert
        let key = Key(rule: alert.ruleIdentity, labels: alert.labels)
        switch transition.kind {
        case .pending, .firing:
            let index = open[key] ?? begin(alert, key)
            guard transition.kind == .firing else { return }
            report.alerts[index].firedAt = time
            report.alerts[index].annotations = alert.annotations
        case .resolved, .dropped:
            guard let index = open.removeValue(forKey: key) else { return }
            report.alerts[index].endedAt = time
        }
    }

    private mutating func begin(_ alert: AlertRecord, _ key: Key) -> Int {
        let index = report.alerts.count
        report.alerts.append(
            ReplayedAlert(
                labels: alert.labels, activeAt: Timestamp(milliseconds: alert.activeAt),
                annotations: alert.annotations))
        open[key] = index
        return index
    }
}
