// One transaction on a session: begun, run again when others were in the way, committed.
//
// 1. A transaction runs again only while it is certain that it did not commit.
// 2. A commit without an answer is not judged here: `CommitUnknown` goes to who can look.

import Ports

/// `SQLConnection` over a session; lives as long as one transaction.
final class PostgresConnection: SQLConnection {
    private let session: PostgresSession
    private let limit: Duration
    /// The first failure of this transaction.
    private(set) var failure: PostgresFailure?

    init(_ session: PostgresSession, limit: Duration) {
        self.session = session
        self.limit = limit
    }

    func execute(_ sql: String, _ parameters: [SQLValue]) throws(StoreError) -> [SQLRow] {
        // After a failure the server refuses everything; the first one says why.
        if let failure { throw failure.storeError }
        do throws(PostgresFailure) {
            return try session.query(sql, parameters, within: limit)
        } catch {
            failure = error
            throw error.storeError
        }
    }
}

/// Runs transactions on a session.
struct PostgresTransaction {
    private static let attempts = 5

    let session: PostgresSession
    let options: PostgresOptions
    let access: SQLAccess

    /// Runs a body in one transaction.
    func run<Value>(_ body: (any SQLConnection) throws -> Value) throws -> Value {
        let deadline = ContinuousClock.now + options.patience
        var attempt = 0
        while true {
            attempt += 1
            do {
                return try runOnce(body, until: deadline)
            } catch let failure as PostgresFailure {
                let isFinal = failure.kind == .refused || attempt >= Self.attempts
                if isFinal || ContinuousClock.now >= deadline { throw failure.storeError }
            }
        }
    }

    private func runOnce<Value>(
        _ body: (any SQLConnection) throws -> Value, until deadline: ContinuousClock.Instant
    ) throws -> Value {
        try session.connect(until: deadline)
        try session.run(beginning, within: options.answer)
        let connection = PostgresConnection(session, limit: statementLimit)
        let value: Value
        do {
            value = try body(connection)
            if let failure = connection.failure { throw failure }
        } catch {
            rollBack()
            throw connection.failure ?? error
        }
        try commit()
        return value
    }

    private func commit() throws {
        do throws(PostgresFailure) {
            let tag = try session.run("COMMIT", within: options.answer)
            guard tag == "COMMIT" else {
                throw PostgresFailure(.refused, "PostgreSQL rolled a transaction back: \(tag)")
            }
        } catch {
            // What was read stays read.
            if access == .read { return session.drop() }
            if error.kind == .lost {
                session.drop()
                throw CommitUnknown(cause: error.storeError)
            }
            rollBack()
            throw error
        }
    }

    private func rollBack() {
        do throws(PostgresFailure) {
            try session.run("ROLLBACK", within: options.answer)
        } catch {
            session.drop()
        }
    }

    /// A change of the schema may take long on a large ledger.
    private var statementLimit: Duration {
        access == .schema ? .seconds(86_400) : options.answer
    }

    /// All settings are the transaction's own, and one message brings them.
    private var beginning: String {
        let statement = access == .schema ? 0 : options.statement.milliseconds
        let mode =
            access == .read
            ? "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
            : "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE;"
        let durability =
            access == .read
            ? ""
            : """
            SELECT set_config('synchronous_commit', 'on', true)
            WHERE current_setting('synchronous_commit') = 'off';
            """
        return """
            \(mode)
            SET LOCAL statement_timeout = \(statement);
            SET LOCAL lock_timeout = \(options.lock.milliseconds);
            SET LOCAL idle_in_transaction_session_timeout = \(options.pause.milliseconds);
            SET LOCAL client_min_messages = error;
            \(durability)
            """
    }
}
