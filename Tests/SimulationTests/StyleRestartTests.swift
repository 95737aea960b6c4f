// Sources of every style through days of crashes, failed writes and lost answers: what was used
// is counted exactly once.

import Agent
import AgentConfiguration
import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@Suite("Styles through crashes")
struct StyleRestartTests {
    static let yaml = """
        organizations:
          - {id: acme, name: Acme Inc., base_allocation: 100000000}
        sources:
          - id: total-source
            organization: acme
            style: counter
            counter: {epoch: day}
            request: {url: "https://usage.example/total"}
            map: {rows: "$.u[*]", product: {value: total}, credits: $.c}
          - id: left-source
            organization: acme
            style: balance
            request: {url: "https://usage.example/left"}
            map: {rows: $.d, product: {value: left}, balance: {remaining: $.left}}
          - id: scraped-source
            organization: acme
            style: prometheus
            request: {url: "https://usage.example/scrape"}
            prometheus: {metric: used_total, product: {label: app}}
          - id: event-source
            organization: acme
            style: events
            events: {cursor: time, overlap: 1h, settle: 1m, identity: $.id}
            request: {url: "https://usage.example/events?a={window.start:unix_ms}&b={window.end:unix_ms}"}
            map: {rows: "$.e[*]", day: {path: $.t, type: unix_ms}, product: {value: event}, credits: $.c}
        """

    /// An agent, its world, and what happens to them.
    struct World {
        let configuration: AgentConfiguration
        let clock: VirtualClock
        let vendor = StyleVendor()
        var agent: SimulatedAgent

        init(_ yaml: String = StyleRestartTests.yaml) async throws {
            configuration = try SimulatedConfiguration.read(yaml)
            clock = VirtualClock(now: try #require(Timestamp(rfc3339: "2026-11-10T00:00:00Z")))
            let vendor = vendor
            agent = try await SimulatedAgent.start(
                configuration, store: MemoryStore(), clock: clock, seed: 1
            ) { request, _ throws(TransportError) in try vendor.answer(request) }
        }

        /// Ten minutes pass and every source is polled.
        func step(isFirst: Bool = false) async throws {
            clock.advance(milliseconds: 600_000)
            vendor.advance(to: clock.now(), isFirst: isFirst)
            try await poll()
        }

        func poll() async throws {
            for loop in agent.polls { try await loop.pollOnce() }
        }

        /// The agent dies and another one starts on what was committed.
        mutating func restart() async throws {
            let vendor = vendor
            let store = await agent.store.crash()
            agent = try await SimulatedAgent.start(
                configuration, store: store, clock: clock, seed: 2
            ) { request, _ throws(TransportError) in try vendor.answer(request) }
        }

        func entries() async throws -> [Entry] {
            try await agent.store.read { try $0.entries(of: "acme", after: 0, limit: 100_000) }
        }

        /// Micro-credits of a product by day, by the ledger.
        func posted(_ product: String) async throws -> [String: Int64] {
            var sums: [String: Int64] = [:]
            for entry in try await entries() where entry.product == product {
                sums[entry.day.description, default: 0] += entry.credits.microCredits
            }
            return sums.filter { $0.value != 0 }
        }

        func source(_ id: String) -> SourceState? {
            agent.core.snapshots.value.sources.first { $0.state.id == id }?.state
        }
    }

    @Test("every style counts exactly once through three days of faults")
    func threeDays() async throws {
        var world = try await World()
        try await world.step(isFirst: true)
        for step in 2...432 {
            // Just before a reset no poll may be lost: what was used then is known to nobody.
            let isCalm = step % 36 == 0 || (step + 1) % 36 == 0 || step > 425
            if !isCalm, step % 7 == 3 { await world.agent.store.fail(nextWrites: 4) }
            if !isCalm, step % 11 == 5 {
                // While one is open the polls behind it are refused, and post later.
                let count = step % 13 == 6 ? 1 : 4
                await world.agent.store.loseAnswers(nextWrites: count)
            }
            if step % 50 == 20 { world.vendor.topUp() }
            try await world.step()
            if step % 13 == 6 {
                try await world.restart()
                let before = try await world.entries()
                if isCalm || step % 7 != 3 {
                    try await world.poll()
                    #expect(try await world.entries() == before, "posted twice at step \(step)")
                }
            }
        }
        // Late events and those that were too young arrive.
        world.clock.advance(milliseconds: 1_500_000)
        try await world.poll()
        for product in ["total", "scraped", "event"] {
            #expect(world.vendor.truth(product).values.reduce(0, +) > 200_000_000)
            #expect(try await world.posted(product) == world.vendor.truth(product), "\(product)")
        }
    }

