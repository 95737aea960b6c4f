// Delivery: retries, order, receivers that are dead, disabled or gone.

import AgentConfiguration
import Credits
import Exposition
import Ports
import SimulatedPorts
import Synchronization
import Testing

@testable import Agent

@Suite("Delivery")
struct DeliveryTests {
    private func start(
        _ answers: @escaping Answers, yaml: String = TestConfiguration.delivery
    ) async throws -> TestAgent {
        try await TestAgent.start(
            try TestConfiguration.read(yaml), transport: ScriptedTransport(answers))
    }

    private func states(_ agent: TestAgent) async throws -> [String] {
        try await agent.outbox().map { "\($0.id) \($0.state.rawValue) \($0.attempts)" }
    }

    // MARK: Outcomes

    @Test(
        "what an answer means",
        arguments: [
            (200, "sent", nil), (204, "sent", nil), (299, "sent", nil),
            (302, "pending", "other"), (400, "pending", "clientError"),
            (401, "pending", "authError"), (403, "pending", "authError"),
            (404, "pending", "clientError"), (408, "pending", "clientError"),
            (410, "pending", "clientError"), (413, "failed", "clientError"),
            (429, "pending", "rateLimited"), (500, "pending", "serverError"),
            (503, "pending", "serverError"),
        ] as [(Int, String, String?)])
    func outcome(_ status: Int, _ state: String, _ failure: String?) async throws {
        let agent = try await start { _, _ throws(TransportError) in
            TransportResponse(status: status)
        }
        try await agent.enqueue(dueRow("msg_1"))
        #expect(try await agent.delivery.deliverDue() == 1)
        #expect(try await states(agent) == ["msg_1 \(state) 1"])
        let meters = agent.core.meters.current
        let key = IntegrationKey(receiver: "oncall", integration: "webhook")
        #expect(meters.notifications == [key: 1])
        #expect(meters.notificationFailures[key] == failure.map { [$0: 1] })
        #expect(meters.notificationLatency[key]?.count == 1)
        #expect(meters.notificationDelay[key]?.count == (failure == nil ? 1 : nil))
        let stored = try #require(try await agent.outbox().first)
        #expect(stored.lastError == (failure == nil ? "" : "the receiver answered \(status)"))
    }

    @Test(
        "no answer is tried again",
        arguments: [
            (TransportError.Reason.connect, "other"), (.tls, "other"),
            (.timeout, "contextDeadlineExceeded"), (.tooLarge, "other"),
        ])
    func noAnswer(_ reason: TransportError.Reason, _ failure: String) async throws {
        let agent = try await start { _, _ throws(TransportError) in
            throw TransportError(reason, "words of libcurl")
        }
        try await agent.enqueue(dueRow("msg_1"))
        _ = try await agent.delivery.deliverDue()
        #expect(try await states(agent) == ["msg_1 pending 1"])
        #expect(try await agent.outbox().first?.lastError == "words of libcurl")
        let key = IntegrationKey(receiver: "oncall", integration: "webhook")
        #expect(agent.core.meters.current.notificationFailures[key] == [failure: 1])
    }

    @Test("a cancelled attempt counts for nothing: the row is given back, due at once")
    func cancelled() async throws {
        let agent = try await start { _, number throws(TransportError) in
            if number == 0 { throw TransportError(.cancelled, "stopping") }
            return TransportResponse(status: 204)
        }
        try await agent.enqueue(dueRow("msg_1"), dueRow("msg_2"))
        _ = try await agent.delivery.deliverDue()
        #expect(try await states(agent) == ["msg_1 pending 0", "msg_2 pending 0"])
        #expect(agent.core.meters.current.notifications.isEmpty)
        #expect(try await agent.delivery.deliverDue() == 2)
        #expect(try await states(agent) == ["msg_1 sent 1", "msg_2 sent 1"])
        #expect(agent.sentIDs == ["msg_1", "msg_1", "msg_2"])
    }

