// Limits that people change, raises that end, and the 1st.

import AgentConfiguration
import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("Limits through time")
struct LimitChangeTests {
    private func start(
        organization: String = "", clock: VirtualClock? = nil, store: MemoryStore = MemoryStore()
    ) async throws -> TestAgent {
        try await TestAgent.start(
            try TestConfiguration.read(
                TestConfiguration.yaml(
                    organization: organization, rest: TestConfiguration.notifications)),
            store: store, clock: clock ?? VirtualClock(now: TestAgent.instant(TestAgent.noon)))
    }

    private static let soft = LimitPolicy.soft(allowance: TestAgent.credits("500"))

    @Test("a raise ends the block at once, with audit, cause and events")
    func raise() async throws {
        let agent = try await start()
        try await agent.use("1200")
        agent.advance("1m")
        try await agent.setLimit(Self.soft)
        #expect(agent.gate().reason == .withinAllowance)
        let transition = try #require(try await agent.transitions().last)
        #expect(transition.kind == .resumed)
        #expect(transition.cause == "limit changed by user:ada")
        #expect(transition.limit == TestAgent.credits("1500"))
        let audit = try #require(try await agent.audits().first)
        #expect(
            audit
                == AuditRecord(
                    at: TestAgent.instant("2026-11-10T12:01:00Z"), organization: "acme",
                    actor: "user:ada", action: "limit.changed", before: "hard (owned by api)",
                    after: "soft, allowance 500 (owned by api)", reason: "launch"))
        let events = try await agent.outbox()
        #expect(
            events.map(announcement) == ["limit.blocked", "limit.changed", "limit.resumed"])
        #expect(
            String(decoding: events[1].body, as: UTF8.self)
                == #"{"type":"limit.changed","timestamp":"2026-11-10T12:01:00Z","data":{"organization":"acme","name":"Acme Inc.","before":{"mode":"hard","allowance":0},"after":{"mode":"soft","allowance":500},"changed_by":"user:ada","reason":"launch","until":null}}"#
        )
    }

    @Test("a product's cap is a limit that is changed: announced, and audited with its end")
    func cap() async throws {
        let agent = try await start(organization: ", products: [{id: chat}]")
        try await agent.core.setCap(
            CapChange(
                organization: "acme", product: "chat", cap: TestAgent.credits("12.5"),
                until: TestAgent.instant("2026-11-10T13:00:00Z"), actor: "boss", reason: "trial"))
        let audit = try #require(try await agent.audits().first)
        #expect(audit.action == "product_cap.changed")
        #expect(audit.before == "chat: none")
        #expect(audit.after == "chat: 12.5, until 2026-11-10T13:00:00Z")
        let events = try await agent.outbox()
        #expect(events.map(announcement) == ["limit.changed"])
        #expect(
            String(decoding: events[0].body, as: UTF8.self)
                == #"{"type":"limit.changed","timestamp":"2026-11-10T12:00:00Z","data":{"organization":"acme","name":"Acme Inc.","product":"chat","before":{"cap":null},"after":{"cap":12.5},"changed_by":"boss","reason":"trial","until":"2026-11-10T13:00:00Z"}}"#
        )
        try await agent.use("13")
        #expect(agent.gate("chat").reason == .limitReached)
        agent.advance("1h")
        #expect(agent.gate("chat").isAllowed)
    }

    @Test("lowering the limit blocks at once")
    func lower() async throws {
        let agent = try await start()
        try await agent.setLimit(Self.soft)
        try await agent.use("1200")
        #expect(agent.gate().isAllowed)
        try await agent.setLimit(.hard)
        #expect(agent.gate().reason == .limitReached)
        #expect(try await agent.transitions().map(\.kind) == [.blocked])
    }

    @Test("a limit that the file owns is not changed, and nothing is written")
    func ownedByFile() async throws {
        let agent = try await start(organization: ", limit: {mode: hard}")
        let before = try await agent.terms()
        let audits = try await agent.audits().count
        await #expect(throws: LimitChangeError.self) { try await agent.setLimit(Self.soft) }
        do throws(LimitChangeError) {
            try await agent.setLimit(Self.soft)
        } catch {
            guard case .ownedByFile("acme") = error else {
                Issue.record("\(error)")
                return
            }
            #expect(error.description.contains("configuration file"))
        }
        #expect(try await agent.terms() == before)
        #expect(try await agent.audits().count == audits)
        #expect(try await agent.outbox().isEmpty)
    }

    @Test("the file hands the limit over by leaving it out, and takes it back by naming it")
    func handOver() async throws {
        let agent = try await start(organization: ", limit: {mode: soft, allowance: 5}")
        try await agent.core.reload(try TestConfiguration.read(TestConfiguration.yaml()))
        #expect(agent.acme?.standing(at: agent.clock.now()).allowance == TestAgent.credits("5"))
        try await agent.setLimit(Self.soft)
        #expect(agent.acme?.standing(at: agent.clock.now()).allowance == TestAgent.credits("500"))
        // A reload of the same file leaves what the command line set.
        try await agent.core.reload(try TestConfiguration.read(TestConfiguration.yaml()))
        #expect(agent.acme?.standing(at: agent.clock.now()).allowance == TestAgent.credits("500"))
        try await agent.core.reload(
            try TestConfiguration.read(
                TestConfiguration.yaml(organization: ", limit: {mode: hard}")))
        #expect(agent.acme?.standing(at: agent.clock.now()).allowance == .zero)
        await #expect(throws: LimitChangeError.self) { try await agent.setLimit(Self.soft) }
    }

    @Test(
        "a raise must end after it begins",
        arguments: ["2026-11-10T12:00:00Z", "2026-11-10T11:59:59.999Z", "2020-01-01T00:00:00Z"])
    func untilInThePast(_ until: String) async throws {
        let agent = try await start()
        do throws(LimitChangeError) {
            try await agent.setLimit(Self.soft, until: until)
            Issue.record("\(until) was accepted")
        } catch {
            guard case .endsInThePast = error else {
                Issue.record("\(error)")
                return
            }
        }
        #expect(agent.acme?.standing(at: agent.clock.now()).allowance == .zero)
    }

    @Test("a change ends within the years that can be written")
    func untilBeyondTheYears() async throws {
        let agent = try await start(organization: ", products: [{id: chat}]")
        let beyond = Timestamp(milliseconds: 253_402_300_800_000)
        func isRefusedForItsEnd(_ error: any Error) -> Bool {
            guard case LimitChangeError.endsTooLate = error else { return false }
            return "\(error)".contains("year 9999")
        }
        await #expect {
            try await agent.core.setLimit(
                LimitChange(
                    organization: "acme", policy: Self.soft, until: beyond, actor: "boss",
                    reason: ""))
        } throws: { isRefusedForItsEnd($0) }
        await #expect {
            try await agent.core.setCap(
                CapChange(
                    organization: "acme", product: "chat", cap: TestAgent.credits("1"),
                    until: beyond, actor: "boss", reason: ""))
        } throws: { isRefusedForItsEnd($0) }
        #expect(agent.acme?.standing(at: agent.clock.now()).allowance == .zero)
    }

    @Test("late entries of a month that ended do not take the reset's part")
    func resetFoundByPoll() async throws {
        let clock = VirtualClock(now: TestAgent.instant("2026-11-30T23:59:30Z"))
        let agent = try await start(clock: clock)
        func poll(_ credits: String) async throws {
            try await agent.poll(
                [.init("chat", "2026-11-29", credits)], first: "2026-11-01", last: "2026-11-30")
        }
        try await poll("1200")
        #expect(try await agent.transitions().map(\.cause) == ["entry 1"])
        agent.advance("1m")
        try await poll("1300")
        #expect(try await agent.entries().count == 2)
        let transition = try #require(try await agent.transitions().last)
        #expect(transition.kind == .resumed)
        #expect(transition.cause == "reset: 2026-12 began")
        try await agent.use("1100")
        #expect(try await agent.transitions().last?.cause == "entry 3")
    }

    @Test("an unknown organization has no limit to change")
    func unknown() async throws {
        let agent = try await start()
        do throws(LimitChangeError) {
            try await agent.setLimit(.hard, organization: "other")
            Issue.record("accepted")
        } catch {
            guard case .unknownOrganization("other") = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test("a change that is not written does not happen")
    func notWritten() async throws {
        let agent = try await start()
        try await agent.use("1200")
        await agent.store.fail(nextWrites: 1)
        do throws(LimitChangeError) {
            try await agent.setLimit(Self.soft)
            Issue.record("accepted")
        } catch {
            guard case .notWritten = error else {
                Issue.record("\(error)")
                return
            }
        }
        #expect(agent.gate().reason == .limitReached)
        #expect(agent.core.meters.current.ledgerWriteFailures == 1)
        try await agent.setLimit(Self.soft)
        #expect(agent.gate().isAllowed)
    }

    @Test("a time-boxed raise ends by itself, at its instant, also over a restart")
    func timeBoxed() async throws {
        let first = try await start()
        try await first.use("1200")
        try await first.setLimit(Self.soft, until: "2026-11-10T13:00:00Z")
        #expect(first.gate().isAllowed)
        let store = await first.store.crash()
        let agent = try await start(clock: first.clock, store: store)
        agent.advance("59m59s")
        _ = try await agent.core.tick()
        #expect(agent.gate().isAllowed)
        agent.clock.advance(milliseconds: 999)
        #expect(try await agent.core.tick() == 1)
        #expect(agent.gate().isAllowed)
        agent.clock.advance(milliseconds: 1)
        #expect(agent.gate().reason == .limitReached, "the gate needs no tick")
        _ = try await agent.core.tick()
        let transitions = try await agent.transitions()
        #expect(transitions.map(\.kind) == [.blocked, .resumed, .blocked])
        #expect(
            transitions.last?.cause
                == "end of the raise by user:ada of 2026-11-10T12:00:00Z at 2026-11-10T13:00:00Z")
        #expect(transitions.last?.at == TestAgent.instant("2026-11-10T13:00:00Z"))
        // It ends once.
        agent.advance("1m")
        _ = try await agent.core.tick()
        #expect(try await agent.transitions().count == 3)
    }

    @Test("before usage is known a change of the limit neither blocks nor resumes")
    func unknownUsage() async throws {
        let agent = try await TestAgent.start(
            try TestConfiguration.read(
                TestConfiguration.yaml().replacing(
                    "base_allocation: 1000", with: "base_allocation: 0")))
        _ = try await agent.core.tick()
        try await agent.setLimit(Self.soft)
        try await agent.setLimit(.hard)
        #expect(try await agent.transitions().isEmpty)
        #expect(agent.gate().reason == .usageStale)
    }

    // MARK: The 1st

    @Test(
        "the 1st in the organization's zone ends the block",
        arguments: [
            ("UTC", "2026-12-01T00:00:00Z"), ("Asia/Tokyo", "2026-11-30T15:00:00Z"),
            ("America/New_York", "2026-12-01T05:00:00Z"),
        ])
    func rollover(_ zone: String, _ reset: String) async throws {
        let clock = VirtualClock(now: TestAgent.instant(reset).adding(milliseconds: -1))
        let agent = try await start(organization: ", time_zone: \(zone)", clock: clock)
        try await agent.poll(
            [.init("chat", "2026-11-30", "1000")], first: "2026-11-01", last: "2026-11-30")
        #expect(agent.gate().reason == .limitReached)
        _ = try await agent.core.tick()
        #expect(try await agent.transitions().map(\.kind) == [.blocked])
        clock.advance(milliseconds: 1)
        #expect(agent.gate().reason == .withinBase, "the gate needs no tick")
        #expect(agent.used == "0")
        _ = try await agent.core.tick()
        let transitions = try await agent.transitions()
        #expect(transitions.map(\.kind) == [.blocked, .resumed])
        #expect(transitions.last?.at == TestAgent.instant(reset))
        #expect(transitions.last?.used == .zero)
        #expect(
            try await agent.outbox().map(announcement)
                == ["limit.blocked", "period.reset", "limit.resumed"])
        #expect(agent.samples("ai_credits_limit_blocked").first?.hasSuffix(" 0") == true)
    }

    @Test("staleness never lifts a block; the 1st does, though the source is silent")
    func staleRollover() async throws {
        let clock = VirtualClock(now: TestAgent.instant("2026-11-29T00:00:00Z"))
        let agent = try await start(organization: ", when_stale: allow", clock: clock)
        try await agent.use("1000")
        agent.advance("1d")
        #expect(agent.gate().reason == .limitReached)
        agent.advance("1d")
        #expect(agent.gate().reason == .usageStale)
        #expect(agent.gate().isAllowed)
        _ = try await agent.core.tick()
        #expect(try await agent.transitions().map(\.kind) == [.blocked, .resumed])
    }

    @Test("a resume that could not be written is written by the next tick")
    func rolloverWriteFailure() async throws {
        let clock = VirtualClock(now: TestAgent.instant("2026-11-30T23:59:59Z"))
        let agent = try await start(clock: clock)
        try await agent.use("1000")
        agent.advance("1s")
        // The end of the month and the resume.
        await agent.store.fail(nextWrites: 2)
        _ = try await agent.core.tick()
        #expect(try await agent.transitions().map(\.kind) == [.blocked])
        #expect(try await agent.outbox().map(announcement) == ["limit.blocked"])
        #expect(agent.gate().isAllowed)
        _ = try await agent.core.tick()
        #expect(try await agent.transitions().map(\.kind) == [.blocked, .resumed])
    }

    @Test("usage of the old month that arrives later does not touch the new one")
    func lateUsage() async throws {
        let clock = VirtualClock(now: TestAgent.instant("2026-12-01T00:10:00Z"))
        let agent = try await start(clock: clock)
        try await agent.poll(
            [.init("chat", "2026-11-30", "5000"), .init("chat", "2026-12-01", "3")],
            first: "2026-11-28")
        #expect(agent.used == "3")
        #expect(agent.gate().reason == .withinBase)
        #expect(try await agent.transitions().isEmpty)
    }

    // MARK: The clock

    @Test("a clock that is set back keeps terms and ledger, and is counted")
    func clockStepBack() async throws {
        let agent = try await start()
        try await agent.use("400")
        _ = try await agent.core.tick()
        agent.clock.stepWall(milliseconds: -86_400_000)
        _ = try await agent.core.tick()
        #expect(agent.core.meters.current.clockSteps == 1)
        #expect(agent.acme?.standing(at: agent.clock.now()).base == TestAgent.credits("1000"))
        #expect(agent.gate().reason == .withinBase)
        #expect(agent.used == "400")
        agent.advance("1h")
        _ = try await agent.core.tick()
        #expect(agent.core.meters.current.clockSteps == 1)
        #expect(
            agent.samples("ai_credits_clock_steps_total") == [
                "ai_credits_clock_steps_total 1"
            ])
    }

    @Test("a step back over the 1st is not announced twice when time passes it again")
    func stepBackOverReset() async throws {
        let clock = VirtualClock(now: TestAgent.instant("2026-11-30T23:59:00Z"))
        let agent = try await start(clock: clock)
        try await agent.use("10")
        agent.advance("2m")
        _ = try await agent.core.tick()
        clock.stepWall(milliseconds: -120_000)
        _ = try await agent.core.tick()
        agent.advance("2m")
        _ = try await agent.core.tick()
        #expect(try await agent.transitions().isEmpty)
        #expect(agent.used == "0")
    }

    @Test("a lost ledger file ends the agent")
    func lostLedger() async throws {
        let agent = try await start()
        await agent.store.losePresence(.lost("the file is gone"))
        await #expect(throws: AgentError.self) { try await agent.core.tick() }
    }
}

@Suite("The watch over the clock")
struct ClockWatchTests {
    @Test(
        "a difference of a second or more is a step",
        arguments: [
            (1000, 1000, nil), (1999, 1000, nil), (2000, 1000, 1000), (1, 1000, nil),
            (0, 1000, -1000), (-5000, 0, -5000), (3_600_000, 3_600_000, nil),
        ] as [(Int64, Int64, Int64?)])
    func steps(_ wall: Int64, _ elapsed: Int64, _ expected: Int64?) {
        var watch = ClockWatch()
        let start = TestAgent.instant(TestAgent.noon)
        #expect(watch.step(wall: start, elapsed: 77) == nil)
        #expect(
            watch.step(wall: start.adding(milliseconds: wall), elapsed: 77 + elapsed) == expected)
        // The step is told once.
        #expect(
            watch.step(wall: start.adding(milliseconds: wall + 50), elapsed: 127 + elapsed) == nil)
    }
}
