// Sending a notification again that was given up.

import Credits
import Ledger
import Logging
import Ports

/// Why a notification is not sent again.
package enum ReplayError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No such notification.
    case unknown(String)
    /// It was not given up.
    case notFailed(String, OutboxRow.State)
    /// The ledger could not be written.
    case notWritten(String)

    package var description: String {
        switch self {
        case .unknown(let id):
            "there is no notification `\(id)`; `notify list` shows those that are kept"
        case .notFailed(let id, .sent):
            "notification `\(id)` was delivered; only one that was given up can be sent again"
        case .notFailed(let id, _):
            "notification `\(id)` still waits and is tried again by itself"
        case .notWritten(let error): "the notification was not queued again: \(error)"
        }
    }
}

extension AgentCore {
    /// Queues a notification again that was given up, with its id and its bytes.
    ///
    /// - Returns: the row as it is then.
    package func replayNotification(
        _ id: String, actor: String
    ) async throws(ReplayError) -> OutboxRow {
        let now = ports.wallClock.now()
        do {
            let row = try await exclusively {
                // A refusal is an answer of the ledger, no failed write.
                try await write { rows in
                    try Self.replay(id, actor: actor, now: now, in: rows)
                }.get()
            }
            logger.info(
                "notification is sent again",
                metadata: [
                    "id": "\(id)", "receiver": "\(row.receiver)", "group": "\(row.group)",
                    "by": "\(actor)",
                ], source: "notify")
            outboxBell.ring()
            return row
        } catch let error as ReplayError {
            throw error
        } catch {
            throw .notWritten("\(error)")
        }
    }

    private static func replay(
        _ id: String, actor: String, now: Timestamp, in rows: any StoreRows
    ) throws -> Result<OutboxRow, ReplayError> {
        guard let row = try rows.outboxRow(id: id) else { return .failure(.unknown(id)) }
        guard try rows.requeueFailed(id: id, at: now),
            let queued = try rows.outboxRow(id: id)
        else { return .failure(.notFailed(id, row.state)) }
        // The outbox belongs to no organization.
        try rows.appendAudit(
            AuditRecord(
                at: now, organization: "", actor: actor, action: "notification.replayed",
                before: "failed: \(row.lastError)", after: "pending", reason: id))
        return .success(queued)
    }
}
