// Entries found by day, for the statement of a month in a ledger of many months.

extension SQLMigration {
    /// The index that statements read by.
    static func entriesByDay(_ dialect: SQLDialect) -> [String] {
        ["CREATE INDEX entries_by_day ON entries (organization, day, sequence)"]
    }
}
