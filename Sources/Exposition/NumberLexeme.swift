// The grammar of numbers in expositions.

/// Recognises and reads numbers of the text formats.
///
/// - Source: OpenMetrics specification 1.0, ABNF `number` and `realnumber`
enum NumberLexeme {
    /// Whether the bytes are digits with optional sign, fraction and exponent.
    static func isReal(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        var rest = bytes[...]
        if let first = rest.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            rest = rest.dropFirst()
        }
        let whole = rest.prefix(while: isDigit).count
        rest = rest.dropFirst(whole)
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = rest.prefix(while: isDigit).count
            rest = rest.dropFirst(fraction)
        }
        guard whole > 0 || fraction > 0 else { return false }
        guard let mark = rest.first else { return true }
        guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return false }
        rest = rest.dropFirst()
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            rest = rest.dropFirst()
        }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }

    /// A finite real number; nil for anything else, also when it is too large for a double.
    static func real(_ text: String) -> Double? {
        guard isReal(text.utf8), let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// A real number, an infinity or not-a-number, the words in any case.
    static func number(_ text: String) -> Double? {
        if let value = real(text) { return value }
        switch text.lowercased() {
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        case "nan": return .nan
        default: return nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte)
    }
}
