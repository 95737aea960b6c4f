// Tables, parallel arrays, lines of JSON and comma-separated values.

import Credits
import Testing

@testable import UsageSources

@Suite struct ShapeTests {
    private func step(_ map: String, _ page: String) throws -> PollStep {
        var script = PollScript(try SourceFixture.definition(map: map))
        return script.run([.json(page)])
    }

    private static let table =
        "{shape: table, columns: '$.columns[*].name', rows: '$.rows[*]', "
        + "day: {path: $.UsageDate, type: yyyymmdd}, product: $.Service, credits: $.Cost}"
    private static let columns =
        #""columns": [{"name": "Cost"}, {"name": "UsageDate"}, {"name": "Service"}]"#

    static let tables: [(page: String, outcome: String)] = [
        ("{\(columns), \"rows\": [[1.5, 20261102, \"a\"], [2, 20261103, \"a\"]]}", ""),
        (
            "{\(columns), \"rows\": [[1.5, 20261102]]}",
            "page 1, $['rows'][0]: has 2 cells, the table has 3 columns"
        ),
        (
            "{\(columns), \"rows\": [{}]}",
            "page 1, $['rows'][0]: expected an array with a cell for each column, found an object"
        ),
        (
            "{\(columns), \"rows\": [[\"x\", 20261102, \"a\"]]}",
            "page 1, $['rows'][0]['Cost']: \"x\" is not a number"
        ),
        (
            #"{"columns": [{"name": "A"}, {"name": "A"}], "rows": []}"#,
            "page 1, `map.columns` ($.columns[*].name): two columns have one name"
        ),
        (
            #"{"columns": [], "rows": []}"#,
            "page 1, `map.columns` ($.columns[*].name): expected the names of the columns, found "
                + "nothing"
        ),
    ]

    @Test(arguments: tables)
    func tablesAreReadByTheirColumns(_ page: String, _ outcome: String) throws {
        let step = try step(Self.table, page)
        if outcome.isEmpty {
            #expect(step.result?.summary == ["2026-11-02 a 1.5", "2026-11-03 a 2"])
        } else {
            #expect(step.failure == PollFailure(.badValue, outcome))
        }
    }

    private static let zip =
        "{shape: zip, axis: $.time, values: $.usage, day: {path: $.axis, type: unix_ms}, "
        + "product: $.key, credits: {path: $.value, null_as: 0}}"

    static let zips: [(page: String, outcome: String)] = [
        (
            #"{"time": [1793577600000, 1793664000000], "usage": {"tts": [1, 2], "stt": [3, null]}}"#,
            ""
        ),
        (
            #"{"time": [1793577600000], "usage": {"tts": [1, 2]}}"#,
            "page 1, $['usage']: has 2 values under \"tts\", the axis has 1"
        ),
        (
            #"{"time": [1793577600000], "usage": {"tts": 5}}"#,
            "page 1, $['usage']: expected arrays of values, found a number"
        ),
        (
            #"{"time": {}, "usage": {}}"#,
            "page 1, $['time']: expected an array, found an object"
        ),
        (
            #"{"time": [1793577600000], "usage": {"tts": ["x"]}}"#,
            "page 1, $['usage']['tts'][0]['value']: \"x\" is not a number"
        ),
    ]

