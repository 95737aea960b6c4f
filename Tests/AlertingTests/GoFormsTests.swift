// Go's forms of numbers, times and quoted texts.
import Testing

@testable import Alerting

@Suite("Go's forms")
struct GoFormsTests {
    @Test(
        "of floats",
        arguments: [
            (1e6, "g", -1, "1e+06"), (999_999, "g", -1, "999999"), (1e-5, "g", -1, "1e-05"),
            (0.0001, "g", -1, "0.0001"), (123_456_789, "g", -1, "1.23456789e+08"),
            (0, "g", -1, "0"), (-0.0, "g", -1, "-0"), (100, "g", 4, "100"),
            (99_999, "g", 4, "1e+05"), (1234.5, "g", 4, "1234"), (1235.5, "g", 4, "1236"),
            (0.5, "f", 0, "0"), (1.5, "f", 0, "2"), (2.5, "f", 0, "2"), (0.125, "f", 2, "0.12"),
            (2.675, "f", 2, "2.67"), (9.995, "f", 2, "9.99"), (9.5, "f", 0, "10"),
            (1e23, "f", 0, "99999999999999991611392"),
            (.leastNonzeroMagnitude, "e", 3, "4.941e-324"),
            (1, "e", 0, "1e+00"), (1, "b", -1, "4503599627370496p-52"),
            (1.75, "x", -1, "0x1.cp+00"), (1.96875, "x", 1, "0x1.0p+01"),
            (.infinity, "f", 2, "+Inf"), (.nan, "g", -1, "NaN"),
        ] as [(Double, Character, Int, String)])
    func floats(_ value: Double, _ verb: Character, _ precision: Int, _ expected: String) {
        #expect(GoFloat.text(value, verb: verb, precision: precision) == expected)
    }

    @Test(
        "of instants",
        arguments: [
            (0, "1970-01-01 00:00:00 +0000 UTC"),
            (-1, "1969-12-31 23:59:59.999 +0000 UTC"),
            (951_782_400_000, "2000-02-29 00:00:00 +0000 UTC"),
            (1_643_114_203_120, "2022-01-25 12:36:43.12 +0000 UTC"),
            (4_107_542_400_000, "2100-03-01 00:00:00 +0000 UTC"),
            (-62_135_596_800_000, "0001-01-01 00:00:00 +0000 UTC"),
        ] as [(Int64, String)])
    func instants(_ milliseconds: Int64, _ expected: String) {
        #expect(GoTime(milliseconds: milliseconds).description == expected)
    }

    @Test(
        "of a day: parts of the date",
        arguments: [
            (0, 4, 1), (86_400_000, 5, 2), (951_782_400_000, 2, 60), (1_735_603_200_000, 2, 366),
        ] as [(Int64, Int, Int)])
    func days(_ milliseconds: Int64, _ weekday: Int, _ dayOfYear: Int) {
        let time = GoTime(milliseconds: milliseconds)
        #expect(time.weekday == weekday)
        #expect(time.dayOfYear == dayOfYear)
    }

    @Test(
        "of spans",
        arguments: [
            (0, "0s"), (1, "1ns"), (1500, "1.5µs"), (2_000_000, "2ms"), (1_500_000_000, "1.5s"),
            (90_000_000_000, "1m30s"), (5_400_000_000_000, "1h30m0s"), (-1_000_000_000, "-1s"),
            (Int64.min, "-2562047h47m16.854775808s"),
        ] as [(Int64, String)])
    func spans(_ nanoseconds: Int64, _ expected: String) {
        #expect(GoTime.text(ofDuration: nanoseconds) == expected)
    }

    @Test(
        "of quoted texts",
        arguments: [
            ("a\"b\\", #""a\"b\\""#), ("\n\t\u{7}", #""\n\t\a""#), ("é😀", "\"é😀\""),
            ("\u{0}\u{7F}", #""\x00\x7f""#), ("\u{2028}\u{A0}", #""\u2028\u00a0""#),
            ("\u{E0001}", #""\U000e0001""#),
        ])
    func quoted(_ text: String, _ expected: String) {
        #expect(GoQuote.quote(text) == expected)
        #expect(GoQuote.unquote(expected) == text)
    }

    @Test(
        "of integers that do not fit",
        arguments: [
            ("9223372036854775808", false), ("9223372036854775807", true),
            ("-9223372036854775808", true), ("-9223372036854775809", false), ("0x_1", true),
            ("1__0", false), ("_1", false), ("08", false), ("", false), ("-", false),
        ])
    func integers(_ text: String, _ fits: Bool) {
        #expect(((try? GoNumber.signed(text)) != nil) == fits)
    }
}
