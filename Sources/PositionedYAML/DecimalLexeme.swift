// The shapes of numbers that a configuration may hold.

/// Recognises exact decimal numbers without reading them.
package enum DecimalLexeme {
    /// Longest lexeme that is taken for a number.
    private static let longest = 64

    /// Whether the text is `-?(0|[1-9][0-9]*)`.
    package static func isInteger(_ text: String) -> Bool {
        var rest = Substring(text).utf8
        guard rest.count <= longest else { return false }
        return takeWhole(&rest) && rest.isEmpty
    }

    /// Whether the text is `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`.
    package static func isDecimal(_ text: String) -> Bool {
        var rest = Substring(text).utf8
        guard rest.count <= longest, takeWhole(&rest) else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard takeDigits(&rest) > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
                rest.removeFirst()
            }
            guard takeDigits(&rest) > 0 else { return false }
        }
        return rest.isEmpty
    }

    private static func takeWhole(_ rest: inout Substring.UTF8View) -> Bool {
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let beginsWithZero = rest.first == UInt8(ascii: "0")
        let count = takeDigits(&rest)
        return count == 1 || (count > 1 && !beginsWithZero)
    }

    private static func takeDigits(_ rest: inout Substring.UTF8View) -> Int {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        let count = digits.count
        rest = rest.dropFirst(count)
        return count
    }
}
