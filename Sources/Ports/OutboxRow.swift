// A notification as the store keeps it, and what becomes of it.

import Alerting
import Credits

/// A notification on its way: written with the transition that caused it, sent until a 2xx.
package struct OutboxRow: Sendable, Hashable {
    /// The state of a notification.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Waiting for its first or next attempt.
        case pending
        /// Accepted by the receiver with a 2xx.
        case sent
        /// Given up; kept for replay.
        case failed
    }

    /// The `webhook-id`, the same through all attempts.
    package let id: String
    /// Position in the outbox; rows of a lane are delivered in this order.
    package var sequence: Int64
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
    package var body: [UInt8]
    /// When the transition happened that it tells of.
    package let createdAt: Timestamp
    /// When its retries began: its creation, or its replay.
    package var queuedAt: Timestamp
    /// Attempts whose outcome is known.
    package var attempts: Int
    /// Not before this instant; while claimed, the end of the lease.
    package var nextAttemptAt: Timestamp
    /// Moves with each claim; an outcome of an older generation is ignored.
    package var generation: Int64
    /// Whether a sender has it in hand.
    package var isClaimed: Bool
    /// Where it stands.
    package var state: State
    /// The last failure, without secrets; empty when none.
    package var lastError: String
    /// When the last attempt ended.
    package var endedAt: Timestamp?

    /// A row as it is stored; one that was never attempted needs only the first nine.
    package init(
        id: String, sequence: Int64 = 0, receiver: String, integration: String,
        integrationIndex: Int, group: String, contentType: String, body: [UInt8],
        createdAt: Timestamp, queuedAt: Timestamp? = nil, attempts: Int = 0,
        nextAttemptAt: Timestamp, generation: Int64 = 0, isClaimed: Bool = false,
        state: State = .pending, lastError: String = "", endedAt: Timestamp? = nil
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
        self.queuedAt = queuedAt ?? createdAt
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.generation = generation
        self.isClaimed = isClaimed
        self.state = state
        self.lastError = lastError
        self.endedAt = endedAt
    }

    /// Where it goes.
    package var endpoint: EndpointIdentity {
        EndpointIdentity(receiver: receiver, integration: integration, index: integrationIndex)
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
    package var nextAttemptAt: Timestamp
    /// What went wrong; empty when sent.
    package let error: String
    /// When the attempt ended.
    package var at: Timestamp

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

/// What waits for one endpoint.
package struct OutboxQueue: Sendable, Hashable {
    /// The endpoint.
    package let endpoint: EndpointIdentity
    /// When the first of its lanes is due.
    package let nextDue: Timestamp

    /// A queue of an endpoint.
    package init(endpoint: EndpointIdentity, nextDue: Timestamp) {
        self.endpoint = endpoint
        self.nextDue = nextDue
    }
}

/// A wish to take rows of one endpoint in hand.
package struct OutboxClaim: Sendable, Hashable {
    /// The most bytes of bodies in one run, as long as it has more than one row.
    package static let maximumRunBytes = 1 << 20

    /// The endpoint.
    package let endpoint: EndpointIdentity
    /// The most lanes that are claimed.
    package let lanes: Int
    /// The most rows of a lane that are claimed together.
    package let rowsPerLane: Int

    /// A wish for lanes of an endpoint.
    package init(endpoint: EndpointIdentity, lanes: Int, rowsPerLane: Int) {
        self.endpoint = endpoint
        self.lanes = lanes
        self.rowsPerLane = rowsPerLane
    }
}

/// How many rows of a receiver are in one state.
package struct OutboxCount: Sendable, Hashable {
    /// Name of the receiver.
    package let receiver: String
    /// `pending` or `failed`.
    package let state: OutboxRow.State
    /// How many.
    package let count: Int64
    /// When the oldest of them was written.
    package let oldest: Timestamp

    /// A count.
    package init(receiver: String, state: OutboxRow.State, count: Int64, oldest: Timestamp) {
        self.receiver = receiver
        self.state = state
        self.count = count
        self.oldest = oldest
    }
}
