// Large steps of the wall clock: believed once they have held.

import Credits
import Ports
import SimulatedPorts
import Testing

@testable import Agent

@Suite("The steady wall clock")
struct SteadyWallClockTests {
    private static let hour: Int64 = 3_600_000
    private static let month: Int64 = 30 * 24 * hour

    private static func clocks() -> (VirtualClock, SteadyWallClock) {
        let clock = VirtualClock(now: TestAgent.instant(TestAgent.noon))
        let steady = SteadyWallClock(wall: clock, waiter: clock)
        _ = steady.now()
        return (clock, steady)
    }

    @Test("small steps are followed at once", arguments: [1, -1, 999_999, -hour + 1, hour - 1])
    func small(_ step: Int64) {
        let (clock, steady) = Self.clocks()
        clock.stepWall(milliseconds: step)
        #expect(steady.now() == clock.now())
        #expect(steady.unconfirmedStepMilliseconds == 0)
    }

    @Test(
        "a large step is believed once it has held for a minute",
        arguments: [hour, -hour, month, -month, 10 * 12 * month])
    func large(_ step: Int64) {
        let (clock, steady) = Self.clocks()
        let before = clock.now()
        clock.stepWall(milliseconds: step)
        for second in 0..<60 {
            #expect(steady.now() == before.adding(milliseconds: Int64(second) * 1000))
            #expect(steady.unconfirmedStepMilliseconds == step)
            clock.advance(milliseconds: 1000)
        }
        #expect(steady.now() == clock.now())
        #expect(steady.unconfirmedStepMilliseconds == 0)
    }

    @Test("a step that is taken back leaves no trace")
    func takenBack() {
        let (clock, steady) = Self.clocks()
        clock.stepWall(milliseconds: Self.month)
        _ = steady.now()
        clock.advance(milliseconds: 30_000)
        _ = steady.now()
        clock.stepWall(milliseconds: -Self.month)
        #expect(steady.now() == clock.now())
        #expect(steady.unconfirmedStepMilliseconds == 0)
        clock.advance(milliseconds: 60_000)
        #expect(steady.now() == clock.now())
    }

    @Test("another step meanwhile begins the wait anew")
    func another() {
        let (clock, steady) = Self.clocks()
        clock.stepWall(milliseconds: Self.month)
        _ = steady.now()
        clock.advance(milliseconds: 59_000)
        clock.stepWall(milliseconds: Self.hour)
        let kept = TestAgent.instant(TestAgent.noon).adding(milliseconds: 59_000)
        #expect(steady.now() == kept)
        clock.advance(milliseconds: 59_000)
        #expect(steady.now() == kept.adding(milliseconds: 59_000))
        clock.advance(milliseconds: 1000)
        #expect(steady.now() == clock.now())
    }

    @Test("no month ends and no block is lifted by a step before it is confirmed")
    func months() async throws {
        let clock = VirtualClock(now: TestAgent.instant(TestAgent.noon))
        let agent = try await TestAgent.start(
            TestConfiguration.read(TestConfiguration.yaml()), clock: clock,
            wall: SteadyWallClock(wall: clock, waiter: clock))
        try await agent.use("1000")
        _ = try await agent.core.tick()
        func gate() -> GateDecision {
            LimitGate.decide(
                organization: "acme", product: nil, snapshot: agent.snapshot,
                now: agent.core.ports.wallClock.now())
        }
        #expect(!gate().isAllowed)
        clock.stepWall(milliseconds: 30 * 24 * 3_600_000)
        for second in 0..<60 {
            _ = try await agent.core.tick()
            #expect(gate().reason == .limitReached)
            #expect(
                agent.samples("ai_credits_clock_unconfirmed_step_seconds")
                    == ["ai_credits_clock_unconfirmed_step_seconds 2592000"], "\(second)")
            clock.advance(milliseconds: 1000)
        }
        _ = try await agent.core.tick()
        _ = try await agent.core.tick()
        #expect(gate().isAllowed)
        #expect(
            agent.samples("ai_credits_clock_unconfirmed_step_seconds")
                == ["ai_credits_clock_unconfirmed_step_seconds 0"])
        #expect(agent.samples("ai_credits_clock_steps_total") == ["ai_credits_clock_steps_total 1"])
    }
}
