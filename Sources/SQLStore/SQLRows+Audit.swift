// The changes that people made, each with its hash.

import Credits
import Ledger
import Ports

extension SQLRows {
    func appendAudit(_ record: AuditRecord) throws {
        let head = try auditHead(of: record.organization).adding(record)
        try run(
            """
            INSERT INTO audits (
                organization, happened_at, actor, action, state_before, state_after, reason,
                position, hash
            ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .text(record.organization), try kept(record.at),
                .text(record.actor), .text(record.action), .text(record.before),
                .text(record.after), .text(record.reason),
                .integer(try reserve(1, of: "audits")), .text(head.hash),
            ])
        try run(
            """
            INSERT INTO audit_heads (organization, change_count, hash) VALUES ($1, $2, $3)
            ON CONFLICT (organization) DO UPDATE SET
                change_count = excluded.change_count, hash = excluded.hash
            """, [.text(record.organization), .integer(head.count), .text(head.hash)])
    }

    func audits(
        of organization: String, before number: Int64?, limit: Int
    ) throws -> [Numbered<AuditRecord>] {
        try run(
            """
            SELECT organization, happened_at, actor, action, state_before, state_after, reason,
                position, hash
            FROM audits WHERE organization = $1 AND position < $2
            ORDER BY position DESC LIMIT $3
            """, page(organization, number ?? .max, limit)
        ).map { row in
            let link = try link(row)
            return Numbered(number: link.number, record: link.record)
        }
    }

    func auditLinks(
        of organization: String, after number: Int64, limit: Int
    ) throws -> [AuditLink] {
        try run(
            """
            SELECT organization, happened_at, actor, action, state_before, state_after, reason,
                position, hash
            FROM audits WHERE organization = $1 AND position > $2 ORDER BY position LIMIT $3
            """, page(organization, number, limit)
        ).map(link)
    }

    func auditHead(of organization: String) throws -> AuditHead {
        let row = try run(
            "SELECT change_count, hash FROM audit_heads WHERE organization = $1",
            [.text(organization)]
        ).first
        return try row.map { AuditHead(count: try $0.integer(0), hash: try $0.text(1)) }
            ?? AuditHead()
    }

    /// The parameters of a page of numbered records.
    func page(_ organization: String, _ number: Int64, _ limit: Int) -> [SQLValue] {
        [.text(organization), .integer(number), .integer(Int64(max(0, limit)))]
    }

    private func link(_ row: SQLRow) throws(StoreError) -> AuditLink {
        AuditLink(
            number: try row.integer(7),
            record: AuditRecord(
                at: try row.instant(1), organization: try row.text(0), actor: try row.text(2),
                action: try row.text(3), before: try row.text(4), after: try row.text(5),
                reason: try row.text(6)),
            hash: row.isNull(8) ? "" : try row.text(8))
    }
}
