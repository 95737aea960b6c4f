// The store in a PostgreSQL database, ready to use.

import Ports

/// Opens the ledger at a `postgresql://` URL and takes its lease.
///
/// - Throws: `StoreError.held` naming the holder, `.newerSchema`, or `.failed` with what keeps the
///   database from being reached or used.
package func openPostgresStore(
    url: String, opening: LedgerOpening = .createIfMissing,
    options: PostgresOptions = PostgresOptions()
) async throws -> any Store {
    let driver = try await PostgresDriver.open(
        PostgresURL(url), opening: opening, options: options)
    do {
        return opening == .readOnly
            ? try await SQLStore.openWithoutMigrating(driver)
            : try await SQLStore.open(driver)
    } catch {
        try? await driver.close()
        throw error
    }
}
