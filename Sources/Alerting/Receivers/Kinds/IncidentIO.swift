// `incidentio_configs`: the webhook's shape as an alert source of incident.io takes it.

import PromQL

/// Bodies for incident.io.
///
/// - Source: alertmanager notify/incidentio/incidentio.go
enum IncidentIO {
    /// The most bytes of a body.
    static let maximumBytes = 512 * 1024
    /// Where the cutting of annotations begins, in characters, and where it ends.
    private static let longestAnnotation = 65_536
    private static let shortestAnnotation = 64

    static func render(_ notification: GroupNotification, maxAlerts: Int) -> RenderedNotification {
        var desk = TemplateDesk(notification)
        var limit = maxAlerts > 0 ? min(maxAlerts, notification.alerts.count) : 0
        var body = WebhookMessage(notification, maxAlerts: limit, version: "1").bytes
        while body.count > maximumBytes, limit != 1 {
            // One incident is made of a group, so the first alerts matter most.
            let listed = limit == 0 ? notification.alerts.count : limit
            limit = max(1, listed / 2)
            body = WebhookMessage(notification, maxAlerts: limit, version: "1").bytes
            desk.remark(.truncated, "the body was cut to \(limit) of its alerts")
        }
        var longest = longestAnnotation
        while body.count > maximumBytes, longest >= shortestAnnotation {
            let short = notification.cuttingAnnotations(to: longest)
            body = WebhookMessage(short, maxAlerts: limit, version: "1").bytes
            desk.remark(.truncated, "annotations were cut to \(longest) characters")
            longest /= 2
        }
        return RenderedNotification(
            contentType: "application/json", body: body, remarks: desk.remarks.suffix(1))
    }
}

extension GroupNotification {
    /// The same with annotations of at most so many characters, the last of them an ellipsis.
    fileprivate func cuttingAnnotations(to length: Int) -> GroupNotification {
        let short = alerts.map { alert in
            NotifiableAlert(
                ruleIdentity: alert.ruleIdentity, order: alert.order, labels: alert.labels,
                annotations: alert.annotations.map { pair in
                    let scalars = pair.value.unicodeScalars
                    guard scalars.count > length else { return pair }
                    let head = String(String.UnicodeScalarView(scalars.prefix(length - 1)))
                    return LabelPair(name: pair.name, value: head + "…")
                }, startsAt: alert.startsAt, endsAt: alert.endsAt,
                generatorURL: alert.generatorURL)
        }
        return GroupNotification(
            receiver: receiver, groupKey: groupKey, groupLabels: groupLabels, alerts: short,
            externalURL: externalURL, reason: reason, now: now)
    }
}
