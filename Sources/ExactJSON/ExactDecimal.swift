// The exact value of a number lexeme, never written out: `1e400000000` stays three numbers.
//
// 1. value = ± 0.d1d2d3… × 10^exponent, d1 is not 0 and the last digit is not 0.
// 2. Zero has no digits, exponent 0 and no sign, so `-0` equals `0`.
// 3. An exponent beyond ±10^17 saturates there: such numbers compare by their digits.

/// A decimal number of any length and scale, for comparison.
struct ExactDecimal: Equatable {
    private(set) var isNegative = false
    private(set) var digits: [UInt8] = []
    private(set) var exponent: Int64 = 0

    private static let exponentLimit: Int64 = 100_000_000_000_000_000

    /// Reads a lexeme that JSON's grammar has accepted.
    init(lexeme: String) {
        var written: Int64 = 0
        var exponentIsNegative = false
        var wholeDigits: Int64 = 0
        var part = Part.whole
        for byte in lexeme.utf8 {
            switch byte {
            case Byte.minus:
                if part == .exponent { exponentIsNegative = true } else { isNegative = true }
            case Byte.plus:
                break
            case Byte.period:
                part = .fraction
            case Byte.lowerE, Byte.upperE:
                part = .exponent
            case let digit:
                let value = digit &- Byte.zero
                if part == .exponent {
                    // At most 10^18 + 9 before the cap: never beyond Int64.
                    written = min(written * 10 + Int64(value), Self.exponentLimit)
                } else {
                    if part == .whole { wholeDigits += 1 }
                    digits.append(value)
                }
            }
        }
        normalize(shift: wholeDigits + (exponentIsNegative ? -written : written))
    }

    private enum Part {
        case whole, fraction, exponent
    }

    private mutating func normalize(shift: Int64) {
        while digits.last == 0 { digits.removeLast() }
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        if digits.isEmpty {
            isNegative = false
        } else {
            exponent = shift - Int64(zeros)
        }
    }

    /// Whether nothing is left behind the decimal point.
    var isInteger: Bool {
        digits.isEmpty || Int64(digits.count) <= exponent
    }

    /// The value when it is whole and fits.
    var integer: Int64? {
        if digits.isEmpty { return 0 }
        guard isInteger, exponent <= 19 else { return nil }
        var value: Int64 = 0
        for place in 0..<Int(exponent) {
            let digit = place < digits.count ? Int64(digits[place]) : 0
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            // Built on the negative side, which reaches one further.
            let (next, carry) = shifted.subtractingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            value = next
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// Below zero, zero or above zero as this is less than, equal to or greater than the other.
    func order(to other: ExactDecimal) -> Int {
        let sign = signum
        guard sign == other.signum else { return sign < other.signum ? -1 : 1 }
        if exponent != other.exponent { return exponent < other.exponent ? -sign : sign }
        for (one, two) in zip(digits, other.digits) where one != two {
            return one < two ? -sign : sign
        }
        if digits.count == other.digits.count { return 0 }
        return digits.count < other.digits.count ? -sign : sign
    }

    private var signum: Int {
        digits.isEmpty ? 0 : (isNegative ? -1 : 1)
    }
}
