// Splits a Go template into tokens.
//
// 1. After an error token nothing follows but error tokens: the parser stops at the first.
// 2. Trim markers have removed their white space from the text tokens here.

/// The scanner of Go's text/template.
///
/// - Source: pkg.go.dev/text/template#hdr-Text_and_spaces
struct TemplateLexer {
    private enum Mode { case text, leftDelimiter, rightDelimiter, inside, finished }

    private let input: [UInt8]
    private var position = 0
    private var start = 0
    private var line = 1
    private var startLine = 1
    private var depth = 0
    private var mode = Mode.text
    private var pending: TemplateToken?

    init(_ text: String) {
        input = Array(text.utf8)
    }

    /// The next token; `end` for ever after the last.
    mutating func next() -> TemplateToken {
        pending = nil
        while pending == nil {
            switch mode {
            case .text: scanText()
            case .leftDelimiter: scanLeftDelimiter()
            case .rightDelimiter: scanRightDelimiter()
            case .inside: scanInside()
            case .finished: emit(.end)
            }
        }
        return pending ?? TemplateToken(kind: .end, position: start, value: "", line: line)
    }

    private mutating func emit(_ kind: TemplateTokenKind) {
        let value = String(decoding: input[start..<position], as: UTF8.self)
        pending = TemplateToken(kind: kind, position: start, value: value, line: startLine)
        skip()
    }

    /// Drops what was read, counting its lines.
    private mutating func skip() {
        for byte in input[start..<position] where byte == UInt8(ascii: "\n") { line += 1 }
        start = position
        startLine = line
    }

    private mutating func fail(_ message: String) {
        pending = TemplateToken(
            kind: .error, position: start, value: message, line: startLine)
        mode = .finished
        position = input.count
        start = input.count
    }

    private func has(_ text: StaticString, at offset: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard offset + count <= input.count else { return false }
        return (0..<count).allSatisfy { input[offset + $0] == text.utf8Start[$0] }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }

    private func hasLeftTrim(at offset: Int) -> Bool {
        offset + 1 < input.count && input[offset] == UInt8(ascii: "-")
            && Self.isSpace(input[offset + 1])
    }

    private func hasRightTrim(at offset: Int) -> Bool {
        offset + 1 < input.count && Self.isSpace(input[offset])
            && input[offset + 1] == UInt8(ascii: "-")
    }

    private func rightDelimiter(at offset: Int) -> (isThere: Bool, trims: Bool) {
        if hasRightTrim(at: offset), has("}}", at: offset + 2) { return (true, true) }
        return (has("}}", at: offset), false)
    }

    private mutating func scanText() {
        var mark = position
        while mark < input.count, !has("{{", at: mark) { mark += 1 }
        guard mark < input.count else {
            position = input.count
            mode = .finished
            if position > start { emit(.text) }
            return
        }
        mode = .leftDelimiter
        var end = mark
        if hasLeftTrim(at: mark + 2) {
            while end > start, Self.isSpace(input[end - 1]) { end -= 1 }
        }
        position = end
        if position > start { emit(.text) }
        position = mark
        skip()
    }

    private mutating func scanLeftDelimiter() {
        let afterMarker = hasLeftTrim(at: position + 2) ? 2 : 0
        position += 2
        if has("/*", at: position + afterMarker) {
            position += afterMarker
            skip()
            return scanComment()
        }
        mode = .inside
        depth = 0
        emit(.leftDelimiter)
        position += afterMarker
        skip()
    }

    private mutating func scanComment() {
        var index = position + 2
        while index < input.count, !has("*/", at: index) { index += 1 }
        guard index < input.count else { return fail("unclosed comment") }
        position = index + 2
        let (isThere, trims) = rightDelimiter(at: position)
        guard isThere else { return fail("comment ends before closing delimiter") }
        position += trims ? 4 : 2
        if trims { skipSpaces() }
        skip()
        mode = .text
    }

    private mutating func scanRightDelimiter() {
        let (_, trims) = rightDelimiter(at: position)
        if trims {
            position += 2
            skip()
        }
        position += 2
        mode = .text
        emit(.rightDelimiter)
        if trims {
            skipSpaces()
            skip()
        }
    }

    private mutating func skipSpaces() {
        while position < input.count, Self.isSpace(input[position]) { position += 1 }
    }

    private mutating func scanInside() {
        if rightDelimiter(at: position).isThere {
            if depth == 0 {
                mode = .rightDelimiter
                return
            }
            return fail("unclosed left paren")
        }
        guard let scalar = scalar(at: position) else { return fail("unclosed action") }
        let byte = input[position]
        if Self.isSpace(byte) { return scanSpace() }
        if Self.isWord(scalar), !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            return scanIdentifier()
        }
        position += scalar.utf8.count
        scanPunctuation(scalar)
    }

    private mutating func scanPunctuation(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "=": emit(.assign)
        case ":":
            guard has("=", at: position) else { return fail("expected :=") }
            position += 1
            emit(.declare)
        case "|": emit(.pipe)
        case "\"": scanQuoted("\"", .string, "unterminated quoted string")
        case "`": scanRaw()
        case "$": scanFieldOrVariable(.variable)
        case "'": scanQuoted("'", .characterConstant, "unterminated character constant")
        case ".":
            let next = position < input.count ? input[position] : UInt8(ascii: "0")
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { return scanNumber() }
            scanFieldOrVariable(.field)
        case "+", "-", "0"..."9": scanNumber()
        case "(":
            depth += 1
            emit(.leftParenthesis)
        case ")":
            // One too many is the parser's to refuse.
            depth = max(0, depth - 1)
            emit(.rightParenthesis)
        default:
            guard scalar.isASCII, GoQuote.isPrintable(scalar) else {
                return fail("unrecognized character in action: \(Self.unicodeName(scalar))")
            }
            emit(.character)
        }
    }
}

