// How long PostgreSQL may take, and what is kept beside it.

/// Time limits of a PostgreSQL ledger, and its memory.
package struct PostgresOptions: Sendable {
    /// Connections for reading; one more writes.
    package var readers = 2
    /// Longest wait for a connection to be made, unless the URL says otherwise.
    package var connect = Duration.seconds(5)
    /// How long a transaction waits for a lost server to come back before it fails.
    package var patience = Duration.seconds(3)
    /// Longest run of one statement, told to the server.
    package var statement = Duration.seconds(10)
    /// Longest wait for another transaction's lock, told to the server.
    package var lock = Duration.seconds(3)
    /// Longest pause between two statements of a transaction, told to the server, so that a
    /// stopped agent does not keep the ledger locked.
    package var pause = Duration.seconds(30)
    /// Longest wait for an answer: the server or the way to it is gone after that.
    package var answer = Duration.seconds(15)
    /// How long a commit's lost answer is looked for before the change's outcome is left open.
    package var search = Duration.seconds(15)
    /// The file that remembers which ledger was used last; none is kept without it.
    package var memory: String?
    /// Tells a person what is no error, such as that the start waits.
    package var tell: @Sendable (String) -> Void = { _ in }

    /// The limits in use.
    package init() {}
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
