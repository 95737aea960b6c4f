// Credits that are reserved before they are used.

extension SQLMigration {
    /// The table of holds, and a column for caps of products. `due_at` is when an open hold ends by
    /// itself, else when it ended.
    static func holds(_ dialect: SQLDialect) -> [String] {
        let text = dialect.text + " NOT NULL"
        return [
            """
            CREATE TABLE holds (
                id \(text) PRIMARY KEY, organization \(text), product \(text),
                credits BIGINT NOT NULL, time_to_live BIGINT NOT NULL,
                idempotency_key \(dialect.text) UNIQUE, created_by \(text),
                created_at BIGINT NOT NULL, state \(text), settled_credits BIGINT,
                due_at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX holds_by_state ON holds (state, due_at)",
            // The product of a change of its cap; NULL for all other changes.
            "ALTER TABLE terms ADD COLUMN product \(dialect.text)",
        ]
    }
}
