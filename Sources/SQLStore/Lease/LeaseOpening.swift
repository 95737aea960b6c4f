// Taking the lease when a ledger is opened.
//
// 1. A holder that gives a sign of life is left alone, and named.
// 2. A holder that is dead for certain, or silent for longer than a lease lives, is followed.
// 3. An older copy of the ledger that was used here, or another one, is not taken.

import Ports

/// Opens the lease of a ledger.
struct LeaseOpening {
    private static let pause = Duration.milliseconds(200)

    let driver: any SQLDriver
    let process: ProcessIdentity

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
        while true {
            if try isFree(row, first: first), let epoch = try await take(row) {
                let mark = LedgerMark(ledger: row.ledger, epoch: epoch)
                driver.remember(mark)
                return HeldLease(
                    mark: mark, isTaken: true, writes: row.writes, excludesOthers: false)
            }
            try await Task.sleep(for: Self.pause)
            row = try await look()
        }
    }

    private func isFree(_ row: LeaseRow, first: LeaseRow) throws(StoreError) -> Bool {
        if row.holder.isEmpty { return true }
        switch ProcessIdentity.life(of: row.process) {
        case .dead: return true
        case .alive: throw .held(by: row.holder)
        case .unknown: break
        }
        if row.hasMoved(since: first) { throw .held(by: row.holder) }
        return row.age >= HeldLease.life.milliseconds
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
        guard let last = driver.lastLedger(), row.epoch > 0 else { return }
        let advice =
            "; if that is meant, remove \(driver.memoryPlace), then start again"
        guard last.ledger == row.ledger else {
            throw .failed(
                "\(driver.summary) is not the ledger that was used here before, but another one"
                    + advice)
        }
        guard last.epoch <= row.epoch else {
            throw .failed(
                "\(driver.summary) is an older copy of the ledger that was used here before: what "
                    + "was recorded since is missing" + advice)
        }
    }
}
