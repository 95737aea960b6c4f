// The posting rules, poll by poll.

import Credits
import Ledger
import Testing

@Suite("Posting")
struct PostingTests {
    /// Polls in order, and the lines that each posts.
    struct Story: Sendable, CustomTestStringConvertible {
        let name: String
        let polls: [(poll: Poll, lines: [String])]

        init(_ name: String, _ polls: [(Poll, [String])]) {
            self.name = name
            self.polls = polls.map { (poll: $0.0, lines: $0.1) }
        }

        var testDescription: String { name }
    }

    static let stories: [Story] = [
        Story(
            "the first statement posts all of it, by day and key",
            [
                (
                    Poll(readings: "2 kit 3, 1 studio 2.5, 1 kit 0.000001"),
                    ["1 kit usage 0.000001 r1", "1 studio usage 2.5 r1", "2 kit usage 3 r1"]
                )
            ]),
        Story(
            "a replayed poll posts nothing",
            [
                (Poll(readings: "1 kit 3"), ["1 kit usage 3 r1"]),
                (Poll(readings: "1 kit 3"), []), (Poll(readings: "1 kit 3.0"), []),
            ]),
        Story(
            "a restatement posts the difference, up as use, down as correction",
            [
                (Poll(readings: "1 kit 3"), ["1 kit usage 3 r1"]),
                (Poll(readings: "1 kit 10"), ["1 kit usage 7 r2"]),
                (Poll(readings: "1 kit 4"), ["1 kit correction -6 r3"]),
                (Poll(readings: "1 kit 0"), ["1 kit correction -4 r4"]),
                (Poll(readings: "1 kit 1"), ["1 kit usage 1 r5"]),
            ]),
        Story(
            "a zero that nothing was posted for posts nothing",
            [(Poll(readings: "1 kit 0, 2 kit 0.0000001"), [])]),
        Story(
            "credits are rounded once, half to even, at the sixth place",
            [
                (Poll(readings: "1 kit 3, 2 kit 1", rate: "0.0000005"), ["1 kit usage 0.000002 r1"])
            ]),
        Story(
            "a key stated twice in one poll ends at its last statement",
            [(Poll(readings: "1 kit 3, 1 kit 5"), ["1 kit usage 3 r1", "1 kit usage 2 r2"])]),
        Story(
            "products that are disabled are passed over, and nothing of them is taken back",
            [
                (
                    Poll(readings: "1 kit 3, 1 studio 1"),
                    ["1 kit usage 3 r1", "1 studio usage 1 r1"]
                ),
                (
                    Poll(readings: "1 kit 9, 1 studio 2", absence: .zero, disabled: ["kit"]),
                    ["1 studio usage 1 r2"]
                ),
                (Poll(readings: "1 studio 2", absence: .zero, disabled: ["kit"]), []),
                (Poll(readings: "1 kit 9, 1 studio 2"), ["1 kit usage 6 r2"]),
            ]),
    ]

    static let absences: [Story] = [
        Story(
            "keep: an absent key stays",
            [
                (Poll(readings: "1 kit 3, 2 kit 1"), ["1 kit usage 3 r1", "2 kit usage 1 r1"]),
                (Poll(readings: "2 kit 1"), []), (Poll(readings: ""), []),
            ]),
        Story(
            "zero: an absent key goes to zero at once, and only once",
            [
                (Poll(readings: "1 kit 3, 2 kit 1"), ["1 kit usage 3 r1", "2 kit usage 1 r1"]),
                (Poll(readings: "2 kit 1", absence: .zero), ["1 kit correction -3 r2"]),
                (Poll(readings: "2 kit 1", absence: .zero), []),
                (Poll(readings: "1 kit 3, 2 kit 1", absence: .zero), ["1 kit usage 3 r3"]),
            ]),
        Story(
            "confirm: an absent key goes to zero when absent twice in a row",
            [
                (Poll(readings: "1 kit 3"), ["1 kit usage 3 r1"]),
                (Poll(readings: "", absence: .confirm), []),
                (Poll(readings: "", absence: .confirm), ["1 kit correction -3 r2"]),
                (Poll(readings: "", absence: .confirm), []),
            ]),
        Story(
            "confirm: a key that comes back begins anew",
            [
                (Poll(readings: "1 kit 3"), ["1 kit usage 3 r1"]),
                (Poll(readings: "", absence: .confirm), []),
                (Poll(readings: "1 kit 3", absence: .confirm), []),
                (Poll(readings: "", absence: .confirm), []),
                (Poll(readings: "", absence: .confirm), ["1 kit correction -3 r2"]),
            ]),
        Story(
            "a day outside the window is not absent",
            [
                (
                    Poll(readings: "1 kit 3, 5 kit 1, 9 kit 1"),
                    ["1 kit usage 3 r1", "5 kit usage 1 r1", "9 kit usage 1 r1"]
                ),
                (Poll(readings: "", absence: .zero, days: 2...8), ["5 kit correction -1 r2"]),
            ]),
    ]

