// Values, numbers, objects and their text.

import ExactJSON
import Testing

@Suite("JSON numbers")
struct JSONNumberTests {
    @Test(
        "equal by exact decimal value",
        arguments: [
            ("1", "1.0"), ("1", "1e0"), ("10", "1e1"), ("0.1", "1e-1"), ("100", "1E+2"),
            ("-0", "0"), ("-0.0e5", "0"), ("0e999999999999999999999", "0"),
            ("1.50", "1.5"), ("1e400000000", "10e399999999"), ("-12.30", "-123e-1"),
            ("0.00100", "1e-3"), ("1e00", "1"), ("1e-00", "1"),
            ("1000000000000000000000000000000000000000", "1e39"),
        ])
    func equal(left: String, right: String) throws {
        let one = try #require(JSONNumber(lexeme: left))
        let other = try #require(JSONNumber(lexeme: right))
        #expect(one == other)
        #expect(other == one)
        #expect(!(one < other))
        #expect(!(other < one))
        #expect(one.lexeme == left)
    }

    @Test(
        "ordered by exact decimal value, no digit lost",
        arguments: [
            ("0", "1"), ("-1", "0"), ("-2", "-1"), ("9", "10"), ("-10", "-9"), ("0.1", "0.11"),
            ("-0.11", "-0.1"), ("1e2", "101"), ("99", "1e2"), ("1e-400000000", "1e-399999999"),
            ("-1e400000000", "1e-400000000"), ("0", "1e-400000000"), ("-1e-400000000", "0"),
            ("9007199254740992", "9007199254740993"),
            (
                "0.1234567890123456789012345678901234567890",
                "0.1234567890123456789012345678901234567891"
            ),
            (
                "1234567890123456789012345678901234567890",
                "1234567890123456789012345678901234567891"
            ),
            ("1e99999999999999999999", "2e99999999999999999999"),
            ("9e-99999999999999999999", "1e99999999999999999999"),
            ("0.09", "0.1"), ("1.9", "2.0"),
        ])
    func ordered(less: String, greater: String) throws {
        let one = try #require(JSONNumber(lexeme: less))
        let other = try #require(JSONNumber(lexeme: greater))
        #expect(one < other)
        #expect(!(other < one))
        #expect(one != other)
    }

    @Test(
        "whole numbers and those that fit in 64 bits",
        arguments: [
            ("0", true, 0), ("-0", true, 0), ("0.0", true, 0), ("5.0", true, 5),
            ("5.5", false, nil),
            ("1.5e1", true, 15), ("15e-1", false, nil), ("150e-1", true, 15), ("1e3", true, 1000),
            ("0.5", false, nil), ("1e-1", false, nil), ("1e400000000", true, nil),
            ("9223372036854775807", true, .max), ("9223372036854775808", true, nil),
            ("9223372036854775807.0", true, .max), ("9223372036854775808.0", true, nil),
            ("-9223372036854775808", true, .min), ("-9223372036854775808.0", true, .min),
            ("-9223372036854775809.0", true, nil), ("1e18", true, 1_000_000_000_000_000_000),
            ("1e19", true, nil), ("-1e18", true, -1_000_000_000_000_000_000),
            ("92233720368547758080e-1", true, nil),
        ] as [(String, Bool, Int64?)])
    func integers(lexeme: String, isInteger: Bool, value: Int64?) throws {
        let number = try #require(JSONNumber(lexeme: lexeme))
        #expect(number.isInteger == isInteger)
        #expect(number.asInteger == value)
    }

    @Test(
        "what is no number is no lexeme",
        arguments: [
            "", "-", "01", "+1", "1.", ".1", "1e", "1e+", "0x1", "1 ", " 1", "NaN", "1,0", "١",
        ])
    func noLexeme(text: String) {
        #expect(JSONNumber(lexeme: text) == nil)
    }

    @Test(
        "doubles in their shortest round-trip form",
        arguments: [
            (0.1, "0.1"), (1.0, "1"), (-0.0, "-0"), (100.0, "100"), (1.0 / 3, "0.3333333333333333"),
            (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
            (9_007_199_254_740_992.0, "9007199254740992"), (1e21, "1e+21"), (-2.5e-7, "-2.5e-07"),
        ])
    func doubles(value: Double, lexeme: String) throws {
        let number = try #require(JSONNumber(value))
        #expect(number.lexeme == lexeme)
        #expect(JSONNumber(lexeme: number.lexeme)?.approximateDouble == value)
    }

    @Test("NaN and infinities have no lexeme and are written as null")
    func notFinite() {
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(JSONNumber(value) == nil)
            #expect(JSONValue.double(value) == .null)
        }
        #expect(JSONValue.double(0.5).text() == "0.5")
        #expect(JSONValue.integer(UInt64.max).text() == "18446744073709551615")
    }
}

@Suite("JSON values")
struct JSONValueTests {
    private let sample: JSONValue = [
        "name": "a\"b", "count": 3, "ratio": 0.5, "on": true, "none": .null,
        "list": [1, "x", []], "empty": [:],
    ]

