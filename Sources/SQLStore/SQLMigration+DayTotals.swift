// Sums beside the entries, so that a start reads days and products, not every entry.

extension SQLMigration {
    /// The tables of the sums, filled from the entries that are there.
    static func dayTotals(_ dialect: SQLDialect) -> [String] {
        let text = dialect.text + " NOT NULL"
        return [
            """
            CREATE TABLE day_totals (
                organization \(text), day BIGINT NOT NULL, product \(text),
                used BIGINT NOT NULL, corrected BIGINT NOT NULL,
                PRIMARY KEY (organization, day, product)
            )
            """,
            """
            INSERT INTO day_totals (organization, day, product, used, corrected)
            SELECT organization, day, product,
                CAST(SUM(CASE WHEN credits > 0 THEN credits ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN credits < 0 THEN -credits ELSE 0 END) AS BIGINT)
            FROM entries GROUP BY organization, day, product
            """,
            """
            CREATE TABLE posted_products (
                organization \(text), source \(text), product \(text),
                PRIMARY KEY (organization, source, product)
            )
            """,
            """
            INSERT INTO posted_products (organization, source, product)
            SELECT DISTINCT organization, source, product FROM posted_keys
            """,
            // Entries made by hand: what is left was reported by sources.
            "ALTER TABLE chain_heads ADD COLUMN handmade BIGINT NOT NULL DEFAULT 0",
            """
            UPDATE chain_heads SET handmade = (
                SELECT COUNT(*) FROM entries
                WHERE entries.organization = chain_heads.organization
                    AND kind IN ('adjustment', 'opening')
            )
            """,
        ]
    }
}
