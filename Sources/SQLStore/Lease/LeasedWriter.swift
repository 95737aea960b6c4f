// Writing under the lease.
//
// 1. Number, epoch and body are one transaction.
// 2. A body runs again only when it is certain that it was not committed.
// 3. An outcome that was not found out is told as such: `StoreError.undecided`. Its transaction
//    holds the row of the lease until it ends, so whatever is written later sees what it left.

import Ports
import Synchronization

/// Runs write transactions under a lease.
struct LeasedWriter: Sendable {
    private static let attempts = 3

    /// What a transaction came to before its commit.
    private struct Attempt<Value: Sendable> {
        var mark: LedgerMark
        var number: Int64
        var value: Value
    }

    let driver: any SQLDriver
    let lease: HeldLease
    let process: ProcessIdentity

    /// Runs a body in one write transaction.
    ///
    /// - Throws: `StoreError.taken` or `.lost` once the lease is, `.undecided` when it is not known
    ///   whether it was committed, or what driver and body throw.
    func write<Value: Sendable>(
        _ access: SQLAccess, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        // Where others are kept out, no commit's answer gets lost.
        if driver.excludesOthers { return try await attempt(access, body) }
        await lease.beginTurn()
        defer { lease.endTurn() }
        return try await attempt(access, body)
    }

    private func attempt<Value: Sendable>(
        _ access: SQLAccess, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        var attempt = 0
        while true {
            attempt += 1
            try lease.requireHeld()
            let begun = ContinuousClock.now
            let made = Mutex<Attempt<Value>?>(nil)
            do {
                try await driver.transaction(access) { connection in
                    let (mark, number) = try begin(connection)
                    let value = try body(connection)
                    made.withLock { $0 = Attempt(mark: mark, number: number, value: value) }
                }
            } catch let unknown as CommitUnknown {
                let attempted = made.withLock { $0 }
                guard let attempted else { throw unknown.cause }
                guard try await wasCommitted(attempted.number, attempted.mark, unknown) else {
                    if attempt >= Self.attempts { throw unknown.cause }
                    continue
                }
            }
            guard let done = made.withLock({ $0 }) else {
                throw StoreError.failed("a transaction gave no value")
            }
            lease.note(mark: done.mark, write: done.number, begunAt: begun)
            if let memo = lease.takeMemo() { driver.remember(memo) }
            return done.value
        }
    }

    /// Begins to show signs of life; nil where the driver keeps others out.
    func startKeeper() -> Task<Void, Never>? {
        if driver.excludesOthers { return nil }
        return Task.detached { [self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(500))
                // What fails is tried again; a lost lease has been noted.
                if lease.needsPulse, !Task.isCancelled { try? await write(.write) { _ in } }
            }
        }
    }

    /// Gives the lease back, if it can be.
    func release() async {
        await lease.beginTurn()
        defer { lease.endTurn() }
        let mark = lease.mark
        guard lease.isTaken, (try? lease.requireHeld()) != nil else { return }
        lease.end(.failed("the ledger is closed"))
        let epoch = try? await driver.transaction(.write) { try LeaseTable.release($0, mark) }
        if let epoch = epoch ?? nil {
            driver.remember(
                LedgerMemo(
                    mark: LedgerMark(ledger: mark.ledger, epoch: epoch),
                    writes: lease.acknowledged))
        }
    }

    /// Checks the lease at the beginning of a transaction; takes it in the first one where the
    /// driver keeps others out.
    private func begin(_ connection: any SQLConnection) throws -> (LedgerMark, Int64) {
        let mark = lease.mark
        if !lease.isTaken {
            let row = try LeaseTable.look(connection, driver.dialect)
            // A write before this one has taken it, and its caller has yet to note that.
            var taken = row.mark
            if !row.mark.isSuccessor(of: mark) || row.process != process.text {
                guard row.mark == mark,
                    let epoch = try LeaseTable.take(
                        connection, driver.dialect, from: row, by: process)
                else { throw try lost(connection) }
                taken = LedgerMark(ledger: mark.ledger, epoch: epoch)
            }
            let number = try LeaseTable.confirm(
                connection, driver.dialect, taken, counts: true)
            guard let number else { throw try lost(connection) }
            return (taken, number)
        }
        let number = try LeaseTable.confirm(
            connection, driver.dialect, mark, counts: lease.countsNext)
        guard let number else { throw try lost(connection) }
        let last = lease.acknowledged
        guard driver.excludesOthers || number > last else {
            let error = StoreError.lost(
                "\(driver.summary) lost \(last - number + 1) changes that it had acknowledged: it "
                    + "was restored, or a standby without them took over")
            lease.end(error)
            throw error
        }
        return (mark, number)
    }

    /// The lease is another's.
    private func lost(_ connection: any SQLConnection) throws -> StoreError {
        let row = try LeaseTable.look(connection, driver.dialect)
        let mark = lease.mark
        let error: StoreError
        if row.ledger != mark.ledger {
            error = .lost("\(driver.summary) was replaced by another ledger while it was in use")
        } else if row.epoch < mark.epoch {
            error = .lost("\(driver.summary) was replaced by an older copy while it was in use")
        } else {
            let holder = row.holder.isEmpty ? "another agent, which has ended" : row.holder
            error = .taken(
                "\(holder) took over \(driver.summary) (epoch \(row.epoch), this agent had "
                    + "\(mark.epoch)), so nothing was written")
        }
        lease.end(error)
        return error
    }

    /// Whether a numbered write is in the ledger. It is looked for to the end, even where the
    /// request that made it has been given up.
    private func wasCommitted(
        _ number: Int64, _ mark: LedgerMark, _ unknown: CommitUnknown
    ) async throws(StoreError) -> Bool {
        do {
            return try await Task.detached {
                try await look(for: number, mark, unknown)
            }.value
        } catch {
            throw .undecided("\(error)")
        }
    }

    private func look(
        for number: Int64, _ mark: LedgerMark, _ unknown: CommitUnknown
    ) async throws -> Bool {
        let deadline = ContinuousClock.now + driver.search
        while true {
            do {
                let writes = try await driver.transaction(.write) { [dialect = driver.dialect] in
                    try LeaseTable.settledWrites($0, dialect, mark)
                }
                if let writes { return writes >= number }
                throw unknown.cause
            } catch let error as StoreError {
                guard ContinuousClock.now < deadline else { throw error }
            } catch is CommitUnknown {}
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
