// All rule groups of the agent, through evaluations, reloads and restarts.
//
// 1. A rule that a reload left unchanged keeps its alerts; nobody is told anything again.
// 2. The firing alerts of a rule that is gone resolve, once.

import PromQL

/// What a reload or a restart changed about alerts.
package struct RuleBookChange: Sendable, Equatable {
    /// Alerts that ended because their rule is gone.
    package fileprivate(set) var transitions: [AlertTransition] = []
    /// Alerts to delete from the storage.
    package fileprivate(set) var removed: [AlertRecord] = []
}

/// An alert with what a notification or an API answer needs of its rule.
package struct ListedAlert: Sendable, Equatable {
    /// The alert.
    package let alert: AlertRecord
    /// The expression of its rule, for links.
    package let expression: String
}

/// The rule groups in force.
package struct RuleBook: Sendable {
    /// In the order of the files and of the groups in them.
    package private(set) var groups: [RuleGroupEvaluator]

    /// No rules.
    package init() {
        groups = []
    }

    /// The rules at the start of the agent, with the alerts that were stored.
    ///
    /// - Returns: the book, and what stored alerts without a rule come to.
    package static func restored(
        files: [RuleFile], engine: PromQLEngine, surroundings: RuleSurroundings,
        records: [AlertRecord], now: Int64
    ) -> (book: RuleBook, change: RuleBookChange) {
        var book = RuleBook()
        book.groups = files.flatMap(\.groups).map {
            RuleGroupEvaluator(
                group: $0, engine: engine, surroundings: surroundings, records: records)
        }
        let known = Set(
            book.groups.flatMap(\.group.rules).filter { $0.alerting != nil }.map(\.identity))
        var change = RuleBookChange()
        for record in records where !known.contains(record.ruleIdentity) {
            change.end(record, expression: "", now: now)
        }
        return (book, change)
    }

    /// Puts other rules in force.
    ///
    /// - Parameter store: gets stale markers for the series of groups that are gone.
    package mutating func reload(
        files: [RuleFile], engine: PromQLEngine, surroundings: RuleSurroundings, now: Int64,
        in store: inout SampleStore
    ) -> RuleBookChange {
        var change = RuleBookChange()
        var former = groups
        var next: [RuleGroupEvaluator] = []
        for group in files.flatMap(\.groups) {
            var evaluator = RuleGroupEvaluator(
                group: group, engine: engine, surroundings: surroundings)
            let match = former.firstIndex {
                $0.group.file == group.file && $0.group.name == group.name
            }
            if let match {
                for (rule, state) in evaluator.adopt(former.remove(at: match)) {
                    change.end(rule, state, now: now)
                }
            }
            next.append(evaluator)
        }
        for gone in former {
            gone.retire(at: now, in: &store)
            for (rule, state) in zip(gone.group.rules, gone.states) {
                change.end(rule, state, now: now)
            }
        }
        groups = next
        return change
    }

    /// Puts stored alerts in the place of the present ones; those of other rules are passed over.
    package mutating func restore(_ records: [AlertRecord]) {
        for index in groups.indices { groups[index].restore(records) }
    }

    /// Evaluates one group.
    ///
    /// - Parameter measure: seconds on a monotonic clock, for the rules' durations.
    package mutating func evaluate(
        group index: Int, at now: Int64, in store: inout SampleStore,
        measure: () -> Double = { 0 }
    ) -> RuleGroupOutcome {
        groups[index].evaluate(at: now, in: &store, measure: measure)
    }

    /// Every alert, inactive ones included, in the order of rules and labels.
    package var alerts: [ListedAlert] {
        groups.flatMap { evaluator in
            zip(evaluator.group.rules, evaluator.states).flatMap { rule, state in
                state.records.map {
                    ListedAlert(alert: $0, expression: rule.expression.text)
                }
            }
        }
    }
}

extension RuleBookChange {
    fileprivate mutating func end(_ rule: Rule, _ state: AlertRuleState, now: Int64) {
        for record in state.records {
            end(record, expression: rule.expression.text, now: now)
        }
    }

    fileprivate mutating func end(_ record: AlertRecord, expression: String, now: Int64) {
        removed.append(record)
        guard record.phase == .firing else { return }
        var alert = record
        alert.phase = .inactive
        alert.resolvedAt = now
        transitions.append(
            AlertTransition(kind: .resolved, alert: alert, expression: expression))
    }
}
