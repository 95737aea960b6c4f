// Text with placeholders: parsed and checked at load, filled in for every request.
//
// A brace begins a placeholder only before a letter, so JSON in a query value stays as it is.

/// A text with placeholders.
package struct RequestTemplate: Sendable, Equatable {
    /// A piece of the text.
    package enum Part: Sendable, Equatable {
        /// Text as written.
        case literal(String)
        /// A value to fill in.
        case placeholder(Placeholder)
    }

    /// The pieces in order.
    package let parts: [Part]

    /// Why a text is no template.
    package struct Failure: Error, Sendable, Equatable {
        /// What is wrong and what is allowed.
        package let message: String
    }

    /// Parses a text.
    ///
    /// - Throws: a placeholder that is not on the closed list, or one without its end.
    package init(_ text: String) throws(Failure) {
        var parts: [Part] = []
        var literal = ""
        var rest = Substring(text)
        while let scalar = rest.unicodeScalars.first {
            let after = rest.unicodeScalars.dropFirst()
            guard scalar == "{", let next = after.first, Self.isLetter(next) else {
                literal.unicodeScalars.append(scalar)
                rest = Substring(after)
                continue
            }
            guard let end = after.firstIndex(of: "}") else {
                throw Failure(
                    message: "the placeholder that begins at `\(rest.prefix(20))` has no `}`")
            }
            let name = String(after[..<end])
            guard let placeholder = Placeholder(name) else {
                throw Failure(
                    message:
                        "`{\(name.prefix(40))}` is no placeholder; there are \(Placeholder.allowed)"
                )
            }
            if !literal.isEmpty { parts.append(.literal(literal)) }
            literal = ""
            parts.append(.placeholder(placeholder))
            rest = Substring(after[after.index(after: end)...])
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        self.parts = parts
    }

    /// A text without placeholders, whatever it holds.
    package init(literal: String) {
        parts = literal.isEmpty ? [] : [.literal(literal)]
    }

    /// The text with the values filled in; without values, of one that needs none.
    func text(_ values: PlaceholderValues?) -> String {
        values.map { expanded($0) } ?? literalPrefix
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    /// The placeholders in order.
    package var placeholders: [Placeholder] {
        parts.compactMap { if case .placeholder(let placeholder) = $0 { placeholder } else { nil } }
    }

    /// The text before the first placeholder.
    package var literalPrefix: String {
        if case .literal(let text) = parts.first { text } else { "" }
    }

    /// The whole text with the values filled in; `encode` is applied to the values alone.
    package func expanded(
        _ values: PlaceholderValues, encode: (String) -> String = { $0 }
    ) -> String {
        var output = ""
        for part in parts {
            switch part {
            case .literal(let text): output += text
            case .placeholder(let placeholder): output += encode(values.text(of: placeholder))
            }
        }
        return output
    }
}
