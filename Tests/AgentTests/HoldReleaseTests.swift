// When settled holds cease to count: not before their use is durable in the ledger, and not never.

import AgentConfiguration
import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Settled holds and reports")
struct HoldReleaseTests {
    /// One organization of base 1000, its source's report lag 15 minutes.
    private static func start(
        _ yaml: String = TestConfiguration.yaml(), at instant: String = TestAgent.noon,
        store: MemoryStore = MemoryStore(), transport: ScriptedTransport? = nil
    ) async throws -> TestAgent {
        try await TestAgent.start(
            TestConfiguration.read(yaml), store: store,
            clock: VirtualClock(now: TestAgent.instant(instant)),
            transport: transport ?? ScriptedTransport(responses: []))
    }

    private static func count(_ agent: TestAgent, _ state: HoldState) async throws -> Int {
        try await agent.store.read { try $0.holds(in: state, after: nil, limit: 100_000).count }
    }

    @Test("a settled hold counts until a poll that begins more than the report lag later")
    func reports() async throws {
        let agent = try await Self.start()
        try await agent.use("0")
        let hold = try await agent.spend("300", settling: "250")
        let nothing = try await agent.spend("1", settling: "0")
        agent.advance("15m")
        try await agent.use("250")
        // It began exactly the lag later: not more.
        #expect(agent.heldCredits == ["0", "250"])
        agent.clock.advance(milliseconds: 1)
        // A poll of another product says nothing about this one.
        try await agent.poll([TestAgent.Row("images", "2026-11-10", "0")], source: "other")
        #expect(agent.heldCredits == ["0", "250"])
        try await agent.use("250")
        #expect(agent.heldCredits == ["0", "0"])
        #expect(agent.used == "250")
        for id in [hold.id, nothing.id] {
            #expect(try await agent.core.storedHold(id)?.state == .reported)
        }
        // For its maker it stays settled.
        guard case .endedBefore(let ended) = await agent.core.hold(.void(id: hold.id)) else {
            Issue.record("a reported hold ended again")
            return
        }
        #expect(ended.state.word == "settled")
    }

    @Test("nothing is released by a poll whose posting is not known to be durable")
    func lostPosting() async throws {
        let agent = try await Self.start()
        try await agent.use("0")
        let hold = try await agent.spend("300")
        agent.advance("16m")
        await agent.store.fail(nextWrites: 1)
        try await agent.use("300")
        #expect(agent.heldCredits == ["0", "300"])
        await agent.store.loseAnswers(nextWrites: 1)
        try await agent.use("300")
        #expect(agent.heldCredits == ["0", "300"])
        #expect(try await agent.core.storedHold(hold.id)?.state == .settled)
        _ = try await agent.core.tick()
        #expect(agent.heldCredits == ["0", "300"])
        try await agent.use("300")
        #expect(agent.heldCredits == ["0", "0"])
        #expect(try await agent.core.storedHold(hold.id)?.state == .reported)
    }

    // MARK: Many

    /// A store with so many settled holds of a hundredth.
    private static func filled(_ count: Int) async throws -> MemoryStore {
        let store = MemoryStore()
        let noon = TestAgent.instant(TestAgent.noon)
        try await store.write { rows in
            for number in 0..<count {
                let hold = Hold(
                    id: "\(number)",
                    request: HoldRequest(
                        organization: "acme", product: "chat",
                        credits: TestAgent.credits("0.01"), timeToLive: 60_000, key: nil,
                        actor: "gateway"),
                    createdAt: noon.adding(milliseconds: -3_600_000))
                let end = noon.adding(milliseconds: Int64(number % 977) - 3_000_000)
                try rows.putHold(hold.ended(.settled(TestAgent.credits("0.01")), at: end))
            }
        }
        return store
    }

