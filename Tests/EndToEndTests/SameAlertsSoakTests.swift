// A month of usage, told in seconds, seen by the agent and by a real Prometheus that scrapes it:
// both raise the same alerts from the same file.
//
// The long form also waits for alerts whose condition has to hold for minutes.

import ExactJSON
import Foundation
import Testing

@Suite("The same alerts", .timeLimit(.minutes(40)))
struct SameAlertsSoakTests {
    private static let isLong = ProcessInfo.processInfo.environment["AI_CREDITS_SOAK"] != nil
    static let evaluationSeconds = 5

    private static func configuration(_ simulator: Simulator) -> String {
        AgentFile.text(
            organizations: AgentFile.organization(
                "acme", base: "1000",
                ", limit: {mode: soft, allowance: 200}"
                    + ", pricing: {currency: USD, base: \"0.010\", overage: \"0.015\"}")
                + AgentFile.organization("globex", base: "500"),
            sources: AgentFile.source(
                "usage", of: "acme", at: simulator.url + "/v1/usage",
                more: "    window: {lookback: 31d}\n")
                + AgentFile.source(
                    "broken", of: "globex", at: simulator.url + "/faulty/html/v1/usage",
                    every: "500ms")
        ).replacing("evaluation_interval: 1s", with: "evaluation_interval: \(evaluationSeconds)s")
    }

    @Test(
        "a month served to both raises the same alerts at the same times",
        .enabled(if: PrometheusServer.isInstalled, "prometheus is not installed"))
    func month() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try folder.write(Self.configuration(simulator), to: "agent.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let prometheus = try PrometheusServer.start(
            in: folder, scraping: agent, evaluationSeconds: Self.evaluationSeconds)
        defer { prometheus.process.kill() }
        try await prometheus.waitForScrape()

        let both = BothJudges(agent: agent, prometheus: prometheus)
        let month = ScriptedMonth(simulator: simulator, today: try await simulator.today())
        try await both.agree(including: ["AICreditsWatchdog", "AICreditsSourceDown"])
        let beginning = Date().timeIntervalSince1970
        try await month.use(through: "740.5")
        try await month.use(through: "912.25")
        try await both.agree(
            including: ["AICreditsUsageAbove75Percent", "AICreditsUsageAbove90Percent"])
        try await month.use(through: "1165")
        try await month.use(through: "1200")
        try await both.agree(
            including: [
                "AICreditsAllocationExhausted", "AICreditsAllowanceNearlyUsed",
                "AICreditsLimitBlocked",
            ])
        try await month.correct(to: "760")
        try await both.agree(
            including: ["AICreditsUsageAbove75Percent"], without: ["AICreditsLimitBlocked"])
        if Self.isLong { try await both.outliveAnOutage(of: simulator) }
        try await month.correct(to: "10.5")
        try await both.agree(
            including: ["AICreditsWatchdog"], without: ["AICreditsUsageAbove75Percent"])
        try await both.agreeOnTimes(since: beginning)
        #expect(try await agent.stop() == .exited(0))
    }
}

/// Usage that goes on day by day.
private struct ScriptedMonth {
    let simulator: Simulator
    let today: String

    /// The days of the month so far; few, each gets its share.
    private var days: [String] {
        let last = Int(today.suffix(2)) ?? 1
        return (1...last).map { "\(today.prefix(8))\($0 < 10 ? "0" : "")\($0)" }.suffix(12)
    }

    /// States the month's usage day by day, until it comes to a total.
    func use(through total: String) async throws {
        let micro = MicroCredits(total)?.count ?? 0
        let share = micro / Int64(days.count)
        for day in days.dropLast() {
            try await simulator.state(
                MicroCredits(count: share).description, of: "assistant", on: day)
            try await Task.sleep(for: .milliseconds(150))
        }
        let rest = micro - share * Int64(days.count - 1)
        try await simulator.state(
            MicroCredits(count: rest).description, of: "assistant", on: today)
    }

    /// Restates the whole month at once, as vendors do.
    func correct(to total: String) async throws {
        for day in days.dropLast() {
            try await simulator.state("0", of: "assistant", on: day)
        }
        try await simulator.state(total, of: "assistant", on: today)
    }
}

/// The agent and a Prometheus, asked the same questions.
private struct BothJudges {
    let agent: Agent
    let prometheus: PrometheusServer

    /// An alert as both list it.
    private struct Seen: Hashable {
        let name: String
        let state: String
        let labels: [String: String]
        let annotations: [String: String]

        init(_ alert: JSONValue) {
            name = alert["labels"]?["alertname"]?.stringValue ?? ""
            state = alert["state"]?.stringValue ?? ""
            labels = Self.texts(alert["labels"])
            annotations = Self.texts(alert["annotations"])
        }

        static func texts(_ value: JSONValue?) -> [String: String] {
            let members = value?.objectValue?.members ?? []
            return Dictionary(
                members.map { ($0.name, $0.value.stringValue ?? "") },
                uniquingKeysWith: { first, _ in first })
        }
    }

    private func seen(by url: String) async throws -> Set<Seen> {
        let data = try await PrometheusAPI.data(of: url + "/api/v1/alerts")
        return Set((data["alerts"]?.arrayValue ?? []).map(Seen.init))
    }

