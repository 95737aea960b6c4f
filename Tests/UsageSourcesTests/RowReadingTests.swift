// From the rows of a page to readings, and every way in which a row can be wrong.

import Credits
import Testing

@testable import UsageSources

@Suite struct RowReadingTests {
    private static let usual =
        "{rows: '$.usage[*]', day: $.date, product: $.product, credits: $.credits}"

    private func poll(map: String = usual, _ page: String) throws -> PollResult {
        var script = PollScript(try SourceFixture.definition(map: map))
        return try script.result(page)
    }

    private func failure(map: String = usual, _ page: String) throws -> PollFailure {
        var script = PollScript(try SourceFixture.definition(map: map))
        return try script.failure([.json(page)])
    }

    @Test func rowsBecomeReadingsSortedByKey() throws {
        let result = try poll(
            """
            {"usage": [
              {"date": "2026-11-03", "product": "b", "credits": 1.5},
              {"date": "2026-11-02", "product": "b", "credits": "2"},
              {"date": "2026-11-02", "product": "a", "credits": -0.25}
            ]}
            """)
        #expect(
            result.summary == ["2026-11-02 a -0.25", "2026-11-02 b 2", "2026-11-03 b 1.5"])
        let keys = result.readings.map(\.key.canonicalText)
        #expect(keys == keys.sorted())
        #expect(keys.first == "usage/acme/a/credits/2026-11-02/P1D")
        #expect(result.rowCount == 3)
        #expect(result.pageCount == 1)
        #expect(result.requestCount == 1)
        #expect(result.ignoredRowCount == 0)
        #expect(result.window.first.description == "2026-11-01")
        #expect(result.window.last.description == "2026-11-23")
        #expect(result.rows.isEmpty)
    }

    @Test func rowsAtOneKeyAreSummedExactlyAndRoundedOnce() throws {
        // Each row alone would round to 0.000001 or to nothing.
        let rows = Array(
            repeating: #"{"date": "2026-11-02", "product": "a", "credits": 0.0000004}"#, count: 5)
        let result = try poll("{\"usage\": [\(rows.joined(separator: ","))]}")
        #expect(result.summary == ["2026-11-02 a 0.000002"])
        #expect(result.rowCount == 5)
    }

    @Test func numbersKeepEveryDigit() throws {
        let result = try poll(
            map: "{rows: '$[*]', day: $.d, product: {value: p}, credits_per_unit: 0.000001, "
                + "measures: [{unit: tokens, path: $.t}]}",
            #"[{"d": "2026-11-02", "t": 9007199254740993}, {"d": "2026-11-02", "t": "0.1"}]"#)
        #expect(result.readings.map(\.quantity.description) == ["9007199254740993.1"])
        #expect(result.summary == ["2026-11-02 p 9007199254.740993"])
    }

    @Test func everyMeasureIsAReadingOfItsUnit() throws {
        let result = try poll(
            map: "{rows: '$[*]', day: $.d, product: $.p, measures: ["
                + "{unit: usd, path: $.cents, scale: '0.01', credits_per_unit: 100}, "
                + "{unit: credits, path: $.c}]}",
            #"[{"d": "2026-11-02", "p": "a", "cents": 150, "c": 7}]"#)
        #expect(result.readings.map(\.key.unit) == ["credits", "usd"])
        #expect(result.readings.map(\.credits.description) == ["7", "150"])
        #expect(result.readings.map(\.quantity.description) == ["7", "1.5"])
    }

    static let badRows: [(row: String, message: String)] = [
        (#"{"product": "a", "credits": 1}"#, "$['usage'][1]['date']: is missing"),
        (#"{"date": null, "product": "a", "credits": 1}"#, "$['usage'][1]['date']: is null"),
        (
            #"{"date": "2026-11-31", "product": "a", "credits": 1}"#,
            "$['usage'][1]['date']: \"2026-11-31\" is no day written YYYY-MM-DD"
        ),
        (
            #"{"date": "2026-11-02T00:00:00Z", "product": "a", "credits": 1}"#,
            "$['usage'][1]['date']: \"2026-11-02T00:00:00Z\" is no day written YYYY-MM-DD; "
                + "`day: {path: $.date, type: rfc3339}` would read it"
        ),
        (
            #"{"date": 1793505600, "product": "a", "credits": 1}"#,
            "$['usage'][1]['date']: 1793505600 is no day written YYYY-MM-DD; "
                + "`day: {path: $.date, type: unix}` would read it"
        ),
        (#"{"date": "2026-11-02", "credits": 1}"#, "$['usage'][1]['product']: is missing"),
        (
            #"{"date": "2026-11-02", "product": null, "credits": 1}"#,
            "$['usage'][1]['product']: is null"
        ),
        (
            #"{"date": "2026-11-02", "product": 7, "credits": 1}"#,
            "$['usage'][1]['product']: expected the name of a product, found 7"
        ),
        (
            #"{"date": "2026-11-02", "product": "", "credits": 1}"#,
            "$['usage'][1]['product']: the product \"\" is empty"
        ),
        (
            #"{"date": "2026-11-02", "product": "a\nb", "credits": 1}"#,
            "$['usage'][1]['product']: the product \"a\u{FFFD}b\" holds a control character"
        ),
        (#"{"date": "2026-11-02", "product": "a"}"#, "$['usage'][1]['credits']: is missing"),
        (
            #"{"date": "2026-11-02", "product": "a", "credits": null}"#,
            "$['usage'][1]['credits']: is null"
        ),
        (
            #"{"date": "2026-11-02", "product": "a", "credits": true}"#,
            "$['usage'][1]['credits']: expected a number, found a boolean"
        ),
        (
            #"{"date": "2026-11-02", "product": "a", "credits": {"value": 1}}"#,
            "$['usage'][1]['credits']: expected a number, found an object"
        ),
        (
            #"{"date": "2026-11-02", "product": "a", "credits": "NaN"}"#,
            "$['usage'][1]['credits']: \"NaN\" is not a number"
        ),
        (
            #"{"date": "2026-11-02", "product": "a", "credits": "twelve\n"}"#,
            "$['usage'][1]['credits']: \"twelve\u{FFFD}\" is not a number"
        ),
        (
            #"{"date": "2026-11-02", "product": "a", "credits": ""}"#,
            "$['usage'][1]['credits']: \"\" is not a number"
        ),
        (
            #"{"date": "2026-11-02", "product": "a", "credits": " 1"}"#,
            "$['usage'][1]['credits']: \" 1\" is not a number"
        ),
        (
            #"{"date": "2026-11-02", "product": "a", "credits": 1e400}"#,
            "$['usage'][1]['credits']: 1e400: 1e400 is out of range (amounts reach "
                + "±9223372036854 credits, to six decimals)"
        ),
        (#""text""#, "$['usage'][1]['date']: is missing"),
        ("null", "$['usage'][1]['date']: is missing"),
    ]

    @Test(arguments: badRows)
    func aBadRowFailsThePollAndNamesItsPlace(_ row: String, _ message: String) throws {
        let good = #"{"date": "2026-11-02", "product": "a", "credits": 1}"#
        let found = try failure("{\"usage\": [\(good), \(row)]}")
        #expect(found == PollFailure(.badValue, "page 1, " + message))
    }

    /// A row of four dimensions of so many bytes, each written in the key as three.
    private static func rowOfLongDimensions(_ count: Int) -> String {
        let value = String(repeating: "/", count: count)
        return "{\"date\": \"2026-11-02\", \"product\": \"a\", \"credits\": 1, "
            + ["p", "q", "r", "s"].map { "\"\($0)\": \"\(value)\"" }.joined(separator: ", ") + "}"
    }

    private static let longDimensions =
        "{rows: '$.usage[*]', day: $.date, product: $.product, credits: $.credits, "
        + "dims: {p: $.p, q: $.q, r: $.r, s: $.s}}"

    @Test func aKeyLongerThanADatabaseIndexesFailsThePoll() throws {
        let good = Self.rowOfLongDimensions(160)
        let result = try poll(map: Self.longDimensions, "{\"usage\": [\(good)]}")
        #expect(result.readings.count == 1)
        let long = Self.rowOfLongDimensions(170)
        let found = try failure(map: Self.longDimensions, "{\"usage\": [\(good), \(long)]}")
        #expect(found.reason == .badValue)
        #expect(found.message.hasPrefix("page 1, $['usage'][1]: its key of source"))
        #expect(found.message.contains("the most are 2000"))
    }

    @Test func anAbsurdAmountFailsThePoll() throws {
        let row = #"{"date": "2026-11-02", "product": "a", "credits": 9223372036854}"#
        let found = try failure("{\"usage\": [\(row)]}")
        #expect(
            found
                == PollFailure(
                    .badValue,
                    "the sum of a on 2026-11-02: 9223372036854 credits are more than one reading may "
                        + "state (1000000000000); check the mapping's scale and rate"))
    }

    @Test func aSumThatDoesNotFitFailsThePoll() throws {
        let row = #"{"date": "2026-11-02", "product": "a", "credits": 9000000000000}"#
        let found = try failure("{\"usage\": [\(row), \(row)]}")
        #expect(
            found
                == PollFailure(
                    .badValue,
                    "the sum of a on 2026-11-02: 18000000000000 is out of range (amounts reach "
                        + "±9223372036854 credits, to six decimals)"))
    }

    static let days: [(day: String, value: String, zone: String, expected: String)] = [
        ("{path: $.d, type: date}", #""2026-11-02""#, "", "2026-11-02"),
        ("{path: $.d, type: unix}", "1793577600", "", "2026-11-02"),
        ("{path: $.d, type: unix}", "1793577599", "", "2026-11-01"),
        ("{path: $.d, type: unix}", #""1793577600""#, "", "2026-11-02"),
        ("{path: $.d, type: unix_ms}", #""1793577600000""#, "", "2026-11-02"),
        ("{path: $.d, type: unix_ms}", "1793577600000", "America/New_York", "2026-11-01"),
        ("{path: $.d, type: rfc3339}", #""2026-11-02T00:00:00Z""#, "", "2026-11-02"),
        // Without a zone of the source the written date counts, whatever its offset.
        ("{path: $.d, type: rfc3339}", #""2026-11-02T00:00:00+05:30""#, "", "2026-11-02"),
        ("{path: $.d, type: rfc3339}", #""2026-11-02T00:00:00+05:30""#, "UTC", "2026-11-01"),
        ("{path: $.d, type: rfc3339}", #""2026-11-01T23:00:00Z""#, "Europe/Berlin", "2026-11-02"),
    ]

    @Test(arguments: days)
    func daysAreReadInTheirFormat(
        _ day: String, _ value: String, _ zone: String, _ expected: String
    ) throws {
        let source = try SourceFixture.definition(
            SourceFixture.request, zone.isEmpty ? "" : "window: {time_zone: \(zone)}",
            "map: {rows: '$[*]', day: \(day), product: {value: p}, credits: $.c}")
        var script = PollScript(source)
        #expect(try script.result("[{\"d\": \(value), \"c\": 1}]").summary == ["\(expected) p 1"])
    }

    static let badDays: [(type: String, value: String, message: String)] = [
        (
            "unix", "1793577600.5",
            "1793577600.5 is no whole number of seconds since 1970; `day: {path: $.d, type: "
                + "unix_ms}` would read it"
        ),
        (
            "unix", "1793577600000",
            "1793577600000 is no whole number of seconds since 1970; `day: {path: $.d, type: "
                + "unix_ms}` would read it"
        ),
        ("unix", "true", "a boolean is no whole number of seconds since 1970"),
        ("unix_ms", "1e300", "1e300 is no whole number of milliseconds since 1970"),
        (
            "unix_ms", #""2026-11-02""#,
            "\"2026-11-02\" is no whole number of milliseconds since 1970; `day: {path: $.d, "
                + "type: date}` would read it"
        ),
        (
            "rfc3339", #""2026-11-02""#,
            "\"2026-11-02\" is no instant such as 2026-11-01T00:00:00Z; `day: {path: $.d, "
                + "type: date}` would read it"
        ),
        (
            "rfc3339", "5",
            "5 is no instant such as 2026-11-01T00:00:00Z; `day: {path: $.d, type: unix}` "
                + "would read it"
        ),
    ]

    @Test(arguments: badDays)
    func aDayInAnotherFormatIsRefusedWithAHint(
        _ type: String, _ value: String, _ message: String
    ) throws {
        let found = try failure(
            map:
                "{rows: '$[*]', day: {path: $.d, type: \(type)}, product: {value: p}, "
                + "credits: $.c}",
            "[{\"d\": \(value), \"c\": 1}]")
        #expect(found == PollFailure(.badValue, "page 1, $[0]['d']: \(message)"))
    }

    static let products: [(product: String, value: String, expected: String)] = [
        ("{value: fixed}", #""whatever""#, "fixed"),
        ("{value: fixed}", "null", "fixed"),
        (
            "{path: $.p, map: {Copilot: coding}, default: rest, null_as: none}", #""Copilot""#,
            "coding"
        ),
        ("{path: $.p, map: {Copilot: coding}, default: rest, null_as: none}", #""Other""#, "rest"),
        ("{path: $.p, map: {Copilot: coding}, default: rest, null_as: none}", "null", "none"),
        ("{path: $.p, map: {Copilot: coding}}", #""Other""#, "Other"),
        ("{path: $.q, null_as: none}", "null", "none"),
    ]

    @Test(arguments: products)
    func productsAreRenamed(_ product: String, _ value: String, _ expected: String) throws {
        let result = try poll(
            map: "{rows: '$[*]', day: $.d, product: \(product), credits: $.c}",
            "[{\"d\": \"2026-11-02\", \"p\": \(value), \"c\": 1}]")
        #expect(result.summary == ["2026-11-02 \(expected) 1"])
    }

    @Test func aDayOutsideTheWindowFailsThePoll() throws {
        for day in ["2026-10-31", "2026-11-24"] {
            let found = try failure(
                "{\"usage\": [{\"date\": \"\(day)\", \"product\": \"a\", \"credits\": 1}]}")
            #expect(
                found
                    == PollFailure(
                        .outsideWindow,
                        "page 1, $['usage'][0]['date']: \(day) lies outside the window from "
                            + "2026-11-01 "
                            + "to 2026-11-23; ask the source for these days only, or write "
                            + "`outside_window: ignore`"))
        }
    }

    @Test func aDayOutsideTheWindowIsCountedWhenIgnored() throws {
        let result = try poll(
            map: "{rows: '$[*]', day: $.d, product: $.p, credits: $.c, outside_window: ignore}",
            """
            [{"d": "2026-10-31", "p": "a", "c": 1}, {"d": "2026-11-24", "p": "a", "c": null},
             {"d": "2026-11-23", "p": "a", "c": 2}]
            """)
        #expect(result.summary == ["2026-11-23 a 2"])
        #expect(result.rowCount == 1)
        #expect(result.ignoredRowCount == 2)
    }

    static let places: [(rows: String, page: String, found: String?)] = [
        ("$.usage[*]", #"{"usage": []}"#, nil),
        ("$.usage[*]", #"{"usage": {}}"#, nil),
        ("$[*]", "[]", nil),
        ("$.a[?@.b == 1]", #"{"a": []}"#, nil),
        ("$.usage[*]", #"{"items": []}"#, "$['usage'] is missing"),
        ("$.usage[*]", #"{"usage": null}"#, "$['usage'] is null"),
        ("$.usage[*]", #"{"usage": "none"}"#, "$['usage'] is a string"),
        ("$.a.b[0:2]", #"{"a": {}}"#, "$['a']['b'] is missing"),
        ("$[*]", "5", "$ is a number"),
        ("$.data", #"{"error": "x"}"#, "$['data'] is missing"),
    ]

    @Test(arguments: places)
    func thePlaceOfTheRowsMustBeThere(_ rows: String, _ page: String, _ found: String?) throws {
        let map = "day: $.d, product: $.p, credits: $.c}"
        guard let found else {
            #expect(try poll(map: "{rows: '\(rows)', " + map, page).readings.isEmpty)
            return
        }
        let failure = try failure(map: "{rows: '\(rows)', " + map, page)
        #expect(failure.reason == .rowsMissing)
        #expect(failure.message.hasPrefix("page 1: \(found), so there is no place for `map.rows`"))
        // `optional: true` lifts what is missing or null, not what is something else.
        let isLifted = found.hasSuffix("missing") || found.hasSuffix("null")
        var script = PollScript(
            try SourceFixture.definition(map: "{rows: '\(rows)', optional: true, " + map))
        let step = script.run([.json(page)])
        #expect((step.result != nil) == isLifted)
        #expect(step.result?.readings.isEmpty ?? true)
    }

    @Test func rowsAreBoundedOverAllPages() throws {
        let row = #"{"d":"2026-11-02","c":0}"#
        let rows = Array(repeating: row, count: 60_000).joined(separator: ",")
        let source = try SourceFixture.definition(
            SourceFixture.request, "paginate: {kind: cursor, next: $.n, into: query.c}",
            "map: {rows: '$.r[*]', day: $.d, product: {value: p}, credits: $.c}")
        var script = PollScript(source)
        let failure = try script.failure([
            .json("{\"r\":[\(rows)],\"n\":\"2\"}"), .json("{\"r\":[\(rows)],\"n\":\"3\"}"),
        ])
        #expect(failure == PollFailure(.tooLarge, "page 2: the poll has more than 100000 rows"))
    }
}
