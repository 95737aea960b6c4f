// The simulated twins behave as their tests rely on.

import Credits
import Ports
import SimulatedPorts
import Synchronization
import Testing

@Suite("Simulated clock")
struct VirtualClockTests {
    /// Remembers what happened, in order.
    private final class Record: Sendable {
        private let lines = Mutex<[String]>([])

        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test("time stands still unless it is moved; the wall can be stepped alone")
    func moves() {
        let clock = VirtualClock(now: Timestamp(milliseconds: 1_000))
        clock.advance(milliseconds: 500)
        #expect(clock.now() == Timestamp(milliseconds: 1_500))
        #expect(clock.elapsedMilliseconds() == 500)
        clock.stepWall(milliseconds: -10_000)
        #expect(clock.now() == Timestamp(milliseconds: -8_500))
        #expect(clock.elapsedMilliseconds() == 500)
    }

    @Test("loops run at their own deadlines, in order")
    func order() async throws {
        let clock = VirtualClock(now: Timestamp(milliseconds: 0))
        let record = Record()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (name, interval) in [("a", Int64(30)), ("b", 50)] {
                group.addTask {
                    while true {
                        do { try await clock.wait(milliseconds: interval) } catch { return }
                        record.add("\(name)\(clock.elapsedMilliseconds())")
                    }
                }
            }
            await clock.advance(milliseconds: 120, keepingSleepers: 2)
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(record.all == ["a30", "b50", "a60", "a90", "b100", "a120"])
        #expect(clock.elapsedMilliseconds() == 120)
        #expect(clock.sleeperCount == 0)
    }

    @Test("a deadline that has passed does not wait")
    func passed() async throws {
        let clock = VirtualClock()
        clock.advance(milliseconds: 10)
        try await clock.wait(untilElapsed: 10)
        #expect(clock.sleeperCount == 0)
    }

    @Test("cancelling ends a wait, before and after it began")
    func cancellation() async {
        let clock = VirtualClock()
        let waiting = Task { try await clock.wait(milliseconds: 1_000) }
        await clock.sleepers(1)
        #expect(clock.nextDeadline == 1_000)
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.wait(milliseconds: 1_000)
        }
        await #expect(throws: CancellationError.self) { try await late.value }
        #expect(clock.sleeperCount == 0)
    }
}

@Suite("Simulated transport, chance and storage")
struct SimulatedEdgesTests {
    @Test("the transport answers from its script and keeps the requests")
    func transport() async throws {
        let transport = ScriptedTransport { request, number throws(TransportError) in
            if number == 1 { throw TransportError(.timeout, "scripted") }
            return TransportResponse(status: 200, body: Array(request.url.utf8))
        }
        let first = try await transport.send(TransportRequest(url: "http://a.test/"))
        #expect(first.body == Array("http://a.test/".utf8))
        await #expect(throws: TransportError(.timeout, "scripted")) {
            try await transport.send(TransportRequest(url: "http://b.test/"))
        }
        transport.answer { _, _ in TransportResponse(status: 503) }
        #expect(try await transport.send(TransportRequest(url: "http://c.test/")).status == 503)
        #expect(
            transport.requests.map(\.url) == ["http://a.test/", "http://b.test/", "http://c.test/"])
    }

    @Test("a seed gives SplitMix64's numbers")
    func random() {
        let random = SeededRandom(seed: 1_234_567)
        let expected: [UInt64] = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]
        #expect(expected.map { _ in random.next() } == expected)
    }

    @Test("an injected failure changes nothing, a lost answer does, and both pass")
    func failures() async throws {
        let store = MemoryStore()
        await store.fail(nextWrites: 1)
        await store.loseAnswers(nextWrites: 1)
        for source in ["a", "b"] {
            await #expect(throws: StoreError.self) {
                try await store.write { try $0.recordSourceSuccess(source, at: Sample.instant) }
            }
        }
        try await store.write { try $0.recordSourceSuccess("c", at: Sample.instant) }
        #expect(try await store.read { try $0.sourceSuccesses().keys.sorted() } == ["b", "c"])
        #expect(await store.commitCount == 2)
    }

    @Test("a crash leaves what was committed, in a new store only")
    func crash() async throws {
        let store = MemoryStore()
        try await store.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
        let next = await store.crash()
        await #expect(throws: StoreError.self) { try await store.read { _ in } }
        #expect(try await next.read { try $0.sourceSuccesses() } == ["a": Sample.instant])
    }

    @Test("lost storage refuses to acknowledge")
    func presence() async throws {
        let store = MemoryStore()
        await store.losePresence()
        await #expect(throws: StoreError.lost("the ledger was deleted")) {
            try await store.checkPresence()
        }
        await #expect(throws: StoreError.lost("the ledger was deleted")) {
            try await store.write { _ in }
        }
        await store.losePresence(nil)
        try await store.checkPresence()
    }
}
