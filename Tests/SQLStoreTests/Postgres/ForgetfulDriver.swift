// A driver whose next commit goes without an answer, whether it happened or not.

import Ports
import Synchronization

@testable import SQLStore

/// Loses answers on request.
final class ForgetfulDriver: SQLDriver {
    private struct Rollback: Error {}

    private let inner: any SQLDriver
    /// Whether the next write is committed before its answer gets lost; nil: it is answered.
    private let next = Mutex<Bool?>(nil)

    init(_ inner: any SQLDriver) {
        self.inner = inner
    }

    /// Lets the next write go without an answer.
    func forgetNext(commits: Bool) {
        next.withLock { $0 = commits }
    }

    var dialect: SQLDialect { inner.dialect }
    var summary: String { inner.summary }
    var excludesOthers: Bool { inner.excludesOthers }

    func transaction<Value: Sendable>(
        _ access: SQLAccess, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        let plan = next.withLock { next -> Bool? in
            guard access == .write else { return nil }
            defer { next = nil }
            return next
        }
        guard let plan else { return try await inner.transaction(access, body) }
        do {
            _ = try await inner.transaction(access) { connection in
                let value = try body(connection)
                if !plan { throw Rollback() }
                return value
            }
        } catch is Rollback {}
        // Long enough for other writes to slip in, if they could.
        try await Task.sleep(for: .milliseconds(100))
        throw CommitUnknown(cause: .failed("the answer got lost"))
    }

    func checkPresence() async throws { try await inner.checkPresence() }
    func close() async throws { try await inner.close() }
}
