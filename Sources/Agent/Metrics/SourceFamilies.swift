// The families about polls, rules and alerts.

import Credits
import Exposition

/// Builds the families of sources, rule groups and alerts in a snapshot.
struct SourceFamilies {
    private let snapshot: AgentSnapshot

    init(_ snapshot: AgentSnapshot) {
        self.snapshot = snapshot
    }

    private static func labels(_ source: SourceState) -> [Label] {
        [Label("organization", source.organization), Label("source", source.id)]
    }

    private func samples(
        _ value: (SourceState, [Label]) -> MetricSample?
    ) -> [MetricSample] {
        snapshot.sources.compactMap { value($0.state, Self.labels($0.state)) }
    }

    func add(to builder: inout FamilyBuilder) {
        addPolls(to: &builder)
        addFailures(to: &builder)
        addRules(to: &builder)
    }

    private func addPolls(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_source_up", .gauge,
            "1 when the last poll of a source succeeded, 0 when it failed.",
            samples { source, labels in source.isUp.map { .flag(labels, $0) } })
        builder.add(
            "ai_credits_source_last_success_timestamp_seconds", .gauge,
            "When a source was last polled with success.", unit: "seconds",
            samples { source, labels in source.lastSuccess.map { .instant(labels, $0) } })
        builder.add(
            "ai_credits_source_poll_duration_seconds", .gauge,
            "How long the last poll of a source took.", unit: "seconds",
            samples { source, labels in source.lastDurationSeconds.map { .number(labels, $0) } })
        builder.add(
            "ai_credits_source_polls_total", .counter, "Polls of a source that ended.",
            samples { source, labels in .count(labels, source.pollCount) })
        builder.add(
            "ai_credits_source_passed_over_rows_total", .counter,
            "Rows of a source passed over because their product is disabled.",
            samples { source, labels in .count(labels, source.passedOverRows) })
    }

    private func addFailures(to builder: inout FamilyBuilder) {
        var failures: [MetricSample] = []
        for source in snapshot.sources {
            let source = source.state
            for reason in PollFailureReason.allCases {
                let labels = Self.labels(source) + [Label("reason", reason.rawValue)]
                failures.append(.count(labels, source.failures[reason] ?? 0))
            }
        }
        builder.add(
            "ai_credits_source_poll_failures_total", .counter,
            "Failed polls of a source, by reason.", failures)
    }

    private func addRules(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_alerts", .gauge, "Active alerts, by name and state.",
            snapshot.alerts.map { alert in
                .count(
                    [
                        Label("organization", alert.organization),
                        Label("alertname", alert.name), Label("alertstate", alert.state),
                    ], alert.count)
            })
        func all(_ value: (RuleGroupStatus, [Label]) -> MetricSample) -> [MetricSample] {
            snapshot.ruleGroups.map { value($0, [Label("rule_group", $0.name)]) }
        }
        builder.add(
            "ai_credits_rule_evaluations_total", .counter, "Rule evaluations.",
            all { .count($1, $0.evaluations) })
        builder.add(
            "ai_credits_rule_evaluation_failures_total", .counter, "Failed rule evaluations.",
            all { .count($1, $0.failures) })
        builder.add(
            "ai_credits_rule_group_last_duration_seconds", .gauge,
            "How long the last evaluation of a rule group took.", unit: "seconds",
            all { .number($1, $0.lastDurationSeconds) })
        builder.add(
            "ai_credits_rule_group_unmatched_selectors", .gauge,
            "Selectors of a rule group that no series of the agent can match.",
            all { .count($1, $0.unmatchedSelectors) })
    }
}
