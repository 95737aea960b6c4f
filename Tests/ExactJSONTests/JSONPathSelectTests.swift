// What paths select: places in order, for every selector, segment and operator.

import ExactJSON
import Testing

/// The places that a path selects, separated by blanks.
private func places(_ path: String, in document: String) throws -> String {
    let value = try JSONReader.read(document)
    let matches = try JSONPath(path).select(in: value)
    for match in matches {
        // Every place is itself a path that leads to the same value.
        let again = try JSONPath(match.location.description)
        #expect(again.isSingular)
        #expect(try again.select(in: value) == [match])
    }
    return matches.map(\.location.description).joined(separator: " ")
}

@Suite("JSONPath selection")
struct JSONPathSelectTests {
    @Test(
        "names, indexes, wildcards and their order",
        arguments: [
            ("$", "1", "$"),
            ("$", "null", "$"),
            ("$.a", #"{"a":1}"#, "$['a']"),
            ("$.a", #"{"A":1}"#, ""),
            ("$.a", #"[{"a":1}]"#, ""),
            ("$.a.b", #"{"a":{"b":null}}"#, "$['a']['b']"),
            ("$['a'][\"b\"]", #"{"a":{"b":null}}"#, "$['a']['b']"),
            ("$.true.null", #"{"true":{"null":0}}"#, "$['true']['null']"),
            ("$._1é😀", #"{"_1é😀":0}"#, "$['_1é😀']"),
            ("$['']", #"{"":0}"#, "$['']"),
            ("$['0']", "[1]", ""),
            ("$[0]", #"{"0":1}"#, ""),
            ("$[0]", "[5,6]", "$[0]"),
            ("$[-1]", "[5,6]", "$[1]"),
            ("$[-2]", "[5,6]", "$[0]"),
            ("$[2]", "[5,6]", ""),
            ("$[-3]", "[5,6]", ""),
            ("$[0]", "\"text\"", ""),
            ("$.*", #"{"b":1,"a":2}"#, "$['b'] $['a']"),
            ("$[*]", "[1,[2]]", "$[0] $[1]"),
            ("$.*", "1", ""),
            ("$.*.*", #"[[1,2],{"x":3},4]"#, "$[0][0] $[0][1] $[1]['x']"),
            ("$[1,0,1]", "[5,6]", "$[1] $[0] $[1]"),
            ("$['b','a','b']", #"{"a":1,"b":2}"#, "$['b'] $['a'] $['b']"),
            ("$[*,0,'a']", "[5]", "$[0] $[0]"),
            ("$ [ 'a' , 0 ] .b", #"{"a":{"b":1}}"#, "$['a']['b']"),
            ("$\n\t\r .a", #"{"a":1}"#, "$['a']"),
        ])
    func selectors(path: String, document: String, expected: String) throws {
        #expect(try places(path, in: document) == expected)
    }

    @Test(
        "slices",
        arguments: [
            ("1:3", [1, 2]), ("5:", [5, 6]), ("1:5:2", [1, 3]), ("5:1:-2", [5, 3]),
            ("::-1", [6, 5, 4, 3, 2, 1, 0]), (":", [0, 1, 2, 3, 4, 5, 6]), ("::", Array(0..<7)),
            ("::0", []), ("1:3:0", []), ("3:1", []), ("1:3:-1", []), ("-2:", [5, 6]),
            (":-5", [0, 1]), ("-3:-1", [4, 5]), ("10:20", []), ("-20:2", [0, 1]),
            ("5:-20:-2", [5, 3, 1]), ("20:-20:-3", [6, 3, 0]), (":4:-1", [6, 5]),
            ("2::-1", [2, 1, 0]), ("2:-8:-1", [2, 1, 0]), ("2:-7:-1", [2, 1]),
            ("-1::-3", [6, 3, 0]),
            ("::9007199254740991", [0]), ("::-9007199254740991", [6]),
            ("-9007199254740991:9007199254740991", Array(0..<7)),
            (" 1 : 5 : 2 ", [1, 3]), ("0:1:", [0]), (":2: ", [0, 1]), ("6:7", [6]), ("7:8", []),
        ])
    func slices(slice: String, expected: [Int]) throws {
        let found = try places("$[\(slice)]", in: "[0,1,2,3,4,5,6]")
        #expect(found == expected.map { "$[\($0)]" }.joined(separator: " "))
        #expect(try places("$[\(slice)]", in: "[]") == "")
        #expect(try places("$[\(slice)]", in: #"{"a":1}"#) == "")
    }

    @Test(
        "descendants come node by node, children in order, each selector in turn",
        arguments: [
            ("$..a", #"{"a":{"a":1},"b":[{"a":2}]}"#, "$['a'] $['a']['a'] $['b'][0]['a']"),
            ("$..*", "[[1],2]", "$[0] $[1] $[0][0]"),
            ("$..[*]", #"{"b":[1],"a":2}"#, "$['b'] $['a'] $['b'][0]"),
            ("$..[0]", "[[5,6],[7]]", "$[0] $[0][0] $[1][0]"),
            ("$..[1,0]", "[[5,6]]", "$[0] $[0][1] $[0][0]"),
            ("$..[-1:]", "[[5,6],7]", "$[1] $[0][1]"),
            ("$..['b','a']", #"[{"a":1,"b":2}]"#, "$[0]['b'] $[0]['a']"),
            ("$..a..b", #"{"a":{"a":{"b":1}}}"#, "$['a']['a']['b'] $['a']['a']['b']"),
            ("$..[?@>1]", "[1,2,[3]]", "$[1] $[2][0]"),
            ("$..*", "1", ""),
            ("$.x..*", #"{"x":{"y":[0]},"z":1}"#, "$['x']['y'] $['x']['y'][0]"),
        ])
    func descendants(path: String, document: String, expected: String) throws {
        #expect(try places(path, in: document) == expected)
    }

    @Test(
        "filters over an array: indexes that pass",
        arguments: [
            ("@", "[null,false,0]", [0, 1, 2]),
            ("!@", "[null]", []),
            ("@.a", #"[{"a":null},{"b":1},[],"a"]"#, [0]),
            ("!@.a", #"[{"a":null},{"b":1}]"#, [1]),
            ("@.*", "[[],[1],{},1]", [1]),
            ("@..x", #"[{"y":[{"x":1}]},{"y":[]}]"#, [0]),
            ("@['a','b']", #"[{"b":1},{"c":1}]"#, [0]),
            ("@[1:]", "[[1],[1,2]]", [1]),
            ("$[1]", "[0,1]", [0, 1]),
            ("@.a && @.b", #"[{"a":1},{"a":1,"b":1},{"b":1}]"#, [1]),
            ("@.a || @.b", #"[{"a":1},{"c":1},{"b":1}]"#, [0, 2]),
            ("@.a || @.b && @.c", #"[{"a":1},{"b":1},{"b":1,"c":1}]"#, [0, 2]),
            ("(@.a || @.b) && @.c", #"[{"a":1},{"b":1},{"b":1,"c":1}]"#, [2]),
            ("@.a && @.b || @.c", #"[{"a":1},{"c":1},{"a":1,"b":1}]"#, [1, 2]),
            ("!(@.a && @.b)", #"[{"a":1},{"a":1,"b":1}]"#, [0]),
            ("!@.a && @.b", #"[{"b":1},{"a":1,"b":1}]"#, [0]),
            ("((@.a))", #"[{"a":1},1]"#, [0]),
            ("@[?@>1]", "[[0,1],[1,2]]", [1]),
            ("@[?$[0][0]==@]", "[[7],[8,7],[9]]", [0, 1]),
        ])
    func logic(filter: String, document: String, expected: [Int]) throws {
        let found = try places("$[?\(filter)]", in: document)
        #expect(found == expected.map { "$[\($0)]" }.joined(separator: " "))
    }

    @Test("a filter visits the members of an object, and nothing of other values")
    func filterOverObject() throws {
        #expect(try places("$[?@>1]", in: #"{"b":2,"a":1,"c":3}"#) == "$['b'] $['c']")
        #expect(try places("$[?@.a,?@.b]", in: #"[{"a":1,"b":1}]"#) == "$[0] $[0]")
        #expect(try places("$[?@]", in: "\"text\"") == "")
    }

    @Test(
        "comparisons: the operators that hold between two values of a row",
        arguments: [
            ("1", "1.0", "== <= >="), ("1", "2", "!= < <="), ("2", "1", "!= > >="),
            ("9007199254740993", "9007199254740992", "!= > >="),
            ("0.1", "1e-1", "== <= >="), ("1e400000000", "2e400000000", "!= < <="),
            ("\"a\"", "\"b\"", "!= < <="), ("\"a\"", "\"a\"", "== <= >="),
            ("\"\"", "\"a\"", "!= < <="), ("\"Z\"", "\"a\"", "!= < <="),
            ("\"\u{FFFF}\"", "\"\u{10000}\"", "!= < <="), ("\"\u{E9}\"", "\"e\u{301}\"", "!= > >="),
            ("1", "\"1\"", "!="), ("true", "true", "== <= >="), ("true", "false", "!="),
            ("null", "null", "== <= >="), ("null", "0", "!="), ("[1]", "[1.0]", "== <= >="),
            ("[1]", "[2]", "!="), ("{\"x\":1,\"y\":2}", "{\"y\":2,\"x\":1}", "== <= >="),
            ("{}", "[]", "!="), ("false", "0", "!="),
        ])
    func comparisons(left: String, right: String, expected: String) throws {
        let document = "[{\"l\":\(left),\"r\":\(right)}]"
        let holding = try ["==", "!=", "<", ">", "<=", ">="].filter { sign in
            try places("$[?@.l \(sign) @.r]", in: document) == "$[0]"
        }
        #expect(holding.joined(separator: " ") == expected)
    }

    @Test(
        "a query that selects nothing equals only another such",
        arguments: [
            ("@.x==@.y", true), ("@.x!=@.y", false), ("@.x<=@.y", true), ("@.x>=@.y", true),
            ("@.x<@.y", false), ("@.x==null", false), ("@.x!=null", true), ("@.n==null", true),
            ("@.x==@.n", false), ("@.x<=@.n", false), ("@.x!=@.n", true), ("@.x==0", false),
            ("@.x<1", false), ("length(@.x)==@.y", true), ("value(@.*)==@.y", true),
            ("length(@.n)==@.y", true),
        ])
    func nothing(filter: String, holds: Bool) throws {
        #expect(try places("$[?\(filter)]", in: #"[{"n":null,"m":1}]"#) == (holds ? "$[0]" : ""))
    }

    @Test(
        "literals on either side",
        arguments: [
            ("1==@", "[1,1.0,\"1\"]", [0, 1]), ("@==-0", "[0,-0,1]", [0, 1]),
            ("@==-0.5", "[-0.5,0.5]", [0]), ("@==1e2", "[100,1]", [0]),
            ("@==1E+2", "[100,1]", [0]), ("@==100e-2", "[1,100]", [0]),
            ("@=='a\\'b\"'", "[\"a'b\\\"\"]", [0]), ("@==\"a'\\\"b\"", "[\"a'\\\"b\"]", [0]),
            (
                "@=='\\u0041\\uD83D\\ude00\\b\\f\\n\\r\\t\\/\\\\'",
                "[\"A😀\\b\\f\\n\\r\\t/\\\\\"]", [0]
            ),
            ("true==@", "[true,\"true\",1]", [0]), ("@==false", "[false,0,null]", [0]),
            ("@==null", "[null,false,0]", [0]), ("1<2", "[7]", [0]), ("1>2", "[7]", []),
            ("'a'<'b'", "[7]", [0]),
        ])
    func literals(filter: String, document: String, expected: [Int]) throws {
        let found = try places("$[?\(filter)]", in: document)
        #expect(found == expected.map { "$[\($0)]" }.joined(separator: " "))
    }

    @Test(
        "functions",
        arguments: [
            (
                "length(@)==2", #"["ab","é😀","abc",[1,2],{"a":1,"b":2},2,null,true]"#,
                [0, 1, 3, 4]
            ),
            ("length(@)==1", "[\"e\u{301}\",\"\u{E9}\"]", [1]),
            ("length('abc')==3", "[0]", [0]),
            ("count(@.*)==2", "[[1,2],[1],{\"a\":1,\"b\":2},1]", [0, 2]),
            ("count(@..*)>2", "[[1,[2]],[1,2]]", [0]),
            ("count(@['a','a'])==2", #"[{"a":1}]"#, [0]),
            ("count(@)==1", "[null]", [0]),
            ("value(@..x)==1", #"[{"x":1},{"y":{"x":1}},{"x":1,"y":{"x":1}},{}]"#, [0, 1]),
            ("value(@[0,0])==1", "[[1]]", []),
            ("length(value(@.*))==3", "[[\"abc\"],[\"abc\",1]]", [0]),
            ("match(@,'a.c')", #"["abc","abcd","xabc","a\nc"]"#, [0]),
            ("search(@,'a.c')", #"["abc","abcd","xabcx","a\nc",1,null]"#, [0, 1, 2]),
            ("!match(@,'a')", #"["a","b",1]"#, [1, 2]),
            ("match(@,'a|bc')", #"["a","bc","ac","b"]"#, [0, 1]),
            ("search(@,'^a$')", #"["a","aa","b\na"]"#, [0]),
            (
                "match(@.t,@.p)",
                #"[{"t":"a1","p":"[a-z][0-9]"},{"t":"a1","p":"\\d"},{"t":"a"}]"#, [0]
            ),
            ("match(@.t,value(@.*.p))", #"[{"t":"a","o":{"p":"a"}},{"t":"a","p":"a"}]"#, [0]),
            ("match(@,1)", "[\"1\"]", []), ("match(1,'1')", "[1]", []),
            ("match( @ , 'a' ) && length( @ ) == 1", "[\"a\"]", [0]),
        ])
    func functions(filter: String, document: String, expected: [Int]) throws {
        let found = try places("$[?\(filter)]", in: document)
        #expect(found == expected.map { "$[\($0)]" }.joined(separator: " "))
    }

    @Test("a place is written with exactly the escapes of the specification")
    func normalizedPaths() throws {
        let name = "\u{0}\u{8}\t\n\u{B}\u{C}\r\u{1F}'\"\\/é\u{7F}\u{2028}"
        let matches = try JSONPath("$.*[0]").select(in: .object([name: [1]]))
        #expect(
            matches.map(\.location.description)
                == [#"$['\u0000\b\t\n\u000b\f\r\u001f\'"\\/é"# + "\u{7F}\u{2028}'][0]"])
        #expect(matches[0].location.steps == [.name(name), .index(0)])
        let outer = NormalizedPath([.name("a")])
        #expect(outer.appending(matches[0].location).steps.count == 3)
        #expect(outer.appending(.index(2)).description == "$['a'][2]")
        #expect(PathStep.name("\u{E9}") != .name("e\u{301}"))
        #expect(PathStep.name("0") != .index(0))
    }
}
