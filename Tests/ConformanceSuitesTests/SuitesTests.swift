// Every suite tells a case that holds from one that does not. Own cases only.

import ConformanceSuites
import Testing

@Suite("conformance suites")
struct SuitesTests {
    /// A suite, lines of data, and what must be counted.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let passed: Int
        let failed: Int
        let run: @Sendable () -> SuiteTally

        init(
            _ name: String, _ passed: Int, _ failed: Int,
            _ run: @escaping @Sendable () -> SuiteTally
        ) {
            self.name = name
            self.passed = passed
            self.failed = failed
            self.run = run
        }

        var testDescription: String { name }
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    static let scripts: [Case] = [
        Case("a script with a right and a wrong answer", 1, 1) {
            let text =
                "load 1m\n  a 1 2\n\neval instant at 1m a\n  a 2\n\neval instant at 0 a\n  a 7\n"
            return PromQLSuite.script(bytes(text), name: "s")
        },
        Case("a script without questions", 0, 0) {
            PromQLSuite.script(bytes("load 1m\n  a 1\n"), name: "s")
        },
        Case("a script that is none", 0, 1) {
            PromQLSuite.script(bytes("hello\n"), name: "s")
        },
    ]

    static let tables: [Case] = [
        Case("a printer table", 1, 1) {
            let text =
                #"{"line":1,"in":"a+b","out":"a + b"}"# + "\n"
                + #"{"line":2,"in":"a+b","out":"a+b"}"# + "\n"
            return PromQLSuite.table(bytes(text), name: "t")
        },
        Case("a lexer table", 1, 1) {
            let text =
                #"{"line":1,"input":",","ok":true,"series":false,"items":[["COMMA",0,","]]}"#
                + "\n" + #"{"line":2,"input":",","ok":true,"series":false,"items":[]}"# + "\n"
            return PromQLSuite.table(bytes(text), name: "t")
        },
        Case("a series table", 1, 1) {
            let text =
                #"{"input":"m 1 2","ok":true,"metric":{"__name__":"m"},"values":{"args":[1,2]}}"#
                + "\n"
                + #"{"input":"m 1 2","ok":true,"metric":{"__name__":"n"},"values":{"args":[1,2]}}"#
            return PromQLSuite.table(bytes(text), name: "t")
        },
        Case("a parser table", 1, 2) {
            let text =
                #"{"input":"a +","ok":false,"error":"unexpected end of input","start":3,"end":3}"#
                + "\n"
                + #"{"input":"a + b","ok":false,"error":"unexpected","start":0,"end":1}"# + "\n"
                + #"{"input":"a +","ok":true,"ast":{"$":"VectorSelector"}}"# + "\n"
            return PromQLSuite.table(bytes(text), name: "t")
        },
        Case("a table with a damaged line", 1, 1) {
            PromQLSuite.table(
                bytes(#"{"line":1,"in":"a+b","out":"a + b"}"# + "\n{\"in\":\n"), name: "t")
        },
        Case("an empty table", 0, 1) { PromQLSuite.table([], name: "t") },
    ]

    static let goldens: [Case] = [
        Case("answers within a relative 1e-9 and beyond", 1, 1) {
            let series = #"{"series":[[{"__name__":"a"},[[1000,"0.1"]]]]}"#
            let question = #"{"q":{"expr":"a","time":1000},"status":"success","type":"vector","#
            let answer = #""result":[{"metric":{"__name__":"a"},"value":[1,"#
            let text = [
                series, question + answer + #""0.10000000000001"]}]}"#,
                question + answer + #""0.100000001"]}]}"#,
            ].joined(separator: "\n")
            return PromQLSuite.golden(bytes(text), name: "g")
        },
        Case("ranges closed at the left", 1, 0) {
            let text =
                #"{"series":[[{"__name__":"a"},[[0,"1"],[60000,"2"]]]]}"# + "\n"
                + #"{"q":{"expr":"count_over_time(a[1m])","time":60000},"status":"success","#
                + #""type":"vector","result":[{"metric":{},"value":[60,"2"]}]}"#
            return PromQLSuite.golden(bytes(text), name: "g")
        },
        Case("a refused question", 1, 1) {
            let text =
                #"{"series":[]}"# + "\n"
                + #"{"q":{"expr":"a[","time":0},"status":"error","type":null,"result":null}"# + "\n"
                + #"{"q":{"expr":"1","time":0},"status":"error","type":null,"result":null}"# + "\n"
            return PromQLSuite.golden(bytes(text), name: "g")
        },
        Case("series without questions", 0, 1) {
            PromQLSuite.golden(bytes(#"{"series":[]}"#), name: "g")
        },
    ]

    static let templates: [Case] = [
        Case("output, with the samples that every case sees", 4, 1) {
            let start = #"{"value":"0.5","labels":{"team":"a"},"template":"#
            let lines = [
                start + #""{{ $labels.team }} {{ $value }}","out":"a 0.5"}"#,
                start + #""{{ range query \"src\" }}{{ .Labels.team }}={{ .Value }} {{ end }}","#
                    + #""out":"a=1500 b=2 "}"#,
                start + #""{{ query \"time()\" | first | value | toTime }}","#
                    + #""out":"2022-01-25 12:36:43 +0000 UTC"}"#,
                start + #""{{ $externalURL }}","out":"http://agent.example/prefix"}"#,
                start + #""{{ $value }}","out":"0.50"}"#,
            ]
            return TemplateSuite.run(bytes(lines.joined(separator: "\n")), name: "t")
        },
        Case("either order of a vector, but not of a sorted one", 3, 2) {
            let start = #"{"value":"1","labels":{},"template":"{{ range query "#
            let rest = #" }}{{ .Labels.team }}{{ end }}","out":"#
            let lines = [
                start + #"\"src\""# + rest + #""ab"}"#, start + #"\"src\""# + rest + #""ba"}"#,
                start + #"\"sort(src)\""# + rest + #""ba"}"#,
                start + #"\"sort(src)\""# + rest + #""ab"}"#,
                start + #"\"src\" | sortByLabel \"team\""# + rest + #""ba"}"#,
            ]
            return TemplateSuite.run(bytes(lines.joined(separator: "\n")), name: "t")
        },
        Case("refusals", 1, 2) {
            let lines = [
                #"{"template":"{{ nosuch 1 }}","load_error":"not defined"}"#,
                #"{"template":"{{ 1 }}","load_error":"not defined"}"#,
                #"{"value":"1","labels":{},"template":"{{ nosuch 1 }}","out":"1"}"#,
            ]
            return TemplateSuite.run(bytes(lines.joined(separator: "\n")), name: "t")
        },
        Case("lines that are no case", 0, 3) {
            TemplateSuite.run(bytes("[\n{}\n{\"template\":\"x\",\"out\":\"x\"}\n"), name: "t")
        },
    ]

    static let paths: [Case] = [
        Case("selections, refusals and places", 3, 5) {
            let places = #"[["$['b']","$['a']"],["$['a']","$['b']"]]"#
            let tests = [
                #"{"name":"a","selector":"$.a","document":{"a":1},"result":[1]}"#,
                #"{"name":"b","selector":"$.*","document":{"a":1,"b":2},"#
                    + #""results":[[2,1],[1,2]],"results_paths":"# + places + "}",
                #"{"name":"c","selector":"$.","invalid_selector":true}"#,
                #"{"name":"d","selector":"$.a","document":{"a":1},"result":[2]}"#,
                #"{"name":"e","selector":"$.a","document":{"a":1},"result":[1],"#
                    + #""result_paths":["$['b']"]}"#,
                #"{"name":"f","selector":"$.a","invalid_selector":true}"#,
                #"{"name":"g","selector":"$.","document":{},"result":[]}"#,
                #"{"name":"h","selector":"$.a","document":{}}"#,
            ]
            let text = #"{"tests":["# + tests.joined(separator: ",") + "]}"
            return JSONPathSuite.run(bytes(text), name: "p")
        },
        Case("no suite", 0, 1) { JSONPathSuite.run(bytes("{}"), name: "p") },
        Case("no JSON", 0, 1) { JSONPathSuite.run(bytes("{"), name: "p") },
    ]

    static let texts: [Case] = [
        Case("accepted as wanted", 1, 0) { JSONParserSuite.run(bytes("[1]"), name: "y_1.json") },
        Case("repeated names", 1, 0) {
            JSONParserSuite.run(bytes(#"{"a":1,"a":2}"#), name: "y_repeated.json")
        },
        Case("refused though good", 0, 1) { JSONParserSuite.run(bytes("[1"), name: "y_1.json") },
        Case("refused as wanted", 1, 0) { JSONParserSuite.run(bytes("[1"), name: "n_1.json") },
        Case("accepted though bad", 0, 1) { JSONParserSuite.run(bytes("[1]"), name: "n_1.json") },
        Case("either, accepted", 1, 0) { JSONParserSuite.run(bytes("[1]"), name: "i_1.json") },
        Case("either, refused", 1, 0) { JSONParserSuite.run(bytes("[1"), name: "i_1.json") },
        Case("no case", 0, 0) { JSONParserSuite.run(bytes("[1"), name: "README.md") },
    ]

    static let expositions: [Case] = [
        ("a 1\n# EOF\n", "true", 1, 0), ("a 1\n", "true", 0, 1), ("a 1\n", "false", 1, 0),
        ("a 1\n# EOF\n", "false", 0, 1), ("a 1\n# EOF\n", "\"yes\"", 0, 1),
    ].map { (text: String, flag: String, passed: Int, failed: Int) in
        Case("\(text) should parse: \(flag)", passed, failed) {
            OpenMetricsSuite.run(
                metrics: bytes(text), expectation: bytes(#"{"shouldParse":\#(flag)}"#), name: "e")
        }
    }

    @Test(
        "cases that hold and cases that do not are told apart",
        arguments: scripts + tables + goldens + templates + paths + texts + expositions)
    func tellsApart(_ suite: Case) {
        let tally = suite.run()
        #expect(tally.passed == suite.passed, "\(tally.failures)")
        #expect(tally.failures.count == suite.failed, "\(tally.failures)")
        #expect(tally.isClean == (suite.failed == 0))
        #expect(tally.summary == "\(suite.passed) passed, \(suite.failed) failed")
    }

    @Test("a failure stays on one line and of readable length")
    func failuresStayShort() {
        var tally = SuiteTally()
        tally.fail("first\nsecond\tthird" + String(repeating: "x", count: 5_000))
        #expect(tally.failures.first?.hasPrefix(#"first\nsecond\tthird"#) == true)
        #expect(tally.failures.first?.contains("\n") == false)
        #expect((tally.failures.first?.count ?? .max) < 1_100)
    }

    @Test("counts of several files add up")
    func countsAddUp() {
        var tally = JSONParserSuite.run(Self.bytes("[1]"), name: "y_1.json")
        tally.add(JSONParserSuite.run(Self.bytes("[1]"), name: "n_1.json"))
        #expect(tally.summary == "1 passed, 1 failed")
        #expect(tally.failures == ["n_1.json: accepted"])
    }
}
