// Organizations, their products, terms and blocks.

import Credits
import Ledger
import Ports

extension SQLRows {
    func organizationIdentifiers() throws -> [String] {
        try run(
            """
            SELECT organization FROM chain_heads
            UNION SELECT organization FROM terms
            UNION SELECT organization FROM products
            ORDER BY organization
            """
        ).map { try $0.text(0) }
    }

    func products(of organization: String) throws -> [ProductRecord] {
        try run(
            """
            SELECT organization, id, was_ever_enabled FROM products
            WHERE organization = $1 ORDER BY id
            """, [.text(organization)]
        ).map { row in
            ProductRecord(
                organization: try row.text(0), id: try row.text(1),
                wasEverEnabled: try row.integer(2) != 0)
        }
    }

    func putProduct(_ product: ProductRecord) throws {
        try run(
            """
            INSERT INTO products (organization, id, was_ever_enabled) VALUES ($1, $2, $3)
            ON CONFLICT (organization, id)
            DO UPDATE SET was_ever_enabled = excluded.was_ever_enabled
            """,
            [
                .text(product.organization), .text(product.id),
                .integer(product.wasEverEnabled ? 1 : 0),
            ])
    }

    func appendTransition(_ transition: LimitTransition) throws {
        try run(
            """
            INSERT INTO limit_transitions (
                organization, kind, happened_at, cause, used, credit_limit, position
            ) VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .text(transition.organization), .text(transition.kind.rawValue),
                try kept(transition.at), .text(transition.cause),
                .integer(transition.used.microCredits), .integer(transition.limit.microCredits),
                .integer(try reserve(1, of: "limit_transitions")),
            ])
    }

    func transitions(of organization: String) throws -> [LimitTransition] {
        try run(
            """
            SELECT organization, kind, happened_at, cause, used, credit_limit
            FROM limit_transitions WHERE organization = $1 ORDER BY position
            """, [.text(organization)]
        ).map(transition)
    }

    func transitions(
        of organization: String, before number: Int64?, limit: Int
    ) throws -> [Numbered<LimitTransition>] {
        try run(
            """
            SELECT organization, kind, happened_at, cause, used, credit_limit, position
            FROM limit_transitions WHERE organization = $1 AND position < $2
            ORDER BY position DESC LIMIT $3
            """, page(organization, number ?? .max, limit)
        ).map { Numbered(number: try $0.integer(6), record: try transition($0)) }
    }

    private func transition(_ row: SQLRow) throws(StoreError) -> LimitTransition {
        let kind = try row.text(1)
        return LimitTransition(
            organization: try row.text(0),
            kind: try known(LimitTransition.Kind(rawValue: kind), "a transition", kind),
            at: try row.instant(2), cause: try row.text(3), used: try row.credits(4),
            limit: try row.credits(5))
    }

    func openMonth(of organization: String) throws -> BillingMonth? {
        let text = try run(
            "SELECT month FROM open_months WHERE organization = $1", [.text(organization)]
        ).first?.text(0)
        return try text.map { text throws(StoreError) in
            try known(BillingMonth(iso: text), "a month", text)
        }
    }

    func putOpenMonth(_ month: BillingMonth, of organization: String) throws {
        try run(
            """
            INSERT INTO open_months (organization, month) VALUES ($1, $2)
            ON CONFLICT (organization) DO UPDATE SET month = excluded.month
            """, [.text(organization), .text(month.description)])
    }
}