    /// Waits until both list the same alerts with the same labels and annotations.
    func agree(including wanted: Set<String>, without gone: Set<String> = []) async throws {
        try await eventually("both list the same alerts", within: 60) { detail in
            let (mine, other) = (try await seen(by: agent.url), try await seen(by: prometheus.url))
            let names = Set(mine.map(\.name))
            detail =
                "agent alone \(mine.subtracting(other)), Prometheus alone "
                + "\(other.subtracting(mine)), both \(names.sorted())"
            return mine == other && wanted.isSubset(of: names) && names.isDisjoint(with: gone)
        }
    }

    /// Lets an outage last until its alerts fire, and end.
    func outliveAnOutage(of simulator: Simulator) async throws {
        try await simulator.script("http503", path: "/v1/usage")
        try await eventually("the outage is an alert", within: 900) { detail in
            let mine = try await seen(by: agent.url).filter { $0.state == "firing" }
            detail = mine.map(\.name).sorted().joined(separator: " ")
            return mine.contains {
                $0.name == "AICreditsSourceDown" && $0.labels["organization"] == "acme"
            }
        }
        try await agree(including: ["AICreditsSourceDown"])
        try await simulator.script("none", path: "/v1/usage")
        try await eventually("the outage is over") { detail in
            let series = "ai_credits_source_up{organization=\"acme\",source=\"usage\"}"
            detail = try await agent.metrics()[series] ?? ""
            return detail == "1"
        }
    }

    // MARK: Times

    /// When an alert fired, in seconds since 1970; the end is open while it fires.
    private struct Firing {
        let start: Double
        var end: Double?
    }

    /// All that fired in the last hour, by labels, from the samples of `ALERTS`.
    private func firings(at url: String) async throws -> [[String: String]: [Firing]] {
        let query = "ALERTS%7Balertstate=%22firing%22%7D%5B1h%5D"
        let data = try await PrometheusAPI.data(of: url + "/api/v1/query?query=\(query)")
        var found: [[String: String]: [Firing]] = [:]
        for series in data["result"]?.arrayValue ?? [] {
            let times = (series["values"]?.arrayValue ?? []).compactMap {
                Double($0[0]?.numberLexeme ?? "")
            }
            found[Seen.texts(series["metric"])] = Self.firings(times)
        }
        return found
    }

    private static func firings(_ times: [Double]) -> [Firing] {
        let gap = 2.5 * Double(SameAlertsSoakTests.evaluationSeconds)
        var firings: [Firing] = []
        var previous = -Double.infinity
        for time in times {
            if time - previous > gap {
                if !firings.isEmpty { firings[firings.count - 1].end = previous }
                firings.append(Firing(start: time))
            }
            previous = time
        }
        if Date().timeIntervalSince1970 - previous > gap, !firings.isEmpty {
            firings[firings.count - 1].end = previous
        }
        return firings
    }

    /// What both fired, read when both say the same of what goes on: one of them may be late.
    private func settledFirings() async throws -> (
        mine: [[String: String]: [Firing]], other: [[String: String]: [Firing]]
    ) {
        func open(_ firings: [[String: String]: [Firing]]) -> Set<[String: String]> {
            Set(firings.filter { $0.value.contains { $0.end == nil } }.keys)
        }
        var found: (mine: [[String: String]: [Firing]], other: [[String: String]: [Firing]]) =
            ([:], [:])
        try await eventually("both say the same of what goes on", within: 60) { detail in
            found = (try await firings(at: agent.url), try await firings(at: prometheus.url))
            let (mine, other) = (open(found.mine), open(found.other))
            detail = "agent \(mine.subtracting(other)), Prometheus \(other.subtracting(mine))"
            return mine == other
        }
        return found
    }

    /// Both fired the same alerts, and began and ended within an interval of evaluation; the
    /// scrape in between may take one of its own, and the last sample is one before the end.
    ///
    /// - Parameter beginning: what fired before fires since each of the programs began; of its
    ///   first evaluations Prometheus writes no `ALERTS`.
    func agreeOnTimes(since beginning: Double) async throws {
        // Until what has ended is old enough to be told from what goes on.
        try await Task.sleep(for: .seconds(3 * SameAlertsSoakTests.evaluationSeconds))
        let (mine, other) = try await settledFirings()
        #expect(Set(mine.keys) == Set(other.keys))
        #expect(mine.count > 5)
        let interval = Double(SameAlertsSoakTests.evaluationSeconds)
        for (labels, firings) in mine {
            let theirs = other[labels] ?? []
            #expect(firings.count == theirs.count, "\(labels): \(firings), \(theirs)")
            for (first, second) in zip(firings, theirs) {
                #expect(
                    first.start < beginning
                        || abs(first.start - second.start) <= interval + 1.5,
                    "\(labels) fired at \(first.start) and \(second.start)")
                #expect((first.end == nil) == (second.end == nil), "\(labels)")
                guard let end = first.end, let last = second.end else { continue }
                #expect(
                    abs(end - last) <= 2 * interval + 1.5,
                    "\(labels) ended at \(end) and \(last)")
            }
        }
    }
}
