// Turns at a host: one at a time, in order, without waiting for those that hang.

import Ports
import SimulatedPorts
import Synchronization
import Testing

@testable import Agent

/// The names of those that were let in.
private final class Arrivals: Sendable {
    private let list = Mutex<[String]>([])

    func add(_ name: String) { list.withLock { $0.append(name) } }

    var names: [String] { list.withLock { $0 } }
}

@Suite("The gate of a host", .timeLimit(.minutes(1)))
struct HostGateTests {
    private let gate = HostGate()
    private let clock = VirtualClock()

    private func enter(
        _ source: String, host: String = "https://a.example", limit: Int? = nil
    ) async throws -> HostGate.Ticket {
        try await gate.enter(host, source: source, limit: limit, on: clock)
    }

    /// Returns once so many requests wait for their turn.
    private func waiting(_ count: Int) async {
        while gate.waitingCount < count { await Task.yield() }
    }

    @Test("one request is in flight at each host, in the order of arrival")
    func order() async throws {
        let first = try await enter("a")
        let arrivals = Arrivals()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, name) in ["b", "c", "d"].enumerated() {
                group.addTask {
                    let ticket = try await enter(name)
                    arrivals.add(name)
                    gate.leave(ticket, on: clock)
                }
                await waiting(index + 1)
            }
            // Another host is free.
            gate.leave(try await enter("e", host: "https://b.example"), on: clock)
            #expect(arrivals.names.isEmpty)
            gate.leave(first, on: clock)
            try await group.waitForAll()
        }
        #expect(arrivals.names == ["b", "c", "d"])
    }

    @Test("a source that allows several is held to its number")
    func number() async throws {
        let first = try await enter("a", limit: 2)
        _ = try await enter("a", limit: 2)
        let third = Task { try await enter("a", limit: 2) }
        await waiting(1)
        clock.advance(milliseconds: 60_000)
        #expect(gate.waitingCount == 1)
        gate.leave(first, on: clock)
        _ = try await third.value
        #expect(gate.waitingCount == 0)
    }

    @Test("a request that hangs delays the others for a second, and the next time not at all")
    func patience() async throws {
        let hanging = try await enter("slow")
        let other = Task { try await enter("quick") }
        await clock.sleepers(1)
        clock.advance(milliseconds: 999)
        #expect(gate.waitingCount == 1)
        clock.advance(milliseconds: 1)
        gate.leave(try await other.value, on: clock)
        clock.advance(milliseconds: 10_000)
        gate.leave(hanging, on: clock)
        let again = try await enter("slow")
        gate.leave(try await enter("quick"), on: clock)
        // Once it is prompt it counts again.
        gate.leave(again, on: clock)
        _ = try await enter("slow")
        let waiter = Task { try await enter("quick") }
        await waiting(1)
        waiter.cancel()
        await #expect(throws: CancellationError.self) { _ = try await waiter.value }
    }

    @Test("a request that is cancelled while it waits leaves its place")
    func cancellation() async throws {
        let first = try await enter("a")
        let second = Task { try await enter("b") }
        await waiting(1)
        let third = Task { try await enter("c") }
        await waiting(2)
        second.cancel()
        await #expect(throws: CancellationError.self) { _ = try await second.value }
        gate.leave(first, on: clock)
        _ = try await third.value
        #expect(gate.waitingCount == 0)
    }
}

@Suite("Kept pages")
struct AnswerCacheTests {
    @Test("pages make room for newer ones, the longest unused first")
    func room() async throws {
        let fixture = try await CourtesyFixture.start("every: 60s") {
            request, _ throws(TransportError) in
            CourtesyFixture.answer(
                200, [("ETag", "\"1\"")],
                body: CourtesyFixture.body
                    + String(repeating: " ", count: AnswerCache.maximumBodyBytes))
        }
        // A page that is too large is never kept.
        try await fixture.loop.pollOnce()
        try await fixture.loop.pollOnce()
        #expect(
            fixture.requests.allSatisfy { $0.headers.allSatisfy { $0.name != "If-None-Match" } })
        #expect(fixture.value("dropped_pages_total") == "0")
    }
}
