// An alert as notifications see it.

import PromQL

/// A firing or resolved alert with everything that a notification says about it.
///
/// Instants are milliseconds since 1970. The caller has added the external labels.
package struct NotifiableAlert: Sendable, Hashable {
    /// The rule that raised it.
    package let ruleIdentity: String
    /// The place of the rule over all rule files; thresholds passed together start in this order.
    package let order: Int
    /// The identifying labels, `alertname` among them, sorted by name, none of them empty.
    package let labels: [LabelPair]
    /// The annotations, sorted by name.
    package let annotations: [LabelPair]
    /// When it began to fire.
    package let startsAt: Int64
    /// When it ended; nil while it fires.
    package let endsAt: Int64?
    /// A link to the rule's expression.
    package let generatorURL: String
    /// Identifies the labels: 16 lower-case hexadecimal digits, as Alertmanager's API shows it.
    ///
    /// - Source: prometheus/common model/signature.go (FNV-1a, 64 bits)
    package let fingerprint: String
    /// The labels for matching and grouping.
    let series: SeriesLabels

    /// Makes an alert; labels and annotations may come in any order.
    package init(
        ruleIdentity: String, order: Int, labels: [LabelPair], annotations: [LabelPair],
        startsAt: Int64, endsAt: Int64?, generatorURL: String
    ) {
        self.ruleIdentity = ruleIdentity
        self.order = order
        series = SeriesLabels(labels)
        self.labels = series.pairs
        self.annotations = annotations.sorted { ByteOrder.compare($0.name, $1.name) < 0 }
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.generatorURL = generatorURL
        fingerprint = Fingerprint(series).description
    }

    /// Whether the alert has not ended.
    package var isFiring: Bool { endsAt == nil }

    /// Alertmanager's order of the alerts of one notification: by `job`, then `instance` (an alert
    /// without one comes last), then fewer labels first, then label by label.
    ///
    /// - Source: alertmanager types/types.go (AlertSlice.Less), common model/labelset.go (Before)
    static func precedes(_ left: NotifiableAlert, _ right: NotifiableAlert) -> Bool {
        for name in ["job", "instance"] {
            switch (left.series[name], right.series[name]) {
            case (nil, nil): continue
            case (nil, _): return false
            case (_, nil): return true
            case (let mine?, let other?):
                let order = ByteOrder.compare(mine, other)
                if order != 0 { return order < 0 }
            }
        }
        if left.labels.count != right.labels.count {
            return left.labels.count < right.labels.count
        }
        for (mine, other) in zip(left.labels, right.labels) {
            let names = ByteOrder.compare(mine.name, other.name)
            // The label that sorts first is missing on the other side: that side is the lesser.
            if names != 0 { return names > 0 }
            let values = ByteOrder.compare(mine.value, other.value)
            if values != 0 { return values < 0 }
        }
        return false
    }
}
