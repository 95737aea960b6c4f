// What a receiver was last told about a group: the memory that survives restarts.

/// One line of the notification log; the newest for a key replaces the older.
///
/// A record without firing alerts means the same as no record: the store may delete it.
package struct NotificationLogRecord: Sendable, Hashable {
    /// The receiver's name.
    package let receiver: String
    /// `webhook`.
    package let integration: String
    /// The place of the integration in the receiver's list of that kind, from 0.
    package let integrationIndex: Int
    /// Identifies the group: the route's matchers and the group's labels.
    package let groupKey: String
    /// Fingerprints of the alerts told as firing, sorted.
    package let firing: [String]
    /// Fingerprints of the alerts told as resolved, sorted.
    package let resolved: [String]
    /// When the notification was put into the outbox, milliseconds since 1970.
    package let sentAt: Int64

    /// Makes a record, for example from stored columns.
    package init(
        receiver: String, integration: String, integrationIndex: Int, groupKey: String,
        firing: [String], resolved: [String], sentAt: Int64
    ) {
        self.receiver = receiver
        self.integration = integration
        self.integrationIndex = integrationIndex
        self.groupKey = groupKey
        self.firing = firing.sorted()
        self.resolved = resolved.sorted()
        self.sentAt = sentAt
    }

    var key: NotificationLogKey {
        NotificationLogKey(
            endpoint: EndpointIdentity(
                receiver: receiver, integration: integration, index: integrationIndex),
            groupKey: groupKey)
    }

    /// The record as if nothing had been said of some alerts.
    func without(_ fingerprints: Set<String>) -> NotificationLogRecord {
        NotificationLogRecord(
            key: key, firing: firing.filter { !fingerprints.contains($0) }, resolved: resolved,
            sentAt: sentAt)
    }

    init(key: NotificationLogKey, firing: [String], resolved: [String], sentAt: Int64) {
        self.init(
            receiver: key.endpoint.receiver, integration: key.endpoint.integration,
            integrationIndex: key.endpoint.index, groupKey: key.groupKey, firing: firing,
            resolved: resolved, sentAt: sentAt)
    }
}

/// What a record of the log is about.
struct NotificationLogKey: Hashable, Comparable {
    let endpoint: EndpointIdentity
    let groupKey: String

    static func < (left: NotificationLogKey, right: NotificationLogKey) -> Bool {
        (left.endpoint, left.groupKey) < (right.endpoint, right.groupKey)
    }
}
