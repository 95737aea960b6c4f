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
        var report = SourceProbeReport(source, window: machine.window)
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
                "  page 1 $[0]: 2026-11-02 a 3 tokens",
                "  page 1 $[1]: 2026-11-02 a 4 tokens",
                "1 readings",
                "  2026-11-02 a 3.5 credits (7 tokens × 0.5)",
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
        #expect(lines.count == 2 + 2 + 1 + 1000 + 1 + 1 + 1000 + 1)
        #expect(!lines.contains { $0.contains("s3cret") })
    }

    @Test func rowsAreOnlyKeptWhenAskedFor() throws {
        let source = try SourceFixture.usual()
        let body = #"{"usage": [{"date": "2026-11-02", "product": "a", "credits": 1}]}"#
        #expect(report(source, [.json(body)]).contains { $0.hasPrefix("  page 1") })
        #expect(
            !report(source, [.json(body)], keepsRows: false).contains { $0.hasPrefix("  page 1") })
    }
}
