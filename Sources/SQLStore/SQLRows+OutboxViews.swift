// The outbox as people and metrics look at it.

import Credits
import Ports

extension SQLRows {
    func outbox(state: OutboxRow.State?, limit: Int, withBodies: Bool) throws -> [OutboxRow] {
        var parameters: [SQLValue] = [.integer(Int64(max(0, limit)))]
        if let state { parameters.append(.text(state.rawValue)) }
        return try run(
            """
            SELECT \(Self.columns(body: withBodies ? "body" : "NULL")) FROM outbox
            \(state == nil ? "" : "WHERE state = $2") ORDER BY sequence LIMIT $1
            """, parameters
        ).map(outboxRow)
    }

    func newestOutbox(
        receiver: String?, state: OutboxRow.State?, limit: Int
    ) throws -> [OutboxRow] {
        var parameters: [SQLValue] = [.integer(Int64(max(0, limit)))]
        var conditions: [String] = []
        for (column, value) in [("state", state?.rawValue), ("receiver", receiver)] {
            guard let value else { continue }
            parameters.append(.text(value))
            conditions.append("\(column) = $\(parameters.count)")
        }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try run(
            """
            SELECT \(Self.columns(body: "NULL")) FROM outbox \(filter)
            ORDER BY sequence DESC LIMIT $1
            """, parameters
        ).map(outboxRow)
    }

    func outboxRow(id: String) throws -> OutboxRow? {
        try run(
            "SELECT \(Self.columns(body: "NULL")) FROM outbox WHERE id = $1", [.text(id)]
        ).first.map(outboxRow)
    }

    func outboxCounts() throws -> [OutboxCount] {
        try run(
            """
            SELECT receiver, state, COUNT(*), MIN(created_at) FROM outbox
            WHERE state <> 'sent' GROUP BY receiver, state ORDER BY receiver, state
            """
        ).map { row in
            OutboxCount(
                receiver: try row.text(0), state: try outboxState(row, 1),
                count: try row.integer(2), oldest: try row.instant(3))
        }
    }

    static func columns(body: String) -> String {
        """
        id, sequence, receiver, integration, integration_index, lane_group, content_type,
        \(body), created_at, attempts, next_attempt_at, generation, state, last_error,
        queued_at, claimed, ended_at
        """
    }

    func outboxRow(_ row: SQLRow) throws(StoreError) -> OutboxRow {
        OutboxRow(
            id: try row.text(0), sequence: try row.integer(1), receiver: try row.text(2),
            integration: try row.text(3), integrationIndex: try row.count(4),
            group: try row.text(5), contentType: try row.text(6), body: try row.blob(7),
            createdAt: try row.instant(8), queuedAt: try row.instant(14),
            attempts: try row.count(9), nextAttemptAt: try row.instant(10),
            generation: try row.integer(11), isClaimed: try row.integer(15) == 1,
            state: try outboxState(row, 12), lastError: try row.text(13),
            endedAt: try row.optionalInstant(16))
    }

    private func outboxState(_ row: SQLRow, _ column: Int) throws(StoreError) -> OutboxRow.State {
        let text = try row.text(column)
        return try known(OutboxRow.State(rawValue: text), "a notification state", text)
    }
}
