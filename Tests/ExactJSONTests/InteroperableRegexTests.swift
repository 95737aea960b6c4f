// I-Regexp (RFC 9485) through match(): the grammar, and the meaning of what it allows.

import ExactJSON
import Testing

/// Whether match() accepts the text; nil when the pattern is no I-Regexp.
private func match(_ pattern: String, _ text: String) throws -> Bool? {
    var quoted = ""
    for scalar in pattern.unicodeScalars {
        if scalar.value < 0x20 {
            quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            continue
        }
        if scalar == "\\" || scalar == "'" { quoted += "\\" }
        quoted.unicodeScalars.append(scalar)
    }
    let path = try JSONPath("$[?match(@,'\(quoted)')]")
    guard path.warnings.isEmpty else { return nil }
    return try !path.select(in: [.string(text)]).isEmpty
}

@Suite("I-Regexp")
struct InteroperableRegexTests {
    @Test(
        "allowed patterns and what they match whole",
        arguments: [
            ("", "", true), ("", "a", false), ("abc", "abc", true), ("a|b|", "", true),
            ("(a|bc)d", "bcd", true), ("()a", "a", true), ("a*", "aaa", true), ("a+", "", false),
            ("a?", "a", true), ("a{2}", "aa", true), ("a{2}", "a", false), ("a{1,2}", "aaa", false),
            ("a{2,}", "aaa", true), (".", "é", true), (".", "😀", true), (".", "\n", false),
            (".", "\r", false), (".", "\u{2028}", true), ("a\\.b", "a.b", true),
            ("a\\.b", "axb", false),
            ("\\(\\)\\*\\+\\-\\?\\[\\\\\\]\\^\\{\\|\\}", "()*+-?[\\]^{|}", true),
            ("\\n\\r\\t", "\n\r\t", true), ("[abc]", "b", true), ("[^abc]", "b", false),
            ("[^abc]", "d", true), ("[a-c]", "b", true), ("[a-c]", "-", false), ("[-a]", "-", true),
            ("[a-]", "-", true), ("[^-]", "-", false), ("[-]", "-", true), ("[.]", "a", false),
            ("[$^*+?(){}|]+", "$^*+?(){}|", true), ("[\\]\\\\\\-]+", "]\\-", true),
            ("[\\n-\\r]", "\u{B}", true), ("[a^]", "^", true),
            ("[^^]", "^", false),
            ("[&&]", "&", true), ("[:a:]", ":", true), ("\\p{L}", "é", true),
            ("\\p{L}", "1", false),
            ("\\P{L}", "1", true), ("\\p{Lu}\\p{Ll}", "Éé", true), ("[\\p{Nd}x]", "٣", true),
            ("[^\\p{Nd}x]", "x", false), ("[\\P{Nd}]", "1", false), ("\\p{Zs}", "\u{A0}", true),
            ("\\p{Sc}", "€", true), ("\\p{C}", "\u{0}", true), ("\\p{C}", "\u{378}", true),
            ("\\p{C}", "a", false), ("\\P{C}", "\u{378}", false), ("\\P{C}", "a", true),
            ("\\p{Cn}", "\u{378}", true), ("\\p{Cn}", "\u{0}", false), ("\\P{Cn}", "\u{0}", true),
            ("\\P{Cn}", "\u{378}", false), ("[a\\p{Cn}]", "\u{378}", true),
            ("[^a\\p{Cn}]", "b", true), ("[^a\\p{Cn}]", "\u{378}", false),
            ("\\p{Co}", "\u{E000}", true),
            ("^a$", "a", true), ("a/b,c:d;e<f=g>h@i_j`k~l", "a/b,c:d;e<f=g>h@i_j`k~l", true),
            ("\"'#%& !", "\"'#%& !", true), ("\u{0}", "\u{0}", true), ("e\u{301}", "\u{E9}", false),
            ("a\nb", "a\nb", true), ("(a(b(c)))+", "abcabc", true),
        ])
    func allowed(pattern: String, text: String, matches: Bool) throws {
        #expect(try match(pattern, text) == matches)
    }

    @Test(
        "every category of the grammar compiles",
        arguments: [
            "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No",
            "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Z", "Zl", "Zp", "Zs",
            "S", "Sc", "Sk", "Sm", "So", "C", "Cc", "Cf", "Cn", "Co",
        ])
    func categories(name: String) throws {
        for text in ["a", "\u{378}", "\u{0}", "\u{E000}", " ", "€", "١", "_", "\u{301}"] {
            let inside = try match("\\p{\(name)}", text) == true
            #expect(try match("\\P{\(name)}", text) == !inside)
            #expect(try match("[^\\p{\(name)}]", text) == !inside)
            #expect(try match("[\\P{\(name)}]", text) == !inside)
        }
    }

    @Test(
        "what the grammar does not have is no I-Regexp",
        arguments: [
            "(", ")", "a)", "(a", "[", "]", "[]", "[^]", "[a", "{", "}", "a{", "a{}", "a{,2}",
            "a{1", "a{1,x}", "*", "+a", "?", "|*", "(*a)", "a**", "a+?", "a??", "a*+", "a{1}{2}",
            "\\", "\\d", "\\w", "\\s", "\\b", "\\A", "\\1", "\\x41", "\\u0041", "\\$", "\\/", "\\ ",
            "\\\"", "\\p", "\\pL", "\\p{}", "\\p{l}", "\\p{Lx}", "\\p{Latin}", "\\p{IsGreek}",
            "\\p{Cs}", "\\p{L", "\\p{Lu&}", "(?:a)", "(?i)a", "(?=a)", "[a-b-c]", "[--a]", "[a--]",
            "[a[b]]", "[[:alpha:]]", "[\\d]", "[\\p{Zz}]", "[a-\\p{L}]", "[z-a]", "a{2,1}",
            "[^-a-z-0]", "a]b",
        ])
    func refused(pattern: String) throws {
        #expect(try match(pattern, "a") == nil)
    }

    @Test("patterns are bounded in length and nesting")
    func bounds() throws {
        let nested = { (levels: Int) in
            String(repeating: "(", count: levels) + String(repeating: ")", count: levels)
        }
        #expect(try match(nested(60), "") == true)
        #expect(try match(nested(65), "") == nil)
        #expect(try match(nested(2_000), "") == nil)
        #expect(try match(String(repeating: "a", count: 5_000), "a") == nil)
    }

    @Test("patterns from the document are each compiled as written")
    func computed() throws {
        let rows = (0..<200).map { index -> JSONValue in
            ["t": "x\(index % 100)", "p": "x\(index % 70)"]
        }
        let selected = try JSONPath("$[?match(@.t,@.p)]").select(in: .array(rows))
        let expected = (0..<200).filter { $0 % 100 == $0 % 70 }
        #expect(selected.map(\.location) == expected.map { NormalizedPath([.index($0)]) })
        let twins: JSONValue = [
            ["t": "\u{E9}", "p": "e\u{301}"], ["t": "\u{E9}", "p": "\u{E9}"],
        ]
        let matched = try JSONPath("$[?match(@.t,@.p)]").select(in: twins)
        #expect(matched.map(\.location) == [NormalizedPath([.index(1)])])
    }
}
