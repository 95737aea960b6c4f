// Sums by instant against a plain list of what was added.

import Credits
import Testing

@testable import Ledger

@Suite("Credits by instant")
struct TimedCreditsTests {
    /// A small generator, so that a failing run can be repeated.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static func at(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds)
    }

    private static func credits(_ micro: Int64) -> CreditAmount {
        CreditAmount(microCredits: micro)
    }

    @Test("few instants are exact, whatever is added, taken back and removed", arguments: 1...10)
    func model(_ seed: UInt64) {
        var dice = Dice(state: seed)
        var sums = TimedCredits()
        var list: [(at: Int64, micro: Int64)] = []
        for _ in 0..<600 {
            let now = Int64.random(in: 0...200, using: &dice)
            switch Int.random(in: 0...9, using: &dice) {
            case 0...5:
                let micro = Int64.random(in: 1...9, using: &dice)
                list.append((now, micro))
                sums.add(Self.credits(micro), at: Self.at(now))
            case 6...8:
                guard !list.isEmpty else { continue }
                let index = Int.random(in: 0..<list.count, using: &dice)
                sums.subtract(Self.credits(list[index].micro), at: Self.at(list[index].at))
                list.remove(at: index)
            default:
                let time = now..<(now + 10)
                let first = sums.first(in: Self.at(time.lowerBound)..<Self.at(time.upperBound))
                #expect(
                    first?.milliseconds == list.map(\.at).filter { time.contains($0) }.min())
                sums.remove(in: Self.at(time.lowerBound)..<Self.at(time.upperBound))
                list.removeAll { time.contains($0.at) }
            }
            #expect(sums.isEmpty == list.isEmpty)
            #expect(sums.microCredits == list.reduce(0) { $0 + Int128($1.micro) })
            #expect(
                sums.sum(through: Self.at(now))
                    == list.filter { $0.at <= now }.reduce(0) { $0 + Int128($1.micro) })
            #expect(
                sums.nextEnd(after: Self.at(now))?.milliseconds
                    == list.map(\.at).filter { $0 > now }.min())
        }
    }

    @Test("20,000 instants in any order are a bounded number of sums, none of which ends early")
    func bounded() {
        var dice = Dice(state: 7)
        var sums = TimedCredits()
        let day: Int64 = 86_400_000
        let instants = (0..<20_000).map { _ in Int64.random(in: 0..<day, using: &dice) }
        for instant in instants {
            sums.add(Self.credits(1), at: Self.at(instant))
            // What an insertion moves is no more than that.
            #expect(sums.groupCount <= TimedCredits.mostGroups)
        }
        #expect(sums.microCredits == 20_000)
        for now in stride(from: 0, through: day, by: 3_600_000) {
            let exact = instants.count { $0 <= now }
            let found = Int(sums.sum(through: Self.at(now)))
            #expect(found <= exact)
            let late = instants.count { $0 <= now && $0 + Int64(sums.longestSpan) > now }
            #expect(found >= exact - late)
        }
        #expect(sums.longestSpan < 1_000_000, "spread evenly over a day")
        // What lies far away does not make the rest coarse.
        sums.add(Self.credits(1), at: Self.at(100 * day))
        #expect(sums.sum(through: Self.at(day)) == 20_000)
        for instant in instants { sums.subtract(Self.credits(1), at: Self.at(instant)) }
        #expect(sums.groupCount == 1 && sums.microCredits == 1)
    }

    @Test("a stream whose oldest are removed stays as fine as what it holds")
    func stream() {
        var sums = TimedCredits()
        let minute: Int64 = 60_000
        for instant in stride(from: Int64(0), to: 60 * minute, by: 20) {
            sums.add(Self.credits(1), at: Self.at(instant))
            guard instant % minute == 0 else { continue }
            sums.remove(in: Self.at(.min)..<Self.at(instant - 15 * minute))
        }
        #expect(sums.groupCount <= TimedCredits.mostGroups)
        #expect(sums.longestSpan <= 16_000, "\(sums.longestSpan)")
    }

    @Test("the ends of time are instants like others")
    func extremes() {
        var sums = TimedCredits()
        for instant in [Int64.max, .min, 0] { sums.add(Self.credits(1), at: Self.at(instant)) }
        for number in 0..<1000 { sums.add(Self.credits(.max), at: Self.at(Int64(number))) }
        #expect(sums.groupCount <= TimedCredits.mostGroups)
        #expect(sums.microCredits == Int128(Int64.max) * 1000 + 3)
        #expect(sums.sum(through: Self.at(.max)) == sums.microCredits)
    }
}
