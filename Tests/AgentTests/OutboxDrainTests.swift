// Ten thousand notifications at once, on a real ledger file: few commits, nothing lost, in order,
// and dead receivers in nobody's way.

import Credits
import Foundation
import Logging
import Ports
import SQLStore
import SimulatedPorts
import Synchronization
import Testing

@testable import Agent

/// Counts the commits of another store.
private final class CommitCounter: Store {
    private let inner: any Store
    private let commits = Mutex(0)

    init(_ inner: any Store) {
        self.inner = inner
    }

    var count: Int { commits.withLock { $0 } }
    var summary: String { inner.summary }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        try await inner.read(body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        commits.withLock { $0 += 1 }
        return try await inner.write(body)
    }

    func checkPresence() async throws { try await inner.checkPresence() }
    func close() async throws { try await inner.close() }
}

@Suite("Ten thousand notifications")
struct OutboxDrainTests {
    private func withAgent(
        _ transport: ScriptedTransport,
        _ body: (TestAgent, CommitCounter) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("drain-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let store = CommitCounter(
            try await openSQLiteStore(path: directory.path + "/ledger.sqlite"))
        let agent = try TestAgent(
            try TestConfiguration.read(TestConfiguration.delivery), store: MemoryStore(),
            clock: VirtualClock(now: TestAgent.instant(TestAgent.noon)), transport: transport,
            wrapped: store)
        try await agent.core.start()
        try await body(agent, store)
        try await store.close()
    }

    @Test("one lane is delivered in order, with a commit for many of them")
    func oneLane() async throws {
        let transport = ScriptedTransport(responses: [TransportResponse(status: 204)])
        try await withAgent(transport) { agent, store in
            let rows = (1...10_000).map { dueRow("oncall-\($0)") }
            try await store.write { try $0.enqueue(rows) }
            let before = store.count
            while try await agent.delivery.deliverDue() > 0 {}
            #expect(agent.sentIDs == (1...10_000).map { "oncall-\($0)" })
            #expect(store.count - before <= 2 * 10_000 / EndpointWindow.longestRun + 10)
            let left = try await store.read { try $0.outboxCounts() }
            #expect(left.isEmpty)
        }
    }

    @Test("a receiver that hangs is in nobody's way", .timeLimit(.minutes(3)))
    func besideDead() async throws {
        let arrived = Mutex(0)
        let finished = Bell()
        let transport = ScriptedTransport { request, _ throws(TransportError) in
            if request.url.contains("dead.example") {
                await Bell().waitForRing()
                throw TransportError(.cancelled, "stopped")
            }
            if arrived.withLock({
                $0 += 1; return $0
            }) == 1000 {
                finished.ring()
            }
            return TransportResponse(status: 204)
        }
        try await withAgent(transport) { agent, store in
            let rows = (1...1000).flatMap { number in
                [
                    dueRow("dead-\(number)", receiver: "dead", group: "g\(number)"),
                    dueRow("oncall-\(number)", group: "g\(number % 300)"),
                ]
            }
            try await store.write { try $0.enqueue(rows) }
            var hung = 0
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await agent.delivery.run() }
                await finished.waitForRing()
                hung = transport.requests.count { $0.url.contains("dead.example") }
                group.cancelAll()
            }
            #expect(hung <= EndpointWindow().size)
            // What hung was given back; what was answered is recorded.
            let counts = try await store.read { try $0.outboxCounts() }
            #expect(counts.map(\.receiver) == ["dead"])
            #expect(counts.map(\.count) == [1000])
        }
    }
}
