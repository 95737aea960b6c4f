// Holds on a whole agent: never over the limit, never blocked for nothing, nothing counted twice.

import AgentConfiguration
import Credits
import Ledger
import Ports
import SimulatedPorts
import Synchronization
import Testing

@testable import Agent

@Suite("Holds")
struct HoldTests {
    /// One organization of base 1000, its source's report lag 15 minutes.
    private static func start(
        organization: String = "", used: String? = "0", store: MemoryStore = MemoryStore(),
        clock: VirtualClock = VirtualClock(now: TestAgent.instant(TestAgent.noon))
    ) async throws -> TestAgent {
        let agent = try await TestAgent.start(
            TestConfiguration.read(TestConfiguration.yaml(organization: organization)),
            store: store, clock: clock)
        if let used { try await agent.use(used) }
        return agent
    }

    private static func request(
        _ credits: String, product: String = "chat", ttl: Int64 = 60_000, key: String? = nil,
        organization: String = "acme"
    ) -> HoldRequest {
        HoldRequest(
            organization: organization, product: product, credits: TestAgent.credits(credits),
            timeToLive: ttl, key: key, actor: "gateway")
    }

    private static func make(
        _ agent: TestAgent, _ credits: String, product: String = "chat", ttl: Int64 = 60_000,
        key: String? = nil
    ) async -> HoldAnswer {
        await agent.core.hold(.make(request(credits, product: product, ttl: ttl, key: key)))
    }

    /// The hold that an answer granted.
    private static func granted(_ answer: HoldAnswer) throws -> Hold {
        guard case .made(let hold) = answer else { throw Unexpected(answer: answer) }
        return hold
    }

    private struct Unexpected: Error {
        let answer: HoldAnswer
    }

    private static func isRefused(_ answer: HoldAnswer, _ reason: GateReason = .limitReached)
        -> Bool
    {
        if case .refused(let decision) = answer { return decision.reason == reason }
        return false
    }

    private static func held(_ agent: TestAgent) -> [String] {
        let total = (agent.snapshot.holds["acme"] ?? HeldCredits()).total
        return [total.held.description, total.unreported.description]
    }

    // MARK: Fitting

