// The days that complete polls covered after their end, by source.

extension SQLMigration {
    /// The table of days that polls covered.
    static func coveredDays(_ dialect: SQLDialect) -> [String] {
        [
            """
            CREATE TABLE covered_days (
                source \(dialect.text) NOT NULL, day BIGINT NOT NULL, PRIMARY KEY (source, day)
            )
            """
        ]
    }
}
