// Text the way Go prints and reads it, because Prometheus' messages and literals are Go's.

import LinearRegex

/// Quoting of strings and runes, and the names that need none.
package enum GoText {
    /// Whether the text is a metric name of the old character set, so that it needs no quotes.
    package static func isLegacyMetricName(_ name: String) -> Bool {
        isLegacy(name, colonAllowed: true)
    }

    /// Whether the text is a label name of the old character set, so that it needs no quotes.
    package static func isLegacyLabelName(_ name: String) -> Bool {
        isLegacy(name, colonAllowed: false)
    }

    private static func isLegacy(_ name: String, colonAllowed: Bool) -> Bool {
        guard let first = name.utf8.first else { return false }
        guard !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            CharacterClass.isAlphaNumeric(byte) || (colonAllowed && byte == UInt8(ascii: ":"))
        }
    }

    /// The text in double quotes with Go's escapes (`strconv.Quote`).
    package static func quoted(_ text: String) -> String {
        "\"" + text.unicodeScalars.map { escaped($0, quote: "\"") }.joined() + "\""
    }

    /// A rune in single quotes with Go's escapes (`%q` of a rune).
    static func quoted(_ scalar: Unicode.Scalar) -> String {
        "'" + escaped(scalar, quote: "'") + "'"
    }

    /// Bytes as Go's `%q` prints them: bytes that are not UTF-8 become `\x..`.
    static func quoted(_ bytes: some Sequence<UInt8>) -> String {
        var output = "\""
        var decoder = UTF8Decoder(Array(bytes))
        while let rune = decoder.next() {
            switch rune {
            case .scalar(let scalar): output += escaped(scalar, quote: "\"")
            case .invalid(let byte): output += "\\x" + hexadecimal(UInt32(byte), width: 2)
            }
        }
        return output + "\""
    }

    /// `U+0063 'c'`: Go's `%#U`.
    static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let digits = hexadecimal(scalar.value, width: 4).uppercased()
        return isPrintable(scalar) ? "U+\(digits) '\(scalar)'" : "U+\(digits)"
    }

    private static func escaped(_ scalar: Unicode.Scalar, quote: Unicode.Scalar) -> String {
        if scalar == quote || scalar == "\\" { return "\\" + String(scalar) }
        if isPrintable(scalar) { return String(scalar) }
        switch scalar.value {
        case 0x07: return "\\a"
        case 0x08: return "\\b"
        case 0x0C: return "\\f"
        case 0x0A: return "\\n"
        case 0x0D: return "\\r"
        case 0x09: return "\\t"
        case 0x0B: return "\\v"
        case 0..<0x20, 0x7F: return "\\x" + hexadecimal(scalar.value, width: 2)
        case 0..<0x10000: return "\\u" + hexadecimal(scalar.value, width: 4)
        default: return "\\U" + hexadecimal(scalar.value, width: 8)
        }
    }

    /// Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the plain space.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value >= 0x20 }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator, .spaceSeparator:
            return false
        default:
            return true
        }
    }

    private static func hexadecimal(_ value: UInt32, width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// What Go says about a broken regular expression, from what RE2 says.
    static func regexMessage(_ error: LinearRegexError, pattern: String) -> String {
        let words = [
            "missing )": "missing closing )", "unexpected )": "unexpected )",
            "missing ]": "missing closing ]",
            "no argument for repetition operator": "missing argument to repetition operator",
            "invalid perl operator": "invalid or unsupported Perl syntax",
            "bad repetition operator": "invalid nested repetition operator",
            "invalid repetition size": "invalid repeat count",
            "invalid character class range": "invalid character class range",
            "invalid named capture group": "invalid named capture",
        ]
        let parts = error.message.split(separator: ":", maxSplits: 1)
        let reason = parts.first.map(String.init) ?? error.message
        // Go compiles the pattern with its anchors and shows what of them is in the way.
        let rest = parts.count > 1 ? String(parts[1].drop(while: { $0 == " " })) : ""
        let text =
            reason.hasSuffix(" )")
            ? "^(?s:\(pattern))$" : rest + (reason == "missing ]" ? ")$" : "")
        return "error parsing regexp: \(words[reason] ?? reason): `\(text)`"
    }
}

/// ASCII character classes of the lexer.
enum CharacterClass {
    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    static func isAlpha(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    static func isAlphaNumeric(_ byte: UInt8) -> Bool { isAlpha(byte) || isDigit(byte) }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
