// A token and how messages show it.

/// A piece of an expression.
package struct Token: Sendable, Equatable {
    /// What it is.
    package let kind: TokenKind
    /// The UTF-8 offset of its first byte.
    package let start: Int
    /// Its bytes; for an error, the message.
    package let text: [UInt8]

    /// The UTF-8 offset after its last byte.
    package var end: Int { kind == .error ? start : start + text.count }

    /// Its text.
    package var string: String { String(decoding: text, as: UTF8.self) }

    /// The token in an error message: `identifier "x"`, `<op:+>`, `end of input`.
    var messageText: String {
        if kind == .endOfInput { return "end of input" }
        if let name = kind.messageName { return name + " " + quotedText }
        return quotedText
    }

    private var quotedText: String {
        if kind == .identifier || kind == .metricIdentifier { return GoText.quoted(text) }
        if kind.isKeyword { return "<\(string)>" }
        if kind.isOperator { return "<op:\(string)>" }
        if kind.isAggregator { return "<aggr:\(string)>" }
        guard text.count > 10 else { return GoText.quoted(text) }
        // Go's %.10q cuts after ten runes.
        return GoText.quoted(Array(String(string.unicodeScalars.prefix(10)).utf8)) + "..."
    }
}
