// SQLite through GRDB: one connection, which alone writes, reads and checkpoints.
//
// 1. WAL with synchronous=FULL: what was acknowledged survives a power cut. GRDB sets NORMAL,
//    so FULL is set by hand and read back.
// 2. No second connection that writes: SQLite before 3.51.3 can lose pages when two checkpoint at
//    once. One that only reads never checkpoints, so a look needs no lock.
// 3. A lock file refuses a second process that writes; the ledger itself is never opened but by
//    SQLite.
// 4. A write is acknowledged only while the path still names the open file; looked at, at most,
//    every second. A lost file or a failed sync is final.

import GRDB
import Ports
import Synchronization

/// A ledger in one SQLite file.
package final class SQLiteDriver: SQLDriver {
    /// What the driver knows about its own state.
    private struct Condition {
        var ended: StoreError?
        var lastLook: ContinuousClock.Instant?
    }

    private let queue: DatabaseQueue
    private let statements = SQLiteStatements()
    private let lock: LedgerLock?
    private let path: String
    private let presence: LedgerPresence
    private let condition = Mutex(Condition())
    package let summary: String

    /// Opens the file, checks it and takes its lock.
    ///
    /// - Throws: `StoreError.held` or `.failed`.
    package init(path: String, opening: LedgerOpening) throws(StoreError) {
        let file = try SQLiteFile(path: path)
        self.path = file.path
        lock = opening == .readOnly ? nil : try LedgerLock.acquire(besideLedger: file.path)
        do throws(StoreError) {
            try file.prepare(opening)
            let opened = try Self.open(file.path, opening)
            queue = opened.queue
            summary = "SQLite \(opened.version) at \(file.path)"
        } catch {
            lock?.release()
            throw error
        }
        presence = LedgerPresence(path: file.path)
    }

    package var dialect: SQLDialect { .sqlite }

    /// By the lock file.
    package var excludesOthers: Bool { true }

    package func lastLedger() -> LedgerMemo? { lock?.memo }

    package func remember(_ memo: LedgerMemo) { lock?.write(memo) }

    package func transaction<Value: Sendable>(
        _ access: SQLAccess, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        // Without GRDB's own async calls: those give up a transaction whose task is cancelled.
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncWriteWithoutTransaction { database in
                continuation.resume(with: Result { try self.run(access, in: database, body) })
            }
        }
    }

    /// Writes a compact copy of the database to a path where there is no file yet.
    ///
    /// The copy is the state at one moment; others may write meanwhile.
    func copy(to target: String) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, _>) in
            queue.asyncWriteWithoutTransaction { database in
                continuation.resume(
                    with: Result {
                        try self.requireUsable()
                        do {
                            try database.execute(sql: "VACUUM INTO ?", arguments: [target])
                        } catch {
                            throw SQLiteFailure(error, place: target).storeError
                        }
                    })
            }
        }
    }

    package func checkPresence() async throws {
        try requireUsable()
        try requirePresence()
    }

    package func close() async throws {
        let isFirst = condition.withLock { condition in
            defer { condition.ended = condition.ended ?? .failed("the ledger is closed") }
            return condition.ended == nil
        }
        defer { lock?.release() }
        do {
            queue.inDatabase { [statements] _ in statements.clear() }
            try queue.close()
        } catch {
            // Nothing acknowledged is lost: the write-ahead log is read at the next start.
            if isFirst { throw SQLiteFailure(error, place: path).storeError }
        }
    }

    private func run<Value>(
        _ access: SQLAccess, in database: Database,
        _ body: (any SQLConnection) throws -> Value
    ) throws -> Value {
        try requireUsable()
        let connection = SQLiteConnection(database, statements, place: path)
        do {
            let value =
                switch access {
                case .read:
                    try database.readOnly {
                        try Self.transact(.deferred, connection, in: database, body)
                    }
                case .write, .schema:
                    try Self.transact(.immediate, connection, in: database, body)
                }
            if access != .read { try requireRecentPresence() }
            return value
        } catch let error as DatabaseError {
            throw note(SQLiteFailure(error, place: path))
        } catch let error as SQLiteFailure {
            throw note(error)
        } catch {
            if let failure = connection.failure { _ = note(failure) }
            throw error
        }
    }

    private static func transact<Value>(
        _ kind: Database.TransactionKind, _ connection: SQLiteConnection, in database: Database,
        _ body: (any SQLConnection) throws -> Value
    ) throws -> Value {
        var value: Value?
        try database.inTransaction(kind) {
            value = try body(connection)
            if let failure = connection.failure { throw failure }
            return .commit
        }
        guard let value else { throw StoreError.failed("a transaction gave no value") }
        return value
    }

    private func note(_ failure: SQLiteFailure) -> StoreError {
        if failure.isFinal {
            condition.withLock { $0.ended = $0.ended ?? failure.storeError }
        }
        return failure.storeError
    }

    private func requireUsable() throws(StoreError) {
        if let ended = condition.withLock({ $0.ended }) { throw ended }
    }

    private func requireRecentPresence() throws(StoreError) {
        let now = ContinuousClock.now
        let isRecent = condition.withLock { condition in
            condition.lastLook.map { now - $0 < .seconds(1) } ?? false
        }
        if !isRecent { try requirePresence() }
    }

    private func requirePresence() throws(StoreError) {
        let now = ContinuousClock.now
        if let loss = presence.loss {
            condition.withLock { $0.ended = .lost(loss) }
            throw .lost(loss)
        }
        condition.withLock { $0.lastLook = now }
    }
}