    @Test("what was claimed when the agent died is sent at once by the next one, with its bytes")
    func died() async throws {
        let agent = try await start { _, _ throws(TransportError) in
            TransportResponse(status: 204)
        }
        try await agent.enqueue(dueRow("a1"), dueRow("a2"), dueRow("b1", group: "b"))
        // It claims and dies before anything is written about it.
        let now = agent.clock.now()
        try await agent.store.write { rows in
            for queue in try rows.outboxQueues() {
                _ = try rows.claim(
                    OutboxClaim(endpoint: queue.endpoint, lanes: 9, rowsPerLane: 9), at: now,
                    leaseUntil: now.adding(milliseconds: 3_600_000))
            }
        }
        let next = try await TestAgent.start(
            try TestConfiguration.read(TestConfiguration.delivery),
            store: await agent.store.crash(),
            clock: agent.clock, transport: agent.transport)
        #expect(try await next.delivery.deliverDue() == 3)
        #expect(try await states(next) == ["a1 sent 1", "a2 sent 1", "b1 sent 1"])
    }

    // MARK: Retries

    @Test("retries follow the schedule for three days, then the notification is kept as failed")
    func schedule() async throws {
        let agent = try await start { _, _ throws(TransportError) in
            TransportResponse(status: 500)
        }
        try await agent.enqueue(dueRow("msg_1"))
        var waits: [Int64] = []
        while try await agent.outbox().first?.state == .pending {
            let before = agent.clock.now()
            #expect(try await agent.delivery.deliverDue() == 1)
            let row = try #require(try await agent.outbox().first)
            let wait = row.nextAttemptAt.milliseconds - before.milliseconds
            guard row.state == .pending else { break }
            waits.append(wait)
            agent.clock.advance(milliseconds: wait - 1)
            #expect(try await agent.delivery.deliverDue() == 0, "too early")
            agent.clock.advance(milliseconds: 1)
        }
        let about: [Int64] = [1, 2, 5, 10, 30, 60, 300, 900, 3600, 3600].map { $0 * 1000 }
        for (wait, expected) in zip(waits, about) {
            #expect(abs(wait - expected) * 5 <= expected, "\(wait) is not about \(expected)")
        }
        #expect(waits.dropFirst(8).dropLast().allSatisfy { abs($0 - 3_600_000) <= 720_000 })
        #expect(waits.reduce(0, +) == 259_200_000)
        #expect(try await agent.outbox().first?.state == .failed)
        agent.advance("1d")
        #expect(try await agent.delivery.deliverDue() == 0)
    }

    @Test("all attempts carry the same id and bytes, each its own time")
    func sameBytes() async throws {
        let agent = try await start { _, number throws(TransportError) in
            TransportResponse(status: number < 3 ? 503 : 200)
        }
        try await agent.enqueue(dueRow("msg_1"))
        for _ in 1...4 {
            #expect(try await agent.delivery.deliverDue() == 1)
            agent.advance("1m")
        }
        let requests = agent.transport.requests
        #expect(agent.sentIDs == ["msg_1", "msg_1", "msg_1", "msg_1"])
        #expect(Set(requests.map { $0.body ?? [] }).count == 1)
        let times = requests.compactMap { request in
            request.headers.first { $0.name == "webhook-timestamp" }?.value
        }
        let first = TestAgent.instant(TestAgent.noon).seconds
        #expect(times == [0, 60, 120, 180].map { String(first + $0) })
    }

    @Test("Retry-After is honoured, up to an hour")
    func retryAfter() async throws {
        let agent = try await start { _, number throws(TransportError) in
            TransportResponse(status: 429, retryAfterSeconds: number == 0 ? 120 : 86_400)
        }
        try await agent.enqueue(dueRow("msg_1"))
        _ = try await agent.delivery.deliverDue()
        var next = try #require(try await agent.outbox().first).nextAttemptAt
        #expect(next.milliseconds - agent.clock.now().milliseconds == 120_000)
        agent.advance("2m")
        _ = try await agent.delivery.deliverDue()
        next = try #require(try await agent.outbox().first).nextAttemptAt
        #expect(next.milliseconds - agent.clock.now().milliseconds == 3_600_000)
    }

    // MARK: Order

    @Test("a lane is delivered in order: what follows a failure waits for it")
    func order() async throws {
        let agent = try await start { _, number throws(TransportError) in
            TransportResponse(status: number == 0 ? 500 : 204)
        }
        try await agent.enqueue(
            dueRow("a1", group: "a"), dueRow("a2", group: "a"), dueRow("b1", group: "b"),
            dueRow("s1", index: 1, group: "a"))
        #expect(try await agent.delivery.deliverDue() == 3)
        #expect(agent.sentIDs == ["a1", "b1", "s1"])
        #expect(try await agent.delivery.deliverDue() == 0)
        agent.advance("2s")
        while try await agent.delivery.deliverDue() > 0 {}
        #expect(agent.sentIDs == ["a1", "b1", "s1", "a1", "a2"])
        let urls = agent.transport.requests.map(\.url)
        #expect(urls[2] == "https://hooks.example/second")
        #expect(urls[0] == "https://hooks.example/alerts")
    }

