// Go's quoted strings: reading and writing.

/// Quotes and unquotes text as Go's strconv does.
///
/// - Source: pkg.go.dev/strconv#Quote
enum GoQuote {
    /// The text in double quotes with Go's escapes.
    static func quote(_ text: String, asciiOnly: Bool = false) -> String {
        quote(text.unicodeScalars, mark: "\"", asciiOnly: asciiOnly)
    }

    /// One character in single quotes with Go's escapes.
    static func quoteCharacter(_ scalar: Unicode.Scalar, asciiOnly: Bool = false) -> String {
        quote(String(scalar).unicodeScalars, mark: "'", asciiOnly: asciiOnly)
    }

    private static func quote(
        _ scalars: String.UnicodeScalarView, mark: Unicode.Scalar, asciiOnly: Bool
    ) -> String {
        var output = String(mark)
        for scalar in scalars {
            if scalar == mark || scalar == "\\" {
                output += "\\\(scalar)"
            } else if isPrintable(scalar), scalar.isASCII || !asciiOnly {
                output.unicodeScalars.append(scalar)
            } else {
                output += escape(scalar)
            }
        }
        return output + String(mark)
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\u{7}": return "\\a"
        case "\u{8}": return "\\b"
        case "\u{C}": return "\\f"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\u{B}": return "\\v"
        default: break
        }
        switch scalar.value {
        case ..<0x20, 0x7F: return "\\x" + hexadecimal(scalar.value, digits: 2)
        case ..<0x10000: return "\\u" + hexadecimal(scalar.value, digits: 4)
        default: return "\\U" + hexadecimal(scalar.value, digits: 8)
        }
    }

    /// A number in lower-case hexadecimal with leading zeros.
    static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// Whether Go counts the character as printable: letters, marks, numbers, punctuation,
    /// symbols and the ASCII space.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            return false
        case .spaceSeparator:
            return scalar == " "
        default:
            return true
        }
    }

    /// Whether the text can stand between back quotes unchanged.
    static func canBackquote(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0 != "`" && $0 != "\u{FEFF}" && $0 != "\u{7F}" && ($0 >= " " || $0 == "\t")
        }
    }

    /// The text between the quotes of a Go string literal, or nil when it is malformed.
    static func unquote(_ literal: String) -> String? {
        let bytes = Array(literal.utf8)
        guard bytes.count >= 2, let mark = bytes.first, bytes.last == mark else { return nil }
        let body = bytes[1..<(bytes.count - 1)]
        if mark == UInt8(ascii: "`") {
            guard !body.contains(mark) else { return nil }
            return String(decoding: body.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        }
        guard mark == UInt8(ascii: "\"") else { return nil }
        var reader = EscapeReader(bytes: Array(body), mark: mark)
        var output: [UInt8] = []
        while !reader.isAtEnd {
            guard let piece = reader.next() else { return nil }
            output += piece.bytes
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// What stands between the single quotes of a character constant.
    enum CharacterConstant: Equatable {
        /// One character.
        case value(Int64)
        /// A bad escape.
        case invalidSyntax
        /// More than one character.
        case malformed
    }

    /// Reads a character constant with its quotes.
    static func character(_ literal: String) -> CharacterConstant {
        let bytes = Array(literal.utf8.dropFirst())
        var reader = EscapeReader(bytes: bytes, mark: UInt8(ascii: "'"))
        guard let piece = reader.next() else { return .invalidSyntax }
        return reader.rest == [UInt8(ascii: "'")] ? .value(piece.value) : .malformed
    }
}

/// Reads characters and escapes of a Go literal one by one.
private struct EscapeReader {
    private let bytes: [UInt8]
    private let mark: UInt8
    private var index = 0

    init(bytes: [UInt8], mark: UInt8) {
        self.bytes = bytes
        self.mark = mark
    }

    var isAtEnd: Bool { index >= bytes.count }
    var rest: [UInt8] { Array(bytes[min(index, bytes.count)...]) }

    mutating func next() -> (bytes: [UInt8], value: Int64)? {
        guard index < bytes.count, bytes[index] != mark, bytes[index] != 10 else { return nil }
        guard bytes[index] == UInt8(ascii: "\\") else { return plain() }
        guard index + 1 < bytes.count else { return nil }
        let letter = bytes[index + 1]
        index += 2
        switch letter {
        case UInt8(ascii: "a"): return single(7)
        case UInt8(ascii: "b"): return single(8)
        case UInt8(ascii: "f"): return single(12)
        case UInt8(ascii: "n"): return single(10)
        case UInt8(ascii: "r"): return single(13)
        case UInt8(ascii: "t"): return single(9)
        case UInt8(ascii: "v"): return single(11)
        case UInt8(ascii: "\\"): return single(letter)
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return letter == mark ? single(letter) : nil
        case UInt8(ascii: "x"): return number(digits: 2, radix: 16, isByte: true)
        case UInt8(ascii: "u"): return number(digits: 4, radix: 16, isByte: false)
        case UInt8(ascii: "U"): return number(digits: 8, radix: 16, isByte: false)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            index -= 1
            return number(digits: 3, radix: 8, isByte: true)
        default: return nil
        }
    }

    private func single(_ byte: UInt8) -> (bytes: [UInt8], value: Int64)? {
        ([byte], Int64(byte))
    }

    private mutating func plain() -> (bytes: [UInt8], value: Int64)? {
        let length = bytes[index].utf8Length
        let end = min(index + length, bytes.count)
        let piece = Array(bytes[index..<end])
        index = end
        let scalar = String(decoding: piece, as: UTF8.self).unicodeScalars.first
        return (piece, Int64(scalar?.value ?? 0))
    }

    private mutating func number(
        digits: Int, radix: Int, isByte: Bool
    ) -> (bytes: [UInt8], value: Int64)? {
        guard index + digits <= bytes.count else { return nil }
        let text = String(decoding: bytes[index..<(index + digits)], as: UTF8.self)
        guard text.first != "+", text.first != "-", let value = UInt32(text, radix: radix)
        else { return nil }
        index += digits
        if isByte { return value <= 255 ? ([UInt8(value)], Int64(value)) : nil }
        guard let scalar = Unicode.Scalar(value) else { return nil }
        return (Array(String(scalar).utf8), Int64(value))
    }
}

extension UInt8 {
    /// How many bytes the UTF-8 sequence has that this byte begins.
    fileprivate var utf8Length: Int {
        switch self {
        case 0xC0...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF7: 4
        default: 1
        }
    }
}
