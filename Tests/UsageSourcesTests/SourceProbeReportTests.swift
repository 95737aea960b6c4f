// The account that `source probe` prints.

import Credits
import PositionedYAML
import Testing

@testable import UsageSources

@Suite struct SourceProbeReportTests {
    private func report(
        _ source: SourceDefinition, _ events: [PollEvent], keepsRows: Bool = true
    ) -> [String] {
        var machine = PollMachine(
            definition: source, authentication: .bearer(Secret("s3cret")),
            organizationCalendar: .utc, now: PollScript.now, keepsRows: keepsRows)
        var report = SourceProbeReport(source, window: machine.window, now: PollScript.now)
        var step = machine.start()
        report.record(step)
        for (index, event) in events.enumerated() {
            let elapsed = Int64(index + 1) * 20
            report.record(event, elapsedMilliseconds: elapsed)
            step = machine.handle(event, elapsedMilliseconds: elapsed, random: 0.5)
            report.record(step)
        }
        return report.lines
    }

    @Test func aPollIsToldInRequestsRowsAndReadings() throws {
        let source = try SourceFixture.definition(
            SourceFixture.request, "outside_window: ignore",
            "map: {rows: '$[*]', day: $.d, product: $.p, credits_per_unit: 0.5, "
                + "measures: [{unit: tokens, path: $.t}]}")
        let body = """
            [{"d": "2026-11-02", "p": "a", "t": 3}, {"d": "2026-11-02", "p": "a", "t": 4},
             {"d": "2026-10-02", "p": "a", "t": 4}]
            """
        let lines = report(source, [.status(503), .json(body)])
        #expect(
            lines == [
                "source usage (organization acme)",
                "window 2026-11-01 to 2026-11-23 in UTC",
                "→ GET https://api.example.com/v1/usage (Accept: application/json, "
                    + "Authorization: <secret>)",
                "← 503 Service Unavailable, 0 bytes, at 20ms",
                "→ after 100ms: GET https://api.example.com/v1/usage (Accept: application/json, "
                    + "Authorization: <secret>)",
                "← 200, \(body.utf8.count) bytes, at 40ms",
                "2 rows on 1 pages, 1 outside the window",
                #"  page 1 $[0]: 2026-11-02 a 3 tokens ← {"d":"2026-11-02","p":"a","t":3}"#,
                #"  page 1 $[1]: 2026-11-02 a 4 tokens ← {"d":"2026-11-02","p":"a","t":4}"#,
                "  page 1 $[2]: passed over: 2026-10-02 lies outside the window "
                    + #"← {"d":"2026-10-02","p":"a","t":4}"#,
                "1 readings",
                "  2026-11-02 a 3.5 credits (7 tokens × 0.5)",
                "total a: 3.5 credits",
            ])
    }

    @Test func aFailureIsTheLastLine() throws {
        let source = try SourceFixture.usual()
        let lines = report(
            source, [.fault(SourceFault(.tls, "certificate has expired"))])
        #expect(
            Array(lines.suffix(2)) == [
                "← tls: certificate has expired, at 20ms",
                "failed: tls: page 1: GET https://api.example.com/v1/usage: "
                    + "certificate has expired",
            ])
        let throttled = report(source, [.status(429, retryAfter: 60)])
        #expect(throttled.last == "the source asks to wait 60 s")
    }

    @Test func longPollsAreCountedNotListed() throws {
        let source = try SourceFixture.definition(
            SourceFixture.request, "map: {rows: '$[*]', day: $.d, product: $.p, credits: $.c}")
        let rows = (0..<1500).map { "{\"d\": \"2026-11-02\", \"p\": \"p\($0)\", \"c\": 1}" }
        let lines = report(source, [.json("[\(rows.joined(separator: ","))]")])
        #expect(lines.filter { $0 == "  … and 500 more" }.count == 2)
        #expect(lines.count == 2 + 2 + 1 + 1000 + 1 + 1 + 1000 + 1 + 1000)
        #expect(!lines.contains { $0.contains("s3cret") })
    }

    /// Every style and shape, as a saved answer: what follows the line that counts rows.
    static let answers: [(lines: String, body: String, told: [String])] = [
        (
            "map: {shape: csv, day: $.d, product: $.p, credits: $.c, "
                + "where: [{path: $.k, equals: use, else: ignore}]}",
            "d,p,c,k\n2026-11-02,a,1.5,use\n2026-11-02,a,9,free\n",
            [
                #"  page 1 line 2, $[0]: 2026-11-02 a 1.5 credits ← "#
                    + #"{"d":"2026-11-02","p":"a","c":"1.5","k":"use"}"#,
                #"  page 1 line 3, $[1]: passed over: by `where` $.k ← "#
                    + #"{"d":"2026-11-02","p":"a","c":"9","k":"free"}"#,
                "1 readings", "  2026-11-02 a 1.5 credits", "total a: 1.5 credits",
            ]
        ),
        (
            "map: {shape: ndjson, day: $.d, product: $.p, credits: $.c}",
            "{\"d\":\"2026-11-02\",\"p\":\"a\",\"c\":1}",
            [
                #"  page 1 line 1, $[0]: 2026-11-02 a 1 credits ← {"d":"2026-11-02","p":"a","c":1}"#,
                "1 readings", "  2026-11-02 a 1 credits", "total a: 1 credits",
            ]
        ),
        (
            "map: {shape: table, columns: $.c, rows: '$.r[*]', day: $.d, product: $.p, credits: $.n}",
            #"{"c": ["d", "p", "n"], "r": [["2026-11-02", "a", 2]]}"#,
            [
                #"  page 1 $['r'][0]: 2026-11-02 a 2 credits ← {"d":"2026-11-02","p":"a","n":2}"#,
                "1 readings", "  2026-11-02 a 2 credits", "total a: 2 credits",
            ]
        ),
        (
            "map: {shape: zip, axis: $.t, values: $.v, day: $.axis, product: $.key, credits: $.value}",
            #"{"t": ["2026-11-02"], "v": {"a": [3]}}"#,
            [
                #"  page 1 $['v']['a'][0]: 2026-11-02 a 3 credits ← "#
                    + #"{"axis":"2026-11-02","key":"a","value":3}"#,
                "1 readings", "  2026-11-02 a 3 credits", "total a: 3 credits",
            ]
        ),
        (
            "style: counter\ncounter: {epoch: day, first: consume}\n"
                + "map: {rows: $.u, product: {value: a}, credits: $.c}",
            #"{"u": {"c": 4}}"#,
            [
                #"  page 1 $['u']: ← {"c":4}"#,
                "1 totals; readings follow from them and from what the ledger holds",
                "  a credits: 4", "as the first poll of the source:", "1 readings",
                "  2026-11-23 a 4 credits", "total a: 4 credits",
            ]
        ),
        (
            "style: balance\nmap: {rows: $.u, product: {value: a}, "
                + "balance: {remaining: $.left}}",
            #"{"u": {"left": 9}}"#,
            [
                #"  page 1 $['u']: ← {"left":9}"#,
                "1 balances; readings follow from them and from what the ledger holds",
                "  a credits: 9 left", "as the first poll of the source:",
                "  opening: a credits: counting begins at -9", "0 readings",
            ]
        ),
        (
            "style: prometheus\nprometheus: {metric: used_total, product: {value: a}}",
            "# TYPE used counter\nused_total 5\n# EOF\n",
            [
                "1 totals; readings follow from them and from what the ledger holds",
                "  a credits: 5", "as the first poll of the source:",
                "  opening: a credits: counting begins at 5", "0 readings",
            ]
        ),
    ]

    @Test(arguments: answers)
    func aSavedAnswerOfAnyStyleAndShapeIsTold(
        _ lines: String, _ body: String, _ told: [String]
    ) throws {
        let source = try SourceFixture.definition(SourceFixture.request, lines)
        let bytes = Array(body.utf8)
        let answer = SourceResponse(
            status: 200, headers: [SourceHeader("Content-Type", source.savedType(of: bytes))],
            body: bytes)
        let report = report(source, [.response(answer)])
        let head = try #require(report.firstIndex { $0.contains(" rows on 1 pages") })
        #expect(Array(report[(head + 1)...]) == told, "\(report)")
    }

    @Test func rowsAreOnlyKeptWhenAskedFor() throws {
        let source = try SourceFixture.usual()
        let body = #"{"usage": [{"date": "2026-11-02", "product": "a", "credits": 1}]}"#
        #expect(report(source, [.json(body)]).contains { $0.hasPrefix("  page 1") })
        #expect(
            !report(source, [.json(body)], keepsRows: false).contains { $0.hasPrefix("  page 1") })
    }
}
