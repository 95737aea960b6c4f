// A notification that is decided and written, to be put into the outbox.

/// A message for one integration of one receiver; its bytes stay the same through all attempts.
package struct NotificationDraft: Sendable, Hashable {
    /// The receiver's name.
    package let receiver: String
    /// `webhook` or `event_webhook`.
    package let integration: String
    /// The place of the integration in the receiver's list of that kind, from 0.
    package let integrationIndex: Int
    /// Identifies the group; notifications of one group must keep their order.
    package let groupKey: String
    /// The request body.
    package let body: [UInt8]
    /// `application/json`, or `message/rfc822` for mail.
    package let contentType: String
    /// When the agent learned of what the notification tells, milliseconds since 1970; retries
    /// and the measured delay count from here.
    package let createdAt: Int64
    /// What to note in the notification log in the same transaction; nil for events, which are
    /// not alerts.
    package let record: NotificationLogRecord?
    /// What was lost when the body was written.
    package let remarks: [NotificationRemark]

    /// Makes a draft.
    package init(
        receiver: String, integration: String, integrationIndex: Int, groupKey: String,
        body: [UInt8], contentType: String = "application/json", createdAt: Int64,
        record: NotificationLogRecord?, remarks: [NotificationRemark] = []
    ) {
        self.receiver = receiver
        self.integration = integration
        self.integrationIndex = integrationIndex
        self.groupKey = groupKey
        self.body = body
        self.contentType = contentType
        self.createdAt = createdAt
        self.record = record
        self.remarks = remarks
    }
}
