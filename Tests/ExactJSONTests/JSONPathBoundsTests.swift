// Bounds of evaluation, and the first match.

import ExactJSON
import Testing

@Suite("JSONPath bounds")
struct JSONPathBoundsTests {
    private let row: JSONValue = [1, 2, 3, 4]

    @Test("visits are counted exactly for plain walks")
    func visits() throws {
        let path = try JSONPath("$[*]")
        #expect(try path.select(in: row, limits: JSONPathLimits(visits: 4)).count == 4)
        #expect(throws: JSONPathLimitError.tooManyVisits(limit: 3)) {
            try path.select(in: row, limits: JSONPathLimits(visits: 3))
        }
    }

    @Test("matches are bounded, never cut")
    func matches() throws {
        let path = try JSONPath("$[*,*]")
        #expect(try path.select(in: row, limits: JSONPathLimits(matches: 8)).count == 8)
        #expect(throws: JSONPathLimitError.tooManyMatches(limit: 7)) {
            try path.select(in: row, limits: JSONPathLimits(matches: 7))
        }
    }

    @Test(
        "what multiplies work stops at the bound",
        arguments: [
            "$..*..*..*..*", "$[*,*,*,*,*,*,*,*][*,*,*,*,*,*,*,*][*,*,*,*,*,*,*,*]",
            "$[?count($..*)>0 && count($..*)>1]", "$[?$==$ && $==$]", "$..[?@..[?@..[?@..*]]]",
            "$[::1,::1,::1,::1,::1,::1,::1,::1][0,0,0,0,0,0,0,0,0,0]",
            "$[?@.a=='x'||@.b=='y'||@.c=='z'||@.d=='w']",
        ])
    func explosion(path: String) throws {
        let inner = JSONValue.array((0..<20).map { JSONValue.array([.integer($0), [0]]) })
        let document = JSONValue.array(Array(repeating: inner, count: 20))
        #expect(throws: JSONPathLimitError.tooManyVisits(limit: 150)) {
            try JSONPath(path).select(in: document, limits: JSONPathLimits(visits: 150))
        }
    }

    @Test("long strings cost more than one visit, in every way of reading them")
    func longStrings() throws {
        let long = JSONValue.string(String(repeating: "a", count: 1_000_000))
        let document = JSONValue.array([["t": long, "u": long]])
        for filter in ["@.t==@.u", "@.t<@.u", "length(@.t)>1", "search(@.t,'b')"] {
            let path = try JSONPath("$[?\(filter)]")
            #expect(throws: JSONPathLimitError.tooManyVisits(limit: 500), "\(filter)") {
                try path.select(in: document, limits: JSONPathLimits(visits: 500))
            }
            _ = try path.select(in: document)
        }
    }

    @Test("depth is bounded, in the document and through filters that start over at the root")
    func depth() throws {
        var value: JSONValue = 1
        for _ in 0..<JSONLimits.maximumDepth { value = [value] }
        #expect(try JSONPath("$..*").select(in: value).count == JSONLimits.maximumDepth)
        #expect(try JSONPath("$..[?@..*]").first(in: value) != nil)
        let restarting =
            String(repeating: "$..[?@==1&&", count: 40) + "@" + String(repeating: "]", count: 40)
        #expect(throws: JSONPathLimitError.tooDeep(limit: JSONPathLimits.recursion)) {
            try JSONPath(restarting).select(in: value)
        }
        for _ in 0..<JSONPathLimits.recursion { value = [value] }
        #expect(throws: JSONPathLimitError.tooDeep(limit: JSONPathLimits.recursion)) {
            try JSONPath("$..*").select(in: value)
        }
    }

    @Test("the first match is found without visiting the rest")
    func first() throws {
        let limits = JSONPathLimits(visits: 10)
        let document = JSONValue.array((0..<1_000).map { ["n": .integer($0)] })
        let match = try JSONPath("$[*].n").first(in: document, limits: limits)
        #expect(match == JSONMatch(location: NormalizedPath([.index(0), .name("n")]), value: 0))
        #expect(try JSONPath("$.n").first(in: document, limits: limits) == nil)
        #expect(try JSONPath("$[?@.n==2]").first(in: document)?.location.description == "$[2]")
        #expect(throws: JSONPathLimitError.self) {
            try JSONPath("$[?@.n==500]").first(in: document, limits: limits)
        }
    }

    @Test("errors say which bound was passed")
    func descriptions() {
        #expect(
            JSONPathLimitError.tooManyVisits(limit: 7).description
                == "the path looks at more than 7 values")
        #expect(
            JSONPathLimitError.tooManyMatches(limit: 7).description
                == "the path selects more than 7 values")
        #expect(
            JSONPathLimitError.tooDeep(limit: 7).description
                == "the path goes deeper than 7 levels")
    }
}
