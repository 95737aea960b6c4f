// The last known backlog of the outbox, for readers on any thread.

import Credits
import Ports
import Synchronization

/// What the outbox holds for one receiver.
package struct OutboxBacklog: Sendable, Hashable {
    /// Pending notifications.
    package private(set) var pending: Int64 = 0
    /// When the oldest pending one was written.
    package private(set) var oldest: Timestamp?
    /// Notifications that were given up.
    package private(set) var failed: Int64 = 0

    /// Nothing.
    package init() {}

    /// Takes in a count of the store.
    mutating func add(_ count: OutboxCount) {
        switch count.state {
        case .pending: (pending, oldest) = (count.count, count.oldest)
        case .failed: failed = count.count
        case .sent: break
        }
    }
}

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
