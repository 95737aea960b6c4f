// The store in one SQLite file, ready to use.

import Ports

/// Opens the ledger at an absolute path, under its lock.
///
/// The agent opens with `.createIfMissing`; commands open with `.existing`, under the same lock,
/// so they are refused while an agent runs, or with `.readOnly`, beside it.
///
/// - Throws: `StoreError.held` naming the holder, `.newerSchema`, or `.failed` with a missing
///   directory or file, a damaged file, or one that belongs to another program.
package func openSQLiteStore(
    path: String, opening: LedgerOpening = .createIfMissing
) async throws -> any Store {
    let driver = try SQLiteDriver(path: path, opening: opening)
    do {
        return opening == .readOnly
            ? try await SQLStore.openWithoutMigrating(driver)
            : try await SQLStore.open(driver)
    } catch {
        try? await driver.close()
        throw error
    }
}
