// A month's story against a receiver that fails three times in ten, while the agent is killed and
// reloaded again and again: every transition is announced, once, in order.

import ExactJSON
import Foundation
import Glibc
import Testing

@Suite("Announcements through kills and reloads", .timeLimit(.minutes(30)))
struct AnnouncementSoakTests {
    /// How often the agent dies and reloads; `make soak` asks for the long form.
    private static let isLong = ProcessInfo.processInfo.environment["AI_CREDITS_SOAK"] != nil
    private static let kills = isLong ? 50 : 12
    private static let reloads = isLong ? 20 : 5
    /// All of them live through the same month.
    private static let organizations = ["acme"] + (isLong ? (2...6).map { "acme-\($0)" } : [])

    /// What happens at the vendor, and the alerts that fire once the agent knows.
    private struct Stage {
        let used: String
        let firing: Set<String>
    }

    private static let names = [
        "AICreditsUsageAbove75Percent", "AICreditsUsageAbove90Percent",
        "AICreditsAllocationExhausted", "AICreditsAllowanceNearlyUsed", "AICreditsLimitBlocked",
    ]
    private static let stages = [
        Stage(used: "750", firing: Set(names.prefix(1))),
        Stage(used: "905.5", firing: Set(names.prefix(2))),
        Stage(used: "1010.000001", firing: Set(names.prefix(3))),
        Stage(used: "1165", firing: Set(names.prefix(4))),
        Stage(used: "1200", firing: Set(names)),
        // Corrections: first out of the block, then below everything.
        Stage(used: "1190", firing: Set(names.prefix(4))),
        Stage(used: "700", firing: []),
        // Two thresholds in one poll, and down again.
        Stage(used: "950", firing: Set(names.prefix(2))),
        Stage(used: "100", firing: []),
    ]
    /// The statuses of each alert that the stages come to.
    private static let expected: [String: [String]] = Dictionary(
        uniqueKeysWithValues: names.map { name in
            var statuses: [String] = []
            var isFiring = false
            for stage in stages where stage.firing.contains(name) != isFiring {
                isFiring.toggle()
                statuses.append(isFiring ? "firing" : "resolved")
            }
            return (name, statuses)
        })

    private static func configuration(_ simulator: Simulator, round: Int) -> String {
        // What changes between reloads has nothing to do with rules or receivers.
        AgentFile.text(
            organizations: organizations.map {
                AgentFile.organization(
                    $0, base: "1000",
                    ", limit: {mode: soft, allowance: 200}, daily_series: \(3 + round % 5)d")
            }.joined(),
            sources: organizations.map {
                AgentFile.source("usage-\($0)", of: $0, at: simulator.url + "/v1/usage")
            }.joined(),
            notifications: AgentFile.notifications(simulator))
    }