    static let replacements: [Story] = [
        Story(
            "a source that replaces another takes over its keys instead of counting twice",
            [
                (Poll(readings: "1 kit 3"), ["1 kit usage 3 r1"]),
                (
                    Poll(readings: "1 kit 4, 2 kit 1", source: "new", replaces: ["meter"]),
                    ["1 kit usage 1 r2", "2 kit usage 1 r1"]
                ),
                (Poll(readings: "1 kit 4, 2 kit 1", source: "new", replaces: ["meter"]), []),
                (
                    Poll(readings: "1 kit 2", source: "new", replaces: ["meter"], absence: .zero),
                    ["1 kit correction -2 r3", "2 kit correction -1 r2"]
                ),
            ]),
        Story(
            "of several sources replaced, the first takes the value and the others go to zero",
            [
                (Poll(readings: "1 kit 3", source: "a"), ["1 kit usage 3 r1"]),
                (Poll(readings: "1 kit 2", source: "b"), ["1 kit usage 2 r1"]),
                (
                    Poll(readings: "1 kit 5", source: "new", replaces: ["a", "b"]),
                    ["1 kit usage 2 r2", "1 kit correction -2 r2"]
                ),
                (Poll(readings: "1 kit 5", source: "new", replaces: ["a", "b"]), []),
            ]),
        Story(
            "a source with keys of its own sets those that it replaces to zero",
            [
                (Poll(readings: "1 kit 3"), ["1 kit usage 3 r1"]),
                (Poll(readings: "1 kit 4", source: "new"), ["1 kit usage 4 r1"]),
                (
                    Poll(readings: "1 kit 4", source: "new", replaces: ["meter"]),
                    ["1 kit correction -3 r2"]
                ),
            ]),
    ]

    @Test("polls post what the rules say", arguments: stories + absences + replacements)
    func posts(_ story: Story) throws {
        var books = Books()
        for (poll, lines) in story.polls {
            #expect(try books.post(poll) == lines, "\(poll)")
        }
        #expect(books.findings().isEmpty)
    }

    @Test("every entry says what the source stated, and by whom it was posted")
    func provenance() throws {
        var books = Books()
        _ = try books.post(Poll(readings: "1 kit 3"))
        _ = try books.post(
            Poll(readings: "1 kit 4.5", source: "new", replaces: ["meter"], rate: "2"))
        let entry = try #require(books.entries.last)
        #expect(entry.quantity == "4.5")
        #expect(entry.rate == "2")
        #expect(entry.credits == CreditAmount(microCredits: 6_000_000))
        #expect(entry.source == "new")
        #expect(entry.key == "meter/acme/kit/credits/2026-06-01/P1D")
        #expect(books.posted.map(\.source) == ["meter"])
    }

    @Test("a difference that does not fit is an error, and nothing is planned")
    func overflow() throws {
        let limit = "9223372036854.775807"
        var books = Books()
        _ = try books.post(Poll(readings: "1 kit 1"))
        let first = try #require(books.posted.first)
        books.posted = [
            PostedKey(
                key: first.key, source: first.source, organization: first.organization,
                product: first.product, unit: first.unit, day: first.day,
                credits: CreditAmount(microCredits: .min), revision: 1)
        ]
        let before = books.posted
        #expect(throws: AmountError.self) {
            try books.post(Poll(readings: "1 kit 1"))
        }
        #expect(books.posted == before)
        #expect(throws: AmountError.self) {
            try Poll(readings: "1 kit \(limit)", rate: "2").request()
        }
    }

    @Test("the order of readings does not change what is posted")
    func orderOfReadings() throws {
        let readings = ["1 kit 3", "2 kit 1", "1 studio 2", "3 app 9"]
        var first = Books()
        let lines = try first.post(Poll(readings: readings.joined(separator: ", ")))
        for _ in 0..<20 {
            var books = Books()
            let shuffled = readings.shuffled().joined(separator: ", ")
            #expect(try books.post(Poll(readings: shuffled)) == lines)
            #expect(books.entries == first.entries)
        }
    }
}
