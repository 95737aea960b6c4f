// Alertmanager's webhook body, version 4.

import ExactJSON
import PromQL

/// The body of one notification; the same message always gives the same bytes.
///
/// - Source: alertmanager notify/webhook/webhook.go, template/template.go
package struct WebhookMessage {
    private static let neverEnded = "0001-01-01T00:00:00Z"

    private let receiver: String
    private let groupKey: String
    private let groupLabels: SeriesLabels
    private let alerts: [NotifiableAlert]
    private let truncatedCount: Int
    private let isFiring: Bool
    private let externalURL: String
    private let reason: NotificationReason
    private let version: String

    /// A message about alerts in the order given.
    ///
    /// - Parameter maxAlerts: the most alerts that are listed; 0: all. The status is that of all
    ///   of them, listed or not.
    package init(
        receiver: String, groupKey: String, groupLabels: SeriesLabels, alerts: [NotifiableAlert],
        maxAlerts: Int, externalURL: String, reason: NotificationReason, version: String = "4"
    ) {
        self.receiver = receiver
        self.groupKey = groupKey
        self.groupLabels = groupLabels
        self.alerts = maxAlerts > 0 ? Array(alerts.prefix(maxAlerts)) : alerts
        truncatedCount = alerts.count - self.alerts.count
        isFiring = alerts.contains(where: \.isFiring)
        self.externalURL = externalURL
        self.reason = reason
        self.version = version
    }

    /// A message about a decided notification.
    init(_ notification: GroupNotification, maxAlerts: Int, version: String = "4") {
        self.init(
            receiver: notification.receiver, groupKey: notification.groupKey,
            groupLabels: notification.groupLabels, alerts: notification.alerts,
            maxAlerts: maxAlerts, externalURL: notification.externalURL,
            reason: notification.reason, version: version)
    }

    /// The body as JSON; members in Alertmanager's order, maps sorted by name.
    package var bytes: [UInt8] {
        let value: JSONValue = [
            "receiver": .string(Self.quoteMeta(receiver)),
            "status": isFiring ? "firing" : "resolved",
            "alerts": .array(alerts.map(Self.alert)),
            "groupLabels": Self.map(groupLabels.pairs),
            "commonLabels": Self.map(Self.common(alerts.map(\.labels))),
            "commonAnnotations": Self.map(Self.common(alerts.map(\.annotations))),
            "externalURL": .string(externalURL),
            "notification_reason": .string(reason.rawValue),
            "version": .string(version),
            "groupKey": .string(groupKey),
            "truncatedAlerts": .integer(truncatedCount),
        ]
        return value.serialized()
    }

    private static func alert(_ alert: NotifiableAlert) -> JSONValue {
        [
            "status": alert.isFiring ? "firing" : "resolved",
            "labels": map(alert.labels),
            "annotations": map(alert.annotations),
            "startsAt": .string(GoTime(milliseconds: alert.startsAt).rfc3339),
            "endsAt": .string(
                alert.endsAt.map { GoTime(milliseconds: $0).rfc3339 } ?? neverEnded),
            "generatorURL": .string(alert.generatorURL),
            "fingerprint": .string(alert.fingerprint),
        ]
    }

    private static func map(_ pairs: [LabelPair]) -> JSONValue {
        .object(JSONObject(pairs.map { ($0.name, JSONValue.string($0.value)) }))
    }

    /// The pairs that all lists share, in the order of the first.
    static func common(_ lists: [[LabelPair]]) -> [LabelPair] {
        guard let first = lists.first else { return [] }
        let others = lists.dropFirst().map(Set.init)
        return first.filter { pair in others.allSatisfy { $0.contains(pair) } }
    }

    /// Go's `regexp.QuoteMeta`: receivers' templates have always been given the name like this.
    static func quoteMeta(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if "\\.+*?()|[]{}^$".unicodeScalars.contains(scalar) { output.append("\\") }
            output.append(scalar)
        }
        return String(output)
    }
}
