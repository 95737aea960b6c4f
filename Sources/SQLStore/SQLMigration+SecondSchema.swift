// Schema version 2: what the styles of sources remember between polls.

extension SQLMigration {
    /// The table that schema version 2 adds.
    static func secondSchema(_ dialect: SQLDialect) -> [String] {
        let text = dialect.text + " NOT NULL"
        return ["CREATE TABLE source_states (source \(text) PRIMARY KEY, state \(text))"]
    }
}
