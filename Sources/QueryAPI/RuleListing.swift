// /api/v1/rules and /api/v1/alerts: the rules in force and their alerts.

import Alerting
import Credits
import PromQL

/// A rule group as the API shows it.
package struct ListedRuleGroup: Sendable {
    let evaluator: RuleGroupEvaluator
    let interval: Int64
    let durationSeconds: Double

    /// A group with what is known of its evaluations.
    ///
    /// - Parameters:
    ///   - interval: milliseconds between evaluations.
    ///   - durationSeconds: how long the last evaluation took.
    package init(evaluator: RuleGroupEvaluator, interval: Int64, durationSeconds: Double) {
        self.evaluator = evaluator
        self.interval = interval
        self.durationSeconds = durationSeconds
    }
}

/// Lists rules and alerts.
package struct RuleListing: Sendable {
    private let groups: [ListedRuleGroup]

    /// A listing of groups in the order of their files.
    package init(_ groups: [ListedRuleGroup]) {
        self.groups = groups
    }

    /// What `/api/v1/rules` asks for.
    private struct Filter {
        let showsAlerting: Bool
        let showsRecording: Bool
        let excludesAlerts: Bool
        let names: Set<String>

        init(_ parameters: QueryParameters) throws(QueryAPIError) {
            let type = parameters["type"].lowercased()
            guard ["", "alert", "record"].contains(type) else {
                throw .parameter("type", "not supported value \(GoText.quoted(type))")
            }
            showsAlerting = type != "record"
            showsRecording = type != "alert"
            let excludes = parameters["exclude_alerts"].lowercased()
            guard ["", "true", "false", "1", "0", "t", "f"].contains(excludes) else {
                throw .parameter(
                    "exclude_alerts",
                    "error converting exclude_alerts: \(GoText.quoted(excludes)) is no boolean")
            }
            excludesAlerts = ["true", "1", "t"].contains(excludes)
            names = Set(parameters.all("rule_name[]"))
        }

        func shows(_ rule: Rule) -> Bool {
            (rule.alerting == nil ? showsRecording : showsAlerting)
                && (names.isEmpty || names.contains(rule.name))
        }
    }

    /// Answers `/api/v1/rules`.
    package func rules(_ parameters: QueryParameters) -> QueryAnswer {
        let filter: Filter
        do {
            filter = try Filter(parameters)
        } catch {
            return .failure(error)
        }
        let files = Set(parameters.all("file[]"))
        let names = Set(parameters.all("rule_group[]"))
        let isNarrowed = !filter.names.isEmpty
        let shown = groups.filter { listed in
            let group = listed.evaluator.group
            return (files.isEmpty || files.contains(group.file))
                && (names.isEmpty || names.contains(group.name))
                && (!isNarrowed || group.rules.contains(where: filter.shows))
        }
        return .success { json in
            json.raw("{\"groups\":")
            json.list(shown) { Self.write($1, filter, to: &$0) }
            json.raw("}")
        }
    }

    /// Answers `/api/v1/alerts`.
    package func alerts() -> QueryAnswer {
        let active = groups.flatMap { $0.evaluator.states.flatMap(Self.active) }
        return .success { json in
            json.raw("{\"alerts\":")
            json.list(active) { Self.write($1, to: &$0) }
            json.raw("}")
        }
    }

    private static func active(_ state: AlertRuleState) -> [AlertRecord] {
        state.records.filter { $0.phase != .inactive }
    }

    private static func write(
        _ listed: ListedRuleGroup, _ filter: Filter, to json: inout PrometheusJSON
    ) {
        let evaluator = listed.evaluator
        json.raw("{\"name\":")
        json.string(evaluator.group.name)
        json.raw(",\"file\":")
        json.string(evaluator.group.file)
        json.raw(",\"rules\":")
        let indices = evaluator.group.rules.indices.filter {
            filter.shows(evaluator.group.rules[$0])
        }
        json.list(indices) { write(rule: $1, of: evaluator, filter, to: &$0) }
        json.raw(",\"interval\":\(seconds(listed.interval)),\"limit\":\(evaluator.group.limit)")
        json.raw(",\"evaluationTime\":\(GoFloat.fixed(listed.durationSeconds))")
        json.raw(",\"lastEvaluation\":\"\(instant(evaluator.lastEvaluation))\"}")
    }

    private static func write(
        rule index: Int, of evaluator: RuleGroupEvaluator, _ filter: Filter,
        to json: inout PrometheusJSON
    ) {
        let rule = evaluator.group.rules[index]
        json.raw("{")
        if rule.alerting != nil {
            json.raw("\"state\":\"\(evaluator.states[index].phase.rawValue)\",")
        }
        json.raw("\"name\":")
        json.string(rule.name)
        json.raw(",\"query\":")
        json.string(rule.expression.description)
        if let terms = rule.alerting {
            json.raw(",\"duration\":\(seconds(terms.holdFor))")
            json.raw(",\"keepFiringFor\":\(seconds(terms.keepFiringFor)),\"labels\":")
            json.labels(pairs(rule.labels))
            json.raw(",\"annotations\":")
            json.labels(pairs(terms.annotations))
            json.raw(",\"alerts\":")
            json.list(filter.excludesAlerts ? [] : active(evaluator.states[index])) {
                write($1, to: &$0)
            }
        } else if !rule.labels.isEmpty {
            json.raw(",\"labels\":")
            json.labels(pairs(rule.labels))
        }
        let outcome = evaluator.outcomes[index]
        json.raw(",\"health\":\"\(outcome.health.rawValue)\"")
        if let error = outcome.error {
            json.raw(",\"lastError\":")
            json.string(error)
        }
        json.raw(",\"evaluationTime\":\(GoFloat.fixed(outcome.durationSeconds))")
        json.raw(",\"lastEvaluation\":\"\(instant(evaluator.lastEvaluation))\",\"type\":")
        json.raw(rule.alerting == nil ? "\"recording\"}" : "\"alerting\"}")
    }

    private static func write(_ alert: AlertRecord, to json: inout PrometheusJSON) {
        json.raw("{\"labels\":")
        json.labels(alert.labels.pairs)
        json.raw(",\"annotations\":")
        json.labels(alert.annotations)
        json.raw(",\"state\":\"\(alert.phase.rawValue)\"")
        json.raw(",\"activeAt\":\"\(instant(alert.activeAt))\"")
        if let since = alert.keepFiringSince {
            json.raw(",\"keepFiringSince\":\"\(instant(since))\"")
        }
        json.raw(",\"value\":\"\(PrometheusJSON.exponentText(of: alert.value))\"}")
    }

    private static func pairs(_ texts: [RuleText]) -> [LabelPair] {
        texts.map { LabelPair(name: $0.name, value: $0.template.source) }
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        GoFloat.fixed(Double(milliseconds) / 1000)
    }

    /// RFC 3339, or Go's zero time for "never".
    private static func instant(_ milliseconds: Int64?) -> String {
        milliseconds.map { Timestamp(milliseconds: $0).description } ?? "0001-01-01T00:00:00Z"
    }
}
