// The fewest decimal digits that name a double.

/// A positive double as 0.`digits` × 10^`point`, with the fewest digits that round-trip.
struct ShortestDecimal: Equatable {
    /// The digits without leading and trailing zeros; at most 17.
    let digits: UInt64
    /// How many digits there are.
    let count: Int
    /// Where the decimal point stands, counted from before the first digit.
    let point: Int

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// The digits of a finite positive value.
    init(_ value: Double) {
        self = Self.fewDigits(value) ?? Self.manyDigits(value)
    }

    private init(digits: UInt64, scale: Int) {
        var digits = digits
        var scale = scale
        while digits != 0, digits % 10 == 0 {
            digits /= 10
            scale -= 1
        }
        var count = 0
        var rest = digits
        while rest > 0 {
            rest /= 10
            count += 1
        }
        self.digits = digits
        self.count = max(count, 1)
        self.point = self.count - scale
    }

    /// Values of at most 15 digits, without any allocation.
    ///
    /// A decimal of up to 15 digits is the only one of its length that reads as its double, and
    /// one division of two exact numbers rounds as reading the decimal does.
    private static func fewDigits(_ value: Double) -> ShortestDecimal? {
        for (places, power) in powers.enumerated() {
            let scaled = value * power
            guard scaled < 1e15 else { return nil }
            // To the nearest whole number; `rounded` would want the C library's mathematics.
            let whole = UInt64(scaled + 0.5)
            if whole >= 1, Double(whole) / power == value {
                return ShortestDecimal(digits: whole, scale: places)
            }
        }
        return nil
    }

    /// The standard library's shortest digits, taken apart.
    private static func manyDigits(_ value: Double) -> ShortestDecimal {
        var digits: UInt64 = 0
        var places = 0
        var exponent = 0
        var isFraction = false
        var isExponent = false
        var isNegativeExponent = false
        for byte in value.description.utf8 {
            switch byte {
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"): isExponent = true
            case UInt8(ascii: "-"): isNegativeExponent = true
            case UInt8(ascii: "0")...UInt8(ascii: "9") where isExponent:
                exponent = exponent * 10 + Int(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                // At most 17 digits and the padding of numbers below 2^54: fits 64 bits.
                digits = digits &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
                if isFraction { places += 1 }
            default: break
            }
        }
        return ShortestDecimal(
            digits: digits, scale: places - (isNegativeExponent ? -exponent : exponent))
    }
}
