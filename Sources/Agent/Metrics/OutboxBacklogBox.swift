// The last known backlog of the outbox, for readers on any thread.

import Synchronization

/// Holds what waits for each receiver.
package final class OutboxBacklogBox: Sendable {
    private let current = Mutex<[String: OutboxBacklog]>([:])

    /// A box without receivers.
    package init() {}

    /// The backlog of every configured receiver.
    package var value: [String: OutboxBacklog] {
        current.withLock { $0 }
    }

    /// Replaces the backlog.
    package func publish(_ backlog: [String: OutboxBacklog]) {
        current.withLock { $0 = backlog }
    }
}
