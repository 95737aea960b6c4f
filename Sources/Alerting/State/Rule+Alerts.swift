// The life of alerts: pending, firing, inactive.
//
// 1. `evaluate` is a pure function of vector, previous state and time.
// 2. On an error the previous state stays, but for a limit that was exceeded: that clears it.
// 3. Transitions come out in the order of the vector, then of the labels for what is gone.

import PromQL

/// What one evaluation of an alerting rule gives.
package struct AlertEvaluation: Sendable, Equatable {
    /// The state for the next evaluation.
    package var next: AlertRuleState
    /// What changed, in the order of invariant 3.
    package var transitions: [AlertTransition] = []
    /// `ALERTS` and `ALERTS_FOR_STATE` of every alert that is pending or firing.
    package var samples: [(labels: SeriesLabels, value: Double)] = []
    /// Why the rule failed; nil when it did not.
    package var error: RuleEvaluationError?

    package static func == (left: Self, right: Self) -> Bool {
        left.next == right.next && left.transitions == right.transitions
            && left.error == right.error
            && left.samples.elementsEqual(right.samples) {
                $0.labels == $1.labels && $0.value.bitPattern == $1.value.bitPattern
            }
    }
}

extension Rule {
    /// Evaluates an alerting rule.
    ///
    /// - Parameters:
    ///   - vector: the value of the rule's expression at `now`.
    ///   - previous: the state after the evaluation before.
    ///   - now: milliseconds since 1970.
    ///   - limit: the most alerts pending or firing; 0 for no limit.
    ///   - query: answers the templates' `query` at `now`.
    package func evaluateAlerts(
        _ vector: [VectorElement], previous: AlertRuleState, now: Int64, limit: Int = 0,
        surroundings: RuleSurroundings,
        query: @escaping (String) throws(TemplateQueryError) -> [TemplateSample] = { _ in [] }
    ) -> AlertEvaluation {
        guard let terms = alerting else { return AlertEvaluation(next: previous) }
        var life = AlertLife(
            rule: self, terms: terms, now: now, retention: surroundings.resolvedRetention,
            state: previous)
        for element in vector {
            let context = surroundings.templateContext(element, now: now, query: query)
            let labels = alertLabels(element, context)
            let annotations = terms.annotations.map {
                LabelPair(name: $0.name, value: $0.template.expand(context))
            }
            guard life.see(labels, annotations, element.value) else {
                let message =
                    "vector contains metrics with the same labelset after applying alert labels"
                return AlertEvaluation(
                    next: previous, error: RuleEvaluationError(message: message))
            }
        }
        return life.finish(previous: previous, limit: limit)
    }

    private func alertLabels(
        _ element: VectorElement, _ context: TemplateContext
    ) -> SeriesLabels {
        var changes = [LabelPair(name: SeriesLabels.nameLabel, value: "")]
        for text in labels {
            changes.append(LabelPair(name: text.name, value: text.template.expand(context)))
        }
        changes.append(LabelPair(name: "alertname", value: name))
        return element.labels.setting(changes)
    }
}

/// One step of the alerts of one rule.
private struct AlertLife {
    let rule: Rule
    let terms: Rule.AlertingTerms
    let now: Int64
    let retention: Int64
    var state: AlertRuleState
    private var seen: [SeriesLabels] = []
    private var seenSet: Set<SeriesLabels> = []
    private var transitions: [AlertTransition] = []

    init(
        rule: Rule, terms: Rule.AlertingTerms, now: Int64, retention: Int64,
        state: AlertRuleState
    ) {
        self.rule = rule
        self.terms = terms
        self.now = now
        self.retention = retention
        self.state = state
    }

    /// Takes in one element of the vector; false when its labels came before.
    mutating func see(
        _ labels: SeriesLabels, _ annotations: [LabelPair], _ value: Double
    ) -> Bool {
        guard seenSet.insert(labels).inserted else { return false }
        seen.append(labels)
        if var known = state[labels], known.phase != .inactive {
            known.value = value
            known.annotations = annotations
            known.keepFiringSince = nil
            state[labels] = known
        } else {
            state[labels] = AlertRecord(
                ruleIdentity: rule.identity, labels: labels, annotations: annotations,
                phase: .pending, activeAt: now, value: value)
        }
        return true
    }