    @Test("a notification that failed for good lets the next one pass")
    func afterFailure() async throws {
        let agent = try await start { _, number throws(TransportError) in
            TransportResponse(status: number == 0 ? 413 : 204)
        }
        try await agent.enqueue(dueRow("a1"), dueRow("a2"))
        while try await agent.delivery.deliverDue() > 0 {}
        #expect(try await states(agent) == ["a1 failed 1", "a2 sent 1"])
    }

    // MARK: Receivers

    @Test("a 410 switches the receiver off until the next reload; nothing is lost")
    func gone() async throws {
        let status = Mutex(410)
        let agent = try await start { _, _ throws(TransportError) in
            TransportResponse(status: status.withLock { $0 })
        }
        try await agent.enqueue(dueRow("a1"))
        _ = try await agent.delivery.deliverDue()
        try await agent.enqueue(dueRow("a2", group: "other"), dueRow("d1", receiver: "dead"))
        status.withLock { $0 = 204 }
        agent.advance("1d")
        while try await agent.delivery.deliverDue() > 0 {}
        #expect(agent.sentIDs == ["a1", "d1"])
        #expect(agent.backlog.value["oncall"]?.pending == 2)
        await agent.delivery.replace(agent.resolved.endpoints)
        while try await agent.delivery.deliverDue() > 0 {}
        #expect(try await states(agent) == ["a1 sent 2", "a2 sent 1", "d1 sent 1"])
    }

