// What an integration knows beyond its address: one case per kind of receiver.

import PositionedYAML

/// The settings of one kind, and the shape that it gives to notifications.
package enum IntegrationSettings: Sendable, Hashable {
    /// Alertmanager's webhook, version 4.
    case webhook
    /// Events that are not alerts.
    case events
    /// A Slack incoming webhook.
    case slack(SlackSettings)
    /// PagerDuty's Events API v2.
    case pagerDuty(PagerDutySettings)
    /// A Discord webhook.
    case discord(DiscordSettings)
    /// A Microsoft Teams workflow.
    case teams(TeamsSettings)
    /// An incident.io alert source.
    case incidentIO
    /// Mail through SMTP.
    case email(EmailSettings)

    /// Every secret that must be resolved, apart from address and client settings.
    var secretReferences: [Positioned<SecretReference>] {
        switch self {
        case .pagerDuty(let settings): [settings.routingKey]
        case .email(let settings): settings.password.map { [$0] } ?? []
        case .webhook, .events, .slack, .discord, .teams, .incidentIO: []
        }
    }

    /// A notification in the shape that the receiver expects.
    ///
    /// - Parameter maxAlerts: the most alerts that a body lists, where the kind lists them; 0: all.
    func render(_ notification: GroupNotification, maxAlerts: Int) -> RenderedNotification {
        switch self {
        case .webhook, .events:
            let message = WebhookMessage(notification, maxAlerts: maxAlerts)
            return RenderedNotification(
                contentType: "application/json", body: message.bytes, remarks: [])
        case .slack(let settings): return settings.render(notification)
        case .pagerDuty(let settings): return settings.render(notification)
        case .discord(let settings): return settings.render(notification)
        case .teams(let settings): return settings.render(notification)
        case .incidentIO: return IncidentIO.render(notification, maxAlerts: maxAlerts)
        case .email(let settings): return settings.render(notification)
        }
    }
}

extension EndpointDefinition {
    /// A notification in the shape that this integration's receiver expects; the same notification
    /// always gives the same bytes.
    package func render(_ notification: GroupNotification) -> RenderedNotification {
        settings.render(notification, maxAlerts: maxAlerts)
    }
}
