// Every implementation of `Store`, for the suites that all of them must pass.

import Foundation
import Ports
import PostgresCluster
import SQLStore
import SimulatedPorts

/// An implementation of `Store`.
enum StoreKind: String, CaseIterable, Sendable {
    case memory
    case sqlite
    case postgres

    /// All that can run here; `PostgresDriverTests` says so when PostgreSQL cannot.
    static let allCases: [StoreKind] =
        [.memory, .sqlite] + (PostgresCluster.isInstalled ? [.postgres] : [])

    /// Those that keep their rows in a database.
    static let databases = allCases.filter { $0 != .memory }

    /// Runs a body with an empty store.
    func withStore(_ body: (any Store) async throws -> Void) async throws {
        switch self {
        case .memory:
            try await body(MemoryStore())
        case .sqlite:
            try await withTemporaryDirectory { directory in
                let store = try await openSQLiteStore(path: directory + "/ledger.sqlite")
                try await body(store)
                try await store.close()
            }
        case .postgres:
            let cluster = try await PostgresCluster.shared()
            let store = try await openPostgresStore(url: cluster.newLedger())
            try await body(store)
            try await store.close()
        }
    }

    /// Runs a body with what opens a driver on one empty place, again and again.
    func withPlace(
        _ body: (_ open: @Sendable @escaping () async throws -> any SQLDriver) async throws -> Void
    ) async throws {
        switch self {
        case .memory:
            break
        case .sqlite:
            try await withTemporaryDirectory { directory in
                try await body {
                    try SQLiteDriver(
                        path: directory + "/ledger.sqlite", opening: .createIfMissing)
                }
            }
        case .postgres:
            let url = try await PostgresCluster.shared().newLedger()
            try await body {
                try await PostgresDriver.open(PostgresURL(url), opening: .createIfMissing)
            }
        }
    }
}

/// Runs a body with a directory of its own, which is removed at the end.
func withTemporaryDirectory<Value>(
    _ body: (_ path: String) async throws -> Value
) async throws -> Value {
    let url = FileManager.default.temporaryDirectory
        .appendingPathComponent("store-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(url.path)
}
