// Delivery under a wall clock that jumps, and the order in which groups start.

import Credits
import Ports
import SimulatedPorts
import Synchronization
import Testing

@testable import Agent

@Suite("Delivery and time")
struct DeliveryClockTests {
    private func start(_ answers: @escaping Answers) async throws -> TestAgent {
        try await TestAgent.start(
            try TestConfiguration.read(TestConfiguration.delivery),
            transport: ScriptedTransport(answers))
    }

    private static let failing: Answers = { _, _ throws(TransportError) in
        TransportResponse(status: 500)
    }

    @Test(
        "a retry waits as long as planned, however the wall clock jumps",
        arguments: [-86_400_000, -3_600_000, 3_600_000, 345_600_000] as [Int64])
    func retry(_ jump: Int64) async throws {
        let agent = try await start(Self.failing)
        try await agent.enqueue(dueRow("a1", agent))
        // Five failures: the next wait is about 30 seconds.
        for _ in 1...5 {
            #expect(try await agent.delivery.deliverDue() == 1)
            let next = try #require(try await agent.outbox().first).nextAttemptAt
            if agent.transport.requests.count < 5 {
                agent.clock.advance(
                    milliseconds: next.milliseconds - agent.clock.now().milliseconds)
            }
        }
        let before = try #require(try await agent.outbox().first)
        let wait = before.nextAttemptAt.milliseconds - agent.clock.now().milliseconds
        agent.clock.stepWall(milliseconds: jump)
        agent.clock.advance(milliseconds: wait - 1)
        #expect(try await agent.delivery.deliverDue() == 0, "not hurried")
        agent.clock.advance(milliseconds: 1)
        #expect(try await agent.delivery.deliverDue() == 1, "not put off")
        // Nor does a jump over three days use up the time for retries.
        #expect(try await agent.outbox().map(\.state) == [.pending])
    }

    @Test(
        "what is written around a jump goes out at once", arguments: [-7_200_000, 7_200_000])
    func fresh(_ jump: Int64) async throws {
        let agent = try await start { _, _ throws(TransportError) in
            TransportResponse(status: 204)
        }
        _ = try await agent.delivery.deliverDue()
        try await agent.enqueue(dueRow("before", agent))
        agent.clock.stepWall(milliseconds: jump)
        try await agent.enqueue(dueRow("after", agent, group: "h"))
        #expect(try await agent.delivery.deliverDue() == 2)
    }

    @Test("a clock that was set back while the agent was down puts nothing off")
    func restart() async throws {
        let agent = try await start(Self.failing)
        try await agent.enqueue(dueRow("a1", agent), dueRow("b1", agent, group: "b"))
        #expect(try await agent.delivery.deliverDue() == 2)
        let next = try await TestAgent.start(
            try TestConfiguration.read(TestConfiguration.delivery),
            store: await agent.store.crash(),
            clock: VirtualClock(now: agent.clock.now().adding(milliseconds: -86_400_000)))
        #expect(try await next.delivery.deliverDue() == 0, "what was left to wait is left")
        next.clock.advance(milliseconds: 1_200)
        #expect(try await next.delivery.deliverDue() == 2)
    }

    @Test("a jump that cannot be written is followed later, and once")
    func lostShift() async throws {
        let agent = try await start(Self.failing)
        try await agent.enqueue(dueRow("a1", agent))
        #expect(try await agent.delivery.deliverDue() == 1)
        let next = try #require(try await agent.outbox().first).nextAttemptAt
        let wait = next.milliseconds - agent.clock.now().milliseconds
        agent.clock.stepWall(milliseconds: 86_400_000)
        await agent.store.fail(nextWrites: 1)
        await #expect(throws: StoreError.self) { try await agent.delivery.deliverDue() }
        #expect(try await agent.delivery.deliverDue() == 0)
        agent.clock.advance(milliseconds: wait)
        #expect(try await agent.delivery.deliverDue() == 1)
    }

    // MARK: Order of starts

    @Test(
        "groups of one commit start in order: each after the answer before, or a head start",
        .timeLimit(.minutes(1)))
    func burst() async throws {
        let began = Mutex<[String]>([])
        let arrived = Bell()
        let release = Bell()
        let agent = try await start { request, _ throws(TransportError) in
            let id = request.webhookID ?? "none"
            began.withLock { $0.append(id) }
            arrived.ring()
            // The second answers late.
            if id == "b" { await release.waitForRing() }
            return TransportResponse(status: 204)
        }
        try await agent.enqueue(
            dueRow("a", agent, group: "a"), dueRow("b", agent, group: "b"),
            dueRow("c", agent, group: "c"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await agent.delivery.run() }
            while began.withLock({ $0 }) != ["a", "b"], !Task.isCancelled {
                await arrived.waitForRing()
            }
            // Sleepers: the loop's own wait and the head start of the third.
            await agent.clock.sleepers(2)
            #expect(began.withLock { $0 } == ["a", "b"], "the third waits for the second")
            agent.clock.advance(milliseconds: DeliveryBurst.headStartMilliseconds)
            while began.withLock({ $0.count }) < 3, !Task.isCancelled {
                await arrived.waitForRing()
            }
            #expect(began.withLock { $0 } == ["a", "b", "c"])
            release.ring()
            group.cancelAll()
        }
    }

    @Test("what is cancelled is given back before the delivery ends", .timeLimit(.minutes(1)))
    func stop() async throws {
        let arrived = Bell()
        let agent = try await start { _, _ throws(TransportError) in
            arrived.ring()
            await Bell().waitForRing()
            throw TransportError(.cancelled, "stopped")
        }
        try await agent.enqueue(dueRow("a", agent))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await agent.delivery.run() }
            await arrived.waitForRing()
            group.cancelAll()
        }
        let row = try #require(try await agent.outbox().first)
        #expect(row.state == .pending && !row.isClaimed && row.attempts == 0)
        #expect(row.nextAttemptAt <= agent.clock.now())
    }

    @Test("an endpoint that fails is tried by one attempt at a time, until it answers again")
    func window() {
        var window = EndpointWindow()
        #expect(window.free == 4 && window.rowsPerLane == EndpointWindow.longestRun)
        window.begin()
        #expect(window.free == 3)
        let failures = [window.note(isSuccess: false), window.note(isSuccess: false)]
        #expect(failures == [true, false], "the first is news")
        #expect(window.free == 0 && window.rowsPerLane == 1)
        window.end()
        #expect(window.free == 1)
        let successes = (1...100).map { _ in window.note(isSuccess: true) }
        #expect(successes == [true] + Array(repeating: false, count: 99))
        #expect(window.free == EndpointWindow.largest)
        window.end()
        #expect(window.inFlight == 0)
    }
}
