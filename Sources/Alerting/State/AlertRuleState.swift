// The alerts of one rule between two evaluations.

import PromQL

/// The alerts of one alerting rule, by their labels.
package struct AlertRuleState: Sendable, Equatable {
    private var alerts: [SeriesLabels: AlertRecord] = [:]

    /// A rule without alerts.
    package init() {}

    /// The alerts that were stored.
    package init(_ records: [AlertRecord]) {
        for record in records { alerts[record.labels] = record }
    }

    /// All alerts, inactive ones included, sorted by labels.
    package var records: [AlertRecord] {
        records { _ in true }
    }

    /// Some of the alerts, sorted by labels.
    func records(where isWanted: (AlertRecord) -> Bool) -> [AlertRecord] {
        alerts.values.filter(isWanted).sorted { $0.labels < $1.labels }
    }

    /// Number of alerts, inactive ones included.
    package var count: Int { alerts.count }

    /// The alert with exactly these labels.
    package subscript(labels: SeriesLabels) -> AlertRecord? {
        get { alerts[labels] }
        set { alerts[labels] = newValue }
    }

    /// The worst phase of the rule's alerts: firing, pending or inactive.
    package var phase: AlertPhase {
        var result = AlertPhase.inactive
        for alert in alerts.values {
            if alert.phase == .firing { return .firing }
            if alert.phase == .pending { result = .pending }
        }
        return result
    }
}