    @Test(arguments: zips)
    func parallelArraysAreZipped(_ page: String, _ outcome: String) throws {
        let step = try step(Self.zip, page)
        if outcome.isEmpty {
            #expect(
                step.result?.summary.sorted() == [
                    "2026-11-02 stt 3", "2026-11-02 tts 1", "2026-11-03 stt 0", "2026-11-03 tts 2",
                ])
        } else {
            #expect(step.failure == PollFailure(.badValue, outcome))
        }
    }

    private static let lines = "{shape: ndjson, day: $.d, product: $.p, credits: $.c}"

    static let documents: [(text: String, outcome: String, reason: PollFailureReason)] = [
        (
            "{\"d\":\"2026-11-02\",\"p\":\"a\",\"c\":1}\r\n\n{\"d\":\"2026-11-02\",\"p\":\"a\",\"c\":2}\n",
            "", .internal
        ),
        (
            "{\"d\":\"2026-11-02\",\"p\":\"a\",\"c\":1}\n\n{\"d\":\"2026-11-02\",\"p\":\"a\"}",
            "page 1, line 3, $[1]['c']: is missing", .badValue
        ),
        (
            "{\"d\":1}\n{\"d\":",
            "page 1, line 2, column 6, at $['d']: ", .notJSON
        ),
    ]

    static let nothings: [(map: String, type: String, status: Int, isComplete: Bool)] = [
        (lines, "application/x-ndjson", 200, true), (lines, "application/jsonl", 200, true),
        (lines, "text/plain", 200, false), (lines, "", 200, false), (lines, "", 204, true),
        ("{shape: ndjson, optional: true, day: $.d, product: $.p, credits: $.c}", "", 200, true),
        ("{shape: csv, day: $.d, product: $.p, credits: $.c}", "text/csv", 200, false),
        ("{shape: csv, day: $.d, product: $.p, credits: $.c}", "text/csv", 204, true),
        ("{shape: csv, optional: true, day: $.d, product: $.p, credits: $.c}", "", 200, true),
        ("{rows: $, optional: true, day: $.d, product: $.p, credits: $.c}", "", 200, false),
    ]

    /// No line is no row only where the server or the operator says so.
    @Test(arguments: nothings)
    func anEmptyBodyIsRarelyAnAnswer(
        _ map: String, _ type: String, _ status: Int, _ isComplete: Bool
    ) throws {
        var script = PollScript(try SourceFixture.definition(map: map))
        let answer = SourceResponse(
            status: status, headers: type.isEmpty ? [] : [SourceHeader("Content-Type", type)],
            body: Array("\n".utf8))
        let step = script.run([.response(answer)])
        #expect((step.result != nil) == isComplete)
        #expect(step.result?.rowCount ?? 0 == 0)
        if !isComplete { #expect(step.failure?.reason == .notJSON) }
    }

    @Test(arguments: documents)
    func aDocumentALineIsARow(
        _ text: String, _ outcome: String, _ reason: PollFailureReason
    ) throws {
        let step = try step(Self.lines, text)
        if outcome.isEmpty {
            #expect(step.result?.summary == ["2026-11-02 a 3"])
        } else if reason == .notJSON {
            #expect(step.failure?.reason == .notJSON)
            #expect(step.failure?.message.hasPrefix("page 1, line ") == true)
        } else {
            #expect(step.failure == PollFailure(reason, outcome))
        }
    }

    private static let csv =
        "{shape: csv, day: $.Day, product: $.Product, credits: {path: $.Credits, null_as: 0}}"

    static let texts: [(text: String, outcome: String)] = [
        ("Day,Product,Credits\r\n2026-11-02,a,1.5\r\n2026-11-02,a,\r\n", "2026-11-02 a 1.5"),
        ("\u{FEFF}Day,Product,Credits\n2026-11-02,\"a, \"\"b\"\"\",2\n", "2026-11-02 a, \"b\" 2"),
        ("Credits,Day,Product\n\n7,2026-11-02,x", "2026-11-02 x 7"),
        (
            "Day,Product,Credits\n2026-11-02,a,x\n",
            "page 1, line 2, $[0]['Credits']: \"x\" is not a number"
        ),
        (
            "Day,Product,Credits\n2026-11-02,a,1\n2026-11-03,a\n",
            "page 1, line 3: has 2 fields, the line of names has 3"
        ),
        ("Day,Day\n", "page 1, line 1: two columns have one name"),
        ("Day,,Credits\n", "page 1, line 1: a column has no name"),
        (
            "Day,Product\n2026-11-02,\"a\n",
            "page 1, line 2: the quote that begins a field here is never closed"
        ),
        (
            "Day,Product\n2026-11-02,\"a\"b\n",
            "page 1, line 2: text follows the closing quote of a field"
        ),
        (
            "Day,Product\n2026-11-02,a\"b\n",
            "page 1, line 2: a quote stands inside a field that does not begin with one"
        ),
    ]

    @Test(arguments: texts)
    func commaSeparatedValuesAreRows(_ text: String, _ outcome: String) throws {
        let step = try step(Self.csv, text)
        if let result = step.result {
            #expect(result.summary == [outcome])
        } else {
            #expect(step.failure?.message == outcome)
        }
    }

    @Test func delimiterAndDecimalMarkAreTheOperators() throws {
        let map =
            "{shape: csv, csv: {delimiter: ';', decimal_mark: ','}, day: $.d, product: {value: p}, "
            + "credits: $.c}"
        #expect(
            try step(map, "d;c\n2026-11-02;1,5\n").result?.summary == ["2026-11-02 p 1.5"])
        #expect(
            try step(map, "d;c\n2026-11-02;1.500,5\n").failure?.message
                == "page 1, line 2, $[0]['c']: \"1.500,5\" is not a number with the decimal mark `,`"
        )
    }

    @Test func textsAreAskedForByTheirType() throws {
        var script = PollScript(try SourceFixture.definition(map: Self.csv))
        _ = script.run([.json("Day,Product,Credits\n")])
        #expect(script.requests.first?.headers == [SourceHeader("Accept", "text/csv")])
    }
}
