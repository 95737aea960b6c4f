// What is to be told about one group of alerts, before a receiver gives it its shape.

import PromQL

/// A decided notification of one group.
package struct GroupNotification: Sendable {
    /// The receiver's name.
    package let receiver: String
    /// The group's key as Alertmanager writes it.
    package let groupKey: String
    /// The labels that the group is grouped by.
    package let groupLabels: SeriesLabels
    /// Firing and resolved alerts, in Alertmanager's order.
    package let alerts: [NotifiableAlert]
    /// Where people reach this agent.
    package let externalURL: String
    /// Why it is sent.
    package let reason: NotificationReason
    /// When it was decided, milliseconds since 1970.
    package let now: Int64

    /// Gathers what is to be told.
    package init(
        receiver: String, groupKey: String, groupLabels: SeriesLabels, alerts: [NotifiableAlert],
        externalURL: String, reason: NotificationReason, now: Int64
    ) {
        self.receiver = receiver
        self.groupKey = groupKey
        self.groupLabels = groupLabels
        self.alerts = alerts
        self.externalURL = externalURL
        self.reason = reason
        self.now = now
    }

    /// Whether any alert fires.
    var isFiring: Bool { alerts.contains(where: \.isFiring) }

    /// The status as Alertmanager writes it.
    var status: String { isFiring ? "firing" : "resolved" }

    /// Alertmanager's template data.
    ///
    /// - Source: alertmanager template/template.go (Data, Alert)
    var scene: TemplateScene {
        let data = TemplateRecord(
            typeName: "*template.Data",
            fields: [
                ("Receiver", .string(WebhookMessage.quoteMeta(receiver))),
                ("Status", .string(status)),
                ("Alerts", .list(TemplateList(TemplateList.alerts, alerts.map(Self.record)))),
                ("GroupLabels", Self.map(groupLabels.pairs)),
                ("CommonLabels", Self.map(WebhookMessage.common(alerts.map(\.labels)))),
                ("CommonAnnotations", Self.map(WebhookMessage.common(alerts.map(\.annotations)))),
                ("ExternalURL", .string(externalURL)),
                ("NotificationReason", .string(reason.rawValue)),
            ])
        return TemplateScene(data: .record(data), now: now, externalURL: externalURL)
    }

    private static func record(_ alert: NotifiableAlert) -> TemplateValue {
        let ended = alert.endsAt.map { GoTime(milliseconds: $0) } ?? GoTime.zero
        return .record(
            TemplateRecord(
                typeName: "template.Alert",
                fields: [
                    ("Status", .string(alert.isFiring ? "firing" : "resolved")),
                    ("Labels", map(alert.labels)), ("Annotations", map(alert.annotations)),
                    ("StartsAt", .time(GoTime(milliseconds: alert.startsAt), isPointer: false)),
                    ("EndsAt", .time(ended, isPointer: false)),
                    ("GeneratorURL", .string(alert.generatorURL)),
                    ("Fingerprint", .string(alert.fingerprint)),
                ]))
    }

    private static func map(_ pairs: [LabelPair]) -> TemplateValue {
        .keyValues(TemplateLabels(pairs.map { (name: $0.name, value: $0.value) }))
    }
}

extension GoTime {
    /// Go's zero time: the first instant of the year 1.
    static let zero = GoTime(seconds: -62_135_596_800, nanoseconds: 0)
}