    @Test("literals keep order and are written compactly")
    func compact() {
        #expect(
            sample.text()
                == #"{"name":"a\"b","count":3,"ratio":0.5,"on":true,"none":null,"#
                + #""list":[1,"x",[]],"empty":{}}"#)
        #expect(sample.description == sample.text())
        #expect(sample.serialized() == Array(sample.text().utf8))
    }

    @Test("the pretty form has two spaces per level and empty containers in one piece")
    func pretty() {
        let value: JSONValue = ["a": [1, ["b": .null]], "c": [], "d": [:]]
        #expect(
            value.text(.pretty) == """
                {
                  "a": [
                    1,
                    {
                      "b": null
                    }
                  ],
                  "c": [],
                  "d": {}
                }
                """)
    }

    @Test("readers give the value of their kind and nil for every other")
    func reading() {
        #expect(sample["name"]?.stringValue == "a\"b")
        #expect(sample["count"]?.integerValue == 3)
        #expect(sample["count"]?.numberLexeme == "3")
        #expect(sample["on"]?.boolValue == true)
        #expect(sample["none"]?.isNull == true)
        #expect(sample["list"]?[1]?.stringValue == "x")
        #expect(sample["list"]?[3] == nil)
        #expect(sample["list"]?[-1] == nil)
        #expect(sample["absent"] == nil)
        #expect(sample[0] == nil)
        #expect(sample["list"]?["name"] == nil)
        #expect(sample["list"]?.arrayValue?.count == 3)
        #expect(sample.objectValue?.count == 7)
        let kinds = sample.objectValue?.members.map(\.value.kindName)
        #expect(
            kinds == [
                "a string", "a number", "a number", "a boolean", "null", "an array", "an object",
            ])
        for (place, member) in (sample.objectValue?.members ?? []).enumerated() {
            #expect((member.value.stringValue != nil) == (place == 0))
            #expect((member.value.numberValue != nil) == [1, 2].contains(place))
            #expect((member.value.boolValue != nil) == (place == 3))
            #expect(member.value.isNull == (place == 4))
            #expect((member.value.arrayValue != nil) == (place == 5))
            #expect((member.value.objectValue != nil) == (place == 6))
        }
    }

    @Test(
        "equality: exact numbers, code points, members in any order",
        arguments: [
            ("1", "1.00", true), ("[1,2]", "[1e0,20e-1]", true), ("[1,2]", "[2,1]", false),
            ("[1]", "[1,1]", false), ("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true),
            ("{\"a\":1}", "{\"a\":2}", false), ("{\"a\":1}", "{\"b\":1}", false),
            ("{\"a\":1}", "{\"a\":1,\"b\":1}", false), ("\"\u{E9}\"", "\"e\u{301}\"", false),
            ("\"\u{E9}\"", "\"\\u00e9\"", true), ("null", "false", false), ("0", "false", false),
            ("\"1\"", "1", false), ("[]", "{}", false), ("null", "null", true),
            ("true", "true", true), ("true", "false", false), ("{\"a\":null}", "{}", false),
            // Reordered marks are equivalent and equally long, but other code points.
            ("\"a\u{323}\u{307}\"", "\"a\u{307}\u{323}\"", false),
        ])
    func equality(left: String, right: String, same: Bool) throws {
        let one = try JSONReader.read(left)
        let other = try JSONReader.read(right)
        #expect((one == other) == same)
        #expect((other == one) == same)
    }

    @Test("small and large objects set, replace and remove alike", arguments: [3, 12, 13, 40])
    func objects(size: Int) {
        var object = JSONObject((0..<size).map { ("k\($0)", JSONValue.integer($0)) })
        #expect(object.count == size)
        for index in 0..<size { #expect(object["k\(index)"] == .integer(index)) }
        #expect(object["k\(size)"] == nil)
        object["k1"] = "new"
        object["added"] = .null
        #expect(object.count == size + 1)
        #expect(object.names[1] == "k1")
        #expect(object["k1"] == "new")
        #expect(object.names.last == "added")
        #expect(object.contains("added"))
        object["k0"] = nil
        object["absent"] = nil
        #expect(object.count == size)
        #expect(!object.contains("k0"))
        #expect(object.names.first == "k1")
        #expect(object["added"] == .some(.null))
        #expect(JSONObject().isEmpty)
        #expect(!object.isEmpty)
    }

    @Test("names that are canonically equivalent stay two names", arguments: [0, 20])
    func equivalentNames(others: Int) {
        var object = JSONObject((0..<others).map { ("k\($0)", JSONValue.null) })
        object["\u{E9}"] = 1
        object["e\u{301}"] = 2
        #expect(object.count == others + 2)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
    }

    @Test("a literal with a repeated name keeps the last value")
    func repeatedLiteral() {
        let value: JSONValue = ["a": 1, "b": 2, "a": 3]
        #expect(value.text() == "{\"a\":3,\"b\":2}")
    }
}
