// Exact decimal arithmetic for numbers from the wire: parse, add, multiply, round once.
//
// 1. A value is significand × 10^exponent; nothing is rounded before `scaled(places:)`.
// 2. The significand has no trailing zeros, so that equal numbers are equal values.
// 3. Every bound is an error: 38 significant digits, exponents of ±10,000.

/// An exact decimal number.
package struct ExactDecimal: Sendable, Hashable {
    private let significand: Int128
    private let exponent: Int

    /// Zero.
    package static let zero = ExactDecimal(significand: 0, exponent: 0)
    /// One.
    package static let one = ExactDecimal(significand: 1, exponent: 0)

    private init(significand: Int128, exponent: Int) {
        let start = significand == 0 ? 0 : exponent
        // Most numbers fit in a machine word, whose division is many times as fast.
        if let word = Int64(exactly: significand) {
            let (digits, power) = Self.withoutZeros(word, start)
            (self.significand, self.exponent) = (Int128(digits), power)
        } else {
            (self.significand, self.exponent) = Self.withoutZeros(significand, start)
        }
    }

    @inline(__always)
    private static func withoutZeros<Word: FixedWidthInteger>(
        _ significand: Word, _ exponent: Int
    ) -> (Word, Int) {
        var (digits, power) = (significand, exponent)
        while digits != 0 {
            let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: 10)
            if remainder != 0 { break }
            digits = quotient
            power += 1
        }
        return (digits, power)
    }

    /// Reads `[-+]digits[.digits][e[+-]digits]`.
    ///
    /// - Throws: `AmountError.notDecimal`, or `.outOfRange` beyond the bounds of the file header.
    package init(_ text: String) throws(AmountError) {
        var text = text
        let (isDecimal, number) = text.withUTF8 { bytes in
            var scanner = DecimalScanner(bytes)
            return (scanner.scan(), scanner.number)
        }
        guard isDecimal else { throw .notDecimal(String(text.prefix(64))) }
        guard let number else { throw .outOfRange(String(text.prefix(64))) }
        self.init(significand: number.significand, exponent: number.exponent)
    }

    /// The exact product.
    package func multiplied(by other: ExactDecimal) throws(AmountError) -> ExactDecimal {
        if other == .one { return self }
        let (product, overflow) = significand.multipliedReportingOverflow(by: other.significand)
        if overflow { throw .outOfRange("a product of more than 38 digits") }
        return ExactDecimal(significand: product, exponent: exponent + other.exponent)
    }

    /// The exact sum.
    package func adding(_ other: ExactDecimal) throws(AmountError) -> ExactDecimal {
        if significand == 0 { return other }
        if other.significand == 0 { return self }
        let low = Swift.min(exponent, other.exponent)
        guard let left = Self.shifted(significand, by: exponent - low),
            let right = Self.shifted(other.significand, by: other.exponent - low)
        else { throw .outOfRange("a sum of more than 38 digits") }
        let (sum, overflow) = left.addingReportingOverflow(right)
        if overflow { throw .outOfRange("a sum of more than 38 digits") }
        return ExactDecimal(significand: sum, exponent: low)
    }

    /// Whether the number is below zero.
    package var isNegative: Bool { significand < 0 }

    /// The integer nearest to value × 10^places, half to even.
    package func scaled(places: Int) throws(AmountError) -> Int64 {
        let shift = exponent + places
        if significand == 0 { return 0 }
        if shift >= 0 {
            guard let wide = Self.shifted(significand, by: shift),
                let fitting = Int64(exactly: wide)
            else { throw .outOfRange(description) }
            return fitting
        }
        guard shift > -39, let divisor = Self.shifted(1, by: -shift) else { return 0 }
        let (quotient, remainder) = significand.quotientAndRemainder(dividingBy: divisor)
        let twice = remainder.magnitude.multipliedReportingOverflow(by: 2)
        let half = divisor.magnitude
        let roundsAway =
            twice.overflow || twice.partialValue > half
            || (twice.partialValue == half && quotient % 2 != 0)
        let rounded = roundsAway ? quotient + (significand < 0 ? -1 : 1) : quotient
        guard let fitting = Int64(exactly: rounded) else { throw .outOfRange(description) }
        return fitting
    }

    /// The number as an integer with up to 18 decimal places; nil when that is not exact.
    package var exactlyScaled: (value: Int64, places: Int)? {
        guard exponent >= -18, let whole = Self.shifted(significand, by: max(0, exponent)),
            let value = Int64(exactly: whole)
        else { return nil }
        return (value, max(0, -exponent))
    }

    private static func shifted(_ value: Int128, by digits: Int) -> Int128? {
        guard digits <= 38 else { return nil }
        var result = value
        for _ in 0..<digits {
            let (next, overflow) = result.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            result = next
        }
        return result
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// Plain digits, no exponent while it is short: `0.0125`.
    package var description: String {
        let sign = significand < 0 ? "-" : ""
        var digits = String(significand.magnitude)
        if exponent >= 0 {
            return exponent <= 20
                ? sign + digits + String(repeating: "0", count: exponent)
                : "\(sign)\(digits)e\(exponent)"
        }
        if exponent < -40 { return "\(sign)\(digits)e\(exponent)" }
        let zeros = Swift.max(0, 1 - exponent - digits.count)
        digits = String(repeating: "0", count: zeros) + digits
        let split = digits.index(digits.endIndex, offsetBy: exponent)
        return "\(sign)\(digits[..<split]).\(digits[split...])"
    }
}

