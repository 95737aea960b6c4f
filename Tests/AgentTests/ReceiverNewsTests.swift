// Receivers that are off, notifications that were given up: others are told, people can replay.

import Credits
import ExactJSON
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("News of receivers")
struct ReceiverNewsTests {
    private static let yaml = TestConfiguration.yaml(receivers: [
        TestReceiver(
            name: "oncall", alerts: ["https://oncall.example/alerts"],
            events: ["https://oncall.example/events"]),
        TestReceiver(
            name: "office", events: ["https://office.example/a", "https://office.example/b"]),
    ])

    /// An agent whose receivers answer by host; 204 unless told otherwise.
    private func start(_ statuses: [String: Int]) async throws -> TestAgent {
        try await TestAgent.start(
            try TestConfiguration.read(Self.yaml),
            transport: ScriptedTransport(Self.answers(statuses)))
    }

    private static func answers(_ statuses: [String: Int]) -> Answers {
        { request, _ throws(TransportError) in
            let host = statuses.keys.first { request.url.contains("\($0).example") }
            return TransportResponse(status: host.flatMap { statuses[$0] } ?? 204)
        }
    }

    private func deliver(_ agent: TestAgent) async throws {
        while try await agent.delivery.deliverDue() > 0 {}
    }

    private func events(_ agent: TestAgent) async throws -> [String] {
        try await agent.outbox().filter { $0.integration == "event_webhook" }
            .map {
                "\($0.receiver) \($0.integrationIndex) \(announcement($0)) \($0.state.rawValue)"
            }
    }

