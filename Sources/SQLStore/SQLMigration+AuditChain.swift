// Changes are chained by hashes, and what records them is never changed.

extension SQLMigration {
    /// The hash of each change and the ends of the chains; the tables of history refuse changes.
    static func auditChain(_ dialect: SQLDialect) -> [String] {
        let text = dialect.text + " NOT NULL"
        return [
            // NULL: from before there were hashes.
            "ALTER TABLE audits ADD COLUMN hash \(dialect.text)",
            """
            CREATE TABLE audit_heads (
                organization \(text) PRIMARY KEY, change_count BIGINT NOT NULL, hash \(text)
            )
            """,
        ] + ["audits", "terms", "limit_transitions"].flatMap(dialect.appendOnly)
    }
}