/// Reads the parts of a decimal lexeme byte by byte.
private struct DecimalScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var isNegative = false
    private var fractionDigits = 0
    private(set) var significand: Int128 = 0
    private(set) var overflowed = false
    private(set) var exponent: Int?

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// What was read; nil when it is out of bounds.
    var number: (significand: Int128, exponent: Int)? {
        guard !overflowed, let exponent else { return nil }
        return (significand, exponent)
    }

    /// False when the text is no decimal.
    mutating func scan() -> Bool {
        if take("-") { isNegative = true } else { _ = take("+") }
        let whole = takeDigits(areFraction: false)
        var digits = whole
        if take(".") {
            let fraction = takeDigits(areFraction: true)
            if fraction == 0 { return false }
            digits += fraction
        }
        guard whole > 0, digits > 0, let written = takeExponent(), index == bytes.count else {
            return false
        }
        if isNegative { significand = -significand }
        exponent = abs(written) > 10_000 ? nil : written - fractionDigits
        if significand == 0, !overflowed { exponent = 0 }
        return true
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func takeDigits(areFraction: Bool) -> Int {
        let start = index
        while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
            if significand < 100_000_000_000_000_000 {
                let word = Int64(truncatingIfNeeded: significand)
                significand = Int128(word * 10 + Int64(bytes[index] - 0x30))
                fractionDigits += areFraction ? 1 : 0
                index += 1
                continue
            }
            let (tens, first) = significand.multipliedReportingOverflow(by: 10)
            let (sum, second) = tens.addingReportingOverflow(Int128(bytes[index] - 0x30))
            // Zeros behind a full significand only matter as digits of the whole part.
            if first || second {
                overflowed = true
            } else {
                significand = sum
                fractionDigits += areFraction ? 1 : 0
            }
            index += 1
        }
        return index - start
    }

    /// Nil when an `e` has no digits; beyond the bound it answers the bound plus one.
    private mutating func takeExponent() -> Int? {
        guard take("e") || take("E") else { return 0 }
        let negative = take("-")
        if !negative { _ = take("+") }
        let start = index
        var value = 0
        while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
            value = Swift.min(10_001, value * 10 + Int(bytes[index] - 0x30))
            index += 1
        }
        return index == start ? nil : (negative ? -value : value)
    }
}
