// A JSON number as it was written; compared by its exact decimal value.

/// A number lexeme (RFC 8259 section 6), never converted unless asked for.
package struct JSONNumber: Sendable {
    /// The number as written: `1.10`, `-0`, `1E400`.
    package let lexeme: String

    /// Takes a lexeme that the grammar has already accepted.
    init(checked lexeme: String) {
        self.lexeme = lexeme
    }

    /// Takes a lexeme; nil when RFC 8259 does not allow it.
    package init?(lexeme: String) {
        guard JSONNumber.isNumber(lexeme.utf8) else { return nil }
        self.lexeme = lexeme
    }

    /// A whole number.
    package init(_ value: some FixedWidthInteger) {
        lexeme = String(value)
    }

    /// The shortest lexeme that reads back as this double; nil for NaN and infinities.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        let text = value.description
        lexeme = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Whether the exact value is whole: `5`, `5.0`, `1e400`, but not `0.5`.
    package var isInteger: Bool { ExactDecimal(lexeme: lexeme).isInteger }

    /// The exact value when it is a whole number that fits, else nil.
    package var asInteger: Int64? {
        Int64(lexeme) ?? ExactDecimal(lexeme: lexeme).integer
    }

    /// The nearest double; infinite beyond its range. For display and thresholds, not for credits.
    package var approximateDouble: Double { Double(lexeme) ?? .nan }

    /// Whether the bytes are one whole number of RFC 8259's grammar.
    private static func isNumber(_ text: String.UTF8View) -> Bool {
        Array(text).withUnsafeBufferPointer { bytes in
            var scanner = JSONScanner(bytes: bytes, limits: .unlimitedText, repeatedKeys: .refuse)
            guard (try? scanner.number()) != nil else { return false }
            return scanner.offset == bytes.count
        }
    }
}

extension JSONNumber: Comparable {
    /// By exact decimal value: `1 == 1.0 == 1e0`, and 40 digits count.
    package static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        left.lexeme == right.lexeme || order(left, right) == 0
    }

    /// By exact decimal value.
    package static func < (left: JSONNumber, right: JSONNumber) -> Bool {
        order(left, right) < 0
    }

    private static func order(_ left: JSONNumber, _ right: JSONNumber) -> Int {
        if let one = Int64(left.lexeme), let other = Int64(right.lexeme) {
            return one < other ? -1 : (one == other ? 0 : 1)
        }
        return ExactDecimal(lexeme: left.lexeme).order(to: ExactDecimal(lexeme: right.lexeme))
    }
}

extension JSONNumber: CustomStringConvertible {
    /// The lexeme.
    package var description: String { lexeme }
}