    @Test("a receiver that is off is announced once, by the others")
    func disabled() async throws {
        let agent = try await start(["oncall": 410])
        try await agent.enqueue(dueRow("a1", agent), dueRow("b1", agent, group: "b"))
        try await deliver(agent)
        let told = ["office 0 receiver.disabled sent", "office 1 receiver.disabled sent"]
        #expect(try await events(agent) == told)
        let body = try #require(
            try await agent.outbox().first { $0.integration == "event_webhook" }?.body)
        let event = WebhookText.json(body)
        #expect(event.objectValue?.members.map(\.name) == ["type", "timestamp", "data"])
        #expect(event["timestamp"]?.stringValue == TestAgent.noon)
        #expect(event["data"]?["receiver"]?.stringValue == "oncall")
        #expect(event["data"]?["notification"]?.stringValue == "a1")
        #expect(event["data"]?["reason"]?.stringValue == "the receiver answered 410")
        #expect(
            agent.samples("ai_credits_receiver_disabled") == [
                #"ai_credits_receiver_disabled{receiver="office"} 0"#,
                #"ai_credits_receiver_disabled{receiver="oncall"} 1"#,
            ])
        // Nothing is lost: it waits for the reload, which is the receiver's new chance.
        #expect(
            try await agent.outbox(.pending).map { "\($0.id) \($0.attempts)" } == ["a1 1", "b1 0"])
        agent.transport.answer(with: Self.answers([:]))
        agent.advance("1d")
        try await deliver(agent)
        #expect(try await agent.outbox(.pending).count == 2)
        await agent.delivery.replace(agent.resolved.endpoints)
        try await deliver(agent)
        #expect(try await agent.outbox(.pending).isEmpty)
        #expect(try await events(agent) == told)
    }

    @Test("a restart reads the configuration: the receiver is tried again, nothing is lost")
    func disabledRestart() async throws {
        let agent = try await start(["oncall": 410])
        try await agent.enqueue(dueRow("a1", agent))
        try await deliver(agent)
        let next = try await TestAgent.start(
            try TestConfiguration.read(Self.yaml), store: await agent.store.crash(),
            clock: agent.clock)
        try await deliver(next)
        #expect(try await next.outbox(.pending).isEmpty)
        #expect(next.transport.requests.first?.body == agent.transport.requests.first?.body)
    }

    @Test("a notification that was given up is announced by others, at most once an hour")
    func failed() async throws {
        let agent = try await start(["oncall": 413])
        try await agent.enqueue(dueRow("a1", agent), dueRow("a2", agent))
        try await deliver(agent)
        let told = ["office 0 notification.failed sent", "office 1 notification.failed sent"]
        #expect(try await events(agent) == told)
        #expect(try await agent.outbox(.failed).map(\.id) == ["a1", "a2"])
        agent.advance("59m")
        try await agent.enqueue(dueRow("a3", agent))
        try await deliver(agent)
        #expect(try await events(agent) == told)
        agent.advance("1m")
        try await agent.enqueue(dueRow("a4", agent))
        try await deliver(agent)
        #expect(try await events(agent) == told + told)
        agent.advance("1s")
        _ = try await agent.delivery.deliverDue()
        #expect(
            agent.samples("ai_credits_outbox_failed") == [
                #"ai_credits_outbox_failed{receiver="office"} 0"#,
                #"ai_credits_outbox_failed{receiver="oncall"} 4"#,
            ])
    }

    @Test("news that nobody takes are not announced in turn")
    func failedNews() async throws {
        let agent = try await start(["oncall": 413, "office": 413])
        try await agent.enqueue(dueRow("a1", agent))
        try await deliver(agent)
        agent.advance("2h")
        try await deliver(agent)
        #expect(
            try await events(agent) == [
                "office 0 notification.failed failed", "office 1 notification.failed failed",
            ])
    }

    // MARK: Replay

    @Test("a failed notification is sent again with its id and bytes; who asked is kept")
    func replay() async throws {
        let agent = try await start(["oncall": 413])
        try await agent.enqueue(dueRow("a1", agent))
        try await deliver(agent)
        agent.transport.answer(with: Self.answers([:]))
        // Longer than retries last: they begin anew.
        agent.advance("4d")
        let row = try await agent.core.replayNotification("a1", actor: "user:ada")
        #expect(row.state == .pending && row.attempts == 0)
        try await deliver(agent)
        #expect(try await agent.outbox(.sent).map(\.id).contains("a1"))
        let sent = agent.transport.requests.filter { $0.url.contains("oncall") }
        #expect(sent.count == 2)
        #expect(Set(sent.map { $0.body ?? [] }).count == 1)
        #expect(
            Set(sent.map { $0.headers.first { $0.name == "webhook-id" }?.value }) == ["a1"])
        let audit = try await agent.store.read { try $0.audits(of: "", limit: 9) }
        #expect(audit.map(\.action) == ["notification.replayed"])
        #expect(audit.first?.actor == "user:ada" && audit.first?.reason == "a1")
        #expect(audit.first?.before == "failed: the receiver answered 413")
    }

    @Test("after a replay the retries begin anew")
    func replayFails() async throws {
        let agent = try await start(["oncall": 413])
        try await agent.enqueue(dueRow("a1", agent))
        try await deliver(agent)
        agent.transport.answer(with: Self.answers(["oncall": 500]))
        agent.advance("4d")
        _ = try await agent.core.replayNotification("a1", actor: "user:ada")
        try await deliver(agent)
        let row = try #require(try await agent.outbox().first { $0.id == "a1" })
        #expect(row.state == .pending && row.attempts == 1)
        let wait = row.nextAttemptAt.milliseconds - agent.clock.now().milliseconds
        #expect((800...1200).contains(wait))
    }

    @Test("only what was given up can be sent again")
    func refusedReplay() async throws {
        let agent = try await start([:])
        try await agent.enqueue(dueRow("a1", agent))
        func refusal(_ id: String) async -> ReplayError? {
            do throws(ReplayError) {
                _ = try await agent.core.replayNotification(id, actor: "user:ada")
                return nil
            } catch {
                return error
            }
        }
        #expect(await refusal("none") == .unknown("none"))
        #expect(await refusal("a1") == .notFailed("a1", .pending))
        try await deliver(agent)
        #expect(await refusal("a1") == .notFailed("a1", .sent))
        #expect(try await agent.store.read { try $0.audits(of: "", limit: 9) }.isEmpty)
        #expect(agent.core.meters.current.ledgerWriteFailures == 0)
    }
}
