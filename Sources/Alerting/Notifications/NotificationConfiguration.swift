// `notifications` of agent.yml: Alertmanager's routing tree and receivers.

import PositionedYAML

/// A receiver with its integrations; without any it swallows what is routed to it.
package struct NotificationReceiver: Sendable, Hashable {
    /// The unique name.
    package let name: String
    /// Where alerts go, kind by kind.
    package let integrations: [EndpointDefinition]
    /// Where events that are not alerts go.
    package let eventWebhooks: [EndpointDefinition]
}

/// The checked section `notifications`.
///
/// - Source: CONTRACT.md section 2; alertmanager docs/configuration.md
package struct NotificationConfiguration: Sendable {
    /// The root of the routing tree; nil: no alert is told to anybody.
    package let route: NotificationRoute?
    /// The receivers in the order of the file.
    package let receivers: [NotificationReceiver]
    /// Where alerts go beside the receivers.
    package var alertmanagers: [AlertmanagerDefinition] = []

    /// No receivers, nothing routed.
    package static let none = NotificationConfiguration(route: nil, receivers: [])

    /// All endpoints of alerts, in the order of the file.
    package var alertEndpoints: [EndpointDefinition] { receivers.flatMap(\.integrations) }

    /// All endpoints of events, in the order of the file.
    package var eventEndpoints: [EndpointDefinition] { receivers.flatMap(\.eventWebhooks) }

    /// All endpoints, receiver by receiver.
    package var endpoints: [EndpointDefinition] {
        receivers.flatMap { $0.integrations + $0.eventWebhooks }
    }

    /// Every secret that must be resolved, in the order of the endpoints.
    package var secretReferences: [Positioned<SecretReference>] {
        endpoints.flatMap(\.secretReferences) + alertmanagers.flatMap(\.secretReferences)
    }

    /// The receiver of that name.
    package func receiver(named name: String) -> NotificationReceiver? {
        receivers.first { $0.name == name }
    }
}
