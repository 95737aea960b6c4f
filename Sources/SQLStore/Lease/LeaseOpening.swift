// Taking the lease when a ledger is opened.
//
// 1. A holder that gives a sign of life is left alone, and named.
// 2. A holder that is dead for certain, or silent for longer than a lease lives, is followed. The
//    silence is measured by the database's clock, and by this process' own: after a failover the
//    database's may be behind the last sign of life.
// 3. An older copy of the ledger that was used here, or another one, is not taken.

import Ports

/// Opens the lease of a ledger.
struct LeaseOpening {
    private static let pause = Duration.milliseconds(200)

    let driver: any SQLDriver
    let process: ProcessIdentity
    /// The silence after which a holder is followed.
    var life = HeldLease.life

    /// Takes the lease; where the driver keeps others out, the first write does.
    ///
    /// - Throws: `StoreError.held` naming the holder, or `.failed`.
    func take() async throws -> HeldLease {
        var row = try await look()
        try requireKnown(row)
        if driver.excludesOthers {
            return HeldLease(
                mark: row.mark, isTaken: false, writes: row.writes, excludesOthers: true)
        }
        let first = row
        let begun = ContinuousClock.now
        var waited = Duration.zero
        var hasTold = false
        while true {
            if try isFree(row, first: first, waited: waited) {
                if let epoch = try await take(row) { return lease(row, epoch: epoch) }
            } else if !hasTold {
                hasTold = true
                driver.tell(waiting(for: row))
            }
            try await Task.sleep(for: Self.pause)
            // Up to the look, which says whether there was a sign of life.
            waited = ContinuousClock.now - begun
            row = try await look()
        }
    }

    private func lease(_ row: LeaseRow, epoch: Int64) -> HeldLease {
        let mark = LedgerMark(ledger: row.ledger, epoch: epoch)
        driver.remember(LedgerMemo(mark: mark, writes: row.writes))
        return HeldLease(mark: mark, isTaken: true, writes: row.writes, excludesOthers: false)
    }

    private func waiting(for row: LeaseRow) -> String {
        let seconds = row.age / 1000
        let age = row.age < 0 ? "\(-seconds) s ahead of the server's clock" : "\(seconds) s old"
        return "the ledger was last held by \(row.holder), whose last sign of life is \(age); "
            + "waiting for up to \(life.components.seconds) s whether there is another one"
    }

    private func isFree(
        _ row: LeaseRow, first: LeaseRow, waited: Duration
    ) throws(StoreError) -> Bool {
        if row.holder.isEmpty { return true }
        switch ProcessIdentity.life(of: row.process) {
        case .dead: return true
        case .alive: throw .held(by: row.holder)
        case .unknown: break
        }
        if row.hasMoved(since: first) { throw .held(by: row.holder) }
        return row.age >= life.milliseconds || waited >= life
    }

    private func look() async throws -> LeaseRow {
        try await driver.transaction(.read) { [dialect = driver.dialect] in
            try LeaseTable.look($0, dialect)
        }
    }

    private func take(_ row: LeaseRow) async throws -> Int64? {
        do {
            return try await driver.transaction(.write) { [dialect = driver.dialect, process] in
                try LeaseTable.take($0, dialect, from: row, by: process)
            }
        } catch is CommitUnknown {
            // The next look says whether it was taken; then this process is its own predecessor.
            let now = try await look()
            return now.process == process.text && now.epoch > row.epoch ? now.epoch : nil
        }
    }

    /// A restored backup or another ledger must be meant.
    private func requireKnown(_ row: LeaseRow) throws(StoreError) {
        guard let last = driver.lastLedger() else { return }
        let advice =
            "; if that is meant, remove \(driver.memoryPlace), then start again"
        guard row.epoch > 0 else {
            throw .failed(
                "\(driver.summary) is new and empty, but another ledger was used here before: "
                    + "restore that one" + advice)
        }
        guard last.mark.ledger == row.ledger else {
            throw .failed(
                "\(driver.summary) is not the ledger that was used here before, but another one"
                    + advice)
        }
        guard last.isLater(than: row.memo) else { return }
        if !driver.excludesOthers, last.mark.epoch <= row.epoch {
            let missing = last.writes - row.writes
            let changes = missing == 1 ? "the last change is" : "the last \(missing) changes are"
            // A standby that took over may lack the last commits; the sources tell them again.
            return driver.tell(
                "\(driver.summary) lacks changes that were acknowledged here: \(changes) missing. "
                    + "After a failover look at what was adjusted by hand, held or changed just "
                    + "before it; if an older copy was restored, restore a newer one")
        }
        throw .failed(
            "\(driver.summary) is an older copy of the ledger that was used here before: what was "
                + "recorded since is missing" + advice)
    }
}