    @Test("a receiver taken out of the configuration fails what waits for it")
    func removedReceiver() async throws {
        let agent = try await start { _, _ throws(TransportError) in
            TransportResponse(status: 204)
        }
        try await agent.enqueue(dueRow("x1", receiver: "former"))
        _ = try await agent.delivery.deliverDue()
        #expect(agent.transport.requests.isEmpty)
        #expect(try await states(agent) == ["x1 failed 1"])
        #expect(
            try await agent.outbox().first?.lastError == "the receiver is no longer configured")
    }

    @Test("the outcome of an old claim is ignored")
    func oldGeneration() async throws {
        let store = MemoryStore()
        let clock = VirtualClock(now: TestAgent.instant(TestAgent.noon))
        let transport = ScriptedTransport { _, number throws(TransportError) in
            if number == 0 {
                // While the answer is on its way another sender takes over.
                let now = clock.now()
                _ = try? await store.write { try $0.restoreOutbox(at: now) }
            }
            return TransportResponse(status: 204)
        }
        let agent = try await TestAgent.start(
            try TestConfiguration.read(TestConfiguration.delivery), store: store, clock: clock,
            transport: transport)
        try await agent.enqueue(dueRow("a1"))
        _ = try await agent.delivery.deliverDue()
        #expect(try await states(agent) == ["a1 pending 0"])
        let key = IntegrationKey(receiver: "oncall", integration: "webhook")
        #expect(agent.core.meters.current.notificationDelay[key] == nil)
        _ = try await agent.delivery.deliverDue()
        #expect(try await states(agent) == ["a1 sent 1"])
    }

    @Test("an outcome that cannot be written is written later; only a death sends it again")
    func lostOutcome() async throws {
        let agent = try await start { _, _ throws(TransportError) in
            TransportResponse(status: 204)
        }
        let faulty = FaultyStore(agent.store)
        let second = try TestAgent(
            try TestConfiguration.read(TestConfiguration.delivery), store: agent.store,
            clock: agent.clock,
            transport: agent.transport, wrapped: faulty)
        // What begins a delivery is behind us: claim and outcome are the only writes.
        _ = try await second.delivery.deliverDue()
        for id in ["a1", "a2"] {
            try await agent.enqueue(dueRow(id))
            faulty.failWrite(number: 2)
            #expect(try await second.delivery.deliverDue() == 1)
            #expect(try await states(agent).last == "\(id) pending 0")
            if id == "a1" {
                #expect(try await second.delivery.deliverDue() == 0)
                #expect(try await states(agent) == ["a1 sent 1"])
            }
        }
        #expect(second.core.meters.current.ledgerWriteFailures == 2)
        // Killed between the answer and its record.
        let third = try TestAgent(
            try TestConfiguration.read(TestConfiguration.delivery),
            store: await agent.store.crash(),
            clock: agent.clock, transport: agent.transport)
        #expect(try await third.delivery.deliverDue() == 1)
        #expect(try await states(third) == ["a1 sent 1", "a2 sent 1"])
        #expect(agent.sentIDs == ["a1", "a2", "a2"])
        #expect(Set(agent.transport.requests.suffix(2).map { $0.body ?? [] }).count == 1)
    }

    @Test("housekeeping that fails loses no claim")
    func failedHousekeeping() async throws {
        let agent = try await start { _, _ throws(TransportError) in
            TransportResponse(status: 204)
        }
        let faulty = FaultyStore(agent.store)
        let second = try TestAgent(
            try TestConfiguration.read(TestConfiguration.delivery), store: agent.store,
            clock: agent.clock,
            transport: agent.transport, wrapped: faulty)
        for number in 1...12 {
            try await agent.enqueue(dueRow("a\(number)", group: "g\(number)"))
            for failing in 1...2 {
                faulty.failWrite(number: failing)
                _ = try? await second.delivery.deliverDue()
            }
            agent.advance("61m")
        }
        faulty.failWrite(number: 0)
        while try await second.delivery.deliverDue() > 0 {}
        #expect(try await states(agent).allSatisfy { $0.contains(" sent ") })
    }

    @Test("sent notifications are forgotten after 35 days, failed ones are not")
    func retention() async throws {
        let agent = try await start { request, _ throws(TransportError) in
            TransportResponse(status: request.url.contains("second") ? 413 : 204)
        }
        try await agent.enqueue(dueRow("a1"), dueRow("s1", index: 1))
        while try await agent.delivery.deliverDue() > 0 {}
        agent.clock.advance(milliseconds: 35 * 86_400_000)
        _ = try await agent.delivery.deliverDue()
        #expect(try await states(agent).count == 2)
        agent.clock.advance(milliseconds: 3_600_000)
        _ = try await agent.delivery.deliverDue()
        #expect(try await states(agent) == ["s1 failed 1"])
    }

    @Test("the backlog names every receiver and the age of what waits longest")
    func backlog() async throws {
        let agent = try await start { _, _ throws(TransportError) in
            TransportResponse(status: 500)
        }
        try await agent.enqueue(dueRow("a1"), dueRow("a2"))
        _ = try await agent.delivery.deliverDue()
        agent.clock.advance(milliseconds: 500)
        _ = try await agent.delivery.deliverDue()
        #expect(
            agent.samples("ai_credits_outbox_pending") == [
                #"ai_credits_outbox_pending{receiver="dead"} 0"#,
                #"ai_credits_outbox_pending{receiver="oncall"} 2"#,
            ])
        #expect(
            agent.samples("ai_credits_outbox_oldest_age_seconds") == [
                #"ai_credits_outbox_oldest_age_seconds{receiver="dead"} 0"#,
                #"ai_credits_outbox_oldest_age_seconds{receiver="oncall"} 0.5"#,
            ])
    }

    // MARK: The loop

    @Test("a receiver that hangs delays nobody else", .timeLimit(.minutes(1)))
    func hanging() async throws {
        let arrived = Bell()
        let agent = try await start { request, _ throws(TransportError) in
            if request.url.contains("dead.example") {
                // Hangs until it is cancelled.
                await Bell().waitForRing()
                throw TransportError(.cancelled, "stopped")
            }
            arrived.ring()
            return TransportResponse(status: 204)
        }
        // More than the most attempts under way to one receiver.
        for number in 1...20 {
            try await agent.enqueue(dueRow("d\(number)", receiver: "dead", group: "\(number)"))
        }
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent.delivery.run() }
            for number in 1...3 {
                try? await agent.enqueue(dueRow("a\(number)"))
                agent.core.outboxBell.ring()
                await arrived.waitForRing()
            }
            group.cancelAll()
        }
        #expect(Set(agent.sentIDs).isSuperset(of: ["a1", "a2", "a3"]))
    }
}
