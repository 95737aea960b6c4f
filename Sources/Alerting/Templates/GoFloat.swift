// Writes floating point numbers as Go's strconv does.

/// Go's forms of a 64-bit float.
///
/// - Source: pkg.go.dev/strconv#FormatFloat
enum GoFloat {
    /// How `%v` prints a float: the shortest digits that read back; `1e+06` from a million.
    static func shortest(_ value: Double) -> String {
        text(value, verb: "g", precision: -1)
    }

    /// One number in one of the forms `e E f g G b x X`.
    ///
    /// - Parameter precision: digits as the verb counts them; -1 for as many as read back exactly.
    static func text(_ value: Double, verb: Character, precision: Int) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let sign = value.sign == .minus ? "-" : ""
        let magnitude = value.magnitude
        switch verb {
        case "b": return sign + binary(magnitude)
        case "x", "X":
            let hexadecimal = hexadecimal(magnitude, precision: precision)
            return sign + (verb == "X" ? hexadecimal.uppercased() : hexadecimal)
        case "e", "E": return sign + scientific(magnitude, precision, verb)
        case "f", "F": return sign + fixed(magnitude, precision)
        default: return sign + general(magnitude, precision, verb == "G" ? "E" : "e")
        }
    }

    private static func scientific(
        _ value: Double, _ precision: Int, _ verb: Character
    ) -> String {
        guard precision >= 0 else {
            let decimal = DecimalDigits(shortest: value)
            return exponentForm(decimal, max(decimal.digits.count - 1, 0), verb)
        }
        var decimal = DecimalDigits(exactly: value)
        decimal.round(to: precision + 1)
        return exponentForm(decimal, precision, verb)
    }

    private static func fixed(_ value: Double, _ precision: Int) -> String {
        guard precision >= 0 else {
            let decimal = DecimalDigits(shortest: value)
            return fixedForm(decimal, max(decimal.digits.count - decimal.point, 0))
        }
        var decimal = DecimalDigits(exactly: value)
        decimal.round(to: decimal.point + precision)
        return fixedForm(decimal, precision)
    }

    private static func general(
        _ value: Double, _ wanted: Int, _ exponentVerb: Character
    ) -> String {
        var decimal: DecimalDigits
        var precision: Int
        let threshold: Int
        if wanted < 0 {
            decimal = DecimalDigits(shortest: value)
            precision = decimal.digits.count
            threshold = 6
        } else {
            precision = max(wanted, 1)
            decimal = DecimalDigits(exactly: value)
            decimal.round(to: precision)
            let count = decimal.digits.count
            threshold = precision > count && count >= decimal.point ? count : precision
        }
        let exponent = decimal.point - 1
        if exponent < -4 || exponent >= threshold {
            precision = min(precision, decimal.digits.count)
            return exponentForm(decimal, precision - 1, exponentVerb)
        }
        return fixedForm(decimal, max(decimal.digits.count - decimal.point, 0))
    }

    private static func exponentForm(
        _ decimal: DecimalDigits, _ precision: Int, _ verb: Character
    ) -> String {
        var text = String(decimal.digits.first ?? 0)
        if precision > 0 {
            text += "."
            for place in 1...precision {
                text += place < decimal.digits.count ? String(decimal.digits[place]) : "0"
            }
        }
        let exponent = decimal.digits.isEmpty ? 0 : decimal.point - 1
        text.append(verb)
        text += exponent < 0 ? "-" : "+"
        let magnitude = exponent.magnitude
        return text + (magnitude < 10 ? "0" : "") + String(magnitude)
    }

    private static func fixedForm(_ decimal: DecimalDigits, _ precision: Int) -> String {
        var text = ""
        if decimal.point > 0 {
            for place in 0..<decimal.point {
                text += place < decimal.digits.count ? String(decimal.digits[place]) : "0"
            }
        } else {
            text = "0"
        }
        guard precision > 0 else { return text }
        text += "."
        for place in decimal.point..<(decimal.point + precision) {
            let known = place >= 0 && place < decimal.digits.count
            text += known ? String(decimal.digits[place]) : "0"
        }
        return text
    }

    private static func binary(_ value: Double) -> String {
        let (mantissa, exponent) = DecimalDigits.parts(of: value)
        return "\(mantissa)p\(exponent < 0 ? "" : "+")\(exponent)"
    }

    private static func hexadecimal(_ value: Double, precision: Int) -> String {
        if value == 0 {
            let zeros = precision > 0 ? "." + String(repeating: "0", count: precision) : ""
            return "0x0" + zeros + "p+00"
        }
        // One hexadecimal digit before the point, thirteen behind it.
        var fraction = value.significandBitPattern
        var lead: UInt64 = 1
        var exponent = Int(value.exponent)
        if value.isSubnormal {
            fraction = UInt64((value.significand - 1) * 0x1p52)
        }
        if precision >= 0, precision < 13 {
            let dropped = UInt64(4 * (13 - precision))
            var whole = (lead << 52) | fraction
            let rest = whole & ((1 << dropped) - 1)
            whole >>= dropped
            let half: UInt64 = 1 << (dropped - 1)
            if rest > half || (rest == half && whole & 1 == 1) { whole += 1 }
            whole <<= dropped
            if whole >> 53 != 0 {
                whole >>= 1
                exponent += 1
            }
            lead = whole >> 52
            fraction = whole & ((1 << 52) - 1)
        }
        var digits = String(fraction, radix: 16)
        digits = String(repeating: "0", count: 13 - digits.count) + digits
        if precision >= 0 {
            digits = String(digits.prefix(precision))
            digits += String(repeating: "0", count: max(0, precision - 13))
        } else {
            while digits.hasSuffix("0") { digits.removeLast() }
        }
        let sign = exponent < 0 ? "-" : "+"
        let magnitude = exponent.magnitude
        let point = digits.isEmpty ? "" : "." + digits
        return "0x\(lead)\(point)p\(sign)\(magnitude < 10 ? "0" : "")\(magnitude)"
    }
}
