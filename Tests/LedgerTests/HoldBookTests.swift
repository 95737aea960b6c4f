// The book of holds against a plain list of them.

import Credits
import Testing

@testable import Ledger

@Suite("The book of holds")
struct HoldBookTests {
    /// A small generator, so that a failing run can be repeated.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static func request(
        _ organization: String = "acme", _ product: String = "chat", micro: Int64 = 1,
        timeToLive: Int64 = 1000, key: String? = nil
    ) -> HoldRequest {
        HoldRequest(
            organization: organization, product: product,
            credits: CreditAmount(microCredits: micro), timeToLive: timeToLive, key: key,
            actor: "gate")
    }

    /// What the sums have to be, from scratch.
    private static func sums(_ holds: some Sequence<Hold>, of organization: String) -> [Int64] {
        let own = holds.filter { $0.request.organization == organization }
        func sum(_ state: HoldState) -> Int64 {
            own.filter { $0.state == state }.reduce(0) { $0 + $1.countingCredits.microCredits }
        }
        return [sum(.held), sum(.settled)]
    }

    @Test("sums, next expiry and releases are those of the holds", arguments: 1...20)
    func model(_ seed: UInt64) throws {
        var dice = Dice(state: seed)
        var book = HoldBook()
        var holds: [String: Hold] = [:]
        var now = Timestamp(milliseconds: 0)
        for step in 0..<400 {
            now = now.adding(milliseconds: Int64.random(in: 0...20, using: &dice))
            let open = holds.values.filter { $0.state == .held }.sorted { $0.id < $1.id }
            switch Int.random(in: 0...9, using: &dice) {
            case 0...4:
                let request = Self.request(
                    ["acme", "beta"].randomElement(using: &dice) ?? "",
                    ["a", "b", "c"].randomElement(using: &dice) ?? "",
                    micro: Int64.random(in: 1...1000, using: &dice),
                    timeToLive: Int64.random(in: 1...300, using: &dice))
                let hold = Hold(id: "\(step)", request: request, createdAt: now)
                holds[hold.id] = hold
                book.take(hold)
                // What is taken twice counts once.
                if step % 7 == 0 { book.take(hold) }
            case 5, 6:
                guard let hold = open.randomElement(using: &dice) else { continue }
                let used = CreditAmount(microCredits: Int64.random(in: 0...2000, using: &dice))
                holds[hold.id] = hold.ended(.settled(used), at: now)
            case 7:
                guard let hold = open.randomElement(using: &dice) else { continue }
                holds[hold.id] = hold.ended(.voided, at: now)
            case 8:
                let due = open.filter { $0.expiresAt <= now }
                #expect(Set(book.overdue(at: now, limit: 1000)) == Set(due))
                for hold in due { holds[hold.id] = hold.ended(.expired, at: now) }
            default:
                release(from: &book, &holds, before: now.adding(milliseconds: -50))
            }
            for hold in open { if let new = holds[hold.id], new != hold { book.take(new) } }
            for organization in ["acme", "beta"] {
                let total = book.credits(of: organization).total
                #expect(
                    [total.held, total.unreported].map(\.microCredits)
                        == Self.sums(holds.values, of: organization))
            }
            let next = holds.values.filter { $0.state == .held }.map(\.expiresAt).min()
            #expect(book.nextExpiry == next)
            #expect(book.openCount == holds.values.count { $0.state == .held })
        }
    }

    private func release(
        from book: inout HoldBook, _ holds: inout [String: Hold], before: Timestamp
    ) {
        let time = Timestamp(milliseconds: .min)..<before
        for release in book.releases(of: "acme", settled: { $0 != "c" ? [time] : [] }) {
            #expect(!release.products.contains("c"))
            book.take(release)
            for (id, hold) in holds where hold.state == .settled {
                guard hold.request.organization == "acme",
                    release.products.contains(hold.request.product),
                    let endedAt = hold.endedAt, release.settled.contains(endedAt)
                else { continue }
                holds[id] = Hold(
                    id: id, request: hold.request, createdAt: hold.createdAt, state: .reported,
                    settledCredits: hold.settledCredits, endedAt: endedAt)
            }
        }
        let left = holds.values.filter { hold in
            hold.state == .settled && hold.request.organization == "acme"
                && hold.request.product != "c" && (hold.endedAt.map { $0 < before } ?? false)
        }
        #expect(left.isEmpty, "a release was forgotten")
    }

    @Test("sums that do not fit stay at the largest amount and free nothing")
    func largest() {
        var book = HoldBook()
        let first = Hold(
            id: "1", request: Self.request(micro: .max), createdAt: Timestamp(milliseconds: 0))
        let second = Hold(
            id: "2", request: Self.request(micro: .max), createdAt: Timestamp(milliseconds: 0))
        book.take(first)
        book.take(second)
        #expect(book.credits(of: "acme").total.held.microCredits == .max)
        book.take(first.ended(.voided, at: Timestamp(milliseconds: 1)))
        #expect(book.credits(of: "acme").total.held.microCredits == .max)
        book.take(second.ended(.voided, at: Timestamp(milliseconds: 1)))
        #expect(book.credits(of: "acme").isEmpty)
    }

    @Test("a settlement at the release's instant is not yet reported")
    func boundary() {
        var book = HoldBook()
        for at in [10, 11, 12] as [Int64] {
            let hold = Hold(
                id: "\(at)", request: Self.request(), createdAt: Timestamp(milliseconds: 0))
            book.take(hold)
            book.take(
                hold.ended(
                    .settled(CreditAmount(microCredits: at)), at: Timestamp(milliseconds: at)))
        }
        book.take(
            HoldRelease(
                organization: "acme", products: ["chat"],
                settled: Timestamp(milliseconds: 0)..<Timestamp(milliseconds: 11)))
        #expect(book.credits(of: "acme").total.unreported.microCredits == 23)
        let times = [0..<11, 12..<13].map {
            Timestamp(milliseconds: $0.lowerBound)..<Timestamp(milliseconds: $0.upperBound)
        }
        let releases = book.releases(of: "acme") { _ in times }
        #expect(releases.map(\.settled) == [times[1]], "11 is left out, and 10 is gone")
        for release in releases { book.take(release) }
        #expect(book.credits(of: "acme").total.unreported.microCredits == 11)
    }

    @Test("who only reads may leave out what has expired, and knows when the next does")
    func expired() {
        var book = HoldBook()
        for (product, end) in [("a", 10), ("b", 20), ("a", 30)] as [(String, Int64)] {
            book.take(
                Hold(
                    id: "\(end)",
                    request: Self.request("acme", product, micro: end, timeToLive: end),
                    createdAt: Timestamp(milliseconds: 0)))
        }
        let credits = book.credits(of: "acme")
        for (now, held, next) in [(9, 60, 10), (10, 50, 20), (29, 30, 30), (30, 0, nil)]
            as [(Int64, Int64, Int64?)]
        {
            let now = Timestamp(milliseconds: now)
            #expect(credits.total(at: now).held.microCredits == held)
            #expect(credits.nextExpiry(after: now)?.milliseconds == next)
        }
        #expect(credits.total.held.microCredits == 60)
        let now = Timestamp(milliseconds: 10)
        #expect(credits.products["a"]?.sum(at: now).held.microCredits == 30)
        #expect(credits.products["b"]?.sum(at: now).held.microCredits == 20)
    }

    @Test("a settlement of nothing is released like any other")
    func nothing() {
        var book = HoldBook()
        let hold = Hold(id: "1", request: Self.request(), createdAt: Timestamp(milliseconds: 0))
        book.take(hold)
        book.take(hold.ended(.settled(.zero), at: Timestamp(milliseconds: 5)))
        let time = Timestamp(milliseconds: .min)..<Timestamp(milliseconds: 6)
        let releases = book.releases(of: "acme") { _ in [time] }
        #expect(releases.map(\.settled.lowerBound.milliseconds) == [5])
        for release in releases { book.take(release) }
        #expect(book.credits.isEmpty)
    }

    @Test("many deadlines come in their order")
    func order() {
        var dice = Dice(state: 5)
        var heap = DeadlineHeap()
        var times: [Int64] = []
        for number in 0..<500 {
            let time = Int64.random(in: 0...200, using: &dice)
            times.append(time)
            heap.insert(.init(at: Timestamp(milliseconds: time), id: "\(number)"))
        }
        let due = heap.due(at: Timestamp(milliseconds: 100)).map(\.at.milliseconds)
        #expect(due == times.filter { $0 <= 100 }.sorted())
        var found: [Int64] = []
        while let first = heap.first {
            found.append(first.at.milliseconds)
            heap.removeFirst()
        }
        #expect(found == times.sorted())
    }
}
