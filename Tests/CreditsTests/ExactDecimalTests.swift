// Exact decimals and amounts: reading, arithmetic, one rounding, bounds.

import Credits
import Testing

@Suite struct ExactDecimalTests {
    static let lexemes: [(text: String, printed: String)] = [
        ("0", "0"), ("-0", "0"), ("0.000", "0"), ("12.50", "12.5"), ("+3", "3"), ("-3.25", "-3.25"),
        ("1e3", "1000"), ("1E+3", "1000"), ("1e-3", "0.001"), ("0.1e1", "1"), ("007", "7"),
        ("9007199254740993", "9007199254740993"), ("39.561799545", "39.561799545"),
        ("1e-7", "0.0000001"), ("1e20", "100000000000000000000"), ("1e21", "1e21"),
        ("123456789012345678901234567890.12345678", "123456789012345678901234567890.12345678"),
        ("0e9999", "0"), ("1e10000", "1e10000"),
    ]

    @Test(arguments: lexemes)
    func aNumberKeepsEveryDigit(_ text: String, _ printed: String) throws {
        #expect(try ExactDecimal(text).description == printed)
    }

    static let noNumbers = [
        "", " ", ".", "-", "+", "1.", ".5", "1e", "1e+", "e5", "1,5", "1_000", "NaN", "nan", "inf",
        "Infinity", "0x10", "1 ", " 1", "--1", "1.2.3", "1e5.0", "１",
    ]

    @Test(arguments: noNumbers)
    func whatIsNoDecimalIsRefused(_ text: String) {
        #expect(throws: AmountError.notDecimal(text)) { try ExactDecimal(text) }
    }

    @Test(arguments: [
        "1e10001", "1e-10001", "1e99999999999999999999", "1234567890123456789012345678901234567890",
        "0.1234567890123456789012345678901234567890",
    ])
    func beyondTheBoundsIsAnError(_ text: String) {
        #expect(throws: AmountError.outOfRange(text)) { try ExactDecimal(text) }
    }

    static let roundings: [(text: String, microCredits: Int64)] = [
        ("1.0000005", 1_000_000), ("1.0000015", 1_000_002), ("1.0000025", 1_000_002),
        ("1.00000050000000000000001", 1_000_001), ("1.0000004999999999999", 1_000_000),
        ("-1.0000005", -1_000_000), ("-1.0000015", -1_000_002), ("-1.00000051", -1_000_001),
        ("0.0000005", 0), ("0.00000050001", 1), ("-0.0000005", 0), ("0.0000015", 2),
        ("1e-30", 0), ("1e-10000", 0), ("12.5", 12_500_000), ("1e3", 1_000_000_000),
        ("9223372036854.775807", .max), ("-9223372036854.775808", .min),
        ("9223372036854.7758074", .max), ("0.99999999", 1_000_000),
    ]

    @Test(arguments: roundings)
    func amountsAreRoundedHalfToEvenAtTheSixthPlace(_ text: String, _ expected: Int64) throws {
        #expect(try CreditAmount(decimal: text).microCredits == expected)
    }

    @Test(arguments: [
        "9223372036854.775808", "-9223372036854.775809", "1e13", "-1e13", "1e400", "1e10000",
        "9223372036854.7758075",
    ])
    func amountsThatDoNotFitAreErrors(_ text: String) {
        #expect(throws: AmountError.self) { try CreditAmount(decimal: text) }
    }

    static let products: [(left: String, right: String, product: String)] = [
        ("0.1", "0.2", "0.02"), ("-3", "0.5", "-1.5"), ("0", "1e9999", "0"),
        ("123456789.123456789", "1000", "123456789123.456789"), ("1e5000", "1e-5000", "1"),
        ("9007199254740993", "0.000001", "9007199254.740993"),
    ]

    @Test(arguments: products)
    func productsAreExact(_ left: String, _ right: String, _ product: String) throws {
        let result = try ExactDecimal(left).multiplied(by: ExactDecimal(right))
        #expect(result.description == product)
    }

    static let sums: [(left: String, right: String, sum: String)] = [
        ("0.1", "0.2", "0.3"), ("1e20", "1e-10", "100000000000000000000.0000000001"),
        ("-1", "1", "0"), ("0", "1e9999", "1e9999"), ("1e9999", "0", "1e9999"),
        ("5", "-7.25", "-2.25"),
    ]

    @Test(arguments: sums)
    func sumsAreExact(_ left: String, _ right: String, _ sum: String) throws {
        #expect(try ExactDecimal(left).adding(ExactDecimal(right)).description == sum)
    }

    @Test func whatNeedsTooManyDigitsIsAnError() throws {
        let long = try ExactDecimal("12345678901234567890123456789")
        #expect(throws: AmountError.self) { try long.multiplied(by: long) }
        #expect(throws: AmountError.self) {
            try ExactDecimal("1e9999").adding(ExactDecimal("1"))
        }
        #expect(throws: AmountError.self) {
            try ExactDecimal("1e38").adding(ExactDecimal("1e-5"))
        }
    }

    @Test func manyTenthsMakeWholes() throws {
        var sum = ExactDecimal.zero
        for _ in 0..<1000 { sum = try sum.adding(ExactDecimal("0.1")) }
        #expect(try CreditAmount(sum).description == "100")
        #expect(try ExactDecimal("-0.1").isNegative)
        #expect(!ExactDecimal.zero.isNegative)
    }
}

@Suite struct CreditAmountTests {
    static let printed: [(microCredits: Int64, text: String)] = [
        (0, "0"), (1, "0.000001"), (-1, "-0.000001"), (12_500_000, "12.5"), (-500_000, "-0.5"),
        (1_000_000, "1"), (.max, "9223372036854.775807"), (.min, "-9223372036854.775808"),
    ]

    @Test(arguments: printed)
    func anAmountIsWrittenExactlyAndReadBack(_ microCredits: Int64, _ text: String) throws {
        let amount = CreditAmount(microCredits: microCredits)
        #expect(amount.description == text)
        #expect(try CreditAmount(decimal: text) == amount)
    }

    @Test func overflowIsAnErrorNotATrap() throws {
        let most = CreditAmount(microCredits: .max)
        let least = CreditAmount(microCredits: .min)
        let one = CreditAmount(microCredits: 1)
        #expect(throws: AmountError.self) { try most.adding(one) }
        #expect(throws: AmountError.self) { try least.subtracting(one) }
        #expect(throws: AmountError.self) { try CreditAmount.zero.subtracting(least) }
        #expect(try most.subtracting(one).adding(one) == most)
        #expect(least.magnitude == most)
        #expect(CreditAmount(microCredits: -5).magnitude.microCredits == 5)
        #expect(least.isNegative)
        #expect(!CreditAmount.zero.isNegative)
        #expect(least < most)
        #expect(CreditAmount(microCredits: 1_500_000).approximate == 1.5)
    }
}
