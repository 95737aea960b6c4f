// Polls on their way into the ledger: all or nothing, replayed without effect.

import AgentConfiguration
import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Posting a poll")
struct PostingTests {
    private func start(
        organization: String = "", rest: String = "", store: MemoryStore = MemoryStore(),
        clock: VirtualClock? = nil
    ) async throws -> TestAgent {
        try await TestAgent.start(
            try TestConfiguration.read(
                TestConfiguration.yaml(
                    organization: organization, rest: rest + TestConfiguration.notifications)),
            store: store, clock: clock ?? VirtualClock(now: TestAgent.instant(TestAgent.noon)))
    }

    // MARK: Entries

    @Test("a poll becomes entries that name it, its source and its time")
    func entries() async throws {
        let agent = try await start()
        try await agent.poll([
            .init("images", "2026-11-02", "0.5"), .init("chat", "2026-11-01", "10"),
        ])
        let entries = try await agent.entries()
        #expect(entries.map(\.sequence) == [1, 2])
        #expect(entries.map(\.product) == ["chat", "images"])
        #expect(entries.map(\.day.description) == ["2026-11-01", "2026-11-02"])
        #expect(entries.map(\.credits.description) == ["10", "0.5"])
        #expect(entries.map(\.kind) == [.usage, .usage])
        #expect(entries.map(\.source) == ["usage", "usage"])
        #expect(Set(entries.map(\.poll)).count == 1)
        #expect(entries.first?.poll.count == 16)
        #expect(entries.allSatisfy { $0.recordedAt == TestAgent.instant(TestAgent.noon) })
        #expect(entries.last?.previousHash == entries.first?.hash)
        #expect(agent.used == "10.5")
        #expect(agent.acme?.state.entryCount == 2)
    }

    @Test("the same poll again posts nothing and writes nothing")
    func replay() async throws {
        let agent = try await start()
        let rows = [TestAgent.Row("chat", "2026-11-01", "10"), .init("chat", "2026-11-10", "3")]
        try await agent.poll(rows)
        let before = try await agent.entries()
        agent.advance("9999ms")
        for _ in 1...3 { try await agent.poll(rows) }
        #expect(try await agent.entries() == before)
        #expect(agent.used == "13")
        #expect(agent.source()?.pollCount == 4)
    }

    @Test("a restated day posts the difference, with its revision")
    func restated() async throws {
        let agent = try await start()
        for credits in ["10", "12.5", "7", "7", "0"] {
            try await agent.poll([.init("chat", "2026-11-03", credits)])
        }
        let entries = try await agent.entries()
        #expect(entries.map(\.credits.description) == ["10", "2.5", "-5.5", "-7"])
        #expect(entries.map(\.kind) == [.usage, .usage, .correction, .correction])
        #expect(entries.map(\.revision) == [1, 2, 3, 4])
        #expect(agent.used == "0")
    }

