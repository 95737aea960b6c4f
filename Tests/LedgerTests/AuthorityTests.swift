// Of several sources that report the same usage one counts, whatever the order of their polls.

import Credits
import Ledger
import Testing

@Suite("Authority")
struct AuthorityTests {
    /// Sources with ranks that poll 1 to 3 June.
    struct Ranked {
        var books = Books()
        var members = [
            "bill": Authority.Member(source: "bill", rank: 20),
            "gateway": Authority.Member(source: "gateway", rank: 10),
        ]
        var finished: [String: Set<CalendarDay>] = [:]
        var superseded: Int64 = 0

        /// Posts a poll whose days have ended through one of June; the sums of all products.
        @discardableResult
        mutating func poll(_ source: String, _ readings: String, ended: Int64) throws -> String {
            var poll = Poll(readings: readings)
            poll.source = source
            poll.days = 1...3
            var request = try poll.request()
            request.finishedThrough = CalendarDay(year: 2026, month: 6, day: ended)
            request.authority = Authority(members: members, finished: finished)
            let plan = try Posting.plan(request, posted: books.posted)
            for key in plan.posted {
                books.posted.removeAll { $0.key == key.key }
                books.posted.append(key)
            }
            books.entries += Chain.extend(
                books.head, organization: "acme", drafts: plan.drafts, poll: "poll",
                recordedAt: Books.instant)
            if let days = request.finishedDays {
                for day in days.first.daysSinceEpoch...days.last.daysSinceEpoch {
                    finished[source, default: []].insert(CalendarDay(daysSinceEpoch: day))
                }
            }
            superseded = plan.supersededCount
            return counted
        }

        var counted: String {
            books.posted.filter { $0.credits != .zero }
                .sorted { ($0.day, $0.source) < ($1.day, $1.source) }
                .map { "\($0.day.components.day) \($0.source) \($0.credits)" }
                .joined(separator: ", ")
        }
    }

    @Test("the higher rank replaces the lower once the day has ended, by the difference")
    func replacement() throws {
        var ranked = Ranked()
        try ranked.poll("gateway", "1 kit 10, 2 kit 5", ended: 1)
        #expect(try ranked.poll("bill", "1 kit 12", ended: 1) == "1 bill 12, 2 gateway 5")
        let last = ranked.books.entries.suffix(2)
        #expect(last.map(\.credits.description) == ["12", "-10"])
        #expect(last.map(\.kind) == [.usage, .correction])
        #expect(last.map(\.note) == ["", "superseded by bill"])
        #expect(last.map(\.source) == ["bill", "bill"])
        #expect(ranked.books.findings().isEmpty)
        // Later polls of the lower one change nothing for that day.
        let counted = try ranked.poll("gateway", "1 kit 11, 2 kit 6", ended: 1)
        #expect(counted == "1 bill 12, 2 gateway 6")
        #expect(ranked.superseded == 1)
        #expect(ranked.books.findings().isEmpty)
    }

    @Test("a day that has not ended is the live source's; the higher rank waits")
    func today() throws {
        var ranked = Ranked()
        #expect(try ranked.poll("bill", "3 kit 7", ended: 2) == "3 bill 7", "nobody else yet")
        #expect(try ranked.poll("gateway", "3 kit 9", ended: 2) == "3 gateway 9")
        #expect(try ranked.poll("bill", "3 kit 8", ended: 2) == "3 gateway 9")
        #expect(ranked.superseded == 1)
        #expect(try ranked.poll("gateway", "3 kit 9.5", ended: 3) == "3 gateway 9.5")
        #expect(try ranked.poll("bill", "3 kit 10", ended: 3) == "3 bill 10")
        #expect(ranked.books.findings().isEmpty)
    }

    @Test("a zero of the higher rank counts too; what it does not list stays")
    func zero() throws {
        var ranked = Ranked()
        try ranked.poll("gateway", "1 kit 10, 1 studio 3", ended: 1)
        #expect(try ranked.poll("bill", "1 kit 0", ended: 1) == "1 gateway 3")
        #expect(try ranked.poll("gateway", "1 kit 10, 1 studio 3", ended: 1) == "1 gateway 3")
        #expect(ranked.superseded == 1)
        // A zero that comes first is remembered as well.
        var early = Ranked()
        try early.poll("bill", "1 kit 0", ended: 1)
        #expect(try early.poll("gateway", "1 kit 10", ended: 1).isEmpty)
        #expect(early.books.findings().isEmpty)
    }

    @Test("a replay of either source posts nothing", arguments: ["bill", "gateway"])
    func replay(_ source: String) throws {
        var ranked = Ranked()
        try ranked.poll("gateway", "1 kit 10", ended: 1)
        try ranked.poll("bill", "1 kit 12", ended: 1)
        let before = ranked.books.entries
        try ranked.poll(source, source == "bill" ? "1 kit 12" : "1 kit 10", ended: 1)
        #expect(ranked.books.entries == before)
    }

    @Test("the order of polls does not change what counts")
    func order() throws {
        for bill in 0..<4 {
            var ranked = Ranked()
            for step in 0..<4 {
                if step == bill { try ranked.poll("bill", "1 kit 12", ended: 1) }
                try ranked.poll("gateway", "1 kit \(step + 1)", ended: 1)
            }
            #expect(ranked.counted == "1 bill 12")
        }
    }

    @Test("without a rank sources add up, also with those that have one")
    func unranked() throws {
        var ranked = Ranked()
        try ranked.poll("gateway", "1 kit 10", ended: 1)
        try ranked.poll("meter", "1 kit 4", ended: 1)
        #expect(try ranked.poll("bill", "1 kit 12", ended: 1) == "1 bill 12, 1 meter 4")
        ranked.members = [:]
        #expect(
            try ranked.poll("gateway", "1 kit 10", ended: 1)
                == "1 bill 12, 1 gateway 10, 1 meter 4")
    }

    @Test("equal ranks add up and replace lower ones together")
    func equalRanks() throws {
        var ranked = Ranked()
        ranked.members["second"] = Authority.Member(source: "second", rank: 20)
        try ranked.poll("gateway", "1 kit 10", ended: 1)
        try ranked.poll("bill", "1 kit 6", ended: 1)
        #expect(try ranked.poll("second", "1 kit 5", ended: 1) == "1 bill 6, 1 second 5")
    }

    @Test("ranks that change sides take effect with the next polls")
    func swap() throws {
        var ranked = Ranked()
        try ranked.poll("gateway", "1 kit 10", ended: 1)
        try ranked.poll("bill", "1 kit 12", ended: 1)
        ranked.members["gateway"] = Authority.Member(source: "gateway", rank: 30)
        #expect(try ranked.poll("bill", "1 kit 13", ended: 1) == "1 bill 12")
        #expect(try ranked.poll("gateway", "1 kit 10", ended: 1) == "1 gateway 10")
        #expect(ranked.books.findings().isEmpty)
    }
}