    mutating func finish(previous: AlertRuleState, limit: Int) -> AlertEvaluation {
        for labels in seen { ripen(labels, isNew: isNew(labels, previous)) }
        for record in previous.records(where: { !seenSet.contains($0.labels) }) { age(record) }
        let active = state.records { $0.phase != .inactive }
        if limit > 0, active.count > limit {
            return cleared(previous, limit: limit, count: active.count)
        }
        return AlertEvaluation(
            next: state, transitions: transitions, samples: active.flatMap(Self.samples))
    }

    private func isNew(_ labels: SeriesLabels, _ previous: AlertRuleState) -> Bool {
        previous[labels].map { $0.phase == .inactive } ?? true
    }

    /// Pending alerts fire once the condition has held long enough.
    private mutating func ripen(_ labels: SeriesLabels, isNew: Bool) {
        guard var alert = state[labels] else { return }
        let isDue = Self.span(from: alert.activeAt, to: now) >= terms.holdFor
        if alert.phase == .pending, isDue {
            alert.phase = .firing
            alert.firedAt = now
            note(.firing, alert)
        } else if alert.phase == .firing, !isDue, now >= alert.firedAt ?? now {
            // `for` was lengthened by a reload (a clock that went back changes nothing).
            var over = alert
            over.phase = .inactive
            over.resolvedAt = now
            note(.resolved, over)
            alert.phase = .pending
            alert.firedAt = nil
        } else if isNew {
            note(.pending, alert)
        }
        state[labels] = alert
    }

    /// What the vector no longer holds: dropped, kept firing, resolved or forgotten.
    private mutating func age(_ record: AlertRecord) {
        var alert = record
        switch record.phase {
        case .pending:
            state[record.labels] = nil
            note(.dropped, alert)
        case .inactive:
            let resolvedAt = record.resolvedAt ?? now
            if Self.span(from: resolvedAt, to: now) > retention { state[record.labels] = nil }
        case .firing:
            let since = alert.keepFiringSince ?? now
            if terms.keepFiringFor > 0, Self.span(from: since, to: now) < terms.keepFiringFor {
                alert.keepFiringSince = since
            } else {
                alert.phase = .inactive
                alert.resolvedAt = now
                note(.resolved, alert)
            }
            state[record.labels] = alert
        }
    }

    /// Too many alerts: the rule starts anew; what had fired is over.
    private func cleared(
        _ previous: AlertRuleState, limit: Int, count: Int
    ) -> AlertEvaluation {
        var ended: [AlertTransition] = []
        for record in previous.records(where: { $0.phase == .firing }) {
            var alert = record
            alert.phase = .inactive
            alert.resolvedAt = now
            ended.append(
                AlertTransition(
                    kind: .resolved, alert: alert, expression: rule.expression.text))
        }
        let message = "exceeded limit of \(limit) with \(count) alerts"
        return AlertEvaluation(
            next: AlertRuleState(), transitions: ended,
            error: RuleEvaluationError(message: message))
    }

    private mutating func note(_ kind: AlertTransition.Kind, _ alert: AlertRecord) {
        transitions.append(
            AlertTransition(kind: kind, alert: alert, expression: rule.expression.text))
    }

    private static func samples(
        _ alert: AlertRecord
    ) -> [(labels: SeriesLabels, value: Double)] {
        let state = alert.labels.setting([
            LabelPair(name: SeriesLabels.nameLabel, value: "ALERTS"),
            LabelPair(name: "alertstate", value: alert.phase.rawValue),
        ])
        let since = alert.labels.setting(SeriesLabels.nameLabel, to: "ALERTS_FOR_STATE")
        // Prometheus writes whole seconds.
        let seconds = Double(alert.activeAt.flooredQuotient(by: 1000))
        return [(state, 1), (since, seconds)]
    }

    /// Milliseconds between two instants, held within 64 bits.
    private static func span(from start: Int64, to end: Int64) -> Int64 {
        let (difference, overflow) = end.subtractingReportingOverflow(start)
        return overflow ? (end < start ? Int64.min : Int64.max) : difference
    }
}
