// Words, the inside of braces, and quoted strings.

extension Lexer {
    mutating func scanKeywordOrIdentifier() {
        while let byte = peek, CharacterClass.isAlphaNumeric(byte) || byte == UInt8(ascii: ":") {
            position += 1
        }
        let word = input[start..<position]
        let hasColon = word.contains(UInt8(ascii: ":"))
        let lowered = String(decoding: word, as: UTF8.self).lowercased()
        if let kind = TokenKind.words[lowered], !isPlainFill(kind) {
            emit(kind)
        } else {
            emit(hasColon ? .metricIdentifier : .identifier)
        }
        if isSeriesDescription, peek != UInt8(ascii: "{") { state = .valueSequence }
    }

    /// `fill` and its relatives are words of the language only before a parenthesis.
    private func isPlainFill(_ kind: TokenKind) -> Bool {
        guard kind.isFill else { return false }
        let next = input[position...].first { !CharacterClass.isSpace($0) }
        return next != UInt8(ascii: "(")
    }

    mutating func scanInsideBraces() {
        guard let byte = peek else { return fail("unexpected end of input inside braces") }
        if byte == UInt8(ascii: "#") { return scanComment() }
        if CharacterClass.isSpace(byte) { return skipSpaces() }
        if CharacterClass.isAlpha(byte) {
            while let next = peek, CharacterClass.isAlphaNumeric(next) { position += 1 }
            return emit(.identifier)
        }
        if scanQuoted(byte) { return }
        _ = take()
        switch byte {
        case UInt8(ascii: ","): emit(.comma)
        case UInt8(ascii: "="): emit(accept("~") ? .equalRegex : .equal)
        case UInt8(ascii: "!"):
            if accept("~") { return emit(.notEqualRegex) }
            if accept("=") { return emit(.notEqual) }
            fail("unexpected character after '!' inside braces", runeAt: position)
        case UInt8(ascii: "{"): fail("unexpected left brace '{'")
        case UInt8(ascii: "}"):
            emit(.rightBrace)
            braceOpen = false
            state = isSeriesDescription ? .valueSequence : .statements
        default: fail("unexpected character inside braces", runeAt: start)
        }
    }

    /// Scans a string if one begins here.
    mutating func scanQuoted(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): scanString(byte)
        case UInt8(ascii: "`"): scanRawString()
        default: return false
        }
        return true
    }

    private mutating func scanRawString() {
        position += 1
        while let byte = peek {
            if isReplacementRune { return fail("invalid UTF-8 rune") }
            _ = take()
            if byte == UInt8(ascii: "`") { return emit(.string) }
        }
        fail("unterminated raw string")
    }

    private mutating func scanString(_ quote: UInt8) {
        position += 1
        while let byte = peek, byte != 0x0A {
            if isReplacementRune { return fail("invalid UTF-8 rune") }
            _ = take()
            if byte == quote { return emit(.string) }
            if byte == UInt8(ascii: "\\"), !scanEscape(quote) { return }
        }
        fail("unterminated quoted string")
    }

    /// Whether the next rune is not UTF-8, or the character that stands for that.
    private var isReplacementRune: Bool {
        switch UTF8Decoder.decode(input, at: position).rune {
        case .invalid: true
        case .scalar(let scalar): scalar.value == 0xFFFD
        }
    }

    /// Scans the rest of an escape; false after an error.
    private mutating func scanEscape(_ quote: UInt8) -> Bool {
        guard let byte = peek else {
            fail("escape sequence not terminated")
            return false
        }
        switch byte {
        case quote, UInt8(ascii: "\\"), UInt8(ascii: "a"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"),
            UInt8(ascii: "v"):
            position += 1
            return true
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            return scanEscapeDigits(3, base: 8, maximum: 255)
        case UInt8(ascii: "x"):
            position += 1
            return scanEscapeDigits(2, base: 16, maximum: 255)
        case UInt8(ascii: "u"):
            position += 1
            return scanEscapeDigits(4, base: 16, maximum: 0x10FFFF)
        case UInt8(ascii: "U"):
            position += 1
            return scanEscapeDigits(8, base: 16, maximum: 0x10FFFF)
        default:
            fail("unknown escape sequence " + nextCodePoint)
            return false
        }
    }

    private var nextCodePoint: String {
        switch UTF8Decoder.decode(input, at: position).rune {
        case .scalar(let scalar): GoText.codePoint(scalar)
        case .invalid: "U+FFFD '\u{FFFD}'"
        }
    }

    private mutating func scanEscapeDigits(
        _ count: Int, base: UInt64, maximum: UInt64
    ) -> Bool {
        var value: UInt64 = 0
        for _ in 0..<count {
            guard let byte = peek else {
                fail("escape sequence not terminated")
                return false
            }
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, digit < base else {
                fail("illegal character \(nextCodePoint) in escape sequence")
                return false
            }
            value = value * base + UInt64(digit)
            position += 1
        }
        if value > maximum || (0xD800..<0xE000).contains(value) {
            fail("escape sequence is an invalid Unicode code point")
            return false
        }
        return true
    }
}
