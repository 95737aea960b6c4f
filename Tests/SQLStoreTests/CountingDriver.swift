// A driver around another that keeps what it ran and counts the rows that came back.

import Ports
import Synchronization

@testable import SQLStore

/// Counts statements and rows.
final class CountingDriver: SQLDriver {
    /// What was run.
    struct Count: Sendable {
        var statements = 0
        var rows = 0
        var writes = 0
        /// Every different statement, with the parameters of its first use.
        var texts: [String: [SQLValue]] = [:]
    }

    private let inner: any SQLDriver
    private let counted = Mutex(Count())

    init(_ inner: any SQLDriver) {
        self.inner = inner
    }

    /// What was run since the last call.
    func take() -> Count {
        counted.withLock { count in
            defer { count = Count() }
            return count
        }
    }

    var dialect: SQLDialect { inner.dialect }
    var summary: String { inner.summary }
    var excludesOthers: Bool { inner.excludesOthers }

    func transaction<Value: Sendable>(
        _ access: SQLAccess, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        if access != .read { counted.withLock { $0.writes += 1 } }
        return try await inner.transaction(access) { connection in
            try body(Connection(inner: connection, driver: self))
        }
    }

    func checkPresence() async throws { try await inner.checkPresence() }
    func close() async throws { try await inner.close() }

    private func note(_ sql: String, _ parameters: [SQLValue], rows: Int) {
        counted.withLock { count in
            count.statements += 1
            count.rows += rows
            if count.texts[sql] == nil { count.texts[sql] = parameters }
        }
    }

    private struct Connection: SQLConnection {
        let inner: any SQLConnection
        let driver: CountingDriver

        func execute(_ sql: String, _ parameters: [SQLValue]) throws(StoreError) -> [SQLRow] {
            let rows = try inner.execute(sql, parameters)
            driver.note(sql, parameters, rows: rows.count)
            return rows
        }
    }
}
