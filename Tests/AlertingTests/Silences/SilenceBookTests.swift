// What becomes of wishes about silences: Alertmanager's table.

import ExactJSON
import PromQL
import Testing

@testable import Alerting

func silence(
    _ id: String, _ matchers: String = "alertname=A", from start: Int64 = 0, to end: Int64 = 10_000
) throws -> Silence {
    Silence(
        id: id, matchers: try MatcherParser.parse(matchers), startsAt: start, endsAt: end,
        updatedAt: 0, createdBy: "alice@example.com", comment: "maintenance")
}

@Suite struct SilenceBookTests {
    private func wish(
        _ id: String = "", _ matchers: String = "alertname=A", from start: Int64, to end: Int64,
        comment: String = "c"
    ) throws -> SilenceProposal {
        SilenceProposal(
            id: id, matchers: try MatcherParser.parse(matchers), startsAt: start, endsAt: end,
            createdBy: "a", comment: comment)
    }

    private func words(_ silences: [Silence]) -> [String] {
        silences.map { "\($0.id) \($0.startsAt)-\($0.endsAt) \($0.matchersText)" }
    }

    @Test(
        "a silence is pending, then active, and over at its end",
        arguments: [
            (-1, SilenceState.pending), (0, .active), (9999, .active), (10_000, .expired),
        ] as [(Int64, SilenceState)])
    func states(_ now: Int64, _ state: SilenceState) throws {
        #expect(try silence("s").state(at: now) == state)
    }

    @Test("a new silence begins now at the earliest")
    func new() throws {
        let book = SilenceBook()
        let past = try book.setting(try wish(from: 0, to: 9000), freshID: "n", now: 5000)
        #expect(words(past.stored) == ["n 5000-9000 {alertname=\"A\"}"])
        #expect(past.former == nil)
        let future = try book.setting(try wish(from: 6000, to: 9000), freshID: "n", now: 5000)
        #expect(words(future.stored) == ["n 6000-9000 {alertname=\"A\"}"])
    }

    @Test(
        "a change keeps the silence, or ends it and makes another",
        arguments: [
            // Active: the end may move, matchers and begin may not.
            ("alertname=A", 0, 20_000, 5000, ["s 0-20000 {alertname=\"A\"}"]),
            ("alertname=A", 900, 20_000, 5000, ["s 900-20000 {alertname=\"A\"}"]),
            (
                "alertname=A", 1000, 20_000, 5000,
                ["s 0-5000 {alertname=\"A\"}", "n 5000-20000 {alertname=\"A\"}"]
            ),
            (
                "alertname=B", 0, 20_000, 5000,
                ["s 0-5000 {alertname=\"A\"}", "n 5000-20000 {alertname=\"B\"}"]
            ),
            // Pending: the begin may move, but not into the past.
            ("alertname=A", -500, 20_000, -1000, ["s -500-20000 {alertname=\"A\"}"]),
            // Over: it stays over.
            ("alertname=A", 0, 20_000, 10_000, ["n 10000-20000 {alertname=\"A\"}"]),
        ] as [(String, Int64, Int64, Int64, [String])])
    func change(
        _ matchers: String, _ start: Int64, _ end: Int64, _ now: Int64, _ expected: [String]
    ) throws {
        // Instants count from a base, since none may lie before 1970.
        let base: Int64 = 1_000_000
        let former = try silence("s", from: base, to: base + 10_000)
        let change = try SilenceBook([former]).setting(
            try wish("s", matchers, from: base + start, to: base + end), freshID: "n",
            now: base + now)
        let shown = change.stored.map {
            "\($0.id) \($0.startsAt - base)-\($0.endsAt - base) \($0.matchersText)"
        }
        #expect(shown == expected)
        #expect(change.former == former)
    }

    @Test("ending: an active one ends now, a pending one never begins, one that is over stays")
    func expiring() throws {
        let book = SilenceBook([try silence("s", from: 1000, to: 9000)])
        #expect(
            words(try #require(try book.expiring("s", now: 5000)).stored)
                == ["s 1000-5000 {alertname=\"A\"}"])
        #expect(
            words(try #require(try book.expiring("s", now: 500)).stored)
                == ["s 500-500 {alertname=\"A\"}"])
        #expect(try book.expiring("s", now: 9000) == nil)
        #expect(throws: SilenceError.notFound) { try book.expiring("x", now: 0) }
    }

