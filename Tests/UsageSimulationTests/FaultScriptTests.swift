// Which request meets which fault.

import Testing
import UsageSimulation

@Suite("Scripted faults")
struct FaultScriptTests {
    @Test("a scripted fault is met so many times, on its path alone")
    func times() {
        var script = FaultScript(isScheduled: false)
        let isSet = script.set(.status(500), path: "/a", times: 2)
        #expect(isSet)
        let met = ["/a", "/b", "/a", "/a"].map { script.meet(path: $0, mounted: nil) }
        #expect(met == [.status(500), nil, .status(500), nil])
        #expect(script.requests == ["/a": 3, "/b": 1])
    }

    @Test("without a number it is met until it is removed")
    func untilRemoved() {
        var script = FaultScript(isScheduled: false)
        let isSet = script.set(.hang, path: "/a", times: nil)
        #expect(isSet)
        let met = (0..<3).map { _ in script.meet(path: "/a", mounted: nil) }
        #expect(met == [.hang, .hang, .hang])
        let isRemoved = script.set(nil, path: "/a", times: nil)
        #expect(isRemoved)
        let later = script.meet(path: "/a", mounted: nil)
        #expect(later == nil)
    }

    @Test("a mounted throttle lets the requests after its first ones pass")
    func throttle() {
        var script = FaultScript(isScheduled: false)
        let met = (0..<4).map { _ in script.meet(path: "/a", mounted: .throttle(2)) }
        #expect(met == [.throttle(2), .throttle(2), nil, nil])
        let always = (0..<4).map { _ in script.meet(path: "/a", mounted: .throttle(nil)) }
        #expect(always.allSatisfy { $0 == .throttle(nil) })
    }

    @Test("the schedule hurts four of twenty requests, and only when asked for")
    func schedule() {
        for (isScheduled, count) in [(true, 4), (false, 0)] {
            var script = FaultScript(isScheduled: isScheduled)
            let met = (0..<20).compactMap { _ in script.meet(path: "/a", mounted: nil) }
            #expect(met.count == count)
        }
    }

    @Test("only so many paths are remembered")
    func bounded() {
        var script = FaultScript(isScheduled: false)
        for number in 0..<FaultScript.bound + 5 {
            _ = script.meet(path: "/\(number)", mounted: nil)
            let isSet = script.set(.hang, path: "/\(number)", times: 1)
            #expect(isSet == (number < FaultScript.bound))
        }
        #expect(script.requests.count == FaultScript.bound)
    }
}
