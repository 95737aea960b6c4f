// The runners of the public tables must notice what is wrong.

import PromQL
import Testing

@Suite("conformance runners")
struct ConformanceRunnerTests {
    private static let selector = #"""
        {"$":"VectorSelector","Name":"a","LabelMatchers":[{"call":"MustLabelMatcher","args":[
        {"id":"labels.MatchEqual"},{"id":"model.MetricNameLabel"},"a"]}],
        "PosRange":{"$":"posrange.PositionRange","Start":0,"End":1}}
        """#.replacing("\n", with: "")

    @Test(arguments: [
        (#"{"input":"a","ok":true,"ast":AST}"#, true),
        (#"{"input":"b","ok":true,"ast":AST}"#, false),
        (#"{"input":" a","ok":true,"ast":AST}"#, false),
        (#"{"input":"a +","ok":true,"ast":AST}"#, false),
        (#"{"input":"a","ok":false,"error":"nope","start":0,"end":1}"#, false),
        (
            #"{"input":"a b","ok":false,"error":"unexpected identifier \"b\"","start":2,"end":3}"#,
            true
        ),
        (
            #"{"input":"a b","ok":false,"error":"unexpected identifier \"b\"","start":1,"end":3}"#,
            false
        ),
        (#"{"input":"a b","ok":false,"error":"unclosed","start":2,"end":3}"#, false),
        (#"{"input":"a smoothed","ok":true,"experimental":["x"],"ast":AST}"#, true),
        (#"{"input":"a","ok":true,"experimental":["x"],"ast":AST}"#, false),
        (#"{"in":"a+b","out":"a + b"}"#, true),
        (#"{"in":"a+b","out":"a+b"}"#, false),
        (#"{"input":"a","ok":true,"series":false,"items":[["IDENTIFIER",0,"a"]]}"#, true),
        (#"{"input":"a","ok":true,"series":false,"items":[["IDENTIFIER",1,"a"]]}"#, false),
        (#"{"input":"a","ok":true,"series":false,"items":[]}"#, false),
        (#"{"input":"\"\udcff\"","ok":false,"series":false,"items":[]}"#, true),
        (#"{"input":"a 1","ok":true,"metric":{"__name__":"a"},"values":{"args":[1]}}"#, true),
        (#"{"input":"a 1","ok":true,"metric":{"__name__":"b"},"values":{"args":[1]}}"#, false),
        (#"{"input":"a 1 _","ok":true,"metric":{"__name__":"a"},"values":{"args":[1,2]}}"#, false),
    ])
    func tableCasesAreJudged(_ line: String, _ holds: Bool) {
        let text = line.replacing("AST", with: Self.selector)
        let tally = LanguageTables.run(Array(text.utf8))
        #expect(tally.passed == (holds ? 1 : 0), "\(tally.failures)")
        #expect(tally.failed == (holds ? 0 : 1))
    }

    @Test func scriptCasesOfExperimentsAreLeftOut() {
        let script =
            "load 1m\n  a 1+1x9\n\neval instant at 1m a smoothed\n  a 2\n\n"
            + "eval instant at 1m a\n  a 2\n\neval instant at 1m a smooth\n  a 2\n"
        let tally = TestScriptRunner.run(Array(script.utf8), name: "script")
        #expect((tally.passed, tally.failed, tally.leftOut.count) == (1, 1, 1))
        #expect(tally.leftOut.first?.hasPrefix("script:4: `a smoothed`") == true)
    }

    @Test(arguments: [
        (
            #"{"q":{"expr":"count_over_time(a[1m])","time":60000},"status":"success","type":"vector","#
                + #""result":[{"metric":{},"value":[60,"2"]}]}"#, true
        ),
        (
            #"{"q":{"expr":"topk(1, a)","time":60000},"status":"success","type":"vector","#
                + #""result":[{"metric":{"__name__":"b"},"value":[60,"2.5"]}]}"#, true
        ),
        (
            #"{"q":{"expr":"topk(1, a)","time":60000},"status":"success","type":"vector","#
                + #""result":[{"metric":{"__name__":"a"},"value":[60,"2.6"]}]}"#, false
        ),
        (
            #"{"q":{"expr":"count_values(\"v\", a)","time":60000},"status":"success","type":"vector","#
                + #""result":[{"metric":{"v":"2.5000000001"},"value":[60,"1"]}]}"#, true
        ),
        (
            #"{"q":{"expr":"count_values(\"v\", a)","time":60000},"status":"success","type":"vector","#
                + #""result":[{"metric":{"v":"2.51"},"value":[60,"1"]}]}"#, false
        ),
        (
            #"{"q":{"expr":"count_over_time(a[1m])","time":60000},"status":"success","type":"vector","#
                + #""result":[{"metric":{},"value":[60,"1"]}]}"#, false
        ),
        (
            #"{"q":{"expr":"a","start":0,"end":60000,"step":60000},"status":"success","#
                + #""result":[{"metric":{"__name__":"a"},"values":[[0,"1"],[60,"2.5"]]}]}"#, true
        ),
        (
            #"{"q":{"expr":"a","start":0,"end":60000,"step":60000},"status":"success","#
                + #""result":[{"metric":{"__name__":"a"},"values":[[0,"1"],[61,"2.5"]]}]}"#, false
        ),
        (#"{"q":{"expr":"a","time":60000},"status":"success","result":[]}"#, false),
        (#"{"q":{"expr":"a","time":60000},"status":"error","result":null}"#, false),
        (#"{"q":{"expr":"a(","time":60000},"status":"error","result":null}"#, true),
        (
            #"{"q":{"expr":"scalar(a)","time":60000},"status":"success","type":"scalar","#
                + #""result":[60,"2.5"]}"#, true
        ),
    ])
    func goldenAnswersAreJudged(_ line: String, _ holds: Bool) {
        let series = #"{"series":[[{"__name__":"a"},[[0,"1.0"],[60000,"2.5"],[70000,"stale"]]]]}"#
        let tally = GoldenReplay.run(Array((series + "\n" + line).utf8), name: "golden")
        #expect(tally.passed == (holds ? 1 : 0), "\(tally.failures)")
    }
}
