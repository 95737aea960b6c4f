// Reading JSON: what is accepted, what is refused, and where a mistake is said to be.

import ExactJSON
import Testing

@Suite("JSON reader")
struct JSONReaderTests {
    @Test(
        "accepted texts and their compact form",
        arguments: [
            ("null", "null"),
            (" true ", "true"),
            ("\t\r\nfalse\n", "false"),
            ("0", "0"),
            ("-0", "-0"),
            ("-0.0e-00", "-0.0e-00"),
            ("1E+2", "1E+2"),
            ("123456789012345678901234567890.10", "123456789012345678901234567890.10"),
            ("1e400000000", "1e400000000"),
            ("\"\"", "\"\""),
            ("[]", "[]"),
            ("[ ]", "[]"),
            ("{ }", "{}"),
            ("[1 , 2,[3]]", "[1,2,[3]]"),
            ("{\"b\" : 1 , \"a\":{\"c\":[]}}", "{\"b\":1,\"a\":{\"c\":[]}}"),
            (#""\u0041\n\/\"\\\b\f\r\t""#, #""A\n/\"\\\b\f\r\t""#),
            (#""\u0000\u001F\u007f""#, "\"\\u0000\\u001f\u{7F}\""),
            (#""\uD834\udd1e""#, "\"\u{1D11E}\""),
            (#""\ud7ff\uE000\uffff""#, "\"\u{D7FF}\u{E000}\u{FFFF}\""),
            ("\"é\u{2028}\u{10FFFF}\"", "\"é\u{2028}\u{10FFFF}\""),
            ("{\"\":\"\"}", "{\"\":\"\"}"),
            // One precomposed, one combining: two names.
            ("{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"\u{E9}\":1,\"e\u{301}\":2}"),
        ])
    func accepted(text: String, compact: String) throws {
        let value = try JSONReader.read(text)
        #expect(Array(value.text().unicodeScalars) == Array(compact.unicodeScalars))
        #expect(try JSONReader.read(value.serialized(.pretty)) == value)
    }

    @Test(
        "refused texts: reason, byte offset and location",
        arguments: [
            ("", .empty, 0, "$"),
            (" \n", .empty, 2, "$"),
            ("<html>", .unexpectedByte, 0, "$"),
            ("nul", .unexpectedEnd, 3, "$"),
            ("nulL", .unexpectedByte, 3, "$"),
            ("True", .unexpectedByte, 0, "$"),
            ("NaN", .unexpectedByte, 0, "$"),
            ("truee", .trailingContent, 4, "$"),
            ("1 2", .trailingContent, 2, "$"),
            ("[]]", .trailingContent, 2, "$"),
            ("01", .badNumber, 1, "$"),
            ("-01", .badNumber, 2, "$"),
            ("-", .badNumber, 1, "$"),
            ("+1", .unexpectedByte, 0, "$"),
            (".5", .unexpectedByte, 0, "$"),
            ("1.", .badNumber, 2, "$"),
            ("1.e1", .badNumber, 2, "$"),
            ("1e", .badNumber, 2, "$"),
            ("1e+", .badNumber, 3, "$"),
            ("1e5.5", .trailingContent, 3, "$"),
            ("[1,]", .unexpectedByte, 3, "$[1]"),
            ("[,1]", .unexpectedByte, 1, "$[0]"),
            ("[1 2]", .unexpectedByte, 3, "$[0]"),
            ("[1", .unexpectedEnd, 2, "$[0]"),
            ("[1,[2,{\"a\":[x", .unexpectedByte, 12, "$[1][1]['a'][0]"),
            ("{\"a\":1,}", .unexpectedByte, 7, "$"),
            ("{a:1}", .unexpectedByte, 1, "$"),
            ("{\"a\" 1}", .unexpectedByte, 5, "$['a']"),
            ("{\"a\":}", .unexpectedByte, 5, "$['a']"),
            ("{\"a\":1 \"b\":2}", .unexpectedByte, 7, "$['a']"),
            ("{\"a\":[1],\"b,]\":x}", .unexpectedByte, 15, "$['b,]']"),
            ("{\"\\u0061'\\\"\":[}", .unexpectedByte, 14, "$['a\\'\"'][0]"),
            ("'a'", .unexpectedByte, 0, "$"),
            ("\"a", .unexpectedEnd, 2, "$"),
            ("\"a\\", .unexpectedEnd, 3, "$"),
            ("\"\t\"", .controlCharacter, 1, "$"),
            ("\"a\\n\u{0}\"", .controlCharacter, 4, "$"),
            (#""\x41""#, .badEscape, 2, "$"),
            (#""\u00g0""#, .badEscape, 5, "$"),
            (#""\u00"#, .badEscape, 5, "$"),
            (#"["\uD800"]"#, .loneSurrogate, 2, "$[0]"),
            (#""\uDC00""#, .loneSurrogate, 1, "$"),
            (#""\uD800\n""#, .loneSurrogate, 1, "$"),
            (#""\uD800\uD800""#, .loneSurrogate, 1, "$"),
            (#""\uD800\u0041""#, .loneSurrogate, 1, "$"),
            ("[1,{\"x\":{\"k\":1,\"k\":2}}]", .repeatedKey, 15, "$[1]['x']['k']"),
            (#"{"a":1,"\u0061":2}"#, .repeatedKey, 7, "$['a']"),
            ("\u{FEFF}1", .byteOrderMark, 0, "$"),
        ] as [(String, JSONError.Reason, Int, String)])
    func refused(text: String, reason: JSONError.Reason, offset: Int, location: String) {
        let error = #expect(throws: JSONError.self) { try JSONReader.read(text) }
        #expect(error?.reason == reason)
        #expect(error?.offset == offset)
        #expect(error?.location.description == location)
        #expect(error?.message.isEmpty == false)
    }

    @Test(
        "ill-formed UTF-8 in a string",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x9F, 0x80],
            [0xE1, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBF, 0xC0], [0xF0, 0x8F, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF1, 0x80, 0x80], [0xFF], [0xFE],
            [0xF1, 0x80, 0xC0, 0x80], [0xE1, 0x80, 0x22],
        ] as [[UInt8]])
    func invalidUTF8(sequence: [UInt8]) {
        let text = [UInt8(ascii: "\""), UInt8(ascii: "x")] + sequence + [UInt8(ascii: "\"")]
        let error = #expect(throws: JSONError.self) { try JSONReader.read(text) }
        #expect(error?.reason == .invalidUTF8)
        #expect(error?.offset == 2)
        let truncated = #expect(throws: JSONError.self) {
            try JSONReader.read(Array(text.dropLast()))
        }
        #expect(truncated?.reason == .invalidUTF8)
    }

    @Test(
        "the first and last sequence of each length",
        arguments: [
            [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xE1, 0x80, 0x80], [0xED, 0x9F, 0xBF],
            [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80],
            [0xF3, 0xBF, 0xBF, 0xBF], [0xF4, 0x8F, 0xBF, 0xBF],
        ] as [[UInt8]])
    func validUTF8(sequence: [UInt8]) throws {
        let value = try JSONReader.read([0x22] + sequence + [0x22])
        #expect(Array((value.stringValue ?? "").utf8) == sequence)
    }

    @Test("line, column in code points, and the whole message")
    func position() {
        let text = "{\n  \"é\": 1,\r\n  \"usage\": [{}, {\"é😀\": bad}]\n}"
        let error = #expect(throws: JSONError.self) { try JSONReader.read(text) }
        #expect(error?.line == 3)
        #expect(error?.column == 24)
        #expect(
            error?.description
                == "line 3, column 24, at $['usage'][1]['é😀']: a value was expected, not `b`")
    }

    @Test("a byte order mark is passed over on request, once")
    func byteOrderMark() throws {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = mark + Array("{}".utf8)
        #expect(try JSONReader.read(text, byteOrderMark: .ignore) == [:])
        for bad in [mark, mark + text, Array("[".utf8) + mark + Array("]".utf8)] {
            #expect(throws: JSONError.self) { try JSONReader.read(bad, byteOrderMark: .ignore) }
        }
    }

    @Test("of a repeated name the last value stays at the first place when asked")
    func keepLast() throws {
        let value = try JSONReader.read("{\"a\":1,\"b\":2,\"a\":3}", repeatedKeys: .keepLast)
        #expect(value.text() == "{\"a\":3,\"b\":2}")
    }

    @Test("a repeated name is found in large objects too")
    func repeatedInLarge() {
        let members = (0..<100).map { "\"k\($0)\":\($0)" } + ["\"k57\":0"]
        let text = "{" + members.joined(separator: ",") + "}"
        let error = #expect(throws: JSONError.self) { try JSONReader.read(text) }
        #expect(error?.reason == .repeatedKey)
        #expect(error?.location.description == "$['k57']")
    }

    @Test("depth is counted in nested containers")
    func depth() throws {
        let nested = { (levels: Int) in
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        _ = try JSONReader.read(nested(128))
        let error = #expect(throws: JSONError.self) { try JSONReader.read(nested(129)) }
        #expect(error?.reason == .tooDeep)
        #expect(error?.offset == 128)
        _ = try JSONReader.read("[{\"a\":1}]", limits: JSONLimits(depth: 2))
        #expect(throws: JSONError.self) {
            try JSONReader.read("[{\"a\":[]}]", limits: JSONLimits(depth: 2))
        }
        #expect(throws: JSONError.self) { try JSONReader.read("[]", limits: JSONLimits(depth: 0)) }
    }

    @Test("a hundred thousand opening brackets are an error, whatever depth is asked for")
    func depthBomb() {
        for opening in ["[", "{\"a\":", "[{\"a\":"] {
            let text = String(repeating: opening, count: 100_000)
            let error = #expect(throws: JSONError.self) {
                try JSONReader.read(text, limits: JSONLimits(depth: .max))
            }
            #expect(error?.reason == .tooDeep)
        }
        #expect(JSONLimits(depth: .max).depth == JSONLimits.maximumDepth)
    }

    @Test("the deepest text there may be can be read, compared, written and searched")
    func deepest() throws {
        let depth = JSONLimits.maximumDepth
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let value = try JSONReader.read(text, limits: JSONLimits(depth: depth))
        #expect(value == (try JSONReader.read(text, limits: JSONLimits(depth: depth))))
        #expect(value.text() == text)
        #expect(try JSONPath("$..*").select(in: value).count == depth - 1)
    }

    @Test(
        "the other bounds hold exactly",
        arguments: [
            ("[1,2]", JSONLimits(nodes: 3), nil),
            ("[1,2]", JSONLimits(nodes: 2), .tooManyNodes),
            ("[1,2]", JSONLimits(bytes: 5), nil),
            ("[1,2]", JSONLimits(bytes: 4), .tooManyBytes),
            ("\"abc\"", JSONLimits(stringBytes: 3), nil),
            ("\"abcd\"", JSONLimits(stringBytes: 3), .stringTooLong),
            ("\"\\u00e9é\"", JSONLimits(stringBytes: 4), nil),
            ("\"\\u00e9é\"", JSONLimits(stringBytes: 3), .stringTooLong),
            ("{\"abcd\":1}", JSONLimits(stringBytes: 3), .stringTooLong),
            ("-1.5e7", JSONLimits(numberBytes: 6), nil),
            ("-1.5e7", JSONLimits(numberBytes: 5), .numberTooLong),
        ] as [(String, JSONLimits, JSONError.Reason?)])
    func bounds(text: String, limits: JSONLimits, reason: JSONError.Reason?) throws {
        guard let reason else {
            _ = try JSONReader.read(text, limits: limits)
            return
        }
        let error = #expect(throws: JSONError.self) { try JSONReader.read(text, limits: limits) }
        #expect(error?.reason == reason)
    }

    @Test("no prefix of a text and no text with one byte changed breaks the reader")
    func mutations() {
        let text = Array(
            #"{"a":[1,-2.5e+3,"\ud834\udd1eé\n",true,null,{"b":{}}],"é":false} "#.utf8)
        for end in 0..<(text.count - 1) {
            #expect(throws: JSONError.self) { try JSONReader.read(Array(text[..<end])) }
        }
        var accepted = 0
        for place in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[place] = byte
                guard let value = try? JSONReader.read(changed) else { continue }
                accepted += 1
                if (try? JSONReader.read(value.serialized())) != value {
                    Issue.record("\(changed)")
                }
            }
        }
        #expect(accepted > text.count)
    }
}
