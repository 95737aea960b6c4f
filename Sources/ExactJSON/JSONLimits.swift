// Bounds and policies of reading.

/// Bounds of one document. Beyond any of them reading stops with an error.
package struct JSONLimits: Sendable, Equatable {
    /// Nested arrays and objects, at most `maximumDepth`.
    package let depth: Int
    /// Values in the whole document; names do not count.
    package let nodes: Int
    /// Bytes of the whole document.
    package let bytes: Int
    /// UTF-8 bytes of one string or name after unescaping.
    package let stringBytes: Int
    /// Bytes of one number lexeme.
    package let numberBytes: Int

    /// The deepest nesting that can be asked for: what walks values recurses this far.
    package static let maximumDepth = 512

    /// Depth 128, a million values, 8 MiB, strings as long as the document, numbers of 1,024 bytes.
    package static let standard = JSONLimits()

    static let unlimitedText = JSONLimits(bytes: .max, stringBytes: .max, numberBytes: .max)

    /// Bounds in levels, values and bytes; `stringBytes` is as large as `bytes` unless given.
    /// What lies out of range is brought to the nearest bound.
    package init(
        depth: Int = 128, nodes: Int = 1_000_000, bytes: Int = 8 * 1_024 * 1_024,
        stringBytes: Int? = nil, numberBytes: Int = 1_024
    ) {
        self.depth = min(max(depth, 0), Self.maximumDepth)
        self.nodes = max(nodes, 1)
        self.bytes = max(bytes, 0)
        self.stringBytes = max(stringBytes ?? bytes, 0)
        self.numberBytes = max(numberBytes, 1)
    }
}

/// What to do when an object has one name twice.
package enum RepeatedKeys: Sendable {
    /// An error that names the second place.
    case refuse
    /// The last value stays, at the place of the first.
    case keepLast
}

/// What to do with a UTF-8 byte order mark before the document (RFC 8259 section 8.1 lets a
/// reader choose).
package enum ByteOrderMark: Sendable {
    /// An error.
    case refuse
    /// Passed over.
    case ignore
}
