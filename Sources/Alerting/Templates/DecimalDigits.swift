// The decimal digits of a binary floating point number, exact or as few as read back.

/// A positive number as decimal digits: 0.d₁d₂d₃… × 10^point.
struct DecimalDigits: Equatable {
    /// Digits 0...9, without trailing zeros; empty for zero.
    private(set) var digits: [UInt8]
    /// Where the decimal point stands, counted from before the first digit.
    private(set) var point: Int

    /// The fewest digits that read back as the same double.
    init(shortest value: Double) {
        digits = []
        point = 0
        guard value != 0 else { return }
        var exponent = 0
        var sawPoint = false
        var text = Substring(value.magnitude.description)
        if let mark = text.firstIndex(of: "e") {
            exponent = Int(text[text.index(after: mark)...]) ?? 0
            text = text[..<mark]
        }
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") {
                sawPoint = true
                continue
            }
            let digit = byte - UInt8(ascii: "0")
            if digit == 0, digits.isEmpty {
                if sawPoint { point -= 1 }
                continue
            }
            digits.append(digit)
            if !sawPoint { point += 1 }
        }
        point += exponent
        trim()
    }

    /// All digits of the double's exact value.
    init(exactly value: Double) {
        digits = []
        point = 0
        guard value != 0 else { return }
        var (mantissa, exponent) = Self.parts(of: value)
        while exponent < 0, mantissa & 1 == 0 {
            mantissa >>= 1
            exponent += 1
        }
        var number = BigDecimalInteger(mantissa)
        if exponent >= 0 {
            number.multiply(by: 2, times: exponent)
        } else {
            // m × 2^-k = m × 5^k ÷ 10^k
            number.multiply(by: 5, times: -exponent)
            point = exponent
        }
        digits = number.digits
        point += digits.count
        trim()
    }

    /// The integer mantissa and binary exponent: value = mantissa × 2^exponent.
    static func parts(of value: Double) -> (mantissa: UInt64, exponent: Int) {
        let biased = Int(value.exponentBitPattern)
        let fraction = value.significandBitPattern
        return biased == 0
            ? (fraction, -1074) : (fraction | (1 << 52), biased - 1075)
    }

    /// Rounds to a number of digits, half to even.
    mutating func round(to count: Int) {
        guard count < digits.count else { return }
        guard count >= 0 else {
            digits = []
            point = 0
            return
        }
        let next = digits[count]
        let exactHalf = next == 5 && count + 1 == digits.count
        let previousIsOdd = count > 0 && digits[count - 1] % 2 == 1
        let up = exactHalf ? previousIsOdd : next >= 5
        digits.removeSubrange(count...)
        if up { increment() }
        trim()
    }

    private mutating func increment() {
        var place = digits.count - 1
        while place >= 0, digits[place] == 9 {
            digits.remove(at: place)
            place -= 1
        }
        if place >= 0 {
            digits[place] += 1
        } else {
            digits = [1]
            point += 1
        }
    }

    private mutating func trim() {
        while digits.last == 0 { digits.removeLast() }
        if digits.isEmpty { point = 0 }
    }
}

/// A non-negative integer of any size, in limbs of nine decimal digits.
private struct BigDecimalInteger {
    private var limbs: [UInt32] = []

    init(_ value: UInt64) {
        var rest = value
        while rest > 0 {
            limbs.append(UInt32(rest % 1_000_000_000))
            rest /= 1_000_000_000
        }
    }

    mutating func multiply(by base: UInt64, times: Int) {
        // As many factors at once as keep limb × factor within 64 bits.
        let chunk = base == 2 ? 29 : 12
        var left = times
        while left > 0 {
            let count = min(left, chunk)
            multiply(by: (0..<count).reduce(1) { product, _ in product * base })
            left -= count
        }
    }

    private mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = UInt64(limbs[index]) * factor + carry
            limbs[index] = UInt32(product % 1_000_000_000)
            carry = product / 1_000_000_000
        }
        while carry > 0 {
            limbs.append(UInt32(carry % 1_000_000_000))
            carry /= 1_000_000_000
        }
    }

    var digits: [UInt8] {
        var result: [UInt8] = []
        for (index, limb) in limbs.reversed().enumerated() {
            var text = Array(String(limb).utf8).map { $0 - UInt8(ascii: "0") }
            if index > 0, text.count < 9 {
                text = [UInt8](repeating: 0, count: 9 - text.count) + text
            }
            result += text
        }
        return result
    }
}
