// The seam to a database. The store's SQL is written once, above it.
//
// 1. Statements use `$1` … `$n`, in any order and repeated; a driver rewrites what its database
//    reads differently.
// 2. A transaction with a failed statement is rolled back, even if the body swallowed the error.
// 3. Statements keep to what SQLite and PostgreSQL share; names of types come from the dialect.

import Ports

/// Runs statements within one transaction.
package protocol SQLConnection {
    /// Runs one statement and gives all its rows.
    ///
    /// - Throws: `StoreError.failed`.
    func execute(_ sql: String, _ parameters: [SQLValue]) throws(StoreError) -> [SQLRow]
}

/// Whether a transaction writes.
package enum SQLAccess: Sendable, Hashable {
    /// Writing statements fail.
    case read
    /// Takes the write lock at its start.
    case write
    /// Writes, and may take long: it changes the schema.
    case schema
}

/// A database: runs transactions one by one.
package protocol SQLDriver: Sendable {
    /// How the database names what differs.
    var dialect: SQLDialect { get }

    /// Engine, version and place.
    var summary: String { get }

    /// Runs the body in one transaction, durable when the call returns.
    ///
    /// - Throws: `StoreError`, or whatever the body throws; nothing happened then, except for
    ///   `StoreError.lost` and `CommitUnknown`, after which nothing is known.
    func transaction<Value: Sendable>(
        _ access: SQLAccess, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value

    /// Whether the open driver keeps every other process from writing.
    var excludesOthers: Bool { get }

    /// How long a commit's lost answer is looked for.
    var search: Duration { get }

    /// The ledger that was used last at this place; nil when that is not remembered.
    func lastLedger() -> LedgerMemo?

    /// The file that remembers it, in words.
    var memoryPlace: String { get }

    /// Remembers the ledger that is used at this place.
    func remember(_ memo: LedgerMemo)

    /// Tells a person something that is no error.
    func tell(_ words: String)

    /// Compares the open storage with what its path names now.
    func checkPresence() async throws

    /// Ends all use and releases the lock.
    func close() async throws
}

/// What SQLite and PostgreSQL name differently.
package struct SQLDialect: Sendable {
    /// Type of text columns that are ordered by their bytes.
    package let text: String
    /// Type of byte columns.
    package let bytes: String
    /// Statements that make a table of that name refuse changes to its rows.
    package let appendOnly: @Sendable (_ table: String) -> [String]
    /// The database's own clock, in milliseconds since 1970.
    package let milliseconds: String
    /// What ends a statement whose rows nobody else may change until the transaction ends.
    package let forUpdate: String
}

extension SQLDriver {
    package var search: Duration { .seconds(15) }
    package func lastLedger() -> LedgerMemo? { nil }
    package var memoryPlace: String { "the file that ends in .lock beside it" }
    package func remember(_ memo: LedgerMemo) {}
    package func tell(_ words: String) {}
}
