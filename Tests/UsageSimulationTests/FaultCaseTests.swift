// Every scripted case, polled by a real agent over real HTTP.

import Credits
import Testing
import UsageSimulation

@Suite("Scripted cases", .timeLimit(.minutes(3)))
struct FaultCaseTests {
    /// Noon of 23 November 2026, UTC.
    static let noon: Int64 = 1_795_435_200_000
    /// The same in seconds.
    static let noonSeconds = 1_795_435_200.0

    @Test("each case has a name of its own, and reasons are those of the closed list")
    func table() {
        #expect(Set(FaultCase.all.map(\.name)).count == FaultCase.all.count)
        for scripted in FaultCase.all {
            for poll in scripted.polls {
                guard case .fails(let reason, let naming) = poll.outcome else { continue }
                #expect(PollFailureReason(rawValue: reason) != nil, "\(scripted)")
                #expect(!naming.isEmpty, "\(scripted)")
            }
        }
    }

    // One after the other: the cases compete with other tests for the machine as it is.
    @Test(
        "a poll fails whole and says why and where, or is right", .serialized,
        arguments: FaultCase.all)
    func polls(_ scripted: FaultCase) async throws {
        let clock = HurriedClock(milliseconds: Self.noon, countsRealTime: scripted.hangs)
        try await RunningSimulator.with(clock: clock) { simulation, url in
            let lines =
                "    poll_deadline: \(scripted.deadline)\n"
                + scripted.kind.configuration(
                    url: "\(url)/cases/\(scripted.name)")
            let agent = try await PolledAgent(sources: [("s1", lines)], clock: clock)
            var failures: [String: Int] = [:]
            for (index, poll) in scripted.polls.enumerated() {
                clock.advance(minutes: index == 0 ? 0 : poll.minutes)
                #expect(await simulation.choose(poll: index + 1, of: scripted.name))
                let before = agent.used
                try await agent.poll("s1")
                let told = agent.log.holding("source s1: poll failed")
                switch poll.outcome {
                case .right(let used):
                    #expect(agent.used == used, "poll \(index + 1): \(told)")
                case .fails(let reason, let naming):
                    failures[reason, default: 0] += 1
                    #expect(agent.used == before, "poll \(index + 1)")
                    let line = try #require(told.last, "poll \(index + 1) did not fail")
                    for words in naming { #expect(line.contains(words), "\(line)") }
                }
            }
            Self.check(agent, failures)
        }
    }

    /// The failures are counted under their reasons and no others.
    private static func check(_ agent: PolledAgent, _ failures: [String: Int]) {
        let samples = agent.samples("ai_credits_source_poll_failures_total", holding: "\"s1\"")
        for sample in samples where !sample.hasSuffix(" 0") {
            let isRight = failures.contains { reason, count in
                sample.contains("reason=\"\(reason)\"") && sample.hasSuffix(" \(count)")
            }
            #expect(isRight, "\(sample), expected \(failures)")
        }
        #expect(samples.count { !$0.hasSuffix(" 0") } == failures.count, "\(samples)")
    }

    @Test("sources that hang do not delay the others")
    func delays() async throws {
        let clock = HurriedClock(milliseconds: Self.noon)
        try await RunningSimulator.with(clock: clock) { _, url in
            let hanging = ["hang", "slow", "hang-after-headers"]
            let names = hanging + ["endless", "gzip-bomb"]
            // All lie on one host: each may have its request under way at once.
            func lines(_ name: String) -> String {
                "    poll_deadline: 170s\n"
                    + FaultCaseKind.usage.configuration(url: "\(url)/cases/\(name)")
                    .replacing("limits: {", with: "limits: {concurrency: 8, ")
            }
            let agent = try await PolledAgent(
                sources: names.map { ($0, lines($0)) } + [("good", lines("amount-number"))],
                clock: clock)
            await withTaskGroup(of: Void.self) { group in
                for name in names { group.addTask { try? await agent.poll(name) } }
                for _ in 0..<10 { try? await agent.poll("good") }
                group.cancelAll()
            }
            // Each good poll ended while the others still hung: those were abandoned, not failed.
            #expect(agent.used == "12.5")
            #expect(
                agent.samples("ai_credits_source_polls_total", holding: "\"good\"").first?
                    .hasSuffix(" 10") == true)
            for name in hanging {
                #expect(agent.log.holding("source \(name): poll failed").isEmpty)
            }
        }
    }
}