    @Test(
        "wishes are refused in Alertmanager's words",
        arguments: [
            ("a=b", 10, 10, "start time must be before end time"),
            ("a=b", 10, 9, "start time must be before end time"),
            ("a=b", 1, 4, "end time can't be in the past"),
            ("a=\"\"", 1, 10, "at least one matcher must not match the empty string"),
            ("a=~\".*\"", 1, 10, "at least one matcher must not match the empty string"),
            ("a!=b", 1, 10, "at least one matcher must not match the empty string"),
            ("a=b", -1, 10, "between 1970 and 9999"),
            ("a=b", 1, .max, "between 1970 and 9999"),
        ] as [(String, Int64, Int64, String)])
    func refusals(_ matchers: String, _ start: Int64, _ end: Int64, _ words: String) throws {
        let wish = try wish("", matchers, from: start, to: end)
        let error = #expect(throws: SilenceError.self) {
            try SilenceBook().setting(wish, freshID: "n", now: 5)
        }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test("an unknown identifier, no matcher and what the ledger cannot hold are refused")
    func otherRefusals() throws {
        let unknown = try wish("s", from: 1, to: 10)
        #expect(throws: SilenceError.notFound) {
            try SilenceBook().setting(unknown, freshID: "n", now: 5)
        }
        let none = SilenceProposal(
            matchers: [], startsAt: 1, endsAt: 10, createdBy: "a", comment: "c")
        #expect(throws: SilenceError.invalid("silence invalid: at least one matcher required")) {
            try SilenceBook().setting(none, freshID: "n", now: 5)
        }
        for comment in ["\u{0}", String(repeating: "x", count: 20_000)] {
            let wish = try wish(from: 1, to: 10, comment: comment)
            #expect(throws: SilenceError.self) {
                try SilenceBook().setting(wish, freshID: "n", now: 5)
            }
        }
    }

    @Test("the number of silences is bounded")
    func bound() throws {
        let full = SilenceBook(
            try (0..<SilenceBook.maximumCount).map { try silence("\($0)", to: 100) })
        let wish = try wish(from: 1, to: 10)
        let error = #expect(throws: SilenceError.self) {
            try full.setting(wish, freshID: "n", now: 5)
        }
        #expect(error?.description.contains("exceeded maximum number of silences") == true)
    }

    @Test("listed as Alertmanager lists them, and forgotten after 120 hours")
    func list() throws {
        var book = SilenceBook([
            try silence("over-early", to: 100), try silence("over-late", to: 200),
            try silence("soon", from: 2000, to: 9000), try silence("later", from: 3000, to: 4000),
            try silence("long", to: 9000), try silence("short", to: 5000),
        ])
        #expect(
            book.list(at: 1000).map(\.id) == [
                "short", "long", "soon", "later", "over-late", "over-early",
            ])
        #expect(book.counts(at: 1000) == [.active: 2, .pending: 2, .expired: 2])
        #expect(!book.hasOutdated(at: 100 + SilenceBook.retention))
        #expect(book.hasOutdated(at: 101 + SilenceBook.retention))
        book.dropOutdated(at: 101 + SilenceBook.retention)
        #expect(book["over-early"] == nil)
        #expect(book["over-late"] != nil)
    }

    @Test(
        "matchers: anchored regular expressions, absent labels, names in UTF-8",
        arguments: [
            ("alertname=~\"Usage.*\"", true), ("alertname=~\"sage\"", false),
            ("alertname=~\"Usage|Other\"", false), ("team=\"\",alertname=UsageHigh", true),
            ("team!=\"\",alertname=UsageHigh", false), ("\"größe in m\"=\"ü\"", true),
            ("größe!=x,alertname!~\"Other\"", true),
            ("alertname=UsageHigh,organization=globex", false),
        ])
    func matching(_ matchers: String, _ expected: Bool) throws {
        let alert = alert("UsageHigh", labels: ["größe in m": "ü"])
        #expect(try silence("s", matchers).matches(alert.series) == expected)
    }

    @Test("matchers survive JSON")
    func json() throws {
        let matchers = try MatcherParser.parse(#"a="b",c!=d,e=~"f.*|g",h!~"i","j k"="\"ü""#)
        let list = try #require(SilenceMatchers.json(matchers).arrayValue)
        #expect(try SilenceMatchers.read(list) == matchers)
        #expect(
            list.first?.text() == #"{"isEqual":true,"isRegex":false,"name":"a","value":"b"}"#)
    }
}
