// Numbers and strings under the verbs of Go's printf.

extension GoFormatter {
    // MARK: Integers

    mutating func formatInteger(
        _ value: UInt64, isSigned: Bool, _ verb: Unicode.Scalar, _ original: TemplateValue
    ) {
        switch verb {
        case "v" where flags.sharpV && !isSigned:
            let wasSharp = flags.sharp
            flags.sharp = true
            writeInteger(value, radix: 16, isSigned: isSigned, verb: "v")
            flags.sharp = wasSharp
        case "v", "d": writeInteger(value, radix: 10, isSigned: isSigned, verb: verb)
        case "b": writeInteger(value, radix: 2, isSigned: isSigned, verb: verb)
        case "o", "O": writeInteger(value, radix: 8, isSigned: isSigned, verb: verb)
        case "x", "X": writeInteger(value, radix: 16, isSigned: isSigned, verb: verb)
        case "c": pad(String(Self.scalar(value)))
        case "q": pad(GoQuote.quoteCharacter(Self.scalar(value), asciiOnly: flags.plus))
        case "U": writeUnicode(value)
        default: badVerb(original, verb)
        }
    }

    private static func scalar(_ value: UInt64) -> Unicode.Scalar {
        UInt32(exactly: value).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
    }

    private mutating func writeUnicode(_ value: UInt64) {
        var text = String(value, radix: 16).uppercased()
        let wanted = flags.hasPrecision ? max(flags.precision, 4) : 4
        text = "U+" + String(repeating: "0", count: max(0, wanted - text.count)) + text
        if flags.sharp, let code = UInt32(exactly: value), let scalar = Unicode.Scalar(code),
            GoQuote.isPrintable(scalar)
        {
            text += " '\(scalar)'"
        }
        withoutZeros { $0.pad(text) }
    }

    private mutating func withoutZeros(_ body: (inout Self) -> Void) {
        let wasZero = flags.zero
        flags.zero = false
        body(&self)
        flags.zero = wasZero
    }

    private mutating func writeInteger(
        _ value: UInt64, radix: Int, isSigned: Bool, verb: Unicode.Scalar
    ) {
        let isNegative = isSigned && Int64(bitPattern: value) < 0
        let magnitude = isNegative ? 0 &- value : value
        var wanted = 0
        if flags.hasPrecision {
            wanted = flags.precision
            if wanted == 0, value == 0 { return withoutZeros { $0.pad("") } }
        } else if flags.zero, flags.hasWidth {
            wanted = flags.width - (isNegative || flags.plus || flags.space ? 1 : 0)
        }
        var digits = String(magnitude, radix: radix)
        if verb == "X" { digits = digits.uppercased() }
        digits = String(repeating: "0", count: max(0, wanted - digits.count)) + digits
        if flags.sharp {
            switch radix {
            case 2: digits = "0b" + digits
            case 8 where !digits.hasPrefix("0"): digits = "0" + digits
            case 16: digits = (verb == "X" ? "0X" : "0x") + digits
            default: break
            }
        }
        if verb == "O" { digits = "0o" + digits }
        if isNegative {
            digits = "-" + digits
        } else if flags.plus {
            digits = "+" + digits
        } else if flags.space {
            digits = " " + digits
        }
        withoutZeros { $0.pad(digits) }
    }

    // MARK: Floats

    mutating func formatFloat(
        _ value: Double, _ verb: Unicode.Scalar, _ original: TemplateValue
    ) {
        switch verb {
        case "v": writeFloat(value, "g", -1, isGeneral: true)
        case "g", "G", "b", "x", "X":
            writeFloat(value, Character(verb), -1, isGeneral: verb != "b")
        case "e", "E", "f": writeFloat(value, Character(verb), 6, isGeneral: false)
        case "F": writeFloat(value, "f", 6, isGeneral: false)
        default: badVerb(original, verb)
        }
    }