    @Test("a row of another month counts in that month")
    func lateRow() async throws {
        let agent = try await start()
        try await agent.poll([.init("chat", "2026-10-31", "50")], first: "2026-10-30")
        #expect(agent.used == "0")
        #expect(try await agent.entries().count == 1)
        let october = try #require(agent.acme).state.account.used(
            in: TestAgent.day("2026-10-31").month)
        #expect(october == TestAgent.credits("50"))
    }

    @Test("a day left out is taken back by the second poll that leaves it out")
    func absence() async throws {
        let agent = try await start()
        try await agent.poll([.init("chat", "2026-11-01", "10"), .init("chat", "2026-11-02", "5")])
        try await agent.poll([.init("chat", "2026-11-01", "10")])
        #expect(agent.used == "15")
        #expect(agent.source()?.unconfirmedAbsences.count == 1)
        try await agent.poll([.init("chat", "2026-11-01", "10")])
        #expect(agent.used == "10")
        #expect(agent.source()?.unconfirmedAbsences.isEmpty == true)
    }

    // MARK: Products

    @Test("a product that a source reports is added, enabled, and survives a restart")
    func addedProduct() async throws {
        let agent = try await start(organization: ", products: [{id: chat, name: Chat}]")
        try await agent.use("1", product: "new")
        let expected = ["chat", "new"]
        #expect(agent.acme?.products.map(\.id) == expected)
        #expect(agent.acme?.state.products["new"]?.isEnabled == true)
        let second = try await start(
            organization: ", products: [{id: chat, name: Chat}]",
            store: await agent.store.crash(), clock: agent.clock)
        #expect(second.acme?.products.map(\.id) == expected)
    }

    @Test("rows of a disabled product are passed over and counted; what was used stays used")
    func disabledProduct() async throws {
        let agent = try await start()
        try await agent.poll([.init("chat", "2026-11-10", "5"), .init("old", "2026-11-10", "7")])
        let disabled = TestConfiguration.yaml(
            organization: ", products: [{id: old, enabled: false}]")
        try await agent.core.reload(try TestConfiguration.read(disabled))
        for _ in 1...2 {
            try await agent.poll([
                .init("chat", "2026-11-10", "6"), .init("old", "2026-11-09", "100"),
                .init("old", "2026-11-10", "70"),
            ])
        }
        #expect(agent.used == "13")
        #expect(agent.source()?.passedOverRows == 4)
        #expect(
            agent.samples("ai_credits_source_passed_over_rows_total") == [
                #"ai_credits_source_passed_over_rows_total{organization="acme",source="usage"} 4"#
            ])
    }

    @Test("more products than are kept fail the poll whole")
    func tooManyProducts() async throws {
        let agent = try await start(organization: ", products: [{id: listed}]")
        let full = (1..<OrganizationConfiguration.maximumProducts).map {
            TestAgent.Row("p\($0)", "2026-11-10", "1")
        }
        try await agent.poll(full)
        #expect(agent.acme?.products.count == 200)
        try await agent.poll(full + [.init("one-more", "2026-11-10", "1")])
        #expect(agent.source()?.failures == [.tooManyProducts: 1])
        #expect(agent.acme?.products.count == 200)
        #expect(agent.used == "199")
        #expect(try await agent.entries().count == 199)
    }

    // MARK: Conflicts

    private static let renamed = """
          - id: renamed
            organization: acme
            request: {url: "https://usage.example/r"}
            map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}
        """

    private func onlyRenamed(_ extra: String = "") throws -> AgentConfiguration {
        try TestConfiguration.read(
            "organizations: [{id: acme, base_allocation: 1000}]\nsources:\n" + Self.renamed + extra)
    }

    @Test("a source must not count again what a removed one has posted")
    func conflict() async throws {
        let agent = try await start()
        try await agent.use("10")
        try await agent.core.reload(try onlyRenamed())
        try await agent.use("10", source: "renamed")
        #expect(agent.source("renamed")?.failures == [.sourceConflict: 1])
        #expect(agent.source("renamed")?.isUp == false)
        #expect(agent.used == "10")
        // Another day or another product is no conflict.
        try await agent.poll([.init("chat", "2026-11-09", "1")], source: "renamed")
        try await agent.use("2", product: "images", source: "renamed")
        #expect(agent.used == "13")
    }

    @Test("two configured sources may report the same product")
    func twoSources() async throws {
        let agent = try await TestAgent.start(
            try TestConfiguration.read(TestConfiguration.yaml(rest: Self.renamed)))
        try await agent.use("10")
        try await agent.use("5", source: "renamed")
        #expect(agent.used == "15")
    }

    @Test("a source that replaces the removed one goes on where it ended")
    func replaces() async throws {
        let agent = try await start()
        try await agent.use("10")
        try await agent.core.reload(try onlyRenamed("\n    replaces: [usage]"))
        try await agent.poll(
            [.init("chat", "2026-11-10", "12")], source: "renamed", replaces: ["usage"])
        #expect(agent.used == "12")
        #expect(agent.source("renamed")?.failures.isEmpty == true)
    }

    @Test("a source with a product of its own is refused when it is loaded")
    func conflictAtLoad() async throws {
        let agent = try await start()
        try await agent.use("10")
        let literal = Self.renamed.replacing("product: \"$.p\"", with: "product: {value: chat}")
        let configuration = try TestConfiguration.read(
            "organizations: [{id: acme, base_allocation: 5}]\nsources:\n" + literal)
        do {
            try await agent.core.reload(configuration)
            Issue.record("the conflict was not seen")
        } catch let conflict as ConfigurationConflict {
            #expect(
                conflict.description
                    == "source `renamed` would count product `chat` of organization `acme` again, "
                    + "which source `usage`, no longer configured, has posted; write "
                    + "`replaces: [usage]` at source `renamed` if it is the same usage, or put "
                    + "`usage` back")
        }
        // Nothing of the refused file is in force.
        #expect(agent.acme?.standing(at: agent.clock.now()).base == TestAgent.credits("1000"))
        try await agent.use("11")
        #expect(agent.used == "11")
    }

    // MARK: Failures

    @Test("a failed write keeps the last good state, is counted, and is made up for")
    func writeFailure() async throws {
        let agent = try await start()
        try await agent.use("10")
        await agent.store.fail(nextWrites: 1)
        try await agent.use("1000")
        #expect(agent.used == "10")
        #expect(agent.gate().reason == .withinBase)
        #expect(agent.source()?.isUp == false)
        #expect(agent.source()?.failures == [.internal: 1])
        #expect(agent.core.meters.current.ledgerWriteFailures == 1)
        #expect(try await agent.transitions().isEmpty)
        try await agent.use("1000")
        #expect(agent.used == "1000")
        #expect(agent.gate().reason == .limitReached)
        #expect(agent.source()?.isUp == true)
        #expect(agent.core.meters.current.ledgerWriteFailures == 1)
        #expect(
            agent.samples("ai_credits_ledger_write_failures_total") == [
                "ai_credits_ledger_write_failures_total 1"
            ])
    }

    @Test("a poll of a source that is gone changes nothing")
    func unknownSource() async throws {
        let agent = try await start()
        try await agent.use("5", source: "gone")
        #expect(try await agent.entries().isEmpty)
        #expect(agent.source("gone") == nil)
    }

    // MARK: Successes

    @Test("a success without news is written at most every minute")
    func successes() async throws {
        let agent = try await start()
        func stored() async throws -> Timestamp? {
            try await agent.store.read { try $0.sourceSuccesses()["usage"] }
        }
        try await agent.use("10")
        #expect(try await stored() == TestAgent.instant("2026-11-10T12:00:00Z"))
        agent.clock.advance(milliseconds: 59_999)
        try await agent.use("10")
        #expect(try await stored() == TestAgent.instant("2026-11-10T12:00:00Z"))
        #expect(agent.source()?.lastSuccess == TestAgent.instant("2026-11-10T12:00:59.999Z"))
        agent.clock.advance(milliseconds: 1)
        try await agent.use("10")
        #expect(try await stored() == TestAgent.instant("2026-11-10T12:01:00Z"))
        // News are written with their success at once.
        agent.clock.advance(milliseconds: 1)
        try await agent.use("11")
        #expect(try await stored() == TestAgent.instant("2026-11-10T12:01:00.001Z"))
        // A clock that went back must not leave a success ahead of it.
        agent.clock.stepWall(milliseconds: -60_000)
        try await agent.use("11")
        #expect(try await stored() == TestAgent.instant("2026-11-10T12:00:00.001Z"))
    }

    // MARK: Blocks

    @Test("the poll that reaches the limit writes block and event in its own transaction")
    func block() async throws {
        let agent = try await start()
        try await agent.use("999.999999")
        #expect(try await agent.transitions().isEmpty)
        let commits = await agent.store.commitCount
        try await agent.use("1000")
        // No rule is configured: the poll's transaction is the only one.
        #expect(await agent.store.commitCount == commits + 1)
        let transitions = try await agent.transitions()
        #expect(
            transitions == [
                LimitTransition(
                    organization: "acme", kind: .blocked, at: TestAgent.instant(TestAgent.noon),
                    cause: "entry 2", used: TestAgent.credits("1000"),
                    limit: TestAgent.credits("1000"))
            ])
        let row = try #require(try await agent.outbox().first)
        #expect(try await agent.outbox().count == 1)
        #expect(row.receiver == "oncall")
        #expect(row.integration == "event_webhook")
        #expect(row.group == "event:acme")
        #expect(
            String(decoding: row.body, as: UTF8.self)
                == #"{"type":"limit.blocked","timestamp":"2026-11-10T12:00:00Z","data":{"organization":"acme","name":"Acme Inc.","cause":"entry 2","used":1000,"limit":1000,"overage":0,"remaining":0,"resets_at":"2026-12-01T00:00:00Z"}}"#
        )
    }

    @Test("a failed transaction announces nothing")
    func failedBlock() async throws {
        let agent = try await start()
        await agent.store.fail(nextWrites: 1)
        try await agent.use("1000")
        #expect(try await agent.outbox().isEmpty)
        #expect(agent.acme?.state.blockCount == 0)
    }

    @Test("a correction ends the block at once; each change is announced once")
    func resume() async throws {
        let agent = try await start()
        for credits in ["1000", "1001", "999", "999", "1000"] { try await agent.use(credits) }
        let transitions = try await agent.transitions()
        #expect(transitions.map(\.kind) == [.blocked, .resumed, .blocked])
        #expect(transitions.map(\.cause) == ["entry 1", "entry 3", "entry 4"])
        #expect(
            try await agent.outbox().map(announcement) == [
                "limit.blocked", "limit.resumed", "limit.blocked",
            ])
        #expect(agent.samples("ai_credits_limit_blocks_total").first?.hasSuffix(" 2") == true)
        #expect(agent.samples("ai_credits_limit_resumes_total").first?.hasSuffix(" 1") == true)
    }

    @Test("a restart counts and announces nothing again")
    func restart() async throws {
        let agent = try await start()
        try await agent.use("1000")
        let second = try await start(store: await agent.store.crash(), clock: agent.clock)
        #expect(second.gate().reason == .limitReached)
        try await second.use("1000")
        _ = try await second.core.tick()
        #expect(try await second.transitions().count == 1)
        #expect(try await second.outbox().count == 1)
        #expect(second.acme?.state.blockCount == 1)
        #expect(second.used == "1000")
    }

    @Test("an altered ledger is not started on")
    func damaged() async throws {
        let agent = try await start()
        try await agent.poll([.init("chat", "2026-11-01", "10"), .init("chat", "2026-11-02", "5")])
        await agent.store.tamper(with: "acme") { $0.removeFirst() }
        let store = await agent.store.crash()
        await #expect(throws: AgentError.self) {
            _ = try await start(store: store, clock: agent.clock)
        }
    }
}
