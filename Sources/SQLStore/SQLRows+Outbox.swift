// The queue of notifications.
//
// 1. `head` marks the oldest pending row of every lane; each change of a state keeps it so.
// 2. A lane is claimed from its head on, so it is delivered in order.
// 3. A claim moves the generation; an outcome of another generation changes nothing.
// 4. No statement of delivery looks at more rows than it gives: each goes by an index.

import Alerting
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
                    content_type, body, created_at, queued_at, attempts, next_attempt_at,
                    generation, state, last_error, ended_at, head
                ) VALUES (
                    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, 0, 'pending', '', NULL,
                    CASE WHEN EXISTS (
                        SELECT 1 FROM outbox AS older
                        WHERE older.state = 'pending' AND older.receiver = $3
                            AND older.integration = $4 AND older.integration_index = $5
                            AND older.lane_group = $6
                    ) THEN 0 ELSE 1 END
                )
                """,
                [
                    .text(row.id), .integer(first + Int64(offset)), .text(row.receiver),
                    .text(row.integration), .integer(Int64(row.integrationIndex)),
                    .text(row.group), .text(row.contentType), .blob(row.body),
                    try kept(row.createdAt), try kept(row.queuedAt),
                    try kept(row.nextAttemptAt),
                ])
        }
    }

    func outboxQueues() throws -> [OutboxQueue] {
        var queues: [OutboxQueue] = []
        var last: [SQLValue] = []
        // A loose index scan: one step an endpoint, however many rows wait for it.
        while true {
            let beyond =
                last.isEmpty
                ? "" : "AND (receiver, integration, integration_index) > ($1, $2, $3)"
            let found = try run(
                """
                SELECT receiver, integration, integration_index, next_attempt_at FROM outbox
                WHERE head = 1 \(beyond)
                ORDER BY receiver, integration, integration_index, next_attempt_at LIMIT 1
                """, last
            ).first
            guard let found else { return queues }
            let endpoint = EndpointIdentity(
                receiver: try found.text(0), integration: try found.text(1),
                index: try found.count(2))
            queues.append(OutboxQueue(endpoint: endpoint, nextDue: try found.instant(3)))
            last = Self.parameters(endpoint)
        }
    }

    func claim(
        _ wish: OutboxClaim, at now: Timestamp, leaseUntil leaseEnd: Timestamp
    ) throws -> [[OutboxRow]] {
        let heads = try run(
            """
            SELECT \(Self.columns(body: "body")) FROM outbox
            WHERE head = 1 AND receiver = $1 AND integration = $2 AND integration_index = $3
                AND next_attempt_at <= $4
            ORDER BY next_attempt_at, sequence LIMIT $5
            """,
            Self.parameters(wish.endpoint) + [
                .integer(now.milliseconds), .integer(Int64(max(0, wish.lanes))),
            ]
        ).map(outboxRow)
        return try heads.map { head in
            var run: [OutboxRow] = []
            var bytes = 0
            var next: OutboxRow? = head
            while let row = next, run.count < max(1, wish.rowsPerLane) {
                bytes += row.body.count
                if !run.isEmpty, bytes > OutboxClaim.maximumRunBytes { break }
                run.append(try claimed(row, until: leaseEnd))
                next = run.count < wish.rowsPerLane ? try successor(of: row) : nil
            }
            return run
        }
    }

    func releaseClaim(id: String, generation: Int64, at now: Timestamp) throws {
        try run(
            """
            UPDATE outbox SET claimed = 0, next_attempt_at = $3
            WHERE id = $1 AND generation = $2 AND claimed = 1 AND state = 'pending'
            """, [.text(id), .integer(generation), .integer(now.milliseconds)])
    }

    func recordOutcome(_ outcome: OutboxOutcome) throws -> Bool {
        let isPending = outcome.state == .pending
        let lane = try run(
            """
            UPDATE outbox SET state = $3, next_attempt_at = $4, last_error = $5, ended_at = $6,
                attempts = attempts + 1, claimed = 0, head = CASE WHEN $7 = 1 THEN head ELSE 0 END
            WHERE id = $1 AND generation = $2 AND claimed = 1
            RETURNING receiver, integration, integration_index, lane_group
            """,
            [
                .text(outcome.id), .integer(outcome.generation), .text(outcome.state.rawValue),
                try kept(outcome.nextAttemptAt), .text(outcome.error),
                try kept(outcome.at), .integer(isPending ? 1 : 0),
            ]
        ).first
        guard let lane else { return false }
        if !isPending {
            try run(
                """
                UPDATE outbox SET head = 1 WHERE id = (
                    SELECT id FROM outbox WHERE \(Self.isInLane) ORDER BY sequence LIMIT 1
                )
                """, Array(lane.values.prefix(4)))
        }
        return true
    }

    func requeueFailed(id: String, at now: Timestamp) throws -> Bool {
        try run(
            """
            UPDATE outbox SET state = 'pending', attempts = 0, next_attempt_at = $2,
                queued_at = $2, generation = generation + 1, claimed = 0, last_error = '',
                ended_at = NULL, sequence = $3,
                head = CASE WHEN EXISTS (
                    SELECT 1 FROM outbox AS older
                    WHERE older.state = 'pending' AND older.receiver = outbox.receiver
                        AND older.integration = outbox.integration
                        AND older.integration_index = outbox.integration_index
                        AND older.lane_group = outbox.lane_group
                ) THEN 0 ELSE 1 END
            WHERE id = $1 AND state = 'failed' RETURNING id
            """,
            [.text(id), .integer(now.milliseconds), .integer(try reserve(1, of: "outbox"))]
        ).count == 1
    }

    func dropSent(before instant: Timestamp) throws {
        try run(
            "DELETE FROM outbox WHERE state = 'sent' AND ended_at < $1",
            [.integer(instant.milliseconds)])
    }

    // MARK: Clocks

    func restoreOutbox(at now: Timestamp) throws {
        let parameters: [SQLValue] = [.integer(now.milliseconds)]
        try run(
            """
            UPDATE outbox SET claimed = 0, generation = generation + 1, next_attempt_at = $1
            WHERE state = 'pending' AND claimed = 1
            """, parameters)
        try run(
            """
            UPDATE outbox SET next_attempt_at = next_attempt_at + ($1 - ended_at), ended_at = $1
            WHERE state = 'pending' AND ended_at > $1
            """, parameters)
        try run(
            """
            UPDATE outbox SET next_attempt_at = $1
            WHERE state = 'pending' AND ended_at IS NULL AND next_attempt_at > $1
            """, parameters)
        try run(
            "UPDATE outbox SET queued_at = $1 WHERE state = 'pending' AND queued_at > $1",
            parameters)
    }

    func shiftOutbox(byMilliseconds jump: Int64, now: Timestamp) throws {
        // What was never attempted is due by now, whenever it was written.
        try run(
            """
            UPDATE outbox SET
                next_attempt_at = CASE
                    WHEN ended_at IS NULL AND claimed = 0 AND next_attempt_at + $1 > $2 THEN $2
                    ELSE next_attempt_at + $1 END,
                queued_at = CASE WHEN queued_at + $1 > $2 THEN $2 ELSE queued_at + $1 END,
                ended_at = ended_at + $1
            WHERE state = 'pending'
            """, [.integer(jump), .integer(now.milliseconds)])
    }

    // MARK: Pieces

    private static let isInLane = """
        state = 'pending' AND receiver = $1 AND integration = $2 AND integration_index = $3
            AND lane_group = $4
        """

    private static func parameters(_ endpoint: EndpointIdentity) -> [SQLValue] {
        [.text(endpoint.receiver), .text(endpoint.integration), .integer(Int64(endpoint.index))]
    }

    private func successor(of row: OutboxRow) throws -> OutboxRow? {
        try run(
            """
            SELECT \(Self.columns(body: "body")) FROM outbox
            WHERE \(Self.isInLane) AND sequence > $5
            ORDER BY sequence LIMIT 1
            """, Self.parameters(row.endpoint) + [.text(row.group), .integer(row.sequence)]
        ).first.map(outboxRow)
    }

    private func claimed(_ row: OutboxRow, until leaseEnd: Timestamp) throws -> OutboxRow {
        try run(
            """
            UPDATE outbox SET generation = generation + 1, claimed = 1, next_attempt_at = $2
            WHERE id = $1
            """, [.text(row.id), try kept(leaseEnd)])
        var row = row
        row.generation += 1
        row.isClaimed = true
        row.nextAttemptAt = leaseEnd
        return row
    }
}
