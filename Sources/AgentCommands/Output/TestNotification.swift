// The notification of `notify test`: in the shape of a real one, and unmistakably none.

import Alerting
import Credits
import ExactJSON
import PromQL

/// Builds test notifications.
package enum TestNotification {
    /// The name of the alert that no rule raises.
    package static let alertName = "AICreditsTestNotification"
    private static let summary = "Test notification, sent by hand. Nothing is wrong."

    /// A body in the shape of Alertmanager's webhook version 4.
    ///
    /// - Source: prometheus.io/docs/alerting/latest/configuration/#webhook_config
    package static func alertBody(
        receiver: String, sentBy user: String, now: Timestamp
    ) -> [UInt8] {
        let labels: JSONValue = [
            "alertname": .string(alertName), "severity": "info", "test": "true",
        ]
        let annotations: JSONValue = [
            "summary": .string(summary),
            "description": .string(description(user)),
        ]
        let alert: JSONValue = [
            "status": "firing", "labels": labels, "annotations": annotations,
            "startsAt": .string(now.description), "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "", "fingerprint": "0000000000000000",
        ]
        let body: JSONValue = [
            "receiver": .string(receiver), "status": "firing", "alerts": [alert],
            "groupLabels": ["alertname": .string(alertName)], "commonLabels": labels,
            "commonAnnotations": annotations, "externalURL": "", "version": "4",
            "groupKey": .string(groupKey), "truncatedAlerts": 0,
            "notification_reason": "test",
        ]
        return body.serialized()
    }

    /// What is sent to one integration, in its own shape.
    package static func content(
        for identity: EndpointIdentity, _ definition: EndpointDefinition?, sentBy user: String,
        now: Timestamp
    ) -> (contentType: String, body: [UInt8]) {
        switch identity.integration {
        case "event_webhook": return ("application/json", eventBody(sentBy: user, now: now))
        case "webhook":
            let body = alertBody(receiver: identity.receiver, sentBy: user, now: now)
            return ("application/json", body)
        default: break
        }
        let rendered = definition?.render(notification(identity, sentBy: user, now: now))
        return (rendered?.contentType ?? "application/json", rendered?.body ?? [])
    }

    private static func notification(
        _ identity: EndpointIdentity, sentBy user: String, now: Timestamp
    ) -> GroupNotification {
        let alert = NotifiableAlert(
            ruleIdentity: "", order: 0,
            labels: [
                LabelPair(name: "alertname", value: alertName),
                LabelPair(name: "severity", value: "info"), LabelPair(name: "test", value: "true"),
            ],
            annotations: [
                LabelPair(name: "summary", value: summary),
                LabelPair(name: "description", value: description(user)),
            ], startsAt: now.milliseconds, endsAt: nil, generatorURL: "")
        return GroupNotification(
            receiver: identity.receiver, groupKey: groupKey,
            groupLabels: SeriesLabels([LabelPair(name: "alertname", value: alertName)]),
            alerts: [alert], externalURL: "", reason: .firstNotification, now: now.milliseconds)
    }

    private static let groupKey = "{}:{alertname=\"\(alertName)\"}"

    private static func description(_ user: String) -> String {
        "Sent with `notify test` by \(user) to try out the receiver."
    }

    /// A body in the shape of an event.
    package static func eventBody(sentBy user: String, now: Timestamp) -> [UInt8] {
        let body: JSONValue = [
            "type": "notification.test", "timestamp": .string(now.description),
            "data": ["summary": .string(summary), "sent_by": .string(user)],
        ]
        return body.serialized()
    }
}
