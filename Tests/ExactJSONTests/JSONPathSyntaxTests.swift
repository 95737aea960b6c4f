// The grammar and the typing rules: what is refused, where, and the properties of what is not.

import ExactJSON
import Testing

@Suite("JSONPath syntax")
struct JSONPathSyntaxTests {
    @Test(
        "refused paths and the column of the mistake",
        arguments: [
            ("", 1), (" $", 1), ("$ ", 2), ("$.a ", 4), ("a", 1), ("@", 1), ("$$", 2), ("$a", 2),
            ("$.", 3), ("$..", 4), ("$...a", 4), ("$. a", 3), ("$.. a", 4), ("$.1", 3), ("$.-a", 3),
            ("$.a-b", 4), ("$.'a'", 3), ("$.a$", 4), ("$.*a", 4), ("$.**", 4), ("$..*.", 6),
            ("$[", 3), ("$[]", 3), ("$[ ]", 4), ("$['a'", 6), ("$['a' 'b']", 7), ("$['a',]", 7),
            ("$[,]", 3), ("$[a]", 3), ("$[@]", 3), ("$[$]", 3), ("$[1 2]", 5), ("$['a", 3),
            ("$[1.0]", 4), ("$[1e2]", 4), ("$[00]", 3), ("$[01]", 3), ("$[-0]", 3), ("$[-01]", 3),
            ("$[--1]", 4), ("$[- 1]", 4), ("$[+1]", 3), ("$[-]", 4), ("$[9007199254740992]", 3),
            ("$[-9007199254740992]", 3), ("$[99999999999999999999999]", 3),
            ("$[9007199254740992:]", 3), ("$[:-9007199254740992]", 4), ("$[::9007199254740992]", 5),
            ("$[1:2:3:4]", 8), ("$[1:-0]", 5), ("$[1:2:01]", 7), ("$[1:a]", 5), ("$[:::]", 5),
            ("$['\t']", 4), ("$['\u{1F}']", 4), ("$['\\\"']", 4), ("$[\"\\'\"]", 4),
            ("$['\\x41']", 4), ("$['\\u00g0']", 4), ("$['\\u12']", 4), ("$['\\uD800']", 4),
            ("$['\\uDC00']", 4), ("$['\\uD800x']", 4), ("$['\\uD800\\n']", 4),
            ("$['\\uD800\\uD800']", 4), ("$['\\uD800\\u0041']", 4), ("$['\\", 4), ("$['\\a']", 4),
            ("$['\\uD83D\\uDE0']", 4), ("$['a'].['b']", 8), ("$.é.1", 5),
            ("$[?]", 4), ("$[? ]", 5), ("$[?@.a", 7), ("$[?@.a=1]", 7), ("$[?@.a===1]", 9),
            ("$[?@.a==]", 9), ("$[?==1]", 4), ("$[?@.a &&]", 10), ("$[?&&@.a]", 4),
            ("$[?@.a & @.b]", 8), ("$[?@.a | @.b]", 8), ("$[?@.a @.b]", 8), ("$[?(@.a]", 8),
            ("$[?@.a)]", 7), ("$[?()]", 5), ("$[?!]", 5), ("$[?!!@.a]", 5), ("$[?!@.a==1]", 8),
            ("$[?(@.a)==1]", 9), ("$[?1]", 4), ("$[?'a']", 4), ("$[?true]", 4), ("$[?!true]", 5),
            ("$[?null]", 4), ("$[?@.a && 1]", 11), ("$[?@.a || false]", 11), ("$[?1==1==1]", 8),
            ("$[?@==True]", 7), ("$[?@==nul]", 7), ("$[?@==trues]", 7), ("$[?@==.5]", 7),
            ("$[?@==1.]", 9), ("$[?@==1.e1]", 9), ("$[?@==1e]", 9), ("$[?@==1e+]", 10),
            ("$[?@==01]", 7), ("$[?@==-01]", 7), ("$[?@==00]", 7), ("$[?@==+1]", 7),
            ("$[?@==-]", 8),
            ("$[?@==- 1]", 8), ("$[?@==0x1]", 8), ("$[?@ < = 1]", 8), ("$[?@==[1]]", 7),
            ("$[?@=={}]", 7), ("$[?@.a in @.b]", 8), ("$[?@.a=~'x']", 7), ("$[?a]", 4),
            ("$[?@.*==1]", 4), ("$[?@..a==1]", 4), ("$[?@['a','b']==1]", 4), ("$[?@[0,0]==1]", 4),
            ("$[?@[1:]==1]", 4), ("$[?@[?@.a]==1]", 4), ("$[?1==@.*]", 7), ("$[?1==$..a]", 7),
            ("$[?@[ 'a' ]==1]", 4), ("$[?@[ 0]==1]", 4), ("$[?@['a' ]==1]", 4),
        ])
    func refused(path: String, column: Int) {
        let error = #expect(throws: JSONPathError.self, "\(path)") { try JSONPath(path) }
        #expect(error?.column == column, "\(path): \(error?.description ?? "")")
        #expect(error?.message.isEmpty == false)
    }

