// The keys under which balances were changed by hand, so that a repeated wish changes nothing.

extension SQLMigration {
    /// The table of idempotency keys of adjustments.
    static func adjustmentKeys(_ dialect: SQLDialect) -> [String] {
        let text = dialect.text + " NOT NULL"
        return [
            """
            CREATE TABLE adjustment_keys (
                organization \(text), idempotency_key \(text), sequence BIGINT NOT NULL,
                PRIMARY KEY (organization, idempotency_key)
            )
            """
        ]
    }
}
