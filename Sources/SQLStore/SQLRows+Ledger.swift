// Entries and what is posted.
//
// 1. Appended entries continue the stored head, or nothing is written.

import Credits
import Ledger
import Ports

extension SQLRows {
    func chainHead(of organization: String) throws -> ChainHead {
        let rows = try run(
            "SELECT sequence, hash FROM chain_heads WHERE organization = $1",
            [.text(organization)])
        guard let row = rows.first else { return .empty }
        return ChainHead(sequence: try row.integer(0), hash: try row.text(1))
    }

    func postedKeys(
        of organization: String, sources: [String]?, in window: DayWindow?
    ) throws -> [PostedKey] {
        if let sources, sources.isEmpty { return [] }
        var parameters: [SQLValue] = [.text(organization)]
        var condition = "organization = $1"
        if let window {
            condition += " AND day >= $2 AND day <= $3"
            parameters.append(.integer(window.first.daysSinceEpoch))
            parameters.append(.integer(window.last.daysSinceEpoch))
        }
        if let sources {
            let list = placeholders(sources.count, from: parameters.count + 1)
            condition += " AND source IN (\(list))"
            parameters += sources.map { .text($0) }
        }
        return try run(
            """
            SELECT key, source, organization, product, unit, day, credits, revision
            FROM posted_keys WHERE \(condition) ORDER BY key
            """, parameters
        ).map(postedKey)
    }

    func append(_ entries: [Entry], posted: [PostedKey], poll: PollRecord?) throws {
        var heads: [String: ChainHead] = [:]
        var handmade: [String: Int64] = [:]
        for entry in entries {
            let head = try heads[entry.organization] ?? chainHead(of: entry.organization)
            try requireContinuation(entry, of: head)
            try insert(entry)
            heads[entry.organization] = ChainHead(sequence: entry.sequence, hash: entry.hash)
            if entry.kind.isMadeByHand { handmade[entry.organization, default: 0] += 1 }
        }
        for (organization, head) in heads.sorted(by: { $0.key < $1.key }) {
            try run(
                """
                INSERT INTO chain_heads (organization, sequence, hash, handmade)
                VALUES ($1, $2, $3, $4)
                ON CONFLICT (organization) DO UPDATE SET
                    sequence = excluded.sequence, hash = excluded.hash,
                    handmade = chain_heads.handmade + excluded.handmade
                """,
                [
                    .text(organization), .integer(head.sequence), .text(head.hash),
                    .integer(handmade[organization] ?? 0),
                ])
        }
        do {
            try add(try DayTotal.sums(of: entries))
        } catch let error as AmountError {
            throw failing("the sums of the entries do not fit: \(error); nothing was written")
        }
        for key in posted { try upsert(key) }
        try note(posted)
        if let poll { try insert(poll) }
    }

    func entries(of organization: String, after sequence: Int64, limit: Int) throws -> [Entry] {
        try run(
            """
            SELECT organization, sequence, day, product, kind, credits, quantity, unit, rate,
                source, key, revision, poll, recorded_at, note, previous_hash, hash
            FROM entries WHERE organization = $1 AND sequence > $2 ORDER BY sequence LIMIT $3
            """, [.text(organization), .integer(sequence), .integer(Int64(max(0, limit)))]
        ).map(entry)
    }

    func entries(
        of organization: String, in window: DayWindow, after place: EntryPlace?, limit: Int
    ) throws -> [Entry] {
        let place = Self.place(in: window, after: place)
        return try run(
            """
            SELECT organization, sequence, day, product, kind, credits, quantity, unit, rate,
                source, key, revision, poll, recorded_at, note, previous_hash, hash
            FROM entries
            WHERE organization = $1 AND (day, sequence) > ($2, $3) AND day <= $4
            ORDER BY day, sequence LIMIT $5
            """,
            [
                .text(organization), .integer(place.day.daysSinceEpoch),
                .integer(place.sequence), .integer(window.last.daysSinceEpoch),
                .integer(Int64(max(0, limit))),
            ]
        ).map(entry)
    }

