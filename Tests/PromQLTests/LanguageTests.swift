// Reading, refusing and printing expressions.

import PromQL
import Testing

@Suite("expressions")
struct LanguageTests {
    // MARK: - Printing, which shows how the text was read

    @Test(arguments: [
        ("1+2*3", "1 + 2 * 3"),
        ("a+b", "a + b"),
        ("-a ^ 2", "-a ^ 2"),
        ("a or b and c unless d", "a or b and c unless d"),
        ("SUM BY(x)(a)", "sum by (x) (a)"),
        ("sum(a) without(x,y)", "sum without (x, y) (a)"),
        ("topk by (job) (3, rate(x[5m]))", "topk by (job) (3, rate(x[5m]))"),
        ("a[1h30m]offset 90s", "a[1h30m] offset 1m30s"),
        ("a offset -3600", "a offset -1h"),
        ("a @ 1.5 offset 1d", "a @ 1.500 offset 1d"),
        ("a offset 1d @ end()", "a @ end() offset 1d"),
        ("max_over_time(a[10m:])", "max_over_time(a[10m:])"),
        ("max_over_time(a[600:30s] @ start())", "max_over_time(a[10m:30s] @ start())"),
        ("a>bool 1", "a > bool 1"),
        ("a*on(x)group_left(y)b", "a * on (x) group_left (y) b"),
        ("a*ignoring(x,)group_right b", "a * ignoring (x) group_right () b"),
        (#"{"my.metric", 'l b'=~`a\d`}"#, #"{__name__="my.metric","l b"=~"a\\d"}"#),
        (#"a{b='\u00e9\x41'}"#, "a{b=\"éA\"}"),
        ("0x1F", "31"), ("1_000.5", "1000.5"), ("1e3", "1000"), (".5", "0.5"), ("5.", "5"),
        ("017", "15"), ("1h", "1h"), ("inf", "+Inf"), ("-Inf", "-Inf"), ("NaN", "NaN"),
        ("vector(1) # a comment\n+ 2", "vector(1) + 2"),
        ("by", "by"), ("group_x", "group_x"), ("offset", "offset"), ("sum", "sum"),
        ("start + end", "start + end"),
        ("sum by (by, on, bool) (by)", "sum by (by, on, bool) (by)"),
        ("a:b:c", "a:b:c"),
    ])
    func printInNormalForm(_ text: String, _ printed: String) throws {
        let expression = try PromQLExpression.parse(text)
        #expect(expression.description == printed)
        #expect(try PromQLExpression.parse(printed).description == printed)
    }

    // MARK: - Errors

    @Test(arguments: [
        ("", "1:1: parse error: no expression found in input"),
        ("a +", "1:4: parse error: unexpected end of input"),
        ("a b", #"1:3: parse error: unexpected identifier "b""#),
        ("sum(a b)", #"1:7: parse error: unexpected identifier "b" in aggregation"#),
        ("(a", "1:3: parse error: unclosed left parenthesis"),
        ("a[5m", "1:5: parse error: unclosed left bracket"),
        (
            "a[]",
            #"1:3: parse error: unexpected "]" in subquery or range selector, "#
                + "expected number, duration, step(), or range()"
        ),
        (
            "a{b}",
            #"1:4: parse error: unexpected "}" in label matching, "#
                + "expected label matching operator"
        ),
        (
            "a{b=\"c\" d}",
            #"1:9: parse error: unexpected identifier "d" in label matching, "#
                + #"expected "," or "}""#
        ),
        ("a{b=~\"(\"}", "1:3: parse error: error parsing regexp: missing closing ): `^(?s:()$`"),
        (
            "rate(a)",
            #"1:6: parse error: expected type range vector in call to function "rate", "#
                + "got instant vector"
        ),
        (
            "sum(1)",
            "1:5: parse error: expected type instant vector in aggregation expression, "
                + "got scalar"
        ),
        ("nope(a)", #"1:1: parse error: unknown function with name "nope""#),
        (
            "round(a, 1, 2)",
            #"1:1: parse error: expected at most 2 argument(s) in call to "#
                + #""round", got 3"#
        ),
        ("rate(a[5m],)", "1:11: parse error: trailing commas not allowed in function call args"),
        (
            "a\n+\n  rate(b)",
            #"3:8: parse error: expected type range vector in call to function "#
                + #""rate", got instant vector"#
        ),
        ("1 > 2", "1:3: parse error: comparisons between scalars must use BOOL modifier"),
        ("{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"),
        ("a offset 1m offset 2m", "1:1: parse error: offset may not be set multiple times"),
        ("(a)[5m]", "1:4: parse error: ranges only allowed for vector selectors"),
        (
            "a and 1",
            #"1:1: parse error: set operator "and" not allowed in binary scalar "#
                + "expression"
        ),
        (#"a{b="\q"}"#, "1:5: parse error: unknown escape sequence U+0071 'q'"),
        ("a @ foo", #"1:5: parse error: unexpected identifier "foo" in @, expected timestamp"#),
        ("5m1m", #"1:1: parse error: not a valid duration string: "5m1m""#),
        (
            "a * on (x) group_left > b",
            #"1:23: parse error: unexpected <op:>> in grouping opts, expected "(""#
        ),
        ("a]", "1:2: parse error: unexpected right bracket ']'"),
        ("a $ b", "1:3: parse error: unexpected character: '$'"),
    ])
    func refuseWithPrometheusWords(_ text: String, _ message: String) {
        #expect {
            try PromQLExpression.parse(text)
        } throws: { "\($0)" == message }
    }

    @Test(arguments: [
        ("info(a)", "function \"info\" is not enabled"),
        ("1 + histogram_avg(a)", "native histograms"),
        ("a[5m] anchored", "anchored modifier is experimental"),
        ("a smoothed", "smoothed modifier is experimental"),
        ("a[5m+1m]", "experimental duration expression"),
        ("a[step()]", "experimental duration expression"),
        ("a offset (5m)", "experimental duration expression"),
        ("a + fill(0) b", "binop fill modifiers are experimental"),
        ("limitk(2, a)", "limitk() is experimental"),
    ])
    func refuseByNameWhatIsExperimentalOrNative(_ text: String, _ part: String) {
        #expect {
            try PromQLExpression.parse(text)
        } throws: { "\($0)".contains(part) }
    }

    @Test func bytesThatAreNotTextAreRefusedWithTheirPlace() {
        #expect {
            try PromQLExpression.parse(bytes: Array("a{b=\"".utf8) + [0xFF] + Array("\"}".utf8))
        } throws: { "\($0)".contains("invalid UTF-8 rune") }
    }

    @Test(arguments: [
        String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000),
        String(repeating: "-", count: 20_000) + "a",
        Array(repeating: "a", count: 5000).joined(separator: "+"),
        "a" + String(repeating: "[5m:]", count: 5000),
    ])
    func depthIsBounded(_ text: String) {
        #expect {
            try PromQLExpression.parse(text)
        } throws: { "\($0)".contains("nests deeper than") }
    }

    @Test func lengthIsBounded() {
        let text = "a{b=\"" + String(repeating: "x", count: 300_000) + "\"}"
        #expect {
            try PromQLExpression.parse(text)
        } throws: { "\($0)".contains("at most 262144 are allowed") }
    }

    // MARK: - What callers ask

    @Test func selectorsAreListedLeftToRight() throws {
        let expression = try PromQLExpression.parse(
            #"sum(rate(a{x="1"}[5m])) / on () max_over_time((b - c)[1h:]) > scalar(d)"#)
        #expect(
            expression.selectors.map { $0.map(\.description).joined(separator: ",") } == [
                #"x="1",__name__="a""#, #"__name__="b""#, #"__name__="c""#, #"__name__="d""#,
            ])
        #expect(try PromQLExpression.parse("vector(1)").selectors.isEmpty)
    }

    @Test(arguments: [
        ("1", ValueType.scalar), ("a", .vector), ("a[5m]", .matrix), ("a[5m:]", .matrix),
        ("\"x\"", .string), ("1 + 1", .scalar), ("1 + a", .vector), ("scalar(a)", .scalar),
    ])
    func typesAreKnown(_ text: String, _ type: ValueType) throws {
        #expect(try PromQLExpression.parse(text).type == type)
    }
}

@Suite("durations and numbers")
struct DurationAndNumberTests {
    @Test(arguments: [
        ("0", 0), ("1s", 1000), ("1h30m", 5_400_000), ("90s", 90_000), ("1d", 86_400_000),
        ("1w", 604_800_000), ("1y", 31_536_000_000), ("100ms", 100), ("1m0s", 60_000),
    ])
    func durationsAreRead(_ text: String, _ milliseconds: Int64) throws {
        #expect(try PrometheusTime.parse(text) == milliseconds)
    }

    @Test(arguments: [
        "", "1", "s", "1x", "1m1m", "1s1m", "-1s", "1.5h", "99999999999999y", "1 h",
    ])
    func whatIsNoDurationIsRefused(_ text: String) {
        #expect(throws: PrometheusTimeError.self) { try PrometheusTime.parse(text) }
    }

    @Test(arguments: [
        (0, "0s"), (1, "1ms"), (90_000, "1m30s"), (86_400_000, "1d"), (604_800_000, "1w"),
        (691_200_000, "8d"), (31_536_000_000, "1y"), (-60_000, "-1m"),
    ])
    func durationsArePrinted(_ milliseconds: Int64, _ text: String) {
        #expect(PrometheusTime.format(milliseconds) == text)
    }

    @Test(arguments: [
        (0.0, "0", "0"), (-0.0, "-0", "-0"), (1, "1", "1"), (0.1, "0.1", "0.1"),
        (1e21, "1000000000000000000000", "1e+21"), (123_456.789, "123456.789", "123456.789"),
        (1e-7, "0.0000001", "1e-07"),
        (1.5e300, "15" + String(repeating: "0", count: 299), "1.5e+300"),
        (.infinity, "+Inf", "+Inf"), (-.infinity, "-Inf", "-Inf"), (.nan, "NaN", "NaN"),
        (0.00012, "0.00012", "0.00012"),
    ])
    func numbersPrintAsInGo(_ value: Double, _ fixed: String, _ general: String) {
        #expect(GoFloat.fixed(value) == fixed)
        #expect(GoFloat.general(value) == general)
    }

    @Test(arguments: [
        ("1", 1.0), ("+1.5", 1.5), ("-.5", -0.5), ("5.", 5), ("1e3", 1000), ("1.e3", 1000),
        ("+Inf", .infinity), ("-inf", -.infinity), ("0x1p4", 16), ("1_0.5", 10.5),
    ])
    func numbersAreReadAsInGo(_ text: String, _ value: Double) {
        #expect(GoFloat.parse(text) == value)
    }

    @Test(arguments: ["", "+", "e5", "1e", "1__0", "_1", "0x", "1.2.3", "Infinit", " 1"])
    func whatIsNoNumberIsRefused(_ text: String) {
        #expect(GoFloat.parse(text) == nil)
    }
}

@Suite("series descriptions")
struct SeriesDescriptionTests {
    @Test func valuesAreSpelledOut() throws {
        let series = try SeriesDescription.parse("m{a=\"b\"} 1 _ 2+3x2 _x2 -1x1 5-1x1 stale NaN")
        #expect(series.labels == SeriesLabels(metric: "m", [("a", "b")]))
        let bits = series.values.map { $0?.bitPattern }
        let wanted: [Double?] = [1, nil, 2, 5, 8, nil, nil, -1, -1, 5, 4, StaleMarker.value]
        #expect(bits.dropLast() == wanted.map { $0?.bitPattern }[...])
        #expect(series.values.last??.isNaN == true)
    }

    @Test(arguments: [
        "m 1+1", "m 1x", "m x3", "m{a=b} 1", "m 1x99999999", "m {{sum:1}}", "m nope", "m{a=\"b\" 1",
    ])
    func brokenDescriptionsAreRefused(_ text: String) {
        #expect(throws: PromQLParseError.self) { try SeriesDescription.parse(text) }
    }
}
