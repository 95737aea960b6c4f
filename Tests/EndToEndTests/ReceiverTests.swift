// Receivers that answer anything but 2xx.

import ExactJSON
import Testing

@Suite("Faulty receivers", .timeLimit(.minutes(3)))
struct ReceiverTests {
    /// An agent whose only alert is the watchdog, so that exactly one webhook is due.
    private static func start(
        in folder: TemporaryFolder, _ simulator: Simulator
    ) async throws -> Agent {
        try folder.write(
            AgentFile.text(
                organizations: AgentFile.organization("acme", base: "1000"),
                notifications: AgentFile.notifications(simulator)), to: "agent.yml")
        return try await Agent.start(in: folder)
    }

    private static func failures(_ agent: Agent) async throws -> [(series: String, value: String)] {
        try await agent.metrics().series(
            beginningWith: "ai_credits_notifications_failed_total{receiver=\"oncall\"")
    }

    @Test("a redirect is not followed but tried again, with the same id and bytes")
    func redirect() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try await simulator.redirectSink("oncall", to: "elsewhere", times: 2)
        let agent = try await Self.start(in: folder, simulator)
        defer { agent.process.kill() }
        let webhooks = try await eventually("the third attempt is accepted") {
            let webhooks = try await simulator.webhooks(at: "oncall")
            return webhooks.contains { $0.isAccepted } ? webhooks : nil
        }
        #expect(webhooks.map(\.answered) == [301, 301, 200])
        #expect(Set(webhooks.map(\.id)).count == 1)
        #expect(Set(webhooks.map(\.body)).count == 1)
        #expect(try await simulator.webhooks(at: "elsewhere").isEmpty)
        try await agent.waitFor("ai_credits_outbox_pending{receiver=\"oncall\"}", is: "0")
        let failed = try await Self.failures(agent).filter { $0.value != "0" }
        #expect(failed.map(\.value) == ["2"], "\(failed)")
    }

    @Test("410 switches a receiver off until the next reload; nothing is lost")
    func gone() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try await simulator.failSink("oncall", status: 410, times: 1)
        let agent = try await Self.start(in: folder, simulator)
        defer { agent.process.kill() }
        _ = try await agent.process.waitForLine(containing: "answered 410")
        try await agent.waitFor("ai_credits_outbox_pending{receiver=\"oncall\"}", is: "1")
        // A retry would come after about a second; the age shows that more have passed.
        try await eventually("three seconds pass without an attempt") { detail in
            let age = try await agent.metrics()[
                "ai_credits_outbox_oldest_age_seconds{receiver=\"oncall\"}"]
            detail = age ?? "none"
            return age.flatMap { Double($0) }.map { $0 > 3 } ?? false
        }
        #expect(try await simulator.webhooks(at: "oncall").count == 1)
        try await agent.reload()
        let webhooks = try await eventually("the reload sends it") {
            let webhooks = try await simulator.webhooks(at: "oncall")
            return webhooks.contains { $0.isAccepted } ? webhooks : nil
        }
        #expect(webhooks.map(\.answered) == [410, 200])
        #expect(Set(webhooks.map(\.id)).count == 1)
    }
}
