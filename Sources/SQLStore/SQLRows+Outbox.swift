// The queue of notifications.
//
// 1. Only the oldest pending row of a lane is ever due, so a lane is delivered in order.
// 2. A claim moves the generation; an outcome of another generation changes nothing.

import Credits
import Ports

extension SQLRows {
    func enqueue(_ rows: [OutboxRow]) throws {
        guard !rows.isEmpty else { return }
        let first = try reserve(rows.count, of: "outbox")
        for (offset, row) in rows.enumerated() {
            try run(
                """
                INSERT INTO outbox (
                    id, sequence, receiver, integration, integration_index, lane_group,
                    content_type, body, created_at, attempts, next_attempt_at, generation,
                    state, last_error, ended_at
                ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, NULL)
                """,
                [
                    .text(row.id), .integer(first + Int64(offset)), .text(row.receiver),
                    .text(row.integration), .integer(Int64(row.integrationIndex)),
                    .text(row.group), .text(row.contentType), .blob(row.body),
                    .integer(row.createdAt.milliseconds), .integer(Int64(row.attempts)),
                    .integer(row.nextAttemptAt.milliseconds), .integer(row.generation),
                    .text(row.state.rawValue), .text(row.lastError),
                ])
        }
    }

    func claimDue(
        at now: Timestamp, leaseUntil leaseEnd: Timestamp, limit: Int, except receivers: [String]
    ) throws -> [OutboxRow] {
        var parameters: [SQLValue] = [
            .integer(now.milliseconds), .integer(Int64(max(0, limit))),
        ]
        let passed = exclusion(of: receivers, after: &parameters)
        let due = try run(
            """
            SELECT \(Self.columns(body: "body")) FROM outbox
            WHERE \(Self.isHead) AND next_attempt_at <= $1\(passed)
            ORDER BY sequence LIMIT $2
            """, parameters
        ).map(outboxRow)
        return try due.map { row throws(StoreError) in
            try run(
                """
                UPDATE outbox SET generation = generation + 1, attempts = attempts + 1,
                    next_attempt_at = $2
                WHERE id = $1
                """, [.text(row.id), .integer(leaseEnd.milliseconds)])
            return row.claimed(until: leaseEnd)
        }
    }

    func recordOutcome(_ outcome: OutboxOutcome) throws -> Bool {
        try run(
            """
            UPDATE outbox SET state = $3, next_attempt_at = $4, last_error = $5, ended_at = $6
            WHERE id = $1 AND generation = $2 RETURNING id
            """,
            [
                .text(outcome.id), .integer(outcome.generation), .text(outcome.state.rawValue),
                .integer(outcome.nextAttemptAt.milliseconds), .text(outcome.error),
                .integer(outcome.at.milliseconds),
            ]
        ).count == 1
    }

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

    func nextDue(except receivers: [String]) throws -> Timestamp? {
        var parameters: [SQLValue] = []
        let passed = exclusion(of: receivers, after: &parameters)
        return try run(
            "SELECT MIN(next_attempt_at) FROM outbox WHERE \(Self.isHead)\(passed)", parameters
        ).first?.optionalInstant(0)
    }

    func dropSent(before instant: Timestamp) throws {
        try run(
            "DELETE FROM outbox WHERE state = 'sent' AND ended_at < $1",
            [.integer(instant.milliseconds)])
    }

    /// The oldest pending row of its lane.
    private static let isHead = """
        state = 'pending' AND NOT EXISTS (
            SELECT 1 FROM outbox AS older
            WHERE older.state = 'pending' AND older.receiver = outbox.receiver
                AND older.integration = outbox.integration
                AND older.integration_index = outbox.integration_index
                AND older.lane_group = outbox.lane_group AND older.sequence < outbox.sequence
        )
        """

    private static func columns(body: String) -> String {
        """
        id, sequence, receiver, integration, integration_index, lane_group, content_type,
        \(body), created_at, attempts, next_attempt_at, generation, state, last_error
        """
    }

    private func exclusion(
        of receivers: [String], after parameters: inout [SQLValue]
    ) -> String {
        guard !receivers.isEmpty else { return "" }
        let list = placeholders(receivers.count, from: parameters.count + 1)
        parameters += receivers.map { .text($0) }
        return " AND receiver NOT IN (\(list))"
    }

    private func outboxRow(_ row: SQLRow) throws(StoreError) -> OutboxRow {
        let state = try row.text(12)
        return OutboxRow(
            id: try row.text(0), sequence: try row.integer(1), receiver: try row.text(2),
            integration: try row.text(3), integrationIndex: try row.count(4),
            group: try row.text(5), contentType: try row.text(6), body: try row.blob(7),
            createdAt: try row.instant(8),
            attempts: try row.count(9),
            nextAttemptAt: try row.instant(10),
            generation: try row.integer(11),
            state: try known(OutboxRow.State(rawValue: state), "a notification state", state),
            lastError: try row.text(13))
    }
}

extension OutboxRow {
    /// The row as the claim leaves it.
    fileprivate func claimed(until leaseEnd: Timestamp) -> OutboxRow {
        OutboxRow(
            id: id, sequence: sequence, receiver: receiver, integration: integration,
            integrationIndex: integrationIndex, group: group, contentType: contentType,
            body: body, createdAt: createdAt, attempts: attempts + 1, nextAttemptAt: leaseEnd,
            generation: generation + 1, state: state, lastError: lastError)
    }
}
