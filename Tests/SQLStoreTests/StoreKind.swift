// Every implementation of `Store`, for the suites that all of them must pass.

import Foundation
import Ports
import SQLStore
import SimulatedPorts

/// An implementation of `Store`.
enum StoreKind: String, CaseIterable, Sendable {
    case memory
    case sqlite

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
