// The notification of `notify test`: in the shape of a real one, and unmistakably none.

import Credits
import ExactJSON

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
            "description": .string("Sent with `notify test` by \(user) to try out the receiver."),
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
            "groupKey": .string("{}:{alertname=\"\(alertName)\"}"), "truncatedAlerts": 0,
            "notification_reason": "test",
        ]
        return body.serialized()
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
