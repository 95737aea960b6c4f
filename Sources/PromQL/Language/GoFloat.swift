// Numbers the way Go prints and reads them.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Formatting and parsing of floating-point numbers, Go's forms.
package enum GoFloat {
    /// The shortest decimal without an exponent: Go's `FormatFloat(v, 'f', -1, 64)`.
    package static func fixed(_ value: Double) -> String {
        guard value.isFinite else { return special(value) }
        let (negative, digits, exponent) = shortest(value)
        var text: String
        if exponent <= 0 {
            text = "0"
            let isZero = digits == "0"
            if !isZero { text += "." + String(repeating: "0", count: -exponent) + digits }
        } else if digits.utf8.count <= exponent {
            text = digits + String(repeating: "0", count: exponent - digits.utf8.count)
        } else {
            text = String(digits.prefix(exponent)) + "." + String(digits.dropFirst(exponent))
        }
        if negative { text = "-" + text }
        return text
    }

    /// The shortest form, with an exponent below 1e-4 and from 1e21 (Go's `%v`).
    package static func general(_ value: Double) -> String {
        general(value, exponentFrom: 21)
    }

    /// The shortest form with `%g`'s threshold lowered or raised.
    package static func general(_ value: Double, exponentFrom limit: Int) -> String {
        guard value.isFinite else { return special(value) }
        let (negative, digits, exponent) = shortest(value)
        guard value != 0, exponent - 1 < -4 || exponent - 1 >= limit else { return fixed(value) }
        var text = String(digits.prefix(1))
        if digits.utf8.count > 1 { text += "." + digits.dropFirst() }
        let power = abs(exponent - 1)
        text += exponent - 1 < 0 ? "e-" : "e+"
        text += (power < 10 ? "0" : "") + String(power)
        return (negative ? "-" : "") + text
    }

    /// All digits of a number without a fraction (Go's `%.0f`).
    static func exactInteger(_ value: Double) -> String {
        guard value.isFinite else { return special(value) }
        let whole = value.rounded()
        guard whole.magnitude >= 9_007_199_254_740_992 else { return String(Int64(whole)) }
        // Limbs of nine decimal digits, least significant first.
        var limbs: [UInt64] = []
        var significand = whole.significandBitPattern | 1 << 52
        while significand > 0 {
            limbs.append(significand % 1_000_000_000)
            significand /= 1_000_000_000
        }
        for _ in 0..<max(0, Int(whole.exponent) - 52) {
            var carry: UInt64 = 0
            for index in limbs.indices {
                let doubled = limbs[index] * 2 + carry
                limbs[index] = doubled % 1_000_000_000
                carry = doubled / 1_000_000_000
            }
            if carry > 0 { limbs.append(carry) }
        }
        var text = limbs.last.map(String.init) ?? "0"
        for limb in limbs.dropLast().reversed() {
            let digits = String(limb)
            text += String(repeating: "0", count: 9 - digits.utf8.count) + digits
        }
        return (whole < 0 ? "-" : "") + text
    }

    private static func special(_ value: Double) -> String {
        value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf"
    }

    /// The shortest digits that read back as the value, and the place of the point before them:
    /// `0.digits × 10^exponent`.
    private static func shortest(_ value: Double) -> (Bool, String, Int) {
        if value == 0 { return (value.sign == .minus, "0", 0) }
        var mantissa: [UInt8] = []
        var point: Int?
        var power = 0
        let text = Array(value.magnitude.description.utf8)
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: ".") {
                point = mantissa.count
            } else if byte == UInt8(ascii: "e") {
                power = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
                break
            } else {
                mantissa.append(byte)
            }
        }
        var exponent = (point ?? mantissa.count) + power
        let zero = UInt8(ascii: "0")
        while mantissa.first == zero {
            mantissa.removeFirst()
            exponent -= 1
        }
        while mantissa.last == zero { mantissa.removeLast() }
        return (value < 0, String(decoding: mantissa, as: UTF8.self), exponent)
    }

    /// Reads a number literal: decimal, hexadecimal, octal (leading `0`), with `_` between digits.
    ///
    /// Integers are read first, as Prometheus does: `0o17`, `0b11`, `017` and `0x1F` are integers.
    static func parseLiteral(_ text: String) -> Double? {
        if let integer = parseInteger(text) { return Double(integer) }
        return parse(text)
    }

    /// Reads a number as Go's `ParseFloat`: `inf`, `nan`, decimal and hexadecimal floats.
    package static func parse(_ text: String) -> Double? {
        let lowered = text.lowercased()
        let unsigned =
            lowered.hasPrefix("+") || lowered.hasPrefix("-")
            ? String(lowered.dropFirst()) : lowered
        let sign: Double = lowered.hasPrefix("-") ? -1 : 1
        switch unsigned {
        case "inf", "infinity": return sign * .infinity
        case "nan": return .nan
        default: break
        }
        guard let first = unsigned.utf8.first,
            CharacterClass.isDigit(first) || first == UInt8(ascii: ".")
        else { return nil }
        guard let unsigned = withoutUnderscores(unsigned) else { return nil }
        if unsigned.hasPrefix("0x") {
            return unsigned.contains("p") ? Double(unsigned).map { sign * $0 } : nil
        }
        guard unsigned.utf8.allSatisfy({ isDecimalCharacter($0) }) else { return nil }
        var text = unsigned
        if text.hasPrefix(".") { text = "0" + text }
        text = text.replacingPointBeforeExponent()
        return Double(text).map { sign * $0 }
    }

    /// The text without its underscores, or nil when one does not stand between digits (or after
    /// the prefix `0x`).
    private static func withoutUnderscores(_ text: String) -> String? {
        guard text.contains("_") else { return text }
        let bytes = Array(text.utf8)
        let isHexadecimal = text.hasPrefix("0x")
        func isDigit(_ index: Int) -> Bool {
            guard bytes.indices.contains(index) else { return false }
            if isHexadecimal { return index > 0 && CharacterClass.isAlphaNumeric(bytes[index]) }
            return CharacterClass.isDigit(bytes[index])
        }
        let underscore = UInt8(ascii: "_")
        for index in bytes.indices where bytes[index] == underscore {
            let isBetween =
                isDigit(index - 1) && isDigit(index + 1) && bytes[index - 1] != underscore
                && bytes[index + 1] != underscore
            guard isBetween else { return nil }
        }
        return String(decoding: bytes.filter { $0 != underscore }, as: UTF8.self)
    }

    private static func isDecimalCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "+"), UInt8(ascii: "-"): true
        default: CharacterClass.isDigit(byte)
        }
    }

    private static func parseInteger(_ text: String) -> Int64? {
        guard let lowered = withoutUnderscores(text.lowercased()) else { return nil }
        var radix = 10
        var digits = Substring(lowered)
        for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] where lowered.hasPrefix(prefix) {
            radix = base
            digits = digits.dropFirst(2)
        }
        if radix == 10, lowered.hasPrefix("0"), lowered.utf8.count > 1 {
            radix = 8
            digits = digits.dropFirst()
        }
        guard !digits.isEmpty, digits.utf8.allSatisfy(CharacterClass.isAlphaNumeric) else {
            return nil
        }
        return Int64(digits, radix: radix)
    }
}

extension String {
    /// Swift does not read `5.` or `5.e3`; Go does.
    fileprivate func replacingPointBeforeExponent() -> String {
        var output: [UInt8] = []
        let bytes = Array(utf8)
        for (index, byte) in bytes.enumerated() {
            output.append(byte)
            let isBarePoint =
                byte == UInt8(ascii: ".")
                && (index + 1 == bytes.count || bytes[index + 1] == UInt8(ascii: "e"))
            if isBarePoint { output.append(UInt8(ascii: "0")) }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
