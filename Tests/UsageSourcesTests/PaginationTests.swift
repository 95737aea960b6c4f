// Pages follow each other to the end, or the poll fails as a whole.

import Credits
import Testing

@testable import UsageSources

@Suite struct PaginationTests {
    private func script(_ paginate: String, url: String = "https://a.example/u") throws
        -> PollScript
    {
        PollScript(
            try SourceFixture.definition(
                "request: {url: \"\(url)\"}", "paginate: " + paginate,
                "map: {rows: '$.r[*]', day: $.d, product: $.p, credits: $.c}"))
    }

    private static let cursor = "{kind: cursor, next: $.next, into: query.c}"
    private static let flagged = "{kind: cursor, next: $.next, more: $.more, into: query.c}"
    private static let numbered = "{kind: page, total_pages: $.total, into: query.p}"
    private static let untilEmpty = "{kind: page, stop_when_empty: $.r, into: query.p, first: 0}"

    private static func page(_ credits: Int, _ rest: String, product: String = "a") -> String {
        "{\"r\": [{\"d\": \"2026-11-02\", \"p\": \"\(product)\", \"c\": \(credits)}], \(rest)}"
    }

    private static func twoRows(_ rest: String) -> String {
        let row = #"{"d": "2026-11-02", "p": "a", "c": 1}"#
        return "{\"r\": [\(row), \(row)], \(rest)}"
    }