    @Test("many settled holds are marked in parts after the posting, and count no more at once")
    func parts() async throws {
        let agent = try await Self.start(store: Self.filled(17_000))
        #expect(agent.heldCredits == ["0", "170"])
        let commits = await agent.store.commitCount
        try await agent.use("170")
        #expect(agent.heldCredits == ["0", "0"])
        #expect(agent.samples("ai_credits_hold_releases_waiting").last?.hasSuffix(" 1") == true)
        let left = try await Self.count(agent, .settled)
        #expect(left == 9000, "four parts of 2,000")
        #expect(await agent.store.commitCount == commits + 5)
        // The wish, and in the tick: the removal of old ones, and the marks.
        await agent.store.fail(nextWrites: 3)
        guard case .unavailable = await agent.wish("1") else {
            Issue.record("granted without being durable")
            return
        }
        let wait = try await agent.core.tick()
        #expect(wait > 1, "what fails is not tried again at once")
        #expect(agent.heldCredits == ["0", "0"])
        #expect(try await Self.count(agent, .settled) == left)
        #expect(try await agent.core.tick() == 1, "the rest follows at once")
        #expect(try await Self.count(agent, .settled) == 1000)
        #expect(try await agent.core.tick() > 1)
        #expect(try await Self.count(agent, .settled) == 0)
        #expect(agent.samples("ai_credits_hold_releases_waiting").last?.hasSuffix(" 0") == true)
    }

    @Test("what a crash leaves unmarked counts again, until the next poll")
    func crash() async throws {
        let agent = try await Self.start(store: Self.filled(9000))
        try await agent.use("90")
        #expect(agent.heldCredits == ["0", "0"])
        let next = try await Self.start(store: agent.store.crash())
        #expect(next.heldCredits == ["0", "10"])
        #expect(next.used == "90")
        try await next.use("90")
        #expect(next.heldCredits == ["0", "0"])
        #expect(try await Self.count(next, .settled) == 0)
    }

    // MARK: Which polls

    /// A source that states finished days alone.
    private static let finishedDays = """
        organizations:
          - {id: acme, name: Acme Inc., base_allocation: 110}
        sources:
          - id: activity
            organization: acme
            absent: keep
            window: {lookback: 7d, clamp_end: start_of_today}
            request: {url: "https://usage.example/activity"}
            map: {rows: "$.u[*]", day: $.d, product: $.p, credits: $.c, outside_window: ignore}
        """

    private static func poll(_ agent: TestAgent, _ id: String) async throws {
        let loops = agent.resolved.pollLoops(core: agent.core)
        let loop = try #require(loops.first { $0.sourceIdentifier == id })
        try await loop.pollOnce()
    }