    @Test(
        "functions that are not well-typed",
        arguments: [
            ("nope(@)==1", 4), ("Length(@)==1", 4), ("length (@)==1", 4), ("length(@)", 4),
            ("!length(@)", 5), ("count(@)", 4), ("value(@)", 4), ("(length(@))", 5),
            ("length()==1", 4), ("length(@,@)==1", 4), ("length(@.*)==1", 11),
            ("length(@..a)==1", 11), ("length(@[ 'a' ])==1", 11), ("length(@.a,)==1", 15),
            ("length(@.a==1)==1", 14), ("length((@.a))==1", 11), ("length(!@.a)==1", 11),
            ("length(match(@,'a'))==1", 11), ("count(1)==1", 10), ("count('a')==1", 10),
            ("count(true)==1", 10), ("count(length(@))==1", 10), ("count()==1", 4),
            ("count(@,@)==1", 4), ("value(1)==1", 10), ("value(value(@))==1", 10),
            ("match(@)", 4), ("match(@,'a','b')", 4), ("match()", 4), ("match(@,'a')==true", 4),
            ("true==match(@,'a')", 10), ("search(@,'a')!=1", 4), ("match(@.*,'a')", 10),
            ("match(@,@.*)", 12), ("match(@ 'a')", 12), ("match(@,'a'", 15), ("length(@ ==1", 13),
        ])
    func illTyped(filter: String, column: Int) {
        let error = #expect(throws: JSONPathError.self, "\(filter)") {
            try JSONPath("$[?\(filter)]")
        }
        #expect(error?.column == column, "\(filter): \(error?.description ?? "")")
    }

    @Test(
        "accepted paths that look odd",
        arguments: [
            "$.a .b\t[0]\n['c']\r..d", "$[ 0 , 1 : 2 , * , 'a' , ? @.a ]", "$[?@ .a]", "$[?@.a\n]",
            "$[?@['a'] [0] == 1]", "$[?@[ 'a' ]]", "$[?count(@[ 'a' ])==1]", "$[?! ( @.a )]",
            "$[?! @.a]", "$[?(@.a)&&((@.b))]", "$[?@.a<1||@.b>=2&&!@.c]", "$[?@==-0]",
            "$[?@==-0.0e-0]", "$[?length(@)==length(@)]", "$[?$.a[0]['b']==$[-1]]", "$[?@]",
            "$[?$]",
            "$['\u{7F}\u{2028}']", "$['\\ud7ff\\ue000']", "$._", "$.\u{80}", "$.\u{10FFFF}1",
            "$[0:1:]", "$[:]", "$[-9007199254740991:9007199254740991:-9007199254740991]",
            "$..[0]", "$..['a']", "$..*", "$..a.b", "$.*..*", "$[?1==1]", "$[?match('a','a')]",
        ])
    func accepted(path: String) throws {
        let parsed = try JSONPath(path)
        #expect(parsed.text == path)
        #expect(parsed.description == path)
        #expect(parsed == (try JSONPath(path)))
        #expect(parsed != (try JSONPath("$.other")))
        #expect(parsed.warnings.isEmpty)
    }

    @Test(
        "singular paths and the part before what may select more",
        arguments: [
            ("$", true, "$"), ("$.a['b'][0][-1]", true, "$['a']['b'][0][-1]"),
            ("$.usage[*]", false, "$['usage']"), ("$.a.*.b", false, "$['a']"),
            ("$.a[0:1]", false, "$['a']"), ("$.a[?@.b].c", false, "$['a']"),
            ("$.a..b", false, "$['a']"), ("$.a..['b']", false, "$['a']"),
            ("$.a['b','c']", false, "$['a']"), ("$[0,0]", false, "$"),
            ("$[ 'a' ].b", true, "$['a']['b']"),
            ("$['it\\'s'].*", false, "$['it\\'s']"),
        ])
    func singular(path: String, isSingular: Bool, prefix: String) throws {
        let parsed = try JSONPath(path)
        #expect(parsed.isSingular == isSingular)
        let before = parsed.singularPrefix()
        #expect(before.description == prefix)
        #expect(before.isSingular)
        #expect(try JSONPath(prefix).singularPrefix() == before)
    }

    @Test("the prefix selects what the path passes through")
    func prefixSelects() throws {
        let value = try JSONReader.read(#"{"usage":[{"day":1}],"x":2}"#)
        let prefix = try JSONPath("$.usage[-1][?@>0]").singularPrefix()
        #expect(try prefix.select(in: value).map(\.location.description) == ["$['usage'][0]"])
    }

    @Test("patterns that can never match are told with their column")
    func warnings() throws {
        let path = try JSONPath(#"$[?match(@.a, '\\d+') || search(@.b, 'x') || match(@.c, 1)]"#)
        #expect(path.warnings.map(\.column) == [15, 57])
        #expect(path.warnings[0].message.contains("`d`"))
        #expect(path.warnings[1].message.contains("a number"))
    }

    @Test("nesting and length are bounded")
    func bounds() throws {
        for (open, close) in [("(", ")"), ("@[?", "]"), ("!(", ")")] {
            let nested = { (levels: Int) in
                "$[?" + String(repeating: open, count: levels) + "@.a"
                    + String(repeating: close, count: levels) + "]"
            }
            _ = try JSONPath(nested(60))
            #expect(throws: JSONPathError.self) { try JSONPath(nested(64)) }
            #expect(throws: JSONPathError.self) { try JSONPath(nested(4_000)) }
        }
        let calls = String(repeating: "length(", count: 3_000) + "@" + ")"
        #expect(throws: JSONPathError.self) { try JSONPath("$[?\(calls)==1]") }
        _ = try JSONPath("$" + String(repeating: ".a", count: 8_000))
        #expect(throws: JSONPathError.self) {
            try JSONPath("$" + String(repeating: ".a", count: 9_000))
        }
    }

    @Test("no prefix of a path and no path with one character changed breaks the parser")
    func mutations() throws {
        let path = Array(#"$..a['b\u00e9',-1,1:2:-3,*][?!(@.x<=-1.5e2)&&match($['y'],"a")||@]"#)
        let document = try JSONReader.read(#"{"a":[{"x":1,"y":"a"},[1,2,3]]}"#)
        var accepted = 0
        for end in path.indices { _ = try? JSONPath(String(path[..<end])) }
        for place in path.indices {
            for scalar in UInt8(0x09)...0x7F {
                var changed = path
                changed[place] = Character(Unicode.Scalar(scalar))
                guard let parsed = try? JSONPath(String(changed)) else { continue }
                accepted += 1
                _ = try parsed.select(in: document)
            }
        }
        #expect(accepted > path.count)
    }
}