extension TemplateLexer {
    private func scalar(at offset: Int) -> Unicode.Scalar? {
        guard offset < input.count else { return nil }
        let end = min(offset + 4, input.count)
        return String(decoding: input[offset..<end], as: UTF8.self).unicodeScalars.first
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "_" { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber:
            return true
        default:
            return false
        }
    }

    /// `U+0023 '#'`, as Go's `%#U`.
    static func unicodeName(_ scalar: Unicode.Scalar) -> String {
        let code = "U+" + GoQuote.hexadecimal(scalar.value, digits: 4).uppercased()
        return GoQuote.isPrintable(scalar) ? "\(code) '\(scalar)'" : code
    }

    private mutating func scanSpace() {
        var count = 0
        while position < input.count, Self.isSpace(input[position]) {
            position += 1
            count += 1
        }
        // The last space may belong to a closing delimiter with a trim marker.
        if hasRightTrim(at: position - 1), has("}}", at: position + 1) {
            position -= 1
            if count == 1 {
                mode = .rightDelimiter
                return
            }
        }
        emit(.space)
    }

    private mutating func scanWord() {
        while let scalar = scalar(at: position), Self.isWord(scalar) {
            position += scalar.utf8.count
        }
    }

    private var isAtTerminator: Bool {
        guard position < input.count else { return true }
        let byte = input[position]
        return Self.isSpace(byte) || ".,|:)(}".utf8.contains(byte)
    }

    private mutating func failAtBadCharacter() {
        let name = scalar(at: position).map(Self.unicodeName) ?? "U+FFFD"
        fail("bad character \(name)")
    }

    private mutating func scanIdentifier() {
        scanWord()
        guard isAtTerminator else { return failAtBadCharacter() }
        let word = String(decoding: input[start..<position], as: UTF8.self)
        if let keyword = TemplateTokenKind(keyword: word) {
            emit(keyword)
        } else {
            emit(word == "true" || word == "false" ? .bool : .identifier)
        }
    }

    private mutating func scanFieldOrVariable(_ kind: TemplateTokenKind) {
        if isAtTerminator { return emit(kind == .variable ? .variable : .dot) }
        scanWord()
        guard isAtTerminator else { return failAtBadCharacter() }
        emit(kind)
    }

    private mutating func scanQuoted(
        _ mark: Unicode.Scalar, _ kind: TemplateTokenKind, _ message: String
    ) {
        while position < input.count {
            let byte = input[position]
            position += 1
            if byte == UInt8(ascii: "\n") { return fail(message) }
            if byte == UInt8(ascii: "\\") {
                guard position < input.count, input[position] != UInt8(ascii: "\n")
                else { return fail(message) }
                position += 1
            } else if UInt32(byte) == mark.value {
                return emit(kind)
            }
        }
        fail(message)
    }

    private mutating func scanRaw() {
        while position < input.count {
            position += 1
            if input[position - 1] == UInt8(ascii: "`") { return emit(.rawString) }
        }
        fail("unterminated raw quoted string")
    }

    private mutating func scanNumber() {
        position = start
        guard scanOneNumber() else { return failAtNumber() }
        guard position < input.count, "+-".utf8.contains(input[position]) else {
            return emit(.number)
        }
        guard scanOneNumber(), input[position - 1] == UInt8(ascii: "i") else {
            return failAtNumber()
        }
        emit(.complex)
    }

    private mutating func failAtNumber() {
        let text = String(decoding: input[start..<position], as: UTF8.self)
        fail("bad number syntax: \(GoQuote.quote(text))")
    }

    private mutating func accept(_ set: String) -> Bool {
        guard position < input.count, set.utf8.contains(input[position]) else { return false }
        position += 1
        return true
    }

    private mutating func acceptRun(_ set: String) {
        while accept(set) {}
    }

    private mutating func scanOneNumber() -> Bool {
        _ = accept("+-")
        var digits = "0123456789_"
        var isDecimal = true
        if accept("0") {
            if accept("xX") {
                digits = "0123456789abcdefABCDEF_"
                isDecimal = false
            } else if accept("oO") {
                digits = "01234567_"
                isDecimal = false
            } else if accept("bB") {
                digits = "01_"
                isDecimal = false
            }
        }
        acceptRun(digits)
        if accept(".") { acceptRun(digits) }
        if isDecimal, accept("eE") {
            _ = accept("+-")
            acceptRun("0123456789_")
        }
        if digits.contains("f"), accept("pP") {
            _ = accept("+-")
            acceptRun("0123456789_")
        }
        _ = accept("i")
        if let scalar = scalar(at: position), Self.isWord(scalar) {
            position += scalar.utf8.count
            return false
        }
        return true
    }
}
