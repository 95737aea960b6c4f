// Syntax rewriting, anchors and groups of the regular expression room.

import LinearRegex
import Testing

@Suite("linear regular expressions")
struct LinearRegexTests {
    @Test(
        "whole and partial matches",
        arguments: [
            ("a+", "aaa", true, true),
            ("a+", "baab", false, true),
            ("a|ab", "ab", true, true),
            ("", "", true, true),
            ("", "x", false, true),
            ("x", "", false, false),
            (".", "\n", false, false),
            ("é.", "éß", true, true),
            ("(?i)ABC", "abc", true, true),
            ("^b$", "a\nb", false, false),
        ])
    func matches(pattern: String, text: String, whole: Bool, part: Bool) throws {
        let regex = try LinearRegex(pattern)
        #expect(regex.matchesWhole(text) == whole)
        #expect(regex.matchesPart(of: text) == part)
        #expect(regex.pattern == pattern)
    }

    @Test("the dot matches a line feed only on request")
    func dotMatchesNewline() throws {
        #expect(try LinearRegex("a.b", dotMatchesNewline: true).matchesWhole("a\nb"))
        #expect(try !LinearRegex("a.b").matchesWhole("a\nb"))
    }

    @Test("groups are byte offsets, an absent one is nil")
    func groups() throws {
        let regex = try LinearRegex("(é)(x)?(b*)")
        #expect(regex.groupCount == 3)
        #expect(regex.wholeMatch(in: "ébb") == [0..<4, 0..<2, nil, 2..<4])
        #expect(regex.wholeMatch(in: "ébbc") == nil)
        #expect(regex.firstMatch(in: "aaéc") == [2..<4, 2..<4, nil, 4..<4])
    }

    @Test("a search begins at the given byte and never outside the text")
    func searchFrom() throws {
        let regex = try LinearRegex("a")
        #expect(regex.firstMatch(in: "aba", from: 1) == [2..<3])
        #expect(regex.firstMatch(in: "aba", from: 3) == nil)
        #expect(regex.firstMatch(in: "aba", from: 4) == nil)
        #expect(regex.firstMatch(in: "aba", from: -1) == nil)
    }

    @Test("the newer named group is understood like the older")
    func namedGroups() throws {
        for pattern in ["(?<day>[0-9]+)-(?<month>[0-9]+)", "(?P<day>[0-9]+)-(?P<month>[0-9]+)"] {
            let regex = try LinearRegex(pattern)
            #expect(regex.groupIndex(named: "day") == 1)
            #expect(regex.groupIndex(named: "month") == 2)
            #expect(regex.groupIndex(named: "year") == nil)
            #expect(regex.wholeMatch(in: "1-22") == [0..<4, 0..<1, 2..<4])
        }
    }

    @Test(
        "what only looks like a named group stays literal",
        arguments: [
            ("[(?<]+", "(?<"),
            ("[]\\](?<]+", "](?<"),
            ("[^]x(?<]+", "abc"),
            ("[[:digit:](?<]+", "1(?<"),
            ("\\Q(?<a>\\C\\E+", "(?<a>\\CC"),
            ("\\(?<", "(<"),
            ("\\[(?<n>a)", "[a"),
            ("\\Q[\\E(?<n>a)]", "[a]"),
            ("[[:](?<n>a)", ":a"),
        ])
    func notRewritten(pattern: String, text: String) throws {
        #expect(try LinearRegex(pattern).matchesWhole(text))
    }

    @Test(
        "refused patterns",
        arguments: ["\\C", "[\\C]", "a\\C", "(", "[a", "a**b)", "(?<=a)b", "a{1001}", "\\"])
    func refused(pattern: String) {
        #expect(throws: LinearRegexError.self) { try LinearRegex(pattern) }
    }

    @Test("the refusal of one byte names it")
    func refusalMessage() {
        let error = #expect(throws: LinearRegexError.self) { try LinearRegex("x\\C") }
        #expect(error?.description == "invalid escape sequence: \\C")
    }

    @Test("a pattern that would backtrack for ages elsewhere is linear here")
    func linearTime() throws {
        let regex = try LinearRegex("(a*)*b")
        #expect(!regex.matchesPart(of: String(repeating: "a", count: 20_000)))
    }
}
