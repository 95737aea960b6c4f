// The parts of the store that alerting uses: alert states, the notification log, the outbox.

import Alerting
import Credits

/// Alert states and the notification log.
package protocol AlertRows {
    /// Every stored alert, in the order of rule and labels.
    func alertRecords() throws -> [AlertRecord]

    /// Replaces all alerts of a rule; an empty list removes them.
    func replaceAlertRecords(ofRule ruleIdentity: String, with records: [AlertRecord]) throws

    /// The notification log, in the order of receiver, integration and group.
    func notificationLog() throws -> [NotificationLogRecord]

    /// Inserts or replaces the record of a receiver's group.
    func putNotificationLog(_ record: NotificationLogRecord) throws

    /// Removes log records last sent before an instant.
    func dropNotificationLog(before instant: Timestamp) throws
}

/// A notification on its way: written with the transition that caused it, sent until a 2xx.
package struct OutboxRow: Sendable, Hashable {
    /// The state of a notification.
    package enum State: String, Sendable, Hashable {
        /// Waiting for its first or next attempt.
        case pending
        /// Accepted by the receiver with a 2xx.
        case sent
        /// Given up; kept for replay.
        case failed
    }

    /// The `webhook-id`, the same through all attempts.
    package let id: String
    /// Position in the outbox; rows of a group are delivered in this order.
    package let sequence: Int64
    /// Name of the receiver.
    package let receiver: String
    /// Kind of the receiver's integration: `webhook`, `event_webhook` …
    package let integration: String
    /// Which of the receiver's integrations of that kind.
    package let integrationIndex: Int
    /// What is delivered in order: the group key, or the organization of an event.
    package let group: String
    /// Content type of the body.
    package let contentType: String
    /// The frozen bytes.
    package let body: [UInt8]
    /// When the transition happened that it tells of.
    package let createdAt: Timestamp
    /// Attempts so far.
    package let attempts: Int
    /// Not before this instant.
    package let nextAttemptAt: Timestamp
    /// Moves with each claim; an outcome of an older generation is ignored.
    package let generation: Int64
    /// Where it stands.
    package let state: State
    /// The last failure, without secrets; empty when none.
    package let lastError: String

    /// A row as it is stored.
    package init(
        id: String, sequence: Int64, receiver: String, integration: String,
        integrationIndex: Int, group: String, contentType: String, body: [UInt8],
        createdAt: Timestamp, attempts: Int = 0, nextAttemptAt: Timestamp, generation: Int64 = 0,
        state: State = .pending, lastError: String = ""
    ) {
        self.id = id
        self.sequence = sequence
        self.receiver = receiver
        self.integration = integration
        self.integrationIndex = integrationIndex
        self.group = group
        self.contentType = contentType
        self.body = body
        self.createdAt = createdAt
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.generation = generation
        self.state = state
        self.lastError = lastError
    }
}

/// The outcome of one attempt, named by the generation that it claimed.
package struct OutboxOutcome: Sendable, Hashable {
    /// The row's id.
    package let id: String
    /// The generation of the claim.
    package let generation: Int64
    /// The new state.
    package let state: OutboxRow.State
    /// When to try again, while pending.
    package let nextAttemptAt: Timestamp
    /// What went wrong; empty when sent.
    package let error: String
    /// When the attempt ended.
    package let at: Timestamp

    /// An outcome of a claim.
    package init(
        id: String, generation: Int64, state: OutboxRow.State, nextAttemptAt: Timestamp,
        error: String, at: Timestamp
    ) {
        self.id = id
        self.generation = generation
        self.state = state
        self.nextAttemptAt = nextAttemptAt
        self.error = error
        self.at = at
    }
}

/// The queue of notifications.
///
/// A lane is (receiver, integration, integration index, group). Only the oldest pending row of a
/// lane may be claimed, so that a lane is delivered in order.
package protocol OutboxRows {
    /// Adds rows; their `sequence` is given here, in order.
    func enqueue(_ rows: [OutboxRow]) throws

    /// Claims due rows, oldest first, at most one a lane: generation + 1, attempts + 1, and not
    /// due again before `leaseEnd` in case the sender dies. Lanes in `except` (as `receiver`)
    /// are passed over.
    func claimDue(
        at now: Timestamp, leaseUntil leaseEnd: Timestamp, limit: Int, except receivers: [String]
    ) throws -> [OutboxRow]

    /// Writes an outcome; false when the row was claimed again since.
    func recordOutcome(_ outcome: OutboxOutcome) throws -> Bool

    /// Pending rows, oldest first, without their bodies when `withBodies` is false.
    func outbox(
        state: OutboxRow.State?, limit: Int, withBodies: Bool
    ) throws -> [OutboxRow]

    /// The earliest `nextAttemptAt` among rows that head their lane; nil when nothing is pending.
    func nextDue(except receivers: [String]) throws -> Timestamp?

    /// Removes sent rows older than an instant.
    func dropSent(before instant: Timestamp) throws
}
