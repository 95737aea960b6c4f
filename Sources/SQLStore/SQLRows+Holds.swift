// Holds: one row each, from the reservation until a day after its end.

import Credits
import Ledger
import Ports

extension SQLRows {
    private static let holdColumns = """
        id, organization, product, credits, time_to_live, idempotency_key, created_by, created_at,
        state, settled_credits, due_at
        """

    func hold(id: String) throws -> Hold? {
        try run("SELECT \(Self.holdColumns) FROM holds WHERE id = $1", [.text(id)])
            .first.map(hold)
    }

    func hold(key: String) throws -> Hold? {
        try run("SELECT \(Self.holdColumns) FROM holds WHERE idempotency_key = $1", [.text(key)])
            .first.map(hold)
    }

    func putHold(_ hold: Hold) throws {
        try run(
            """
            INSERT INTO holds (\(Self.holdColumns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (id) DO UPDATE SET
                state = excluded.state, settled_credits = excluded.settled_credits,
                due_at = excluded.due_at
            """,
            [
                .text(hold.id), .text(hold.request.organization), .text(hold.request.product),
                .integer(hold.request.credits.microCredits), .integer(hold.request.timeToLive),
                hold.request.key.map { .text($0) } ?? .null, .text(hold.request.actor),
                .integer(hold.createdAt.milliseconds), .text(hold.state.rawValue),
                .optional(hold.settledCredits?.microCredits),
                .integer((hold.endedAt ?? hold.expiresAt).milliseconds),
            ])
    }

    func countingHolds(after id: String, limit: Int) throws -> [Hold] {
        try run(
            """
            SELECT \(Self.holdColumns) FROM holds
            WHERE state IN ('held', 'settled') AND id > $1 ORDER BY id LIMIT $2
            """, [.text(id), .integer(Int64(max(0, limit)))]
        ).map(hold)
    }

    func holds(in state: HoldState, after place: HoldPlace?, limit: Int) throws -> [Hold] {
        try run(
            """
            SELECT \(Self.holdColumns) FROM holds
            WHERE state = $1 AND (due_at, id) > ($2, $3) ORDER BY due_at, id LIMIT $4
            """,
            [
                .text(state.rawValue), .integer(place?.dueAt.milliseconds ?? .min),
                .text(place?.id ?? ""), .integer(Int64(max(0, limit))),
            ]
        ).map(hold)
    }

    func releaseHolds(_ release: HoldRelease) throws {
        try run(
            """
            UPDATE holds SET state = 'reported'
            WHERE state = 'settled' AND due_at < $1 AND organization = $2 AND product = $3
            """,
            [
                .integer(release.settledBefore.milliseconds), .text(release.organization),
                .text(release.product),
            ])
    }

    func dropHolds(endedBefore instant: Timestamp, limit: Int) throws -> Int {
        try run(
            """
            DELETE FROM holds WHERE id IN (
                SELECT id FROM holds
                WHERE state IN ('reported', 'voided', 'expired') AND due_at < $1
                ORDER BY due_at LIMIT $2
            ) RETURNING id
            """, [.integer(instant.milliseconds), .integer(Int64(max(0, limit)))]
        ).count
    }

    private func hold(_ row: SQLRow) throws(StoreError) -> Hold {
        let word = try row.text(8)
        let state = try known(HoldState(rawValue: word), "a hold", word)
        let settled = try row.optionalInteger(9)
        return Hold(
            id: try row.text(0),
            request: HoldRequest(
                organization: try row.text(1), product: try row.text(2),
                credits: try row.credits(3), timeToLive: try row.integer(4),
                key: row.isNull(5) ? nil : try row.text(5), actor: try row.text(6)),
            createdAt: try row.instant(7), state: state,
            settledCredits: settled.map(CreditAmount.init(microCredits:)),
            endedAt: state == .held ? nil : try row.instant(10))
    }
}
