// What was wrong with a JSON text, and where.

/// The first mistake in a JSON text.
package struct JSONError: Error, Sendable, Equatable {
    /// The closed list of mistakes.
    package enum Reason: String, Sendable, CaseIterable {
        case empty
        case unexpectedEnd
        case unexpectedByte
        case trailingContent
        case badNumber
        case badEscape
        case loneSurrogate
        case controlCharacter
        case invalidUTF8
        case byteOrderMark
        case repeatedKey
        case tooDeep
        case tooManyNodes
        case tooManyBytes
        case stringTooLong
        case numberTooLong
    }

    /// The kind of mistake.
    package let reason: Reason
    /// What is wrong, in one clause without the place.
    package let message: String
    /// Zero-based byte offset of the mistake.
    package let offset: Int
    /// One-based line; a line ends with a line feed.
    package let line: Int
    /// One-based column in Unicode code points.
    package let column: Int
    /// The place in the document, as far as it was read: `$['usage'][3]`.
    package let location: NormalizedPath
}

extension JSONError: CustomStringConvertible {
    /// `line 3, column 7, at $['usage'][3]: message`.
    package var description: String {
        "line \(line), column \(column), at \(location): \(message)"
    }
}
