// The agent is killed again and again; nothing is lost, nothing is doubled.

import ExactJSON
import Glibc
import Testing

@Suite("Kills", .timeLimit(.minutes(8)))
struct KillTests {
    private static let rounds = 7

    private static func configuration(_ simulator: Simulator) -> String {
        AgentFile.text(
            organizations: AgentFile.organization(
                "acme", base: "1000", ", limit: {mode: soft, allowance: 200}"),
            sources: AgentFile.source("usage", of: "acme", at: simulator.url + "/v1/usage"),
            notifications: AgentFile.notifications(simulator))
    }

    @Test("after seven kills every credit is counted once and every alert has one id")
    func kills() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try folder.write(Self.configuration(simulator), to: "agent.yml")
        for round in 0..<Self.rounds {
            try await live(round, in: folder, simulator)
        }
        let agent = try await Agent.start(in: folder, name: "agent-last")
        defer { agent.process.kill() }
        let used = try await sum(simulator)
        try await agent.waitFor("ai_credits_used_credits{organization=\"acme\"}", is: used)
        let webhooks = try await deliveries(simulator)
        try await checkGross(agent, used: used)
        #expect(try await agent.stop() == .exited(0))

        Self.check(webhooks)
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.end == .exited(0), "\(verified.text)")
        #expect(verified.output.contains("acme: ") && verified.output.contains("whole"))
        let usage = try await Agent.usage(in: folder)
        #expect(usage["acme"]?["used"]?.numberLexeme == used)
    }

    @Test(
        "a webhook whose answer the agent did not live to see comes again, same id and bytes",
        arguments: [SIGKILL, SIGTERM])
    func endsWhileDelivering(_ signal: Int32) async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try folder.write(Self.configuration(simulator), to: "agent.yml")
        try await simulator.hangSink("oncall", times: 1)
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let first = try await eventually("a webhook arrives and is not answered") {
            try await simulator.webhooks(at: "oncall").first
        }
        #expect(first.alerts.map(\.name) == ["AICreditsWatchdog"] && first.answered == nil)
        agent.process.signal(signal)
        let end = try await agent.process.waitForEnd(within: 12)
        #expect(end == (signal == SIGKILL ? .signalled(SIGKILL) : .exited(0)))
        let next = try await Agent.start(in: folder, name: "next")
        defer { next.process.kill() }
        // Nobody waits for the claim of the former agent: its ledger's lock is free.
        let again = try await eventually("it comes again", within: 15) {
            try await simulator.webhooks(at: "oncall").first(where: \.isAccepted)
        }
        #expect(again.id == first.id && again.body == first.body)
        #expect(again.isSigned(with: AgentFile.signingSecret))
        #expect(try await next.stop() == .exited(0))
        #expect(try await simulator.webhooks(at: "oncall").count == 2, "announced once")
    }

    /// One life of the agent, from its start to the kill in the middle of polls.
    private func live(
        _ round: Int, in folder: TemporaryFolder, _ simulator: Simulator
    ) async throws {
        let agent = try await Agent.start(in: folder, name: "agent-\(round)")
        defer { agent.process.kill() }
        if round % 2 == 1 { try await simulator.failSink("oncall", status: 503, times: 2) }
        let before = try await requests(simulator)
        // 31 steps a round: 7 rounds come to 1100.000007 and more, past every threshold.
        for step in 0..<31 {
            let product = ["assistant", "studio", "review"][step % 3]
            try await simulator.add(step == 0 ? "7.000001" : "5.125", to: product)
        }
        // Some lives are ended at once, some during a hanging request, some after many polls.
        if round % 3 == 1 { try await simulator.script("hang", path: "/v1/usage", times: 1) }
        let more = Int64(1 + round * 3)
        try await eventually("\(more) polls more") { detail in
            let count = try await requests(simulator)
            detail = "\(count)"
            return count >= before + more
        }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...250)))
        #expect(agent.process.ended == nil, "\(agent.process.error)")
        agent.process.kill()
        #expect(agent.process.ended == .signalled(9))
        try await simulator.script("none", path: "/v1/usage")
    }

    private func requests(_ simulator: Simulator) async throws -> Int64 {
        try await simulator.state()["requests"]?["/v1/usage"]?.integerValue ?? 0
    }

    private func sum(_ simulator: Simulator) async throws -> String {
        try await simulator.state()["used"]?.numberLexeme ?? ""
    }

    /// What arrived once nothing is left in the outbox.
    private func deliveries(_ simulator: Simulator) async throws -> [Webhook] {
        try await eventually("every alert and event arrives", within: 150) { () -> [Webhook]? in
            let webhooks = try await simulator.webhooks(at: "oncall")
            let names = Set(webhooks.filter(\.isAccepted).flatMap(\.alerts).map(\.name))
            return names.isSuperset(of: Self.alerts) ? webhooks : nil
        }
    }

    private static let alerts: Set<String> = [
        "AICreditsUsageAbove75Percent", "AICreditsUsageAbove90Percent",
        "AICreditsAllocationExhausted", "AICreditsWatchdog",
    ]

    /// Usage only grew, so gross use equals the sum and nothing was ever taken back.
    private func checkGross(_ agent: Agent, used: String) async throws {
        let metrics = try await agent.metrics()
        let gross = metrics.series(beginningWith: "ai_credits_used_total{organization=\"acme\"")
            .compactMap { MicroCredits($0.value) }
        #expect(gross.count == 3)
        #expect(gross.reduce(MicroCredits(count: 0), +).description == used)
        let corrected = metrics.series(beginningWith: "ai_credits_corrected_total{")
        #expect(corrected.allSatisfy { $0.value == "0" }, "\(corrected)")
        #expect(used == MicroCredits(count: 7 * (7_000_001 + 30 * 5_125_000)).description)
    }

    private static func check(_ webhooks: [Webhook]) {
        for name in alerts {
            let about = webhooks.filter { $0.alerts.contains { $0.name == name } }
            #expect(Set(about.map(\.id)).count == 1, "\(name) was announced once")
            #expect(Set(about.map(\.body)).count == 1, "\(name) kept its bytes")
            #expect(about.filter(\.isAccepted).count >= 1, "\(name) was delivered")
        }
        for webhook in webhooks {
            #expect(webhook.isSigned(with: AgentFile.signingSecret))
            #expect(webhook.alerts.allSatisfy { $0.status == "firing" })
        }
    }
}
