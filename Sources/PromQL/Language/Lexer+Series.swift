// Series descriptions: `metric{a="b"} 1 2 _ 3+1x4 stale`, the notation of unit tests.

extension Lexer {
    mutating func scanValueSequence() {
        guard let byte = peek else {
            state = .statements
            return
        }
        let next = position + 1 < input.count ? input[position + 1] : 0
        if byte == UInt8(ascii: "{"), next == byte {
            position += 2
            histogramOpen = true
            state = .histogram
            return emit(.openHistogram)
        }
        if CharacterClass.isSpace(byte) {
            position += 1
            emit(.space)
            return skipSpaces()
        }
        if CharacterClass.isDigit(byte)
            || (byte == UInt8(ascii: ".") && CharacterClass.isDigit(next))
        {
            return scanPlainNumber()
        }
        switch byte {
        case UInt8(ascii: "+"): takeAndEmit(.add)
        case UInt8(ascii: "-"): takeAndEmit(.subtract)
        case UInt8(ascii: "x"): takeAndEmit(.times)
        case UInt8(ascii: "_"): takeAndEmit(.blank)
        default:
            if CharacterClass.isAlpha(byte) { return scanKeywordOrIdentifier() }
            fail("unexpected character in series sequence", runeAt: position)
        }
    }

    private mutating func takeAndEmit(_ kind: TokenKind) {
        position += 1
        emit(kind)
    }

    mutating func scanHistogram() {
        guard let byte = peek else {
            return fail("histogram description incomplete unexpected", runeAt: position)
        }
        if CharacterClass.isSpace(byte) {
            position += 1
            emit(.space)
            return skipSpaces()
        }
        if CharacterClass.isAlpha(byte), byte != UInt8(ascii: "x") {
            return scanHistogramWord()
        }
        if CharacterClass.isDigit(byte) { return scanPlainNumber() }
        switch byte {
        case UInt8(ascii: ":"): takeAndEmit(.colon)
        case UInt8(ascii: "-"): takeAndEmit(.subtract)
        case UInt8(ascii: "["):
            takeAndEmit(.leftBracket)
            bracketOpen = true
            state = .buckets
        case UInt8(ascii: "}") where input[position...].starts(with: [byte, byte]):
            position += 2
            emit(.closeHistogram)
            histogramOpen = false
            state = .valueSequence
        default: fail("histogram description incomplete unexpected", runeAt: position)
        }
    }

    private mutating func scanHistogramWord() {
        while let byte = peek, CharacterClass.isAlpha(byte) { position += 1 }
        let word = String(decoding: input[start..<position], as: UTF8.self)
        let lowered = word.lowercased()
        if let kind = TokenKind.histogramWords[lowered] {
            guard peek == UInt8(ascii: ":") else {
                return fail("missing `:` for histogram descriptor")
            }
            emit(kind)
        } else if TokenKind.words[lowered] == .number {
            emit(.number)
        } else if let kind = TokenKind.resetHints[lowered] {
            emit(kind)
        } else {
            fail("bad histogram descriptor found: " + GoText.quoted(word))
        }
    }

    mutating func scanBuckets() {
        guard let byte = peek else {
            return fail("invalid character in buckets description", runeAt: position)
        }
        if CharacterClass.isSpace(byte) {
            position += 1
            emit(.space)
            return skipSpaces()
        }
        if CharacterClass.isDigit(byte) { return scanPlainNumber() }
        if CharacterClass.isAlpha(byte) {
            while let next = peek, CharacterClass.isAlpha(next) { position += 1 }
            return emit(.number)
        }
        switch byte {
        case UInt8(ascii: "-"): takeAndEmit(.subtract)
        case UInt8(ascii: "]"):
            takeAndEmit(.rightBracket)
            bracketOpen = false
            state = .histogram
        default: fail("invalid character in buckets description", runeAt: position)
        }
    }
}
