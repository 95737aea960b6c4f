// Pages, windows and damage of the usage APIs' answers.

import Testing
import UsageSimulation

@Suite("Answers of the usage APIs")
struct VendorAnswerTests {
    static func calendar() throws -> SimulatedCalendar {
        try #require(SimulatedCalendar(identifier: "UTC"))
    }

    static func query(_ interface: VendorInterface, _ parameters: [(name: String, value: String)])
        throws -> VendorQuery
    {
        try VendorQuery(
            interface, parameters: parameters, today: try #require(SimulatedDay("2026-11-23")),
            calendar: try calendar())
    }

    static func body(
        _ interface: VendorInterface, _ parameters: [(name: String, value: String)],
        damage: VendorFault? = nil
    ) throws -> String {
        let day = try #require(SimulatedDay("2026-11-23"))
        let rows = ["a", "b", "c"].map {
            UsageRow(day: day, product: $0, credits: SimulatedAmount(micros: 1_500_000))
        }
        let totals = ["a", "b", "c"].map {
            TokenTotal(day: day, product: $0, contextTokens: 5, generatedTokens: 6)
        }
        return VendorAnswer(
            interface, query: try query(interface, parameters), calendar: try calendar(),
            damage: damage
        ).body(VendorFigures(rows: rows, totals: totals))
    }

    @Test("the window is the month up to today unless it is said")
    func defaultWindow() throws {
        let query = try Self.query(.usage, [])
        #expect(query.from.description == "2026-11-01")
        #expect(query.to.description == "2026-11-23")
    }

    @Test("a bucket belongs to the window when it begins in it")
    func bucketWindow() throws {
        // From noon of the 21st to the end of the 23rd, exclusive.
        let query = try Self.query(
            .buckets, [("start_time", "1795262400"), ("end_time", "1795478400")])
        #expect(query.from.description == "2026-11-22")
        #expect(query.to.description == "2026-11-23")
    }

    @Test(
        "a query that makes no sense is refused",
        arguments: [
            (VendorInterface.usage, "from", "yesterday"), (.usage, "page_size", "0"),
            (.usage, "cursor", "rows-x"), (.pages, "page", "0"), (.buckets, "start_time", "1e9"),
        ])
    func badQuery(interface: VendorInterface, name: String, value: String) {
        #expect(throws: VendorQueryError.self) {
            try Self.query(interface, [(name, value)])
        }
    }

    @Test("cursors lead through every row once")
    func cursorPages() throws {
        let first = try Self.body(.usage, [("page_size", "2")])
        #expect(first.hasSuffix(#""next_cursor":"rows-2","has_more":true}"#))
        #expect(first.contains(#"{"date":"2026-11-23","product":"a","credits":"1.5"}"#))
        let second = try Self.body(.usage, [("page_size", "2"), ("cursor", "rows-2")])
        let row = #"{"date":"2026-11-23","product":"c","credits":"1.5"}"#
        #expect(second == #"{"usage":["# + row + #"],"next_cursor":null,"has_more":false}"#)
    }

    @Test("numbered pages know how many there are")
    func numberedPages() throws {
        let page = try Self.body(.pages, [("per_page", "2"), ("page", "2"), ("numbers", "1")])
        let row = #"{"date":"2026-11-23","product":"c","credits":1.5}"#
        #expect(page == #"{"data":["# + row + #"],"page":2,"total_pages":2}"#)
    }

    @Test("buckets have bounds in seconds, and days without usage are empty ones")
    func buckets() throws {
        let body = try Self.body(.buckets, [("start_time", "1795305600")])
        #expect(body.contains(#""start_time":1795305600,"end_time":1795392000,"results":[]"#))
        #expect(body.contains(#""product":"b","tokens":11}"#))
        #expect(body.hasSuffix(#""has_more":false,"next_page":null}"#))
    }

    @Test("token rows carry both kinds and their sum")
    func tokens() throws {
        let body = try Self.body(.dailyTokens, [])
        #expect(body.contains(#""context_tokens":5,"generated_tokens":6,"tokens":11}"#))
    }

    @Test(
        "damage is where it should be",
        arguments: [
            (VendorFault.notANumber, #""credits":NaN}"#),
            (.notANumberText, #""credits":"NaN"}"#), (.overflow, #""credits":1e400}"#),
            (.textAmount, #""credits":"abc"}"#),
            (.repeatedKey, #""credits":"1.5","credits":"1.5"}"#),
            (.outsideWindow, #"{"date":"2026-10-31""#), (.futureDay, #"{"date":"2026-12-24""#),
            (.noRows, #"{"items":[]}"#),
            (.repeatedPage, #""next_cursor":"rows-100","has_more":true}"#),
        ])
    func damage(fault: VendorFault, text: String) throws {
        #expect(try Self.body(.usage, [], damage: fault).contains(text))
        #expect(try !Self.body(.usage, []).contains(text))
    }

    @Test("a repeated page is the first one whatever is asked for")
    func repeatedPage() throws {
        for (name, value) in [("cursor", "rows-2"), ("cursor", "")] {
            let body = try Self.body(
                .usage, [("page_size", "2"), (name, value)], damage: .repeatedPage)
            #expect(body.contains(#""product":"a""#))
            #expect(body.hasSuffix(#""next_cursor":"rows-2","has_more":true}"#))
        }
        let page = try Self.body(
            .pages, [("per_page", "2"), ("page", "2")], damage: .repeatedPage)
        #expect(page.contains(#""product":"a""#))
        #expect(page.hasSuffix(#""page":2,"total_pages":3}"#))
    }

    @Test("every fault is found by its name", arguments: VendorFault.all)
    func faultNames(fault: VendorFault) {
        #expect(VendorFault(name: fault.name) == fault)
    }

    @Test(
        "what is no fault is refused", arguments: ["", "http200", "http", "throttle-0", "Hang"])
    func notAFault(name: String) {
        #expect(VendorFault(name: name) == nil)
    }
}
