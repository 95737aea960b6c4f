// From bytes to tokens.
//
// The states are Prometheus' own, because which token or error comes next depends on them.
//
// 1. `start` is the first byte of the token being scanned, `position` the next byte to read.
// 2. After an error token the parser reads no further.

/// Splits an expression, or a series description, into tokens.
package struct Lexer {
    enum State {
        case statements, insideBraces, valueSequence, histogram, buckets, durationExpression
        case finished
    }

    let input: [UInt8]
    let isSeriesDescription: Bool
    var state = State.statements
    var position = 0
    var start = 0
    var scanned: Token?
    var parenthesisDepth = 0
    var braceOpen = false
    var bracketOpen = false
    var gotColon = false
    var gotDuration = false
    var histogramOpen = false

    /// A lexer over the bytes of an expression or, if asked, of a series description.
    package init(_ input: [UInt8], isSeriesDescription: Bool = false) {
        self.input = input
        self.isSeriesDescription = isSeriesDescription
    }

    /// The next token, comments included.
    package mutating func next() -> Token {
        scanned = nil
        while true {
            step()
            if let token = scanned { return token }
        }
    }

    private mutating func step() {
        switch state {
        case .finished: emit(.endOfInput)
        case .statements: scanStatement()
        case .insideBraces: scanInsideBraces()
        case .valueSequence: scanValueSequence()
        case .histogram: scanHistogram()
        case .buckets: scanBuckets()
        case .durationExpression: scanDurationExpression()
        }
    }

    // MARK: - Reading bytes

    /// The next byte without taking it; nil at the end.
    var peek: UInt8? { position < input.count ? input[position] : nil }

    /// Takes the next rune and gives its first byte; nil at the end.
    mutating func take() -> UInt8? {
        guard let byte = peek else { return nil }
        position += UTF8Decoder.decode(input, at: position).width
        return byte
    }

    /// Takes the next byte if it is one of these.
    mutating func accept(_ bytes: StaticString) -> Bool {
        guard isNext(bytes) else { return false }
        position += 1
        return true
    }

    func isNext(_ bytes: StaticString) -> Bool {
        guard let byte = peek else { return false }
        return bytes.withUTF8Buffer { $0.contains(byte) }
    }

    mutating func emit(_ kind: TokenKind) {
        scanned = Token(kind: kind, start: start, text: Array(input[start..<position]))
        start = position
    }

    mutating func fail(_ message: String) {
        scanned = Token(kind: .error, start: start, text: Array(message.utf8))
        state = .finished
    }

    /// Fails with a message that ends in the rune that begins at a byte offset.
    mutating func fail(_ message: String, runeAt offset: Int) {
        guard offset < input.count else {
            // Go prints the end of input as an invalid rune.
            return fail(message + ": " + GoText.quoted(Unicode.Scalar(0xFFFD as UInt16) ?? "?"))
        }
        switch UTF8Decoder.decode(input, at: offset).rune {
        case .scalar(let scalar): fail(message + ": " + GoText.quoted(scalar))
        case .invalid: fail(message + ": '\u{FFFD}'")
        }
    }

    mutating func skipSpaces() {
        while let byte = peek, CharacterClass.isSpace(byte) { position += 1 }
        start = position
    }

    // MARK: - The top level

    private mutating func scanStatement() {
        if histogramOpen {
            state = .histogram
            return
        }
        if braceOpen {
            state = .insideBraces
            return
        }
        guard let byte = peek else { return scanEnd() }
        if byte == UInt8(ascii: "#") { return scanComment() }
        if CharacterClass.isSpace(byte) { return skipSpaces() }
        let next = position + 1 < input.count ? input[position + 1] : 0
        if CharacterClass.isDigit(byte)
            || (byte == UInt8(ascii: ".") && CharacterClass.isDigit(next))
        {
            return scanNumberOrDuration()
        }
        if CharacterClass.isAlpha(byte) || byte == UInt8(ascii: ":") {
            return scanWord()
        }
        if scanQuoted(byte) { return }
        _ = take()
        scanPunctuation(byte)
    }

    private mutating func scanEnd() {
        if parenthesisDepth != 0 { return fail("unclosed left parenthesis") }
        if bracketOpen { return fail("unclosed left bracket") }
        emit(.endOfInput)
        state = .finished
    }

    mutating func scanComment() {
        while let byte = peek, byte != 0x0A, byte != 0x0D { position += 1 }
        emit(.comment)
    }

    private mutating func scanPunctuation(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: ","): emit(.comma)
        case UInt8(ascii: "*"): emit(.multiply)
        case UInt8(ascii: "/"): emit(.divide)
        case UInt8(ascii: "%"): emit(.modulo)
        case UInt8(ascii: "+"): emit(.add)
        case UInt8(ascii: "-"): emit(.subtract)
        case UInt8(ascii: "^"): emit(.power)
        case UInt8(ascii: "@"): emit(.at)
        case UInt8(ascii: "="):
            if isNext("~") { return fail("unexpected character after '='", runeAt: position) }
            emit(accept("=") ? .equalCompare : .equal)
        case UInt8(ascii: "!"):
            guard accept("=") else {
                return fail("unexpected character after '!'", runeAt: position)
            }
            emit(.notEqual)
        case UInt8(ascii: "<"): emit(accept("=") ? .lessOrEqual : .less)
        case UInt8(ascii: ">"): emit(accept("=") ? .greaterOrEqual : .greater)
        default: scanBracket(byte)
        }
    }

    private mutating func scanBracket(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"): scanParenthesis(byte)
        case UInt8(ascii: "{"):
            emit(.leftBrace)
            braceOpen = true
            state = .insideBraces
        case UInt8(ascii: "["):
            if bracketOpen { return fail("unexpected left bracket '['") }
            gotColon = false
            gotDuration = false
            emit(.leftBracket)
            bracketOpen = true
            skipSpaces()
            state = .durationExpression
        case UInt8(ascii: "]"):
            if !bracketOpen { return fail("unexpected right bracket ']'") }
            emit(.rightBracket)
            bracketOpen = false
        default: fail("unexpected character", runeAt: start)
        }
    }

    private mutating func scanParenthesis(_ byte: UInt8) {
        if byte == UInt8(ascii: "(") {
            emit(.leftParenthesis)
            parenthesisDepth += 1
            return
        }
        emit(.rightParenthesis)
        parenthesisDepth -= 1
        if parenthesisDepth < 0 { fail("unexpected right parenthesis ')'") }
    }

    private mutating func scanWord() {
        guard bracketOpen else { return scanKeywordOrIdentifier() }
        guard peek == UInt8(ascii: ":") else {
            if scanDurationWord() { return }
            let shown = String(UnicodeScalar(input[start]))
            return fail("unexpected character: '\(shown)', expected ':'")
        }
        position += 1
        if gotColon { return fail("unexpected colon ':'") }
        emit(.colon)
        gotColon = true
    }

    /// Inside brackets: an arithmetic expression of durations.
    private mutating func scanDurationExpression() {
        guard let byte = peek else {
            return fail("unexpected end of input in duration expression")
        }
        if CharacterClass.isSpace(byte) { return skipSpaces() }
        let next = position + 1 < input.count ? input[position + 1] : 0
        if CharacterClass.isDigit(byte)
            || (byte == UInt8(ascii: ".") && CharacterClass.isDigit(next))
        {
            gotDuration = true
            state = .statements
            return scanNumberOrDuration()
        }
        if scanDurationWord() { return }
        _ = take()
        switch byte {
        case UInt8(ascii: "]"):
            emit(.rightBracket)
            bracketOpen = false
            gotColon = false
            state = .statements
        case UInt8(ascii: ":"): scanDurationColon()
        case UInt8(ascii: "("), UInt8(ascii: ")"): scanParenthesis(byte)
        case UInt8(ascii: "+"): emit(.add)
        case UInt8(ascii: "-"): emit(.subtract)
        case UInt8(ascii: "*"): emit(.multiply)
        case UInt8(ascii: "/"): emit(.divide)
        case UInt8(ascii: "%"): emit(.modulo)
        case UInt8(ascii: "^"): emit(.power)
        case UInt8(ascii: ","): emit(.comma)
        default: fail("unexpected character in duration expression", runeAt: start)
        }
    }

    private mutating func scanDurationColon() {
        emit(.colon)
        if !gotDuration {
            return fail("unexpected colon before duration in duration expression")
        }
        if gotColon { return fail("unexpected repeated colon in duration expression") }
        gotColon = true
    }

    /// `step`, `range`, `min_of` and `max_of` inside brackets.
    private mutating func scanDurationWord() -> Bool {
        var end = position
        while end < input.count, CharacterClass.isAlpha(input[end]) { end += 1 }
        let words: [String: TokenKind] = [
            "step": .step, "range": .range, "min_of": .minimumOf, "max_of": .maximumOf,
        ]
        let word = String(decoding: input[position..<end], as: UTF8.self).lowercased()
        guard let kind = words[word] else { return false }
        position = end
        emit(kind)
        return true
    }
}
