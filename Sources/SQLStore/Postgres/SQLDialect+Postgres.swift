// What PostgreSQL names differently.

extension SQLDialect {
    /// PostgreSQL's names. The collation C orders text by its bytes, as SQLite does.
    package static let postgres = SQLDialect(
        text: "TEXT COLLATE \"C\"", bytes: "BYTEA",
        appendOnly: { table in
            let function = "\(table)_refuse_change"
            return [
                """
                CREATE FUNCTION \(function)() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN RAISE EXCEPTION ''\(table) are never changed''; END'
                """,
                """
                CREATE TRIGGER \(table)_refuse_change BEFORE UPDATE OR DELETE ON \(table)
                FOR EACH ROW EXECUTE FUNCTION \(function)()
                """,
                """
                CREATE TRIGGER \(table)_refuse_truncate BEFORE TRUNCATE ON \(table)
                FOR EACH STATEMENT EXECUTE FUNCTION \(function)()
                """,
            ]
        },
        milliseconds: "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        forUpdate: "FOR UPDATE")
}
