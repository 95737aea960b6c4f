// The part of the store that delivery uses: the outbox.

import Alerting
import Credits

/// The queue of notifications.
///
/// A lane is (receiver, integration, integration index, group). The oldest pending row of a lane
/// is its head; a lane is due when its head is. Rows are claimed from the head on, without gaps,
/// so that a lane is delivered in order.
package protocol OutboxRows {
    /// Adds rows; their `sequence` is given here, in order.
    func enqueue(_ rows: [OutboxRow]) throws

    /// What waits, endpoint by endpoint.
    func outboxQueues() throws -> [OutboxQueue]

    /// Claims lanes of an endpoint that are due, the longest due first: each with its head and the
    /// rows behind it. Their generation moves, and they are not due again before `leaseEnd` in
    /// case the sender dies.
    ///
    /// - Returns: one run of rows for each lane.
    func claim(
        _ wish: OutboxClaim, at now: Timestamp, leaseUntil leaseEnd: Timestamp
    ) throws -> [[OutboxRow]]

    /// Gives back a claimed row that was not attempted; it is due at once. Nothing happens when
    /// the row was claimed again since.
    func releaseClaim(id: String, generation: Int64, at now: Timestamp) throws

    /// Writes an outcome; false when the row was claimed again since.
    func recordOutcome(_ outcome: OutboxOutcome) throws -> Bool

    /// Gives back every claim, and takes back what lies ahead of a clock that went back while
    /// nobody looked. Only for who holds the ledger alone and has nothing in hand.
    func restoreOutbox(at now: Timestamp) throws

    /// Moves the plan of all pending rows with a wall clock that jumped by so many milliseconds.
    func shiftOutbox(byMilliseconds jump: Int64, now: Timestamp) throws

    /// Queues a failed row again, as the last of its lane, with its id and bytes.
    ///
    /// - Returns: false when there is no failed row of that id.
    func requeueFailed(id: String, at now: Timestamp) throws -> Bool

    /// Rows in a state, oldest first, without their bodies when `withBodies` is false.
    func outbox(
        state: OutboxRow.State?, limit: Int, withBodies: Bool
    ) throws -> [OutboxRow]

    /// The newest rows of a receiver and in a state (nil: any), newest first, without bodies.
    func newestOutbox(
        receiver: String?, state: OutboxRow.State?, limit: Int
    ) throws -> [OutboxRow]

    /// The row of an id, without its body.
    func outboxRow(id: String) throws -> OutboxRow?

    /// How many rows are pending and failed, by receiver and state.
    func outboxCounts() throws -> [OutboxCount]

    /// Removes sent rows older than an instant.
    func dropSent(before instant: Timestamp) throws
}
