// An alert of a rule and the record of it that outlives the process.

import PromQL

/// Where an alert is in its life.
package enum AlertPhase: String, Sendable, Hashable {
    /// The condition holds, not yet long enough.
    case pending
    case firing
    /// It fired and is over; kept a while so that everybody learns it.
    case inactive
}

/// One alert of a rule: everything that is kept about it.
///
/// All instants are milliseconds since 1970.
package struct AlertRecord: Sendable, Equatable {
    /// The rule that raised it.
    package let ruleIdentity: String
    /// The identifying labels, `alertname` among them.
    package let labels: SeriesLabels
    /// Sorted by name; values may be empty.
    package var annotations: [LabelPair]
    /// Where the alert is in its life.
    package var phase: AlertPhase
    /// When the condition was first seen.
    package var activeAt: Int64
    /// When it began to fire.
    package var firedAt: Int64?
    /// When it ended.
    package var resolvedAt: Int64?
    /// Since when it fires only because of `keep_firing_for`.
    package var keepFiringSince: Int64?
    /// When it was last sent to an Alertmanager.
    package var lastSentAt: Int64?
    /// The value of the rule's expression at the last evaluation.
    package var value: Double

    /// Makes a record, for example from stored columns.
    package init(
        ruleIdentity: String, labels: SeriesLabels, annotations: [LabelPair], phase: AlertPhase,
        activeAt: Int64, firedAt: Int64? = nil, resolvedAt: Int64? = nil,
        keepFiringSince: Int64? = nil, lastSentAt: Int64? = nil, value: Double
    ) {
        self.ruleIdentity = ruleIdentity
        self.labels = labels
        self.annotations = annotations
        self.phase = phase
        self.activeAt = activeAt
        self.firedAt = firedAt
        self.resolvedAt = resolvedAt
        self.keepFiringSince = keepFiringSince
        self.lastSentAt = lastSentAt
        self.value = value
    }

    /// The name of the alert.
    package var name: String { labels["alertname"] ?? "" }

    /// Whether the other record is worth storing again: value and texts alone are not, the next
    /// evaluation refreshes them.
    func differsInState(from other: AlertRecord) -> Bool {
        phase != other.phase || activeAt != other.activeAt || firedAt != other.firedAt
            || resolvedAt != other.resolvedAt || keepFiringSince != other.keepFiringSince
            || lastSentAt != other.lastSentAt
    }
}

/// What an evaluation changed about one alert.
package struct AlertTransition: Sendable, Equatable {
    /// The kinds of change.
    package enum Kind: String, Sendable {
        /// The condition began to hold; nobody is told.
        case pending
        case firing
        case resolved
        /// The condition ended before the alert fired; nobody is told.
        case dropped
    }

    /// What changed.
    package let kind: Kind
    /// The alert after the change.
    package let alert: AlertRecord
    /// The rule's expression, for links.
    package let expression: String

    /// Makes a transition.
    package init(kind: Kind, alert: AlertRecord, expression: String) {
        self.kind = kind
        self.alert = alert
        self.expression = expression
    }
}
