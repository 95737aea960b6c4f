// `incidentio_configs`: the webhook's shape as an alert source of incident.io takes it.

/// Bodies for incident.io.
///
/// - Source: alertmanager notify/incidentio/incidentio.go
enum IncidentIO {
    /// The most bytes of a body.
    static let maximumBytes = 512 * 1024

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
        if body.count > maximumBytes {
            desk.remark(.truncated, "the body still has \(body.count) bytes")
        }
        return RenderedNotification(
            contentType: "application/json", body: body, remarks: desk.remarks.suffix(1))
    }
}