    @Test("used, held and unreported credits together never pass the limit")
    func fitting() async throws {
        let agent = try await Self.start(used: "400")
        let first = try Self.granted(await Self.make(agent, "500"))
        #expect(first.expiresAt == TestAgent.instant("2026-11-10T12:01:00Z"))
        #expect(Self.isRefused(await Self.make(agent, "100.000001")))
        _ = try Self.granted(await Self.make(agent, "100"))
        // The gate blocks, while the limit itself does not.
        #expect(agent.gate().reason == .limitReached && !agent.gate().isAllowed)
        #expect(agent.acme?.standing(at: agent.clock.now()).reachesLimit == false)
        #expect(agent.gate().standing?.remaining.description == "600")
        #expect(
            agent.samples("ai_credits_limit_blocked") == [
                #"ai_credits_limit_blocked{organization="acme"} 0"#
            ])
        // Settled below what was held: the difference is free again.
        #expect(
            await agent.core.hold(.settle(id: first.id, credits: TestAgent.credits("450")))
                == .ended(first.ended(.settled(TestAgent.credits("450")), at: agent.clock.now())))
        #expect(Self.held(agent) == ["100", "450"])
        #expect(agent.gate().isAllowed)
        #expect(Self.isRefused(await Self.make(agent, "50.000001")))
        _ = try Self.granted(await Self.make(agent, "50"))
    }

    @Test("settling above the hold is accepted and may pass the limit")
    func settlingAbove() async throws {
        let agent = try await Self.start()
        let hold = try Self.granted(await Self.make(agent, "1000"))
        _ = await agent.core.hold(.settle(id: hold.id, credits: TestAgent.credits("1200.5")))
        #expect(Self.held(agent) == ["0", "1200.5"])
        #expect(Self.isRefused(await Self.make(agent, "0.000001")))
        #expect(agent.gate().reason == .limitReached)
    }

    @Test(
        "the reasons of a refusal are the gate's, in its order",
        arguments: [
            ("x", "chat", "", GateReason.unknownOrganization),
            ("acme", "old", "", .productDisabled), ("acme", "chat", "", .limitReached),
        ])
    func reasons(
        _ organization: String, _ product: String, _ more: String, _ reason: GateReason
    ) async throws {
        let agent = try await Self.start(
            organization: ", products: [{id: old, enabled: false}]", used: "1000")
        let answer = await agent.core.hold(
            .make(Self.request("1", product: product, organization: organization)))
        #expect(Self.isRefused(answer, reason))
    }

    @Test("while usage is unknown, holds follow `when_stale`, and never pass the limit alone")
    func stale() async throws {
        let blocking = try await Self.start(organization: ", when_stale: block", used: nil)
        #expect(Self.isRefused(await Self.make(blocking, "1"), .usageStale))
        let allowing = try await Self.start(used: nil)
        _ = try Self.granted(await Self.make(allowing, "1000"))
        #expect(Self.isRefused(await Self.make(allowing, "1")))
        #expect(allowing.gate().reason == .limitReached)
    }

    @Test("a product's cap counts its own use and holds, inside the limit")
    func cap() async throws {
        let agent = try await Self.start(
            organization: ", products: [{id: chat, cap: 100}, {id: images}]", used: "60")
        _ = try Self.granted(await Self.make(agent, "30"))
        #expect(Self.isRefused(await Self.make(agent, "10.5")))
        #expect(agent.gate("chat").isAllowed)
        _ = try Self.granted(await Self.make(agent, "10"))
        #expect(
            agent.gate("chat").cap
                == ProductCap(used: TestAgent.credits("60"), cap: TestAgent.credits("100")))
        #expect(agent.gate("chat").reason == .limitReached)
        #expect(agent.gate("images").isAllowed && agent.gate().isAllowed)
        _ = try Self.granted(await Self.make(agent, "800", product: "images"))
        #expect(
            try await agent.audits().contains {
                $0.action == "product_cap.changed" && $0.after == "chat: 100"
            })
        #expect(
            agent.samples("ai_credits_product_cap_credits") == [
                #"ai_credits_product_cap_credits{organization="acme",product="chat"} 100"#
            ])
    }

    @Test("a cap that the file changes is in force at once and audited; removed, it is handed over")
    func capChange() async throws {
        let agent = try await Self.start(
            organization: ", products: [{id: chat, cap: 10}]", used: "10")
        #expect(!agent.gate("chat").isAllowed)
        agent.advance("1m")
        try await agent.core.reload(
            TestConfiguration.read(
                TestConfiguration.yaml(organization: ", products: [{id: chat, cap: 11}]")))
        #expect(agent.gate("chat").isAllowed)
        agent.advance("1m")
        try await agent.core.reload(TestConfiguration.read(TestConfiguration.yaml()))
        let caps = agent.acme?.state.terms.terms(at: agent.clock.now()).caps
        #expect(caps == ["chat": TestAgent.credits("11")])
        try await agent.core.setCap(
            CapChange(
                organization: "acme", product: "chat", cap: nil, until: nil, actor: "user:root",
                reason: "handed over"))
        let changes = try await agent.audits().filter { $0.action == "product_cap.changed" }
        #expect(changes.map(\.before) == ["chat: 11", "chat: 10", ""])
        #expect(changes.map(\.after) == ["chat: none", "chat: 11", "chat: 10"])
        #expect(changes.map(\.actor) == ["user:root", "file", "file"])
    }

    // MARK: Ends

    @Test("a hold ends once: settled, voided or expired")
    func ends() async throws {
        let agent = try await Self.start()
        let now = agent.clock.now()
        let settled = try Self.granted(await Self.make(agent, "1"))
        _ = await agent.core.hold(.settle(id: settled.id, credits: .zero))
        let voided = try Self.granted(await Self.make(agent, "1"))
        #expect(
            await agent.core.hold(.void(id: voided.id)) == .ended(voided.ended(.voided, at: now)))
        let expired = try Self.granted(await Self.make(agent, "1", ttl: 1000))
        agent.advance("1s")
        let over = expired.ended(.expired, at: agent.clock.now())
        #expect(
            await agent.core.hold(.settle(id: expired.id, credits: .zero)) == .endedBefore(over))
        for id in [settled.id, voided.id, expired.id] {
            for command in [HoldCommand.settle(id: id, credits: .zero), .void(id: id)] {
                guard case .endedBefore(let hold) = await agent.core.hold(command) else {
                    Issue.record("\(id) ended twice")
                    continue
                }
                #expect(hold.id == id)
            }
        }
        #expect(await agent.core.hold(.void(id: "nobody")) == .unknown)
        #expect(Self.held(agent) == ["0", "0"])
        #expect(
            agent.samples("ai_credits_holds_total").sorted() == [
                #"ai_credits_holds_total{organization="acme",outcome="expired"} 1"#,
                #"ai_credits_holds_total{organization="acme",outcome="held"} 3"#,
                #"ai_credits_holds_total{organization="acme",outcome="settled"} 1"#,
                #"ai_credits_holds_total{organization="acme",outcome="voided"} 1"#,
            ])
    }

    @Test("a hold that nobody ends frees its credits by itself when its time is over")
    func expiry() async throws {
        let agent = try await Self.start()
        _ = try Self.granted(await Self.make(agent, "1000", ttl: 5000))
        #expect(!agent.gate().isAllowed)
        // The gate knows the end by its clock; the next tick is hardly later.
        while Self.held(agent) != ["0", "0"],
            agent.clock.now() < TestAgent.instant("2026-11-10T12:01:00Z")
        {
            let wait = try await agent.core.tick()
            if Self.held(agent) != ["0", "0"] { agent.clock.advance(milliseconds: wait) }
        }
        #expect(agent.gate().isAllowed)
        let end = TestAgent.instant("2026-11-10T12:00:05Z")
        let late = agent.clock.now().milliseconds - end.milliseconds
        #expect((0...20).contains(late), "\(late)")
        #expect(Self.held(agent) == ["0", "0"])
        _ = try Self.granted(await Self.make(agent, "1000"))
    }

    // MARK: Keys, faults, restarts

    @Test("the same wish under the same key is one hold; another wish is a conflict")
    func keys() async throws {
        let agent = try await Self.start()
        let hold = try Self.granted(await Self.make(agent, "600", key: "order-1"))
        #expect(await Self.make(agent, "600", key: "order-1") == .repeated(hold))
        #expect(await Self.make(agent, "601", key: "order-1") == .keyTaken(hold))
        #expect(await Self.make(agent, "600", product: "x", key: "order-1") == .keyTaken(hold))
        #expect(await Self.make(agent, "600", ttl: 1, key: "order-1") == .keyTaken(hold))
        #expect(Self.held(agent) == ["600", "0"])
        // A refused wish takes no key.
        #expect(Self.isRefused(await Self.make(agent, "600", key: "order-2")))
        _ = await agent.core.hold(.void(id: hold.id))
        let second = try Self.granted(await Self.make(agent, "600", key: "order-2"))
        guard case .repeated(let former) = await Self.make(agent, "600", key: "order-1") else {
            Issue.record("a key was forgotten")
            return
        }
        #expect(former.state == .voided && second.id != former.id)
    }

    @Test("what cannot be written is not granted, and what was written unanswered is found again")
    func faults() async throws {
        let agent = try await Self.start()
        await agent.store.fail(nextWrites: 1)
        guard case .unavailable = await Self.make(agent, "700", key: "k") else {
            Issue.record("granted without being durable")
            return
        }
        #expect(Self.held(agent) == ["0", "0"])
        await agent.store.loseAnswers(nextWrites: 1)
        guard case .unavailable = await Self.make(agent, "700", key: "k") else {
            Issue.record("granted without an answer of the store")
            return
        }
        guard case .repeated = await Self.make(agent, "700", key: "k") else {
            Issue.record("held twice")
            return
        }
        #expect(Self.held(agent) == ["700", "0"])
        #expect(Self.isRefused(await Self.make(agent, "301")))
    }

    @Test("after a restart every hold counts as before, and those whose time is over end")
    func restart() async throws {
        let agent = try await Self.start(used: "100")
        _ = try Self.granted(await Self.make(agent, "200", ttl: 3_600_000))
        _ = try Self.granted(await Self.make(agent, "50", ttl: 1000))
        let settled = try Self.granted(await Self.make(agent, "300"))
        _ = await agent.core.hold(.settle(id: settled.id, credits: TestAgent.credits("250")))
        agent.advance("2s")
        let store = await agent.store.crash()
        let next = try await Self.start(used: nil, store: store, clock: agent.clock)
        #expect(Self.held(next) == ["250", "250"])
        _ = try await next.core.tick()
        #expect(Self.held(next) == ["200", "250"])
        #expect(Self.isRefused(await Self.make(next, "450.5")))
        _ = try Self.granted(await Self.make(next, "450"))
    }

    @Test("ended holds are kept for a day")
    func sweeping() async throws {
        let agent = try await Self.start()
        let hold = try Self.granted(await Self.make(agent, "1", key: "k"))
        _ = await agent.core.hold(.void(id: hold.id))
        for (wait, isKept) in [("1d", true), ("1m", false)] {
            agent.advance(wait)
            _ = try await agent.core.tick()
            #expect((try await agent.core.storedHold(hold.id) != nil) == isKept)
        }
        _ = try Self.granted(await Self.make(agent, "2", key: "k"))
    }

    // MARK: Concurrency

    @Test("64 clients at once: exactly what fits is granted")
    func storm() async throws {
        let agent = try await Self.start(used: "0.5")
        let granted = await withTaskGroup(of: Int.self) { group in
            for client in 0..<64 {
                group.addTask {
                    var granted = 0
                    for number in 0..<40 {
                        let answer = await Self.make(
                            agent, "1", ttl: 3_600_000, key: "\(client)/\(number)")
                        if case .made = answer { granted += 1 }
                    }
                    return granted
                }
            }
            return await group.reduce(0, +)
        }
        #expect(granted == 999, "of 2560 wishes for a limit of 1000 with 0.5 used")
        #expect(Self.held(agent) == ["999", "0"])
    }

    @Test("what comes while the ledger is written shares the next transaction")
    func groupCommit() async throws {
        let agent = try await Self.start()
        let commits = await agent.store.commitCount
        let core = agent.core
        // The core is busy until all have come.
        let answers = await withTaskGroup(of: HoldAnswer.self) { group in
            group.addTask {
                await core.busy(untilWaiting: 63)
                return .unknown
            }
            while await !core.isBusyForTest { try? await Task.sleep(for: .milliseconds(1)) }
            for _ in 0..<64 { group.addTask { await Self.make(agent, "1") } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count { if case .made = $0 { true } else { false } } == 64)
        #expect(await agent.store.commitCount == commits + 1)
    }

    @Test("holds, settlements and voids of many clients leave the sums that the store has")
    func mixture() async throws {
        let agent = try await Self.start()
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<32 {
                group.addTask {
                    for number in 0..<30 {
                        let answer = await Self.make(agent, "7.5", ttl: 3_600_000)
                        guard case .made(let hold) = answer else { continue }
                        switch (client + number) % 3 {
                        case 0: _ = await agent.core.hold(.void(id: hold.id))
                        case 1:
                            _ = await agent.core.hold(
                                .settle(id: hold.id, credits: TestAgent.credits("0.25")))
                        default: break
                        }
                    }
                }
            }
        }
        var book = HoldBook()
        for state in [HoldState.held, .settled] {
            let stored = try await agent.store.read {
                try $0.holds(in: state, after: nil, limit: 10_000)
            }
            for hold in stored { book.take(hold) }
        }
        #expect(book.credits(of: "acme").total == agent.snapshot.holds["acme"]?.total)
        let pending = agent.snapshot.holds["acme"]?.total.pending ?? .zero
        #expect(pending <= TestAgent.credits("1000") && pending > .zero)
    }
}

extension AgentCore {
    /// Whether some hold command leads a round, or the core is kept busy.
    fileprivate var isBusyForTest: Bool { isKeptBusy.withLock { $0 } }

    /// Keeps the core busy until so many hold commands wait.
    fileprivate func busy(untilWaiting count: Int) async {
        await exclusively {
            isKeptBusy.withLock { $0 = true }
            while waitingHolds.count < count { try? await Task.sleep(for: .milliseconds(1)) }
            isKeptBusy.withLock { $0 = false }
        }
    }
}

/// Of the one test that keeps a core busy.
private let isKeptBusy = Mutex(false)
