// Posted keys found by source, for polls of one of many sources of an organization.

extension SQLMigration {
    /// The index that polls read by, in place of the one by day alone.
    static func postedKeysBySource(_ dialect: SQLDialect) -> [String] {
        [
            "CREATE INDEX posted_keys_by_source ON posted_keys (organization, source, day)",
            "DROP INDEX posted_keys_by_day",
        ]
    }
}
