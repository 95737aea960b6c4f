// The sums beside the entries.
//
// 1. They change in the transaction that appends the entries, by what it appends.

import Credits
import Ledger
import Ports

extension SQLRows {
    func handmadeCount(of organization: String) throws -> Int64 {
        try run(
            "SELECT handmade FROM chain_heads WHERE organization = $1", [.text(organization)]
        ).first?.integer(0) ?? 0
    }

    func dayTotals(of organization: String, after sequence: Int64) throws -> [DayTotal] {
        let rows =
            try sequence <= 0
            ? run(
                """
                SELECT day, product, used, corrected FROM day_totals WHERE organization = $1
                ORDER BY day, product
                """, [.text(organization)])
            : run(
                """
                SELECT day, product,
                    CAST(SUM(CASE WHEN credits > 0 THEN credits ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN credits < 0 THEN -credits ELSE 0 END) AS BIGINT)
                FROM entries WHERE organization = $1 AND sequence > $2
                GROUP BY day, product ORDER BY day, product
                """, [.text(organization), .integer(sequence)])
        return try rows.map { row throws(StoreError) in
            DayTotal(
                organization: organization, day: try row.day(0), product: try row.text(1),
                use: GrossUse(used: try row.credits(2), corrected: try row.credits(3)))
        }
    }

    func postedProducts(of organization: String) throws -> [PostedProduct] {
        try run(
            """
            SELECT source, product FROM posted_products WHERE organization = $1
            ORDER BY source, product
            """, [.text(organization)]
        ).map { row throws(StoreError) in
            PostedProduct(
                organization: organization, source: try row.text(0), product: try row.text(1))
        }
    }

    func holdsCredits(_ posted: PostedProduct) throws -> Bool {
        try run(
            """
            SELECT 1 FROM posted_keys
            WHERE organization = $1 AND source = $2 AND product = $3 AND credits <> 0 LIMIT 1
            """, [.text(posted.organization), .text(posted.source), .text(posted.product)]
        ).first != nil
    }

    /// Adds entries to the sums of their days.
    func add(_ totals: [DayTotal]) throws(StoreError) {
        for total in totals {
            try run(
                """
                INSERT INTO day_totals (organization, day, product, used, corrected)
                VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (organization, day, product) DO UPDATE SET
                    used = day_totals.used + excluded.used,
                    corrected = day_totals.corrected + excluded.corrected
                """,
                [
                    .text(total.organization), try kept(total.day),
                    .text(total.product), .integer(total.use.used.microCredits),
                    .integer(total.use.corrected.microCredits),
                ])
        }
    }

    /// Notes who has posted what.
    func note(_ posted: [PostedKey]) throws(StoreError) {
        var noted: Set<PostedProduct> = []
        for key in posted {
            let product = PostedProduct(
                organization: key.organization, source: key.source, product: key.product)
            guard noted.insert(product).inserted else { continue }
            try run(
                """
                INSERT INTO posted_products (organization, source, product)
                VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
                """, [.text(product.organization), .text(product.source), .text(product.product)])
        }
    }
}
