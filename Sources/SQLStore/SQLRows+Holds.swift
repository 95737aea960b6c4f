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
                try kept(hold.createdAt), .text(hold.state.rawValue),
                .optional(hold.settledCredits?.microCredits),
                try kept(hold.endedAt ?? hold.expiresAt),
            ])
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

    func releaseHolds(_ release: HoldRelease, limit: Int) throws -> ReleasedHolds {
        let start = release.place ?? HoldPlace(before: release.settled.lowerBound)
        // The index leads to those of a time; whose they are is seen in their rows.
        let page = try run(
            """
            SELECT due_at, id, organization, product FROM holds
            WHERE state = 'settled' AND due_at < $1 AND (due_at, id) > ($2, $3)
            ORDER BY due_at, id LIMIT $4
            """,
            [
                .integer(release.settled.upperBound.milliseconds),
                .integer(start.dueAt.milliseconds), .text(start.id),
                .integer(Int64(max(1, limit))),
            ])
        guard let last = page.last else { return ReleasedHolds(examined: 0, rest: nil) }
        let products = Set(release.products)
        var identifiers: [String] = []
        for row in page {
            guard try row.text(2) == release.organization,
                products.contains(try row.text(3))
            else { continue }
            identifiers.append(try row.text(1))
        }
        try markReported(identifiers)
        let end = HoldPlace(dueAt: try last.instant(0), id: try last.text(1))
        return ReleasedHolds(
            examined: page.count,
            rest: page.count < max(1, limit) ? nil : release.following(end))
    }

    /// Marks settled holds as reported, so many in a statement of one text.
    private func markReported(_ identifiers: [String]) throws {
        let most = 100
        let places = (1...most).map { "$\($0)" }.joined(separator: ", ")
        for start in stride(from: 0, to: identifiers.count, by: most) {
            let part = identifiers[start..<min(identifiers.count, start + most)]
            // The last one fills the places that are left.
            let values = (0..<most).map { part[min(start + $0, part.endIndex - 1)] }
            try run(
                "UPDATE holds SET state = 'reported' WHERE id IN (\(places))",
                values.map { .text($0) })
        }
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
