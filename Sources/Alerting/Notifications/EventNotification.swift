// Events that are not alerts, for `event_webhook_configs`.

import ExactJSON

/// The kinds of events.
///
/// - Source: CONTRACT.md section 7
package enum EventType: String, Sendable, Hashable, CaseIterable {
    case limitChanged = "limit.changed"
    case limitBlocked = "limit.blocked"
    case limitResumed = "limit.resumed"
    /// With the closed month's summary.
    case periodReset = "period.reset"
    case receiverDisabled = "receiver.disabled"
    /// A notification to another receiver was given up.
    case notificationFailed = "notification.failed"
}

/// Writes events as Standard Webhooks recommends.
package enum EventNotification {
    /// `{"type","timestamp","data"}`.
    ///
    /// - Parameter timestamp: when it happened, milliseconds since 1970.
    package static func body(type: String, timestamp: Int64, data: JSONValue) -> [UInt8] {
        let value: JSONValue = [
            "type": .string(type),
            "timestamp": .string(GoTime(milliseconds: timestamp).rfc3339),
            "data": data,
        ]
        return value.serialized()
    }

    /// One draft for every endpoint of events; the events of a group keep their order.
    ///
    /// - Parameters:
    ///   - timestamp: when it happened, milliseconds since 1970.
    ///   - group: what it is about, such as `event:acme`.
    ///   - createdAt: when the agent learned of it, milliseconds since 1970.
    package static func drafts(
        type: EventType, timestamp: Int64, data: JSONValue, group: String, createdAt: Int64,
        for endpoints: [EndpointIdentity]
    ) -> [NotificationDraft] {
        let body = body(type: type.rawValue, timestamp: timestamp, data: data)
        return endpoints.map { endpoint in
            NotificationDraft(
                receiver: endpoint.receiver, integration: endpoint.integration,
                integrationIndex: endpoint.index, groupKey: group, body: body,
                createdAt: createdAt, record: nil)
        }
    }
}