    private mutating func writeFloat(
        _ value: Double, _ verb: Character, _ standard: Int, isGeneral: Bool
    ) {
        let precision = flags.hasPrecision ? flags.precision : standard
        var text = GoFloat.text(value, verb: verb, precision: precision)
        if !text.hasPrefix("-"), !text.hasPrefix("+") { text = "+" + text }
        if flags.space, text.hasPrefix("+"), !flags.plus { text = " " + text.dropFirst() }
        let body = text.dropFirst()
        if body == "Inf" || body == "NaN" {
            if body == "NaN", !flags.space, !flags.plus { text = String(body) }
            return withoutZeros { $0.pad(text) }
        }
        if flags.sharp, verb != "b" {
            text = Self.withPoint(text, digits: isGeneral ? (precision < 0 ? 6 : precision) : 0)
        }
        guard flags.plus || !text.hasPrefix("+") else { return pad(String(text.dropFirst())) }
        if flags.zero, flags.hasWidth, flags.width > text.count {
            // The sign stands before the zeros.
            write(String(text.prefix(1)))
            write(String(repeating: "0", count: flags.width - text.count))
            return write(String(text.dropFirst()))
        }
        pad(text)
    }

    /// What `#` does to a float: a decimal point always, trailing zeros kept.
    private static func withPoint(_ text: String, digits wanted: Int) -> String {
        var head = text[...]
        var tail: Substring = ""
        if let mark = text.firstIndex(where: { "epEP".contains($0) }), !text.contains("x") {
            head = text[..<mark]
            tail = text[mark...]
        }
        var digits = wanted
        var sawNonZero = false
        for character in head.dropFirst() where character != "." {
            sawNonZero = sawNonZero || character != "0"
            if sawNonZero { digits -= 1 }
        }
        var result = String(head)
        if !head.contains(".") {
            if head.dropFirst() == "0" { digits -= 1 }
            result += "."
        }
        return result + String(repeating: "0", count: max(0, digits)) + tail
    }

    mutating func formatComplex(
        _ number: GoComplex, _ verb: Unicode.Scalar, _ original: TemplateValue
    ) {
        guard "vbgGxXfFeE".unicodeScalars.contains(verb) else {
            return badVerb(original, verb)
        }
        let wasPlus = flags.plus
        write("(")
        formatFloat(number.real, verb, original)
        flags.plus = true
        formatFloat(number.imaginary, verb, original)
        write("i)")
        flags.plus = wasPlus
    }

    // MARK: Strings

    mutating func formatString(
        _ text: String, _ verb: Unicode.Scalar, _ original: TemplateValue
    ) {
        switch verb {
        case "v" where flags.sharpV: pad(quoted(text))
        case "v", "s": pad(truncated(text))
        case "q": pad(quoted(truncated(text)))
        case "x", "X": writeHexadecimal(text, isUpper: verb == "X")
        default: badVerb(original, verb)
        }
    }

    private func truncated(_ text: String) -> String {
        guard flags.hasPrecision else { return text }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text.unicodeScalars.prefix(flags.precision))
        return String(view)
    }

    private func quoted(_ text: String) -> String {
        if flags.sharp, GoQuote.canBackquote(text) { return "`\(text)`" }
        return GoQuote.quote(text, asciiOnly: flags.plus)
    }

    private mutating func writeHexadecimal(_ text: String, isUpper: Bool) {
        var bytes = Array(text.utf8)
        if flags.hasPrecision { bytes = Array(bytes.prefix(flags.precision)) }
        let prefix = flags.sharp ? "0x" : ""
        let pairs = bytes.map { GoQuote.hexadecimal(UInt32($0), digits: 2) }
        var result =
            flags.space
            ? pairs.map { prefix + $0 }.joined(separator: " ")
            : (pairs.isEmpty ? "" : prefix) + pairs.joined()
        if isUpper { result = result.uppercased() }
        pad(result)
    }
}