    @Test("every transition arrives with one id and the same bytes, in order, and none twice")
    func story() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        for sink in ["oncall", "events"] {
            try await simulator.failSink(sink, status: 503, percent: 30)
        }
        var chaos = Chaos(folder: folder, kills: Self.kills, reloads: Self.reloads)
        chaos.configuration = { Self.configuration(simulator, round: $0) }
        try await chaos.begin()
        for (number, stage) in Self.stages.enumerated() {
            try await simulator.state(stage.used, of: "assistant", on: simulator.today())
            let isLast = number == Self.stages.count - 1
            try await chaos.strike(
                kills: isLast ? chaos.killsLeft : Self.kills / Self.stages.count,
                reloads: isLast ? chaos.reloadsLeft : Self.reloads / Self.stages.count)
            try await wait(for: stage, chaos)
            // Firing again is news only after its end was told.
            if stage.firing.isEmpty { try await waitForEnds(upTo: number, simulator) }
        }
        let webhooks = try await arrived(simulator)
        #expect(try await chaos.stop() == .exited(0))
        Self.check(webhooks)
        if Self.isLong {
            print(Self.figures(of: webhooks))
            #expect(webhooks.count { !$0.isAccepted } * 5 >= webhooks.count, "a fifth or more")
        }
        try await Self.checkEvents(simulator)
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.end == .exited(0), "\(verified.text)")
        let list = try await Agent.run(["notify", "list", "--state", "pending"], in: folder)
        #expect(list.end == .exited(0), "\(list.text)")
        #expect(list.output.split(separator: "\n").count == 1, "\(list.text)")
        #expect(chaos.killsLeft == 0 && chaos.reloadsLeft == 0)
    }

    private func wait(for stage: Stage, _ chaos: Chaos) async throws {
        try await eventually("the alerts of \(stage.used)", within: 60) { detail in
            let metrics = try await chaos.agent().metrics()
            return Self.organizations.allSatisfy { organization in
                let firing = metrics.series(
                    beginningWith: "ai_credits_alerts{organization=\"\(organization)\""
                )
                .filter { $0.value == "1" && $0.series.contains("alertstate=\"firing\"") }
                .compactMap { MetricsText.labels(of: $0.series)["alertname"] }
                detail = "\(organization): \(firing)"
                return Set(firing).intersection(Self.names) == stage.firing
            }
        }
    }

    private func waitForEnds(upTo number: Int, _ simulator: Simulator) async throws {
        try await eventually("every end is told", within: 180) { detail in
            let told = Self.announcements(try await simulator.webhooks(at: "oncall"))
            detail = "\(told)"
            return Self.crossings.allSatisfy { organization, name in
                let ends = Self.stages.prefix(number + 1).indices.count { index in
                    index > 0 && Self.stages[index - 1].firing.contains(name)
                        && !Self.stages[index].firing.contains(name)
                }
                let statuses = told["\(organization) \(name)", default: []]
                return statuses.count { $0 == "resolved" } >= ends
            }
        }
    }

    private func arrived(_ simulator: Simulator) async throws -> [Webhook] {
        try await eventually("every announcement is accepted", within: 300) { () -> [Webhook]? in
            let webhooks = try await simulator.webhooks(at: "oncall")
            let told = Self.announcements(webhooks)
            let isWhole = Self.crossings.allSatisfy { organization, name in
                told["\(organization) \(name)", default: []].count
                    >= Self.expected[name, default: []].count
            }
            let open = Set(webhooks.map(\.id)).subtracting(webhooks.filter(\.isAccepted).map(\.id))
            return isWhole && open.isEmpty ? webhooks : nil
        }
    }

    /// Every alert of every organization.
    private static var crossings: [(organization: String, name: String)] {
        organizations.flatMap { organization in names.map { (organization, $0) } }
    }

    /// The statuses of each alert, by organization and name, in the order in which they were first
    /// accepted.
    private static func announcements(_ webhooks: [Webhook]) -> [String: [String]] {
        var told: [String: [String]] = [:]
        var seen: Set<String> = []
        for webhook in webhooks where webhook.isAccepted && seen.insert(webhook.id).inserted {
            for alert in webhook.alerts {
                told["\(alert.organization) \(alert.name)", default: []].append(alert.status)
            }
        }
        return told
    }

    private static func check(_ webhooks: [Webhook]) {
        let told = announcements(webhooks)
        for (organization, name) in crossings {
            #expect(
                told["\(organization) \(name)"] == expected[name], "\(organization) \(name)")
        }
        #expect(told[" AICreditsWatchdog"] == ["firing"])
        for (id, attempts) in Dictionary(grouping: webhooks, by: \.id) {
            #expect(Set(attempts.map(\.body)).count == 1, "\(id) kept its bytes")
            #expect(attempts.contains { $0.isAccepted }, "\(id) was delivered")
        }
        #expect(webhooks.allSatisfy { $0.isSigned(with: AgentFile.signingSecret) })
        #expect(webhooks.contains { !$0.isAccepted }, "the receiver never failed")
        // Within a group an announcement is first tried after the one before was accepted.
        for (organization, name) in crossings {
            let group = webhooks.filter { webhook in
                webhook.alerts.contains { $0.name == name && $0.organization == organization }
            }
            var firsts: [String] = []
            var accepted: Set<String> = []
            for webhook in group {
                if !firsts.contains(webhook.id) {
                    #expect(accepted.isSuperset(of: firsts), "\(organization) \(name) in order")
                    firsts.append(webhook.id)
                }
                if webhook.isAccepted { accepted.insert(webhook.id) }
            }
        }
    }

    private static func figures(of webhooks: [Webhook]) -> String {
        let told = announcements(webhooks).values.reduce(0) { $0 + $1.count }
        let failed = webhooks.count { !$0.isAccepted }
        let again = webhooks.count { $0.isAccepted } - Set(webhooks.map(\.id)).count
        return "\(kills) kills, \(reloads) reloads: \(told) transitions in "
            + "\(Set(webhooks.map(\.id)).count) notifications, \(webhooks.count) attempts, "
            + "\(failed) refused, \(again) accepted again under the same id"
    }

    private static func checkEvents(_ simulator: Simulator) async throws {
        let events = try await simulator.webhooks(at: "events").filter(\.isAccepted)
        var seen: Set<String> = []
        let told = events.filter { seen.insert($0.id).inserted }
        for organization in organizations {
            let own = told.filter { $0.json?["data"]?["organization"]?.stringValue == organization }
            let limits = own.compactMap(\.event).filter { $0.hasPrefix("limit.") }
            #expect(limits == ["limit.blocked", "limit.resumed"], "\(organization)")
        }
    }
}

/// Kills and reloads of a running agent.
private struct Chaos {
    let folder: TemporaryFolder
    var configuration: (_ round: Int) -> String = { _ in "" }
    private(set) var killsLeft: Int
    private(set) var reloadsLeft: Int
    private var running: Agent?
    private var lives = 0

    init(folder: TemporaryFolder, kills: Int, reloads: Int) {
        self.folder = folder
        killsLeft = kills
        reloadsLeft = reloads
    }

    func agent() throws -> Agent {
        guard let running else { throw Missing("no agent runs") }
        return running
    }

    mutating func begin() async throws {
        try folder.write(configuration(lives), to: "agent.yml")
        try await live()
    }

    private mutating func live() async throws {
        lives += 1
        running = try await Agent.start(in: folder, name: "agent-\(lives)")
    }

    /// Kills and reloads in turns, at moments of chance.
    mutating func strike(kills: Int, reloads: Int) async throws {
        var turns = Array(repeating: true, count: kills) + Array(repeating: false, count: reloads)
        turns.shuffle()
        for isKill in turns {
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...400)))
            if isKill {
                let agent = try agent()
                agent.process.kill()
                #expect(agent.process.ended == .signalled(SIGKILL))
                killsLeft -= 1
                try await live()
            } else {
                reloadsLeft -= 1
                try folder.write(configuration(reloadsLeft), to: "agent.yml")
                try await agent().reload()
            }
        }
    }

    func stop() async throws -> ProcessEnd { try await agent().stop() }
}
