// Usage as table, CSV and JSON.

import ExactJSON
import Testing

@testable import AgentCommands

@Suite("Usage reports")
struct UsageReportTests {
    private static let answer = #"""
        [{"id":"acme","name":"Acme","base_allocation":100000,"used":99999.5,"overage":0,
          "remaining":0.5,"usage_percent":99.9995,"days_until_reset":8,"blocked":false,
          "stale":false,"products":[{"id":"=cmd","name":"x","enabled":true,"used":99999.5},
          {"id":"brand, kit","name":"x","enabled":false,"used":-3}]},
         {"id":"new","name":"New","base_allocation":5,"used":null,"overage":null,
          "remaining":null,"usage_percent":null,"days_until_reset":8,"blocked":false,
          "stale":true,"products":[]}]
        """#

    private static func report() throws -> UsageReport {
        let value = try JSONReader.read(Array(answer.utf8))
        return UsageReport(try #require(value.arrayValue))
    }

    @Test("the table aligns numbers, shows unknown as unknown and never rounds up to 100")
    func table() throws {
        #expect(
            try Self.report().text(.table) == """
                ORGANIZATION     USED    BASE  PERCENT  OVERAGE  REMAINING  DAYS UNTIL RESET  BLOCKED
                acme          99999.5  100000    99.99        0        0.5                 8  no
                new           unknown       5  unknown  unknown    unknown                 8  no

                ORGANIZATION  PRODUCT        USED  ENABLED
                acme          =cmd        99999.5  yes
                acme          brand, kit       -3  no

                new: stale, its sources have not answered lately

                """)
    }

    @Test("CSV keeps its columns, is safe in a spreadsheet and leaves numbers alone")
    func csv() throws {
        #expect(
            try Self.report().text(.csv) == """
                organization,product,used,base_allocation,usage_percent,overage,remaining,\
                days_until_reset,blocked,stale,enabled
                acme,,99999.5,100000,99.9995,0,0.5,8,false,false,
                acme,'=cmd,99999.5,,,,,,,,true
                acme,"brand, kit",-3,,,,,,,,false
                new,,,5,,,,8,false,true,

                """)
    }

    @Test("JSON is the bare list, digit for digit")
    func json() throws {
        let text = try Self.report().text(.json)
        let value = try JSONReader.read(Array(text.utf8))
        #expect(try value == JSONReader.read(Array(Self.answer.utf8)))
        #expect(text.contains("99.9995"))
        #expect(text.hasSuffix("]\n"))
    }

    @Test("one organization alone")
    func limited() throws {
        let report = try Self.report().limited(to: "new")
        #expect(report.identifiers == ["new"])
        #expect(!report.text(.csv).contains("acme"))
    }

    @Test(
        "percent is cut to two decimals",
        arguments: [
            ("100", "100"), ("33.333333333333336", "33.33"), ("12.5", "12.5"), ("0.001", "0"),
            ("1e-05", "0"), ("120.999", "120.99"),
        ])
    func percent(_ lexeme: String, _ shown: String) throws {
        let text = #"[{"id":"a","used":1,"usage_percent":\#(lexeme)}]"#
        let list = try #require(try JSONReader.read(Array(text.utf8)).arrayValue)
        let row = UsageReport(list).text(.table).split(separator: "\n")[1]
        #expect(row.split(separator: " ").map(String.init)[3] == shown)
    }

    @Test(
        "texts that a spreadsheet would run get an apostrophe",
        arguments: [
            ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\t=1", "'\t=1"),
            ("a=1", "a=1"), ("say \"x\"", "\"say \"\"x\"\"\""), ("a\nb", "\"a\nb\""),
            ("=\"x\"", "\"'=\"\"x\"\"\""),
        ])
    func formulas(_ text: String, _ written: String) {
        let csv = SpreadsheetText.write(heading: ["h"], rows: [[.text(text)]])
        #expect(csv == "h\n\(written)\n")
    }

    @Test("a negative number stays a number")
    func negative() {
        #expect(SpreadsheetText.write(heading: ["h"], rows: [[.number("-1.5")]]) == "h\n-1.5\n")
    }

    @Test("a name cannot steer the terminal")
    func controls() {
        var table = TextTable(["A"])
        table.add([.text("x\u{1B}[2J\ny")])
        #expect(table.text == "A\nx\\u001b[2J\\ny\n")
    }

    @Test("caps stand below the limit, and a cap alone in lines")
    func caps() throws {
        let cap = #"{"product":"chat","cap":80,"owner":"api","until":"2026-12-01T00:00:00Z"}"#
        let none = #"{"product":"studio","cap":null,"owner":"file","until":null}"#
        func text(_ json: String) throws -> String {
            LimitReport(organization: "acme", limit: try JSONReader.read(Array(json.utf8))).text
        }
        #expect(
            try text("{\"mode\":\"hard\",\"caps\":[\(cap),\(none)]}") == """
                organization   acme
                mode           hard
                cap of chat    80 (api, until 2026-12-01T00:00:00Z)
                cap of studio  none (file)

                """)
        #expect(
            try text(none) == """
                organization  acme
                product       studio
                cap           none
                owner         file

                """)
    }

    @Test("changes, blocks and resumes in one list, newest first")
    func changes() throws {
        let changes = #"""
            [{"sequence":2,"at":"2026-11-02T00:00:00.5Z","actor":"user:ada","action":"limit.changed",
              "before":"hard","after":"soft, allowance 5","reason":"=launch"},
             {"sequence":1,"at":"2026-11-01T00:00:00Z","actor":"file",
              "action":"base_allocation.changed","before":"","after":"100","reason":"configuration"}]
            """#
        let transitions = #"""
            [{"sequence":2,"at":"2026-11-02T00:00:00.5Z","kind":"resumed","cause":"limit changed",
              "used":100,"limit":105}]
            """#
        func report(_ limit: Int) throws -> String {
            ChangeReport(
                changes: try JSONReader.read(Array(changes.utf8)),
                transitions: try JSONReader.read(Array(transitions.utf8)), limit: limit
            ).text
        }
        let lines = try report(9).split(separator: "\n").map(String.init)
        try #require(lines.count == 4)
        #expect(lines[0].hasPrefix("AT "))
        #expect(lines[1].contains("limit.resumed") && lines[1].hasSuffix("limit changed"))
        #expect(lines[1].contains("used 100 of 105"))
        #expect(lines[2].contains("user:ada  hard"))
        #expect(lines[3].contains("base_allocation.changed"))
        #expect(try report(1).split(separator: "\n").count == 2)
        let nothing = ChangeReport(changes: .array([]), transitions: .null, limit: 5)
        #expect(nothing.text == "nothing has changed yet\n")
    }

    @Test("a limit in lines")
    func limit() throws {
        let text = #"""
            {"mode":"soft","allowance":12.5,"owner":"api","changed_at":"2026-11-01T00:00:00Z",
             "changed_by":"user:ada","until":null}
            """#
        let report = LimitReport(
            organization: "acme", limit: try JSONReader.read(Array(text.utf8)))
        #expect(
            report.text == """
                organization  acme
                mode          soft
                allowance     12.5
                owner         api
                changed at    2026-11-01T00:00:00Z
                changed by    user:ada

                """)
    }
}
