// What the vendor says about finality decides over absent keys; locked days are marked.

import Credits
import Ledger
import Testing

@Suite("Finality")
struct FinalityTests {
    private let first = CalendarDay(year: 2026, month: 6, day: 1)

    private func plan(
        absence: AbsencePolicy, final: Bool?
    ) throws -> PostingPlan {
        let first = try #require(first)
        var books = Books()
        _ = try books.post(Poll(readings: "1 kit 5, 1 studio 1"))
        var poll = Poll(readings: "1 studio 1")
        poll.absence = absence
        poll.days = 1...2
        var request = try poll.request()
        if let final { request.finality = [first: final] }
        return try Posting.plan(request, posted: books.posted)
    }

    @Test("a day said to be final needs no second poll", arguments: [AbsencePolicy.confirm, .zero])
    func final(_ absence: AbsencePolicy) throws {
        let plan = try plan(absence: absence, final: true)
        #expect(plan.drafts.map(\.credits.description) == ["-5"])
        #expect(plan.unconfirmedAbsences.isEmpty)
    }

    @Test("a day said not to be final loses no key", arguments: [AbsencePolicy.confirm, .zero])
    func estimated(_ absence: AbsencePolicy) throws {
        let plan = try plan(absence: absence, final: false)
        #expect(plan.drafts.isEmpty)
        #expect(plan.unconfirmedAbsences.isEmpty)
    }

    @Test("where nothing is said the policy decides; `keep` always keeps")
    func unsaid() throws {
        #expect(try plan(absence: .confirm, final: nil).unconfirmedAbsences.count == 1)
        #expect(try plan(absence: .zero, final: nil).drafts.count == 1)
        for final in [true, false, nil] {
            #expect(try plan(absence: .keep, final: final).drafts.isEmpty)
        }
    }

    @Test("a change of a locked day keeps its day and says so")
    func locked() throws {
        let first = try #require(first)
        var books = Books()
        _ = try books.post(Poll(readings: "1 kit 5, 2 kit 5"))
        var request = try Poll(readings: "1 kit 6, 2 kit 6").request()
        request.lockedDays = [first]
        let drafts = try Posting.plan(request, posted: books.posted).drafts
        #expect(drafts.map(\.day.components.day) == [1, 2])
        #expect(drafts.map(\.note) == ["late adjustment of 2026-06-01, which was locked", ""])
    }
}
