// What a source or receiver may say must never end the agent, send twice or lose a notification.

import Alerting
import Credits
import Ports
import SimulatedPorts
import Synchronization
import Testing

@testable import Agent

@Suite("Hostile answers")
struct HostileAnswersTests {
    @Test(
        "any Retry-After of a source becomes a pause of at most an hour",
        arguments: [(0, 0), (7, 7000), (3600, 3_600_000), (.max, 3_600_000), (.min, 0), (-1, 0)]
            as [(Int, Int64)])
    func pause(_ seconds: Int, _ milliseconds: Int64) {
        #expect(PollLoop.pauseMilliseconds(retryAfterSeconds: seconds) == milliseconds)
    }

    @Test("any Retry-After of a receiver is a wait of at most an hour", arguments: [.max, .min, 5])
    func retryAfter(_ seconds: Int) async throws {
        let agent = try await Self.agent(
            ScriptedTransport(responses: [
                TransportResponse(status: 503, retryAfterSeconds: seconds)
            ]))
        try await agent.setLimit(.soft(allowance: .zero))
        let now = agent.clock.now()
        #expect(try await agent.delivery.deliverDue() == 1)
        let row = try #require(try await agent.outbox(.pending).first)
        #expect(row.nextAttemptAt > now)
        #expect(row.nextAttemptAt <= now.adding(milliseconds: 3_600_000))
    }

    @Test("sums that do not fit fail the poll as a bad value, and are no failure of the ledger")
    func sums() async throws {
        let agent = try await TestAgent.start(try TestConfiguration.read(TestConfiguration.yaml()))
        // As much as one reading may state, until the organization's month does not fit.
        func rows(_ count: Int) -> [TestAgent.Row] {
            (1...count).map { .init("p\($0)", "2026-11-09", "1000000000000") }
        }
        try await agent.poll(rows(9))
        try await agent.poll(rows(10))
        #expect(agent.source()?.failures == [.badValue: 1])
        let failures = agent.samples("ai_credits_ledger_write_failures_total")
        #expect(failures == ["ai_credits_ledger_write_failures_total 0"])
        #expect(agent.used == "9000000000000")
    }

    @Test("a claim outlasts the longest attempt, so that a slow receiver is not sent to twice")
    func lease() async throws {
        let store = MemoryStore()
        let leases = Mutex<[Timestamp]>([])
        let transport = ScriptedTransport { _, _ throws(TransportError) in
            let rows = try? await store.read {
                try $0.outbox(state: .pending, limit: 10, withBodies: false)
            }
            leases.withLock { $0 += (rows ?? []).map(\.nextAttemptAt) }
            return TransportResponse(status: 204)
        }
        let agent = try await Self.agent(transport, store: store, timeout: ", timeout: 5m")
        try await agent.setLimit(.soft(allowance: .zero))
        let now = agent.clock.now()
        #expect(try await agent.delivery.deliverDue() == 1)
        #expect(leases.withLock { $0 } == [now.adding(milliseconds: 315_000)])
    }

    @Test("what a reload queues for a new receiver is delivered while the reload is under way")
    func admitted() async throws {
        let agent = try await Self.agent(
            ScriptedTransport(responses: [TransportResponse(status: 204)]))
        let next = try TestConfiguration.read(
            TestConfiguration.yaml(rest: Self.receiver("newcomer", timeout: "")))
        let endpoints = try ResolvedConfiguration(next, files: TestFiles(contents: [:])).endpoints
        await agent.delivery.admit(endpoints)
        try await agent.core.reload(next)
        try await agent.setLimit(.soft(allowance: .zero))
        #expect(try await agent.delivery.deliverDue() == 1)
        #expect(try await agent.outbox().map(\.state) == [.sent])
    }

    @Test("the endpoints of a refused reload are forgotten")
    func dismissed() async throws {
        let agent = try await Self.agent(
            ScriptedTransport(responses: [TransportResponse(status: 204)]))
        let next = try TestConfiguration.read(
            TestConfiguration.yaml(rest: Self.receiver("newcomer", timeout: "")))
        let endpoints = try ResolvedConfiguration(next, files: TestFiles(contents: [:])).endpoints
        await agent.delivery.admit(endpoints)
        await agent.delivery.dismiss()
        try await agent.core.reload(next)
        try await agent.setLimit(.soft(allowance: .zero))
        #expect(try await agent.delivery.deliverDue() == 1)
        #expect(try await agent.outbox().map(\.state) == [.failed, .pending], "another is told")
    }

    private static func receiver(_ name: String, timeout: String) -> String {
        """
        notifications:
          receivers:
            - name: \(name)
              event_webhook_configs: [{url: "https://hooks.example/\(name)"\(timeout)}]

        """
    }

    private static func agent(
        _ transport: ScriptedTransport, store: MemoryStore = MemoryStore(), timeout: String = ""
    ) async throws -> TestAgent {
        let yaml = TestConfiguration.yaml(rest: receiver("events", timeout: timeout))
        return try await TestAgent.start(
            try TestConfiguration.read(yaml), store: store, transport: transport)
    }
}