    @Test func oneRowThatComesTwiceIsSummed() throws {
        var script = try script(Self.cursor)
        let result = try script.result(
            Self.page(5, #""next": "b""#), Self.page(5, #""next": null"#))
        #expect(result.summary == ["2026-11-02 a 10"])
    }

    @Test func emptyPagesMayFollowEachOther() throws {
        var script = try script(Self.numbered)
        let result = try script.result(
            #"{"r": [], "total": 2, "page": 1}"#, #"{"r": [], "total": 2, "page": 2}"#)
        #expect(result.pageCount == 2)
    }

    @Test func cursorsAreFollowedAndRowsOfAllPagesAreSummed() throws {
        var script = try script(Self.cursor)
        let result = try script.result(
            Self.page(1, #""next": "x/y+z=""#), Self.page(2, #""next": 7"#),
            Self.page(4, #""next": null"#))
        #expect(
            script.requests.map(\.url) == [
                "https://a.example/u", "https://a.example/u?c=x%2Fy%2Bz%3D",
                "https://a.example/u?c=7",
            ])
        #expect(result.summary == ["2026-11-02 a 7"])
        #expect(result.pageCount == 3)
        #expect(result.rowCount == 3)
        #expect(result.requestCount == 3)
    }

    static let lastPages = [#""next": null"#, #""next": """#, #""other": 1"#]

    @Test(arguments: lastPages)
    func aPageWithoutCursorIsTheLast(_ rest: String) throws {
        var script = try script(Self.cursor)
        #expect(try script.result(Self.page(1, rest)).pageCount == 1)
    }

    @Test func aPlaceholderMayTakeTheCursor() throws {
        var script = try script(
            "{kind: cursor, next: $.next}", url: "https://a.example/u?c={cursor}")
        _ = try script.result(Self.page(1, #""next": "b c""#), Self.page(2, #""next": null"#))
        #expect(
            script.requests.map(\.url) == ["https://a.example/u?c=", "https://a.example/u?c=b%20c"])
    }

    @Test func theFlagEndsThePagesWhateverTheCursorSays() throws {
        var script = try script(Self.flagged)
        let result = try script.result(
            Self.page(1, #""next": "b", "more": true"#),
            Self.page(2, #""next": "b", "more": false"#))
        #expect(result.pageCount == 2)
    }

    @Test func numbersAreCountedUpToTheTotal() throws {
        var script = try script(Self.numbered)
        let result = try script.result(
            Self.page(1, #""total": 3"#), Self.page(2, #""total": "3""#),
            Self.page(4, #""total": 3"#))
        #expect(script.requests.map(\.url).map { $0.suffix(4) } == ["?p=1", "?p=2", "?p=3"])
        #expect(result.summary == ["2026-11-02 a 7"])
    }

    @Test func noPagesAtAllIsOnePage() throws {
        var script = try script(Self.numbered)
        #expect(try script.result(#"{"r": [], "total": 0}"#).readings.isEmpty)
    }

    @Test func numbersAreCountedUntilAPageIsEmpty() throws {
        var script = try script(Self.untilEmpty)
        let result = try script.result(
            Self.page(1, #""a": 1"#), Self.page(2, #""a": 1"#), #"{"r": []}"#)
        #expect(script.requests.map(\.url).map { $0.suffix(4) } == ["?p=0", "?p=1", "?p=2"])
        #expect(result.summary == ["2026-11-02 a 3"])
        #expect(result.pageCount == 3)
    }

    @Test func aPathOfManyStopsWhereItSelectsNothing() throws {
        var script = try script("{kind: page, stop_when_empty: '$.r[*]', into: query.p}")
        #expect(try script.result(Self.page(1, #""a": 1"#), #"{"r": []}"#).pageCount == 2)
    }

    static let broken: [(paginate: String, pages: [String], message: String)] = [
        (
            cursor, [page(1, #""next": "b""#), page(2, #""next": "b""#)],
            "page 2: the cursor \"b\" came twice; the source goes in circles"
        ),
        (
            cursor,
            [page(1, #""next": "b""#), page(2, #""next": "c""#), page(3, #""next": "b""#)],
            "page 3: the cursor \"b\" came twice; the source goes in circles"
        ),
        (
            numbered, [page(1, #""total": 3"#), page(2, #""total": 3"#), page(1, #""total": 3"#)],
            "page 3: repeats page 1 byte for byte; check `paginate.into`, the source seems to "
                + "ignore it"
        ),
        // The number that a page echoes does not make its rows other rows.
        (
            numbered, [page(1, #""total": 3, "page": 1"#), page(1, #""total": 3, "page": 2"#)],
            "page 2: repeats the rows of page 1; check `paginate.into`, the source seems to "
                + "ignore it"
        ),
        (
            cursor, [twoRows(#""next": "b""#), twoRows(#""next": "c""#)],
            "page 2: repeats the rows of page 1; check `paginate.into`, the source seems to "
                + "ignore it"
        ),
        (
            flagged, [page(1, #""next": null, "more": true"#)],
            "page 1: says that more pages follow, but $.next holds no cursor"
        ),
        (
            flagged, [page(1, #""next": "", "more": true"#)],
            "page 1: says that more pages follow, but $.next holds no cursor"
        ),
        (
            flagged, [page(1, #""next": null"#)],
            "page 1: $.more is not true or false, so it is not known whether more follows"
        ),
        (
            flagged, [page(1, #""next": null, "more": "no""#)],
            "page 1: $.more is not true or false, so it is not known whether more follows"
        ),
        (
            "{kind: cursor, next: $.next, into: query.c, max_pages: 2}",
            [page(1, #""next": "b""#), page(2, #""next": "c""#)],
            "page 2: more pages follow than `paginate.max_pages` (2) allows"
        ),
        (
            numbered,
            [
                page(1, #""total": 3"#), page(2, #""total": 4"#), page(1, #""total": 3"#),
                page(2, #""total": 4"#),
            ],
            "page 2: the number of pages changed from 3 to 4 during the poll"
        ),
        (
            numbered, [page(1, #""pages": 3"#)],
            "page 1: $.total: expected the number of pages, found nothing"
        ),
        (
            numbered, [page(1, #""total": -1"#)],
            "page 1: $.total: expected the number of pages, found -1"
        ),
        (
            "{kind: page, stop_when_empty: $.more, into: query.p}", [page(1, #""a": 1"#)],
            "page 1: $.more is missing, so it is not known whether more follows"
        ),
        (
            "{kind: page, stop_when_empty: $.more, into: query.p}", [page(1, #""more": true"#)],
            "page 1: $.more is a boolean, expected an array or an object"
        ),
    ]

    @Test(arguments: broken)
    func pagesThatDoNotAddUpFailThePoll(
        _ paginate: String, _ pages: [String], _ message: String
    ) throws {
        var script = try script(paginate)
        let failure = try script.failure(pages.map { .json($0) })
        #expect(failure == PollFailure(.incompletePages, message))
    }

    @Test func aTotalThatChangesBeginsThePagesAnewOnce() throws {
        var script = try script(Self.numbered)
        let result = try script.result(
            Self.page(1, #""total": 2"#), Self.page(2, #""total": 3"#),
            Self.page(3, #""total": 3"#), Self.page(4, #""total": 3"#),
            Self.page(5, #""total": 3"#))
        #expect(result.summary == ["2026-11-02 a 12"], "nothing of the first reading is left")
        #expect(result.hasRestarted)
        #expect(result.pageCount == 3)
        #expect(
            script.requests.map { $0.url.split(separator: "=").last } == ["1", "2", "1", "2", "3"])
    }

    @Test func theTotalOfAllRowsMayBeWatchedWhateverEndsThePages() throws {
        let paginate = "{kind: page, stop_when_empty: $.r, into: query.p, total: $.n}"
        var script = try script(paginate)
        let empty = #"{"r": [], "n": 2}"#
        let result = try script.result(
            Self.page(1, #""n": 1"#), Self.page(2, #""n": 2"#), Self.page(1, #""n": 2"#),
            Self.page(2, #""n": 2"#, product: "b"), empty)
        #expect(result.summary == ["2026-11-02 a 1", "2026-11-02 b 2"])
        var broken = try self.script(paginate)
        let failure = try broken.failure([.json(Self.page(1, #""m": 1"#))])
        #expect(failure.message == "page 1: $.n: expected the number of rows, found nothing")
    }

    @Test func aCursorIsATextOrANumber() throws {
        var script = try script(Self.cursor)
        let failure = try script.failure([.json(Self.page(1, #""next": {"a": 1}"#))])
        #expect(
            failure == PollFailure(.badValue, "page 1, $.next: expected a cursor, found an object"))
    }

    @Test func aCursorHasABound() throws {
        var script = try script(Self.cursor)
        let long = String(repeating: "c", count: 4097)
        let failure = try script.failure([.json(Self.page(1, "\"next\": \"\(long)\""))])
        #expect(failure.reason == .badValue)
        #expect(failure.message == "page 1, $.next: the cursor is longer than 4096 bytes")
    }

    @Test func aFailingPageFailsTheWholePollAndNamesThePage() throws {
        var script = try script(Self.cursor)
        let failure = try script.failure([
            .json(Self.page(1, #""next": "b""#)),
            .json(#"{"r": [{"d": "2026-11-02", "p": "a", "c": "x"}], "next": null}"#),
        ])
        #expect(
            failure == PollFailure(.badValue, "page 2, $['r'][0]['c']: \"x\" is not a number"))
    }

    @Test func thePollHasABoundOverAllPages() throws {
        let source = try SourceFixture.definition(
            "request: {url: https://a.example/, max_body: 64MiB}", "paginate: " + Self.cursor,
            "map: {rows: '$.r[*]', day: $.d, product: $.p, credits: $.c}")
        var script = PollScript(source)
        let filler = String(repeating: " ", count: 33 << 20)
        let failure = try script.failure([
            .json(#"{"r": [], "next": "b"}"# + filler), .json(#"{"r": [], "next": "c"}"# + filler),
        ])
        #expect(failure == PollFailure(.tooLarge, "page 2: the poll has more than 64 MiB"))
    }
}
