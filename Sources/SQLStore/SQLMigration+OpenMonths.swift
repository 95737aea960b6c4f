// The month of each organization that is not closed yet: its end is announced once.

extension SQLMigration {
    /// The table of open months.
    static func openMonths(_ dialect: SQLDialect) -> [String] {
        let text = dialect.text + " NOT NULL"
        return ["CREATE TABLE open_months (organization \(text) PRIMARY KEY, month \(text))"]
    }
}