    @Test("what is left: falls are use, a purchase is none")
    func balance() async throws {
        var world = try await World()
        try await world.step(isFirst: true)
        for _ in 0..<10 { try await world.step() }
        let before = try await world.posted("left")
        #expect(before == world.vendor.truth("left"))
        world.vendor.topUp()
        try await world.poll()
        try await world.restart()
        try await world.poll()
        #expect(try await world.posted("left") == before)
    }

    @Test("a fall is refused twice, also when the agent dies in between, then followed")
    func rememberedRefusals() async throws {
        var world = try await World()
        try await world.step(isFirst: true)
        try await world.step()
        let before = try await world.posted("total")
        world.vendor.shiftTotal(by: -200)
        for _ in 0..<2 {
            try await world.poll()
            #expect(world.source("total-source")?.failures[.checkFailed] == 1)
            #expect(try await world.posted("total") == before)
            try await world.restart()
        }
        try await world.poll()
        let after = try await world.posted("total")
        #expect(after.values.reduce(0, +) == before.values.reduce(0, +) - 200_000)
        #expect(world.source("total-source")?.isUp == true)
    }

    @Test("OpenMetrics without its end mark fails the poll and changes nothing")
    func cutExposition() async throws {
        let world = try await World()
        try await world.step(isFirst: true)
        world.vendor.cutExpositions(true)
        try await world.step()
        #expect(world.source("scraped-source")?.failures[.badValue] == 1)
        #expect(try await world.posted("scraped").isEmpty)
        world.vendor.cutExpositions(false)
        try await world.poll()
        #expect(try await world.posted("scraped") == world.vendor.truth("scraped"))
    }

    @Test("a source that changes its style does not count on days of the former one")
    func changedStyle() async throws {
        let daily = """
            organizations:
              - {id: acme, name: Acme Inc., base_allocation: 1000}
            sources:
              - id: total-source
                organization: acme
                request: {url: "https://usage.example/total"}
                map: {rows: "$.u[*]", day: $.d, product: {value: total}, credits: $.c}
            """
        let world = try await World(daily)
        let clock = world.clock
        let first = try await SimulatedAgent.start(
            world.configuration, store: world.agent.store, clock: clock, seed: 3
        ) { _, _ in
            TransportResponse(
                status: 200, body: Array(#"{"u":[{"d":"2026-11-10","c":50}]}"#.utf8))
        }
        try await first.polls[0].pollOnce()
        let counter = try SimulatedConfiguration.read(
            daily.replacing("day: $.d, ", with: "")
                .replacing("request:", with: "style: counter\n    request:"))
        var total = 70
        func poll(_ value: Int) async throws -> SimulatedAgent {
            let agent = try await SimulatedAgent.start(
                counter, store: first.store, clock: clock, seed: 4
            ) { _, _ in
                TransportResponse(status: 200, body: Array(#"{"u":[{"c":\#(value)}]}"#.utf8))
            }
            try await agent.polls[0].pollOnce()
            return agent
        }
        let refused = try await poll(total)
        #expect(refused.core.snapshots.value.sources.first?.state.failures[.sourceConflict] == 1)
        // On the next day nothing of the former style stands in the way.
        clock.advance(milliseconds: 86_400_000)
        _ = try await poll(total)
        total += 5
        _ = try await poll(total)
        let entries = try await first.store.read {
            try $0.entries(of: "acme", after: 0, limit: 100)
        }
        #expect(entries.map(\.credits.description) == ["50", "5"])
    }
}
