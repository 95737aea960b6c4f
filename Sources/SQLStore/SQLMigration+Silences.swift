// What is not told while it lasts.

extension SQLMigration {
    /// The table of silences; matchers are JSON text.
    static func silences(_ dialect: SQLDialect) -> [String] {
        let text = dialect.text + " NOT NULL"
        return [
            """
            CREATE TABLE silences (
                id \(text) PRIMARY KEY, matchers \(text), starts_at BIGINT NOT NULL,
                ends_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, created_by \(text),
                comment \(text)
            )
            """
        ]
    }
}
