// Levels, filters, dimensions, sums, shapes, dated rates: from pages to readings.

import Credits
import Testing

@testable import UsageSources

@Suite struct RowModelTests {
    private func poll(_ map: String, _ page: String, _ lines: String...) throws -> PollResult {
        let text = ([SourceFixture.request, "map: " + map] + lines).joined(separator: "\n")
        let decoded = try SourceFixture.decode(SourceFixture.yaml(text))
        var script = PollScript(try #require(decoded.definition, "\(decoded.mistakes)"))
        return try script.result(page)
    }

    private func failure(_ map: String, _ page: String) throws -> PollFailure {
        var script = PollScript(try SourceFixture.definition(map: map))
        return try script.failure([.json(page)])
    }

    private static let levels = "rows: [{as: b, path: '$.data[*]'}, {as: r, path: '$.results[*]'}]"
    private static let buckets =
        "{\(levels), day: {of: b, path: $.start, type: unix}, product: $.p, credits: $.c}"

    @Test func fieldsNameTheirLevel() throws {
        let result = try poll(
            Self.buckets,
            """
            {"data": [
              {"start": 1793577600, "results": [{"p": "a", "c": 1}, {"p": "b", "c": "2"}]},
              {"start": 1793664000, "results": []},
              {"start": 1793750400, "results": [{"p": "a", "c": 4}]}
            ]}
            """)
        #expect(result.summary == ["2026-11-02 a 1", "2026-11-04 a 4", "2026-11-02 b 2"])
        #expect(result.rowCount == 3)
    }

    @Test func aRowOfAnInnerLevelIsNamedByItsWholePlace() throws {
        let found = try failure(
            Self.buckets,
            #"{"data": [{"start": 1793577600, "results": [{"p": "a", "c": 1}, {"p": "a"}]}]}"#)
        #expect(
            found
                == PollFailure(
                    .badValue, "page 1, $['data'][0]['results'][1]['c']: is missing"))
    }

    @Test func everyLevelNeedsItsPlace() throws {
        let found = try failure(
            Self.buckets, #"{"data": [{"start": 1793577600, "result": []}]}"#)
        #expect(found.reason == .rowsMissing)
        #expect(
            found.message.hasPrefix(
                "page 1, $['data'][0]: $['results'] is missing, so there is no place for "
                    + "`map.rows` ($.results[*], level `r`)"))
        // Two names at once have no single place, so vendors may change theirs.
        let either = Self.buckets.replacing("$.results[*]", with: "$[''results'',''result''][*]")
        let result = try poll(
            either, #"{"data": [{"start": 1793577600, "result": [{"p": "a", "c": 1}]}]}"#)
        #expect(result.summary == ["2026-11-02 a 1"])
    }

    @Test func keysOfObjectsAreValues() throws {
        let result = try poll(
            "{rows: [{as: d, path: '$.results[*]'}, {as: m, path: '$.models[*]'}], "
                + "day: {of: d, path: $.date}, product: {value: p}, dims: {model: {key: true}}, "
                + "credits: $.spend}",
            """
            {"results": [{"date": "2026-11-02",
              "models": {"gpt": {"spend": 1}, "opus": {"spend": 2}}}]}
            """)
        #expect(
            result.readings.map(\.key.canonicalText) == [
                "usage/acme/p/credits/2026-11-02/P1D/model/gpt",
                "usage/acme/p/credits/2026-11-02/P1D/model/opus",
            ])
        let array = try failure(
            "{rows: '$[*]', day: $.d, product: {key: true}, credits: $.c}",
            #"[{"d": "2026-11-02", "c": 1}]"#)
        #expect(
            array.message
                == "page 1, $[0]: has no name of its own, so there is nothing for `key`")
    }

    static let filters: [(filter: String, row: String, outcome: String)] = [
        ("{path: $.u, equals: usd}", #""u": "usd""#, "taken"),
        ("{path: $.u, equals: usd}", #""u": "eur""#, "expected usd, found \"eur\""),
        ("{path: $.u, equals: usd}", #""v": 1"#, "expected usd, found nothing"),
        ("{path: $.u, equals: usd, optional: true}", #""v": 1"#, "taken"),
        ("{path: $.u, equals: usd, else: ignore}", #""u": "eur""#, "ignored"),
        ("{path: $.u, equals: usd, else: ignore}", #""u": null"#, "ignored"),
        ("{path: $.u, equals: 2}", #""u": 2.0"#, "taken"),
        ("{path: $.u, equals: false}", #""u": false"#, "taken"),
        ("{path: $.u, equals: null}", #""u": null"#, "taken"),
        ("{path: $.u, equals: null}", #""u": "null""#, "expected null, found \"null\""),
        ("{path: $.u, in: [usd, 7]}", #""u": 7"#, "taken"),
        ("{path: $.u, in: [usd, 7]}", #""u": 8"#, "expected one of usd, 7, found 8"),
        ("{path: $.u, matches: 'gpt-.*'}", #""u": "gpt-5""#, "taken"),
        (
            "{path: $.u, matches: 'gpt-.*'}", #""u": "a gpt-5""#,
            "expected a text that matches gpt-.*, found \"a gpt-5\""
        ),
        ("{path: $.u, matches: \"it's\"}", #""u": "it's""#, "taken"),
    ]

    @Test(arguments: filters)
    func rowsAreFiltered(_ filter: String, _ row: String, _ outcome: String) throws {
        let source = try SourceFixture.definition(
            map: "{rows: '$[*]', where: [\(filter)], day: $.d, product: {value: p}, credits: $.c}")
        var script = PollScript(source)
        let step = script.run([.json("[{\"d\": \"2026-11-02\", \"c\": 1, \(row)}]")])
        switch outcome {
        case "taken": #expect(step.result?.summary == ["2026-11-02 p 1"])
        case "ignored":
            #expect(step.result?.filteredRowCount == 1)
            #expect(step.result?.readings.isEmpty == true)
        default:
            #expect(step.failure?.reason == .badValue)
            #expect(step.failure?.message.contains("$[0]['u']: \(outcome);") == true)
        }
    }

    static let dimensions: [(field: String, value: String, outcome: String)] = [
        ("$.m", #""opus""#, "/model/opus"),
        ("$.m", "4", "/model/4"),
        ("$.m", "true", "/model/true"),
        ("{path: $.m, null_as: (none)}", "null", "/model/(none)"),
        ("{path: $.m, map: {a: alpha}, default: rest}", #""b""#, "/model/rest"),
        ("{path: $.x, optional: true, null_as: (none)}", "1", "/model/(none)"),
        ("{path: $.x, optional: true}", "1", ""),
        ("{value: fixed}", "1", "/model/fixed"),
        ("$.m", "null", "$[0]['m']: is null; `null_as` under `map.dims.model` gives it a name"),
        ("$.x", "1", "$[0]['x']: is missing"),
        ("$.m", "{}", "$[0]['m']: expected a text, a number or a boolean, found an object"),
        (
            "$.m", #""a\nb""#,
            "$[0]['m']: the value \"a\u{FFFD}b\" of `model` holds a control character"
        ),
    ]

    @Test(arguments: dimensions)
    func dimensionsArePartOfTheKey(
        _ field: String, _ value: String, _ outcome: String
    ) throws {
        let source = try SourceFixture.definition(
            map: "{rows: '$[*]', day: $.d, product: {value: p}, credits: $.c, "
                + "dims: {model: \(field)}}")
        var script = PollScript(source)
        let step = script.run([.json("[{\"d\": \"2026-11-02\", \"c\": 1, \"m\": \(value)}]")])
        let key = step.result?.readings.first?.key.canonicalText
        let expected = "usage/acme/p/credits/2026-11-02/P1D" + outcome
        #expect(key == expected || step.failure?.message == "page 1, " + outcome)
    }

    static let numbers: [(measure: String, row: String, outcome: String)] = [
        ("{sum: [$.a, $.b]}", #""a": 1, "b": "2.5""#, "3.5"),
        ("{sum: [$.a, $.b]}", #""a": 1"#, "$[0]['b']: is missing"),
        ("{sum: [$.a, $.b], optional: true}", #""a": 1"#, "1"),
        ("{path: $.a, null_as: 0}", #""a": null"#, "0"),
        ("{path: $.a, null_as: 0}", #""b": 1"#, "$[0]['a']: is missing"),
        ("{path: $.a, optional: true, null_as: 3}", #""b": 1"#, "3"),
        ("{path: $.a, type: int}", #""a": 7.0"#, "7"),
        ("{path: $.a, type: int}", #""a": 7.5"#, "$[0]['a']: 7.5 is not a whole number"),
        ("{path: $.a, type: string-decimal}", #""a": "417.0293""#, "417.0293"),
        (
            "{path: $.a, type: string-decimal}", #""a": 417"#,
            "$[0]['a']: expected a text that is a number, found 417"
        ),
        ("{path: $.a, scale: '0.01'}", #""a": "417.0293""#, "4.170293"),
        ("{path: $.a}", #""a": 1e-7"#, "0"),
        ("{path: $.a}", #""a": -2"#, "-2"),
        ("{path: $.a}", #""a": "1,5""#, "$[0]['a']: \"1,5\" is not a number"),
    ]

    @Test(arguments: numbers)
    func quantitiesAreReadByTheirRules(
        _ measure: String, _ row: String, _ outcome: String
    ) throws {
        let source = try SourceFixture.definition(
            map: "{rows: '$[*]', day: $.d, product: {value: p}, credits: \(measure)}")
        var script = PollScript(source)
        let step = script.run([.json("[{\"d\": \"2026-11-02\", \(row)}]")])
        if let result = step.result {
            #expect(result.summary == ["2026-11-02 p \(outcome)"])
        } else {
            #expect(step.failure == PollFailure(.badValue, "page 1, " + outcome))
        }
    }

    @Test func aRateHoldsFromItsDayOn() throws {
        let map =
            "{rows: '$[*]', day: $.d, product: {value: p}, measures: [{unit: t, path: $.t}], "
            + "credits_per_unit: {t: [{from: 2026-11-02, rate: '0.5'}, {from: 2026-11-04, rate: 2}]}}"
        let result = try poll(
            map,
            """
            [{"d": "2026-11-02", "t": 10}, {"d": "2026-11-03", "t": 10}, {"d": "2026-11-04", "t": 10}]
            """)
        #expect(result.summary == ["2026-11-02 p 5", "2026-11-03 p 5", "2026-11-04 p 20"])
        #expect(result.readings.map(\.creditsPerUnit.description) == ["0.5", "0.5", "2"])
        #expect(
            try failure(map, #"[{"d": "2026-11-01", "t": 10}]"#).message
                == "page 1, $[0]: no rate for `t` on 2026-11-01; the first one of "
                + "`credits_per_unit` begins on 2026-11-02")
    }

    static let ends: [(day: String, row: String, message: String?)] = [
        ("type: unix, end: $.e", #""s": 1793577600, "e": 1793664000"#, nil),
        ("type: unix, end: {path: $.e, type: date}", #""s": 1793577600, "e": "2026-11-03""#, nil),
        (
            "type: unix, end: $.e", #""s": 1793577600, "e": 1793581200"#,
            "$[0]['e']: the bucket that begins on 2026-11-02 does not end with that day; ask the "
                + "source for buckets of one day"
        ),
        (
            "type: unix, end: $.e", #""s": 1793581200, "e": 1793664000"#,
            "$[0]['s']: the bucket does not begin with a day; ask the source for whole days of "
                + "that zone, or write `window.time_zone`"
        ),
        // Today's bucket may end now.
        ("type: unix, end: $.e", #""s": 1795392000, "e": 1795428000"#, nil),
        (
            "type: rfc3339, end: $.e",
            #""s": "2026-11-02T00:00:00+05:30", "e": "2026-11-03T00:00:00+05:30""#, nil
        ),
        (
            "type: rfc3339, end: $.e", #""s": "2026-11-02T00:00:00Z", "e": "2026-11-02T12:00:00Z""#,
            "$[0]['e']: the bucket that begins on 2026-11-02 does not end with that day; ask the "
                + "source for buckets of one day"
        ),
        (
            "type: rfc3339, time_zone: Europe/Berlin, end: $.e",
            #""s": "2026-11-01T23:00:00Z", "e": "2026-11-02T23:00:00Z""#, nil
        ),
        ("type: yyyymmdd", #""s": 20261102"#, nil),
        (
            "type: yyyymmdd", #""s": "20261132""#,
            "$[0]['s']: \"20261132\" is no day written YYYYMMDD"
        ),
    ]

    @Test(arguments: ends)
    func bucketsAreWholeDays(_ day: String, _ row: String, _ message: String?) throws {
        let source = try SourceFixture.definition(
            map: "{rows: '$[*]', day: {path: $.s, \(day)}, product: {value: p}, credits: $.c}")
        var script = PollScript(source)
        let step = script.run([.json("[{\"c\": 1, \(row)}]")])
        #expect(step.failure?.message == message.map { "page 1, " + $0 })
        #expect((step.result != nil) == (message == nil))
    }
}
