// Balances that people change: everything that reads them follows at once.

import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Adjustments")
struct AdjustmentTests {
    private func start(_ store: MemoryStore = MemoryStore()) async throws -> TestAgent {
        try await TestAgent.start(
            try TestConfiguration.read(
                TestConfiguration.yaml(
                    organization: ", products: [{id: chat}]",
                    rest: TestConfiguration.notifications)),
            store: store)
    }

    private func wish(
        _ credits: String, product: String = "chat", day: String? = nil,
        organization: String = "acme", reason: String = "goodwill", key: String? = nil
    ) -> Adjustment {
        Adjustment(
            organization: organization, product: product, day: day.map(TestAgent.day),
            credits: TestAgent.credits(credits), actor: "user:root", reason: reason,
            key: key)
    }

    @Test("a wish that is repeated with its key is met once, also when its answer was lost")
    func repeated() async throws {
        let agent = try await start()
        try await agent.use("1200")
        await agent.store.loseAnswers(nextWrites: 1)
        await #expect(throws: AdjustmentError.self) {
            try await agent.core.adjust(wish("-300", key: "k"))
        }
        let entry = try await agent.core.adjust(wish("-300", key: "k"))
        #expect(entry.sequence == 2 && agent.used == "900" && agent.gate().isAllowed)
        #expect(try await agent.transitions().map(\.kind) == [.blocked, .resumed])
        agent.advance("1d")
        #expect(try await agent.core.adjust(wish("-300", key: "k")) == entry)
        for other in [
            wish("-301", key: "k"), wish("-300", reason: "r", key: "k"),
            wish("-300", day: "2026-11-11", key: "k"),
        ] {
            do throws(AdjustmentError) {
                _ = try await agent.core.adjust(other)
                Issue.record("it was taken")
            } catch {
                #expect(error.description.contains("used for another adjustment, entry 2"))
            }
        }
        #expect(try await agent.entries().count == 2)
        #expect(try await agent.audits().count { $0.action == "ledger.adjusted" } == 1)
        #expect(try await agent.core.adjust(wish("-1", key: "k2")).sequence == 3)
        #expect(agent.used == "899")
    }

    @Test("a downward adjustment ends the block at once, with entry, audit, cause and event")
    func endsBlock() async throws {
        let agent = try await start()
        try await agent.use("1200")
        #expect(agent.gate().reason == .limitReached)
        let entry = try await agent.core.adjust(wish("-300"))
        #expect(agent.gate().reason == .withinBase)
        #expect(agent.used == "900")
        #expect(entry.sequence == 2)
        #expect(entry.kind == .adjustment)
        #expect(try await agent.entries().last == entry)
        #expect(
            agent.samples("ai_credits_used_credits") == [
                "ai_credits_used_credits{organization=\"acme\"} 900"
            ])
        let transition = try #require(try await agent.transitions().last)
        #expect(transition.kind == .resumed)
        #expect(transition.cause == "entry 2")
        let audit = try #require(try await agent.audits().first)
        #expect(
            audit
                == AuditRecord(
                    at: TestAgent.instant(TestAgent.noon), organization: "acme",
                    actor: "user:root", action: "ledger.adjusted",
                    before: "used 1200 in 2026-11",
                    after: "used 900 in 2026-11, entry 2: adjustment of -300 for chat on "
                        + "2026-11-10", reason: "goodwill"))
        #expect(
            try await agent.outbox().map(announcement) == ["limit.blocked", "limit.resumed"])
    }

    @Test("an upward adjustment blocks at once; polls go on beside it")
    func blocks() async throws {
        let agent = try await start()
        try await agent.use("400")
        _ = try await agent.core.adjust(wish("600"))
        #expect(agent.gate().reason == .limitReached)
        try await agent.use("400")
        #expect(try await agent.entries().count == 2)
        try await agent.use("300")
        #expect(agent.used == "900")
        #expect(agent.gate().reason == .withinBase)
    }

    @Test("after a restart the ledger is whole and the balance is the same")
    func restart() async throws {
        let store = MemoryStore()
        let agent = try await start(store)
        try await agent.use("400")
        _ = try await agent.core.adjust(wish("-100"))
        let again = try await start(await store.crash())
        #expect(again.used == "300")
        #expect(again.acme?.state.handmadeCount == 1)
        try await again.use("450")
        #expect(again.used == "350")
    }

    @Test("a past month's adjustment leaves this month alone")
    func pastMonth() async throws {
        let agent = try await start()
        try await agent.use("400")
        let entry = try await agent.core.adjust(wish("900", day: "2026-10-31"))
        #expect(entry.day.description == "2026-10-31")
        #expect(agent.used == "400")
    }

    @Test("an adjustment alone does not make usage known")
    func unknownStaysUnknown() async throws {
        let agent = try await start()
        _ = try await agent.core.adjust(wish("2000"))
        #expect(agent.acme?.hasKnownUsage == false)
        #expect(agent.samples("ai_credits_used_credits").isEmpty)
        #expect(agent.gate().reason == .usageStale)
        try await agent.use("1")
        #expect(agent.used == "2001")
        #expect(agent.gate().reason == .limitReached)
    }

    @Test(
        "what cannot be is refused in words, and nothing is written",
        arguments: [
            ("0", "chat", nil, "acme", "r", "changes nothing"),
            ("1", "chatt", nil, "acme", "r", "has no product `chatt`, there are: chat"),
            ("1", "chat", nil, "zeta", "r", "no organization `zeta`"),
            ("1", "chat", "2026-11-11", "acme", "r", "has not begun; today is 2026-11-10"),
            ("1", "chat", nil, "acme", " \n", "needs a reason"),
            ("9223372036854.775807", "chat", nil, "acme", "r", "would not fit"),
        ] as [(String, String, String?, String, String, String)])
    func refused(
        _ credits: String, _ product: String, _ day: String?, _ organization: String,
        _ reason: String, _ words: String
    ) async throws {
        let agent = try await start()
        try await agent.use("1")
        do throws(AdjustmentError) {
            _ = try await agent.core.adjust(
                wish(
                    credits, product: product, day: day, organization: organization,
                    reason: reason))
            Issue.record("it was taken")
        } catch {
            #expect(error.description.contains(words), "\(error)")
        }
        #expect(try await agent.entries().count == 1)
    }

    @Test("a failed write changes nothing; one whose answer was lost is found by the next")
    func failures() async throws {
        let agent = try await start()
        try await agent.use("400")
        await agent.store.fail(nextWrites: 1)
        await #expect(throws: AdjustmentError.self) { try await agent.core.adjust(wish("-1")) }
        #expect(agent.used == "400")
        await agent.store.loseAnswers(nextWrites: 1)
        await #expect(throws: AdjustmentError.self) { try await agent.core.adjust(wish("-1")) }
        _ = try await agent.core.adjust(wish("-10"))
        #expect(agent.used == "389")
        #expect(try await agent.entries().count == 3)
    }
}