    @Test("a poll that does not ask for today releases nothing of today")
    func finishedDays() async throws {
        let vendor = SourceRulesTests.Vendor()
        vendor.answer("activity", #"{"u": [{"d": "2026-11-09", "p": "chat", "c": 10}]}"#)
        let agent = try await Self.start(
            Self.finishedDays, at: "2026-11-10T12:00:00Z", transport: vendor.transport)
        try await Self.poll(agent, "activity")
        #expect(agent.used == "10")
        try await agent.spend("80")
        agent.advance("16m")
        try await Self.poll(agent, "activity")
        #expect(agent.heldCredits == ["0", "80"])
        await #expect(throws: TestAgent.NoHold.self) { try await agent.spend("80") }
        // The next day it is asked for; the poll has to begin the lag later as well.
        agent.advance("11h39m")
        try await agent.spend("20")
        vendor.answer("activity", #"{"u": [{"d": "2026-11-10", "p": "chat", "c": 80}]}"#)
        agent.advance("6m")
        try await Self.poll(agent, "activity")
        #expect(agent.heldCredits == ["0", "20"])
        #expect(agent.used == "90")
        agent.advance("10m")
        vendor.answer("activity", #"{"u": [{"d": "2026-11-10", "p": "chat", "c": 100}]}"#)
        try await Self.poll(agent, "activity")
        #expect(agent.heldCredits == ["0", "0"])
        #expect(agent.used == "110")
    }

    @Test("a live total beside finished days releases what was settled today")
    func live() async throws {
        let vendor = SourceRulesTests.Vendor()
        vendor.answer("live", #"{"u": {"c": 40}}"#)
        vendor.answer("activity", #"{"u": []}"#)
        let agent = try await Self.start(SourceRulesTests.ranked, transport: vendor.transport)
        try await Self.poll(agent, "live")
        try await agent.spend("80")
        agent.advance("16m")
        try await Self.poll(agent, "activity")
        #expect(agent.heldCredits == ["0", "80"])
        vendor.answer("live", #"{"u": {"c": 120}}"#)
        try await Self.poll(agent, "live")
        #expect(agent.heldCredits == ["0", "0"])
        #expect(agent.used == "120")
    }

    @Test("a poll whose readings of a day do not count releases nothing of that day")
    func superseded() async throws {
        let agent = try await Self.start(
            """
            organizations: [{id: acme, name: Acme Inc., base_allocation: 1000}]
            sources:
              - id: live
                organization: acme
                authority: 10
                request: {url: "https://usage.example/live"}
                map: {rows: "$.u[*]", day: $.d, product: $.p, credits: $.c}
              - id: bill
                organization: acme
                authority: 20
                request: {url: "https://usage.example/bill"}
                map: {rows: "$.u[*]", day: $.d, product: $.p, credits: $.c}
            """)
        try await agent.use("40", source: "live")
        try await agent.spend("80")
        agent.advance("16m")
        try await agent.use("120", source: "bill")
        #expect(agent.used == "40")
        #expect(agent.heldCredits == ["0", "80"])
        try await agent.use("120", source: "live")
        #expect(agent.used == "120")
        #expect(agent.heldCredits == ["0", "0"])
    }

    // MARK: Without reports

    @Test("where no source can report a product, a settled hold counts until the reset")
    func unreportable() async throws {
        let agent = try await Self.start("organizations: [{id: acme, base_allocation: 1000}]\n")
        try await agent.spend("1000")
        agent.advance("20d")
        _ = try await agent.core.tick()
        _ = try await agent.core.tick()
        #expect(!agent.gate().isAllowed)
        agent.advance("1d")
        _ = try await agent.core.tick()
        _ = try await agent.core.tick()
        #expect(agent.gate().isAllowed)
        #expect(agent.heldCredits == ["0", "0"])
    }

    @Test(
        "what a silent source never reports counts until it cannot be of this month any more",
        arguments: [
            ("", "2026-11-10T12:00:00Z", "2026-12-01T00:00:00Z"),
            ("", "2026-11-30T23:00:00Z", "2026-12-02T23:15:00.001Z"),
            ("counter", "2026-11-30T23:00:00Z", "2027-01-01T00:00:00Z"),
        ])
    func silence(_ style: String, _ spent: String, _ end: String) async throws {
        let source =
            style.isEmpty
            ? #"map: {rows: "$.u[*]", day: $.d, product: $.p, credits: $.c}"#
            : "style: counter\n    counter: {epoch: day, first: consume}\n"
                + "    map: {rows: $.u, product: {value: chat}, credits: $.c}"
        let agent = try await Self.start(
            """
            organizations: [{id: acme, name: Acme Inc., base_allocation: 1000}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://usage.example/u"}
                \(source)
            """, at: spent)
        try await agent.spend("1000")
        let wait =
            TestAgent.instant(end).milliseconds - TestAgent.instant(spent).milliseconds
        agent.clock.advance(milliseconds: wait - 1)
        _ = try await agent.core.tick()
        #expect(agent.heldCredits == ["0", "1000"])
        agent.clock.advance(milliseconds: 1)
        _ = try await agent.core.tick()
        #expect(agent.heldCredits == ["0", "0"])
        #expect(try await Self.count(agent, .reported) == 1)
    }
}
