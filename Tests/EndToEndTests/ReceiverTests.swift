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

    @Test("an answer without end is taken by its status, and delivered once")
    func endless() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try await simulator.makeSinkEndless("oncall", times: 9)
        let agent = try await Self.start(in: folder, simulator)
        defer { agent.process.kill() }
        try await agent.waitFor(
            "ai_credits_notifications_total{receiver=\"oncall\",integration=\"webhook\"}", is: "1")
        try await agent.waitFor("ai_credits_outbox_pending{receiver=\"oncall\"}", is: "0")
        let list = try await Self.list(["--state", "sent"], in: folder)
        #expect(list.map { $0["attempts"]?.integerValue } == [1])
        #expect(try await simulator.webhooks(at: "oncall").count == 1)
        #expect(try await agent.stop() == .exited(0))
    }

    // MARK: The outbox on the command line

    private static func list(
        _ arguments: [String], in folder: TemporaryFolder
    ) async throws -> [JSONValue] {
        let result = try await Agent.run(
            ["notify", "list", "--format", "json"] + arguments, in: folder)
        #expect(result.end == .exited(0), "\(result.text)")
        return try JSONReader.read(Array(result.output.utf8)).arrayValue ?? []
    }

    /// What is said of receivers that cannot be reached.
    private static let reasons = [
        "nameless": "resolve", "closed": "connect", "plain": "ssl", "resetting": "reset",
        "stranger": "certificate", "othername": "name",
    ]

    @Test("receivers that cannot be reached are named with the reason; the others do not wait")
    func unreachable() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let tls = simulator.url.replacing("http://", with: "https://")
        let closed = try LoopbackSocket.freePort()
        let resetting = try ResettingServer()
        defer { resetting.stop() }
        let stranger = try await TLSStranger.start(in: folder)
        defer { stranger.process.kill() }
        let receivers = """
            notifications:
              route:
                receiver: oncall
                routes:
                  - {receiver: nameless, continue: true}
                  - {receiver: closed, continue: true}
                  - {receiver: plain, continue: true}
                  - {receiver: resetting, continue: true}
                  - {receiver: stranger, continue: true}
                  - {receiver: othername, continue: true}
                  - {receiver: oncall}
              receivers:
                - {name: nameless, webhook_configs: [{url: "http://receiver.invalid/hook"}]}
                - {name: closed, webhook_configs: [{url: "http://127.0.0.1:\(closed)/hook"}]}
                - {name: plain, webhook_configs: [{url: "\(tls)/sink/plain"}]}
                - name: resetting
                  webhook_configs: [{url: "http://127.0.0.1:\(resetting.port)/hook"}]
                - name: stranger
                  webhook_configs: [{url: "https://localhost:\(stranger.port)/hook"}]
                - name: othername
                  webhook_configs:
                    - url: "https://127.0.0.1:\(stranger.port)/hook"
                      http_config: {tls_config: {ca_file: \(stranger.certificate)}}
                - {name: oncall, webhook_configs: [{url: "\(simulator.url)/sink/oncall"}]}

            """
        try folder.write(
            AgentFile.text(
                organizations: AgentFile.organization("acme", base: "1000"),
                notifications: receivers), to: "agent.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await eventually("the watchdog is told") { _ in
            try await simulator.webhooks(at: "oncall").contains { $0.isAccepted }
        }
        let waiting = try await eventually("every failure is known") { () -> [JSONValue]? in
            let list = try await Self.list(["--state", "pending"], in: folder)
            // A row that is just being tried has no next attempt.
            let isKnown = list.allSatisfy { row in
                (row["attempts"]?.integerValue ?? 0) > 0
                    && row["next_attempt_at"]?.stringValue != nil
            }
            return isKnown && list.count == Self.reasons.count ? list : nil
        }
        #expect(
            waiting.compactMap { $0["receiver"]?.stringValue }.sorted()
                == Self.reasons.keys.sorted())
        for row in waiting {
            let why = row["why"]?.stringValue ?? ""
            let words = Self.reasons[row["receiver"]?.stringValue ?? ""] ?? "none"
            #expect(why.lowercased().contains(words), "\(row.text())")
        }
        #expect(resetting.requestCount > 0)
        for receiver in Self.reasons.keys.sorted() {
            let line = try await agent.process.waitForLine(containing: "receiver=\(receiver)")
            #expect(line.contains("notification failed, it will be sent again"), "\(line)")
            #expect(line.contains("group=") && line.contains("attempt=1"), "\(line)")
            #expect(line.contains("reason="), "\(line)")
        }
        #expect(try await agent.stop() == .exited(0))
    }

    @Test("what was given up is sent again on demand, with and without a running agent")
    func replay() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try await simulator.failSink("oncall", status: 413, times: 2)
        let first = try await Self.start(in: folder, simulator)
        defer { first.process.kill() }
        let failed = try await eventually("it is given up") {
            try await Self.list(["--state", "failed", "--receiver", "oncall"], in: folder).first
        }
        let id = failed["id"]?.stringValue ?? ""
        #expect(failed["why"]?.stringValue == "the receiver answered 413")
        #expect(try await first.stop() == .exited(0))

        // Without a running agent the ledger itself is asked.
        #expect(try await Self.list(["--state", "failed"], in: folder) == [failed])
        let offline = try await Agent.run(["notify", "replay", id], in: folder)
        #expect(offline.end == .exited(0) && offline.output.contains("pending"), "\(offline.text)")
        let again = try await Agent.run(["notify", "replay", id], in: folder)
        #expect(again.end == .exited(1), "\(again.text)")

        // The running one is refused once more, then it is accepted.
        let next = try await Agent.start(in: folder, name: "next")
        defer { next.process.kill() }
        _ = try await eventually("it is given up again") {
            try await Self.list(["--state", "failed"], in: folder).first
        }
        let online = try await Agent.run(["notify", "replay", id], in: folder)
        #expect(online.end == .exited(0), "\(online.text)")
        let webhooks = try await eventually("it is accepted") {
            let webhooks = try await simulator.webhooks(at: "oncall")
            return webhooks.contains { $0.isAccepted } ? webhooks : nil
        }
        #expect(webhooks.map(\.answered) == [413, 413, 200])
        #expect(Set(webhooks.map(\.id)) == [id] && Set(webhooks.map(\.body)).count == 1)
        let unknown = try await Agent.run(["notify", "replay", "msg_none"], in: folder)
        #expect(unknown.end == .exited(1) && unknown.error.contains("notify list"))
        #expect(try await next.stop() == .exited(0))
    }
}
