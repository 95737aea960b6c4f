// The end of a month is announced once, with its summary, whatever happens around it.

import Credits
import ExactJSON
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("The end of a month")
struct MonthEndTests {
    private func start(
        _ now: String, organization: String = "", store: MemoryStore = MemoryStore()
    ) async throws -> TestAgent {
        try await TestAgent.start(
            try TestConfiguration.read(
                TestConfiguration.yaml(
                    organization: organization, rest: TestConfiguration.notifications)),
            store: store, clock: VirtualClock(now: TestAgent.instant(now)))
    }

    private func resets(_ agent: TestAgent) async throws -> [JSONValue] {
        try await agent.outbox().map { WebhookText.json($0.body) }
            .filter { $0["type"]?.stringValue == "period.reset" }
    }

    private func months(_ agent: TestAgent) async throws -> [String] {
        try await resets(agent).compactMap { $0["data"]?["month"]?.stringValue }
    }

    @Test("the summary is that of the month that ended, under the terms of its end")
    func summary() async throws {
        let agent = try await start(
            "2026-11-30T22:00:00Z", organization: ", time_zone: Europe/Berlin")
        try await agent.poll(
            [
                .init("chat", "2026-11-29", "900.25"), .init("images", "2026-11-30", "199.75"),
                .init("chat", "2026-10-31", "5"),
            ], first: "2026-10-01", last: "2026-11-30")
        _ = try await agent.core.tick()
        #expect(try await resets(agent).isEmpty)
        agent.clock.advance(milliseconds: 3_600_000)
        _ = try await agent.core.tick()
        let row = try #require(
            try await agent.outbox().first { announcement($0) == "period.reset" })
        #expect(
            String(decoding: row.body, as: UTF8.self)
                == #"{"type":"period.reset","timestamp":"2026-11-30T23:00:00Z","data":{"organization":"acme","name":"Acme Inc.","month":"2026-11","period":{"start":"2026-10-31T23:00:00Z","reset":"2026-11-30T23:00:00Z"},"base_allocation":1000,"limit":1000,"used":1100,"overage":100,"remaining":0,"usage_percent":110,"blocked":true,"products":[{"id":"chat","used":900.25},{"id":"images","used":199.75}]}}"#
        )
        #expect(row.integration == "event_webhook" && row.group == "event:acme")
    }

    @Test("it is announced once, through ticks, reloads and restarts")
    func once() async throws {
        var agent = try await start("2026-11-30T23:59:59Z")
        try await agent.use("10")
        for round in 1...3 {
            agent.advance("1s")
            _ = try await agent.core.tick()
            try await agent.core.reload(
                try TestConfiguration.read(
                    TestConfiguration.yaml(rest: TestConfiguration.notifications)))
            _ = try await agent.core.tick()
            #expect(try await months(agent) == ["2026-11"], "round \(round)")
            agent = try await start(
                agent.clock.now().description, store: await agent.store.crash())
        }
    }

    @Test("an agent that was down over the 1st announces every month that ended meanwhile")
    func down() async throws {
        let agent = try await start("2026-11-30T23:00:00Z")
        try await agent.use("400")
        let next = try await start("2027-01-03T10:00:00Z", store: await agent.store.crash())
        _ = try await next.core.tick()
        #expect(try await months(next) == ["2026-11", "2026-12"])
        let used = try await resets(next).map { $0["data"]?["used"]?.numberLexeme }
        #expect(used == ["400", "0"])
        #expect(
            try await resets(next).map { $0["timestamp"]?.stringValue }
                == ["2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"])
        // Retries last three days from now, not from a month ago.
        let row = try #require(try await next.outbox().first { announcement($0) == "period.reset" })
        #expect(row.queuedAt == next.clock.now())
    }

    @Test("the first start announces nothing; usage that is not known is null")
    func first() async throws {
        let agent = try await start("2026-12-01T00:00:00Z")
        _ = try await agent.core.tick()
        #expect(try await resets(agent).isEmpty)
        agent.advance("31d")
        _ = try await agent.core.tick()
        let data = try #require(try await resets(agent).first?["data"])
        #expect(data["month"]?.stringValue == "2026-12")
        #expect(data["used"]?.isNull == true && data["base_allocation"]?.numberLexeme == "1000")
    }

    @Test("what could not be written is announced by the next tick, once")
    func failedWrite() async throws {
        let agent = try await start("2026-11-30T23:59:59Z")
        agent.advance("1s")
        await agent.store.fail(nextWrites: 1)
        _ = try await agent.core.tick()
        #expect(try await resets(agent).isEmpty)
        _ = try await agent.core.tick()
        _ = try await agent.core.tick()
        #expect(try await months(agent) == ["2026-11"])
    }

    @Test("a clock that jumps over the 1st and back at once ends no month")
    func jump() async throws {
        let agent = try await start("2026-11-10T12:00:00Z")
        _ = try await agent.core.tick()
        agent.clock.stepWall(milliseconds: 30 * 86_400_000)
        _ = try await agent.core.tick()
        agent.clock.stepWall(milliseconds: -30 * 86_400_000)
        _ = try await agent.core.tick()
        agent.advance("1s")
        _ = try await agent.core.tick()
        #expect(try await resets(agent).isEmpty)
        // A new time that lasts counts, and going back does not open the month again.
        agent.clock.stepWall(milliseconds: 30 * 86_400_000)
        for _ in 1...2 { _ = try await agent.core.tick() }
        #expect(try await months(agent) == ["2026-11"])
        agent.clock.stepWall(milliseconds: -30 * 86_400_000)
        for _ in 1...2 { _ = try await agent.core.tick() }
        agent.advance("21d")
        _ = try await agent.core.tick()
        #expect(try await months(agent) == ["2026-11"])
    }
}
