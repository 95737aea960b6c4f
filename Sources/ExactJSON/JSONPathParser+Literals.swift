// Literals of a path: integers of I-JSON, numbers, quoted strings.

extension JSONPathParser {
    private static let integerLimit = 9_007_199_254_740_991

    /// `int` within ±(2^53 - 1) (section 2.1); nil when neither `-` nor a digit is next.
    mutating func integerIfPresent() throws(JSONPathError) -> Int? {
        let start = position
        let isNegative = take("-")
        guard let first = peek, isDigit(first) else {
            if isNegative { throw error("a digit was expected after `-`, not \(found)") }
            return nil
        }
        var value = 0
        while let scalar = peek, isDigit(scalar) {
            value = value * 10 + Int(scalar.value - 0x30)
            guard value <= Self.integerLimit else {
                throw error("an integer here lies within ±9007199254740991", at: start)
            }
            position += 1
        }
        if first == "0", isNegative || position - start > 1 {
            throw error("an integer has no leading 0 and no `-0`", at: start)
        }
        return isNegative ? -value : value
    }

    /// `number` of a comparison (section 2.3.5.1), kept as written.
    mutating func number() throws(JSONPathError) -> JSONNumber {
        let start = position
        var lexeme = ""
        if take("-") { lexeme = "-" }
        let whole = try digits()
        if whole.count > 1, whole.hasPrefix("0") {
            throw error("a number has no leading 0", at: start)
        }
        lexeme += whole
        if take(".") { lexeme += "." + (try digits()) }
        if peek == "e" || peek == "E" {
            position += 1
            lexeme += "e"
            if take("-") { lexeme += "-" } else { _ = take("+") }
            lexeme += try digits()
        }
        return JSONNumber(checked: lexeme)
    }

    private mutating func digits() throws(JSONPathError) -> String {
        var digits = String.UnicodeScalarView()
        while let scalar = peek, isDigit(scalar) {
            digits.append(scalar)
            position += 1
        }
        guard !digits.isEmpty else { throw error("a digit was expected, not \(found)") }
        return String(digits)
    }

    /// `string-literal` (section 2.3.1.1), unescaped; stands on its opening quote.
    mutating func string() throws(JSONPathError) -> String {
        let start = position
        let quote = peek
        position += 1
        var text = String.UnicodeScalarView()
        while let scalar = peek {
            if scalar == quote {
                position += 1
                return String(text)
            }
            guard scalar.value >= 0x20 else {
                throw error("\(found) in a string must be written as an escape")
            }
            if scalar == "\\" {
                text.append(try escape(quote: quote))
            } else {
                text.append(scalar)
                position += 1
            }
        }
        throw error("the string is not closed", at: start)
    }

    private mutating func escape(quote: Unicode.Scalar?) throws(JSONPathError) -> Unicode.Scalar {
        let start = position
        position += 1
        let scalar = peek
        position += 1
        switch scalar {
        case "b": return "\u{08}"
        case "t": return "\t"
        case "n": return "\n"
        case "f": return "\u{0C}"
        case "r": return "\r"
        case "/": return "/"
        case "\\": return "\\"
        case "u": return try unicodeEscape(from: start)
        case let other? where other == quote: return other
        default:
            throw error(
                "a string may escape its own quote, `\\`, `/` and bfnrtu only", at: start)
        }
    }

    private mutating func unicodeEscape(
        from start: Int
    ) throws(JSONPathError) -> Unicode.Scalar {
        let high = try fourHexadecimalDigits(from: start)
        if let scalar = Unicode.Scalar(high) { return scalar }
        if high <= 0xDBFF, peek == "\\", peekSecond == "u" {
            position += 2
            let low = try fourHexadecimalDigits(from: start)
            if low >= 0xDC00, low <= 0xDFFF,
                let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
            {
                return scalar
            }
        }
        throw error("half of a surrogate pair stands alone", at: start)
    }

    private mutating func fourHexadecimalDigits(from start: Int) throws(JSONPathError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let scalar = peek, scalar.isASCII,
                let digit = Byte.hexadecimal(UInt8(truncatingIfNeeded: scalar.value))
            else {
                throw error("`\\u` must be followed by four hexadecimal digits", at: start)
            }
            code = code << 4 | digit
            position += 1
        }
        return code
    }
}
