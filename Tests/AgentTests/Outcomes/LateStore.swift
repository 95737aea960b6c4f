// A store around another where a commit can go without an answer, and end when the next write has
// waited for it: as it is with a server whose commits hang.
//
// 1. What is under way is not seen by reads.
// 2. While it is under way no other write gets in; the first one after its end sees what it left.

import Ports
import SimulatedPorts
import Synchronization

/// Leaves outcomes open.
final class LateStore: Store {
    private struct State {
        /// The write of that number is left under way; 0 for none.
        var countdown = 0
        var isStalled = false
        var underWay: (@Sendable (any StoreRows) throws -> Void)?
    }

    private enum Plan {
        case leave
        case refuse
        case write(behind: (@Sendable (any StoreRows) throws -> Void)?)
    }

    private let inner: MemoryStore
    private let state = Mutex(State())

    init(_ inner: MemoryStore) {
        self.inner = inner
    }

    let summary = "memory that answers late"

    /// Leaves the outcome of a write open, counted from 1, and lets in none behind it.
    func leaveOpen(write number: Int = 1) {
        state.withLock { $0.countdown = number }
    }

    /// Whether a write is under way.
    var isOpen: Bool { state.withLock { $0.isStalled } }

    /// Lets the write that is under way end, as the next one waits for it.
    func release(commits: Bool) {
        state.withLock { state in
            state.isStalled = false
            if !commits { state.underWay = nil }
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        try await inner.read(body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        switch state.withLock({ Self.plan(&$0, body) }) {
        case .leave: throw StoreError.undecided("no answer came")
        case .refuse: throw StoreError.failed("another session has the ledger locked")
        case .write(let former):
            if let former { try await inner.write(former) }
            return try await inner.write(body)
        }
    }

    private static func plan<Value: Sendable>(
        _ state: inout State, _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) -> Plan {
        if state.isStalled { return .refuse }
        if state.countdown > 0 {
            state.countdown -= 1
            if state.countdown == 0 {
                state.isStalled = true
                state.underWay = { _ = try body($0) }
                return .leave
            }
        }
        defer { state.underWay = nil }
        return .write(behind: state.underWay)
    }

    func checkPresence() async throws {
        try await inner.checkPresence()
    }

    func close() async throws {
        try await inner.close()
    }
}