    func sourceSuccesses() throws -> [String: Timestamp] {
        var successes: [String: Timestamp] = [:]
        for row in try run("SELECT source, succeeded_at FROM source_successes") {
            successes[try row.text(0)] = try row.instant(1)
        }
        return successes
    }

    func recordSourceSuccess(_ source: String, at instant: Timestamp) throws {
        try run(
            """
            INSERT INTO source_successes (source, succeeded_at) VALUES ($1, $2)
            ON CONFLICT (source) DO UPDATE SET succeeded_at = excluded.succeeded_at
            """, [.text(source), try kept(instant)])
    }

    /// The chain has neither gaps nor forks.
    private func requireContinuation(
        _ entry: Entry, of head: ChainHead
    ) throws(StoreError) {
        let (next, overflow) = head.sequence.addingReportingOverflow(1)
        guard !overflow, entry.sequence == next, entry.previousHash == head.hash else {
            throw failing(
                "entry \(entry.sequence) of \(entry.organization) does not continue the ledger, "
                    + "which ends at entry \(head.sequence); nothing was written")
        }
    }

    private func insert(_ entry: Entry) throws(StoreError) {
        try run(
            """
            INSERT INTO entries (
                organization, sequence, day, product, kind, credits, quantity, unit, rate,
                source, key, revision, poll, recorded_at, note, previous_hash, hash
            ) VALUES (
                $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """,
            [
                .text(entry.organization), .integer(entry.sequence),
                try kept(entry.day), .text(entry.product),
                .text(entry.kind.rawValue), .integer(entry.credits.microCredits),
                .text(entry.quantity), .text(entry.unit), .text(entry.rate),
                .text(entry.source), .text(entry.key), .integer(entry.revision),
                .text(entry.poll), try kept(entry.recordedAt), .text(entry.note),
                .text(entry.previousHash), .text(entry.hash),
            ])
    }

    private func entry(_ row: SQLRow) throws(StoreError) -> Entry {
        let kind = try row.text(4)
        return Entry(
            organization: try row.text(0), sequence: try row.integer(1),
            day: try row.day(2), product: try row.text(3),
            kind: try known(EntryKind(rawValue: kind), "a kind of entry", kind),
            credits: try row.credits(5), quantity: try row.text(6),
            unit: try row.text(7), rate: try row.text(8), source: try row.text(9),
            key: try row.text(10), revision: try row.integer(11), poll: try row.text(12),
            recordedAt: try row.instant(13), note: try row.text(14),
            previousHash: try row.text(15), hash: try row.text(16))
    }

    private func upsert(_ key: PostedKey) throws(StoreError) {
        try run(
            """
            INSERT INTO posted_keys (
                key, source, organization, product, unit, day, credits, revision
            ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (key) DO UPDATE SET
                source = excluded.source, organization = excluded.organization,
                product = excluded.product, unit = excluded.unit, day = excluded.day,
                credits = excluded.credits, revision = excluded.revision
            """,
            [
                .text(key.key), .text(key.source), .text(key.organization), .text(key.product),
                .text(key.unit), try kept(key.day),
                .integer(key.credits.microCredits), .integer(key.revision),
            ])
    }

    private func postedKey(_ row: SQLRow) throws(StoreError) -> PostedKey {
        PostedKey(
            key: try row.text(0), source: try row.text(1), organization: try row.text(2),
            product: try row.text(3), unit: try row.text(4),
            day: try row.day(5),
            credits: try row.credits(6),
            revision: try row.integer(7))
    }

    private func insert(_ poll: PollRecord) throws(StoreError) {
        try run(
            """
            INSERT INTO polls (
                id, source, organization, first_day, last_day, started_at, recorded_at,
                page_count, row_count
            ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (id) DO UPDATE SET
                recorded_at = excluded.recorded_at, page_count = excluded.page_count,
                row_count = excluded.row_count
            """,
            [
                .text(poll.id), .text(poll.source), .text(poll.organization),
                .integer(poll.window.first.daysSinceEpoch),
                .integer(poll.window.last.daysSinceEpoch),
                .integer(poll.startedAt.milliseconds), .integer(poll.recordedAt.milliseconds),
                .integer(Int64(poll.pageCount)), .integer(Int64(poll.rowCount)),
            ])
    }
}
