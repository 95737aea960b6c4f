// Reads the first document of a YAML file into a tree of nodes with positions.

/// Reads YAML 1.1 as libyaml understands it, minus what nobody wants in a configuration:
/// custom tags, merge keys, repeated keys and keys that are not scalars.
package enum YAMLReader {
    /// The first document of a file.
    ///
    /// Further documents are ignored, as Prometheus ignores them; use `readDocument` to see one.
    ///
    /// - Returns: nil when the file holds no document (empty, or only comments).
    /// - Throws: every mistake that could be found, sorted by position.
    package static func read(
        _ bytes: [UInt8], file: String, limits: YAMLLimits = .standard
    ) throws(Mistakes) -> YAMLNode? {
        try readDocument(bytes, file: file, limits: limits).root
    }

    /// The first document of a file and the place of a second one, if there is one.
    package static func readDocument(
        _ bytes: [UInt8], file: String, limits: YAMLLimits = .standard
    ) throws(Mistakes) -> YAMLDocument {
        let source = YAMLSource(bytes: bytes, file: file)
        if bytes.count > limits.bytes {
            let message = "the file holds \(bytes.count) bytes, more than \(limits.bytes)"
            throw Mistakes(Mistake(message, at: source.start))
        }
        if let mistake = source.firstBadCharacter() { throw Mistakes(mistake) }
        do {
            return try source.withEvents { events throws(Mistakes) in
                var builder = YAMLTreeBuilder(events: events, limits: limits)
                return try builder.document()
            }
        }
    }
}

/// The first document of a YAML file.
package struct YAMLDocument: Sendable, Equatable {
    /// The document's node, nil when there is no document.
    package let root: YAMLNode?
    /// Where a second document begins, nil when there is none. It is not read.
    package let secondDocument: SourcePosition?
}
