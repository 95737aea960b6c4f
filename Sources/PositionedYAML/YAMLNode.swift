// A YAML document as a tree in which every node knows its place.

/// A node of a YAML document.
package struct YAMLNode: Sendable, Equatable {
    /// What a node is.
    package enum Kind: Sendable, Equatable {
        /// A scalar; plain when written without quotes, block marks or a `!!str` tag.
        case scalar(text: String, isPlain: Bool)
        /// A list.
        case sequence([YAMLNode])
        /// A mapping; the keys are scalars and differ from each other.
        case mapping([YAMLPair])
    }

    /// Where the node begins. A node reached through an alias stands at its anchor.
    package let position: SourcePosition
    /// The content.
    package let kind: Kind

    /// A node at `position`.
    package init(_ kind: Kind, at position: SourcePosition) {
        self.kind = kind
        self.position = position
    }

    /// Whether this is a plain empty scalar, `~` or `null`.
    package var isNull: Bool {
        guard case .scalar(let text, true) = kind else { return false }
        return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
    }

    /// The text of a scalar as written (quotes and escapes resolved), nil for other nodes.
    package var text: String? {
        guard case .scalar(let text, _) = kind else { return nil }
        return text
    }

    /// The elements of a list, nil for other nodes.
    package var elements: [YAMLNode]? {
        guard case .sequence(let elements) = kind else { return nil }
        return elements
    }

    /// The pairs of a mapping in the order of the file, nil for other nodes.
    package var pairs: [YAMLPair]? {
        guard case .mapping(let pairs) = kind else { return nil }
        return pairs
    }

    /// What a person would call this node in a message: `"30"`, `a list`, `nothing`.
    package var found: String {
        switch kind {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar where isNull: "nothing"
        case .scalar(let text, _): quoted(text)
        }
    }
}

/// One key of a mapping with its value.
package struct YAMLPair: Sendable, Equatable {
    /// The key, always a scalar in a tree that `YAMLReader` returned.
    package let key: YAMLNode
    /// The value; null when nothing is written.
    package let value: YAMLNode

    /// A key with its value.
    package init(key: YAMLNode, value: YAMLNode) {
        self.key = key
        self.value = value
    }
}

/// A text in double quotes for a message: one line, at most about 60 characters.
func quoted(_ text: String) -> String {
    var output = "\""
    for (count, scalar) in text.unicodeScalars.enumerated() {
        if count == 60 {
            output += "…"
            break
        }
        switch scalar {
        case "\n": output += "\\n"
        case "\t": output += "\\t"
        case "\"": output += "\\\""
        case "\\": output += "\\\\"
        case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
            output += "\u{FFFD}"
        default: output.unicodeScalars.append(scalar)
        }
    }
    return output + "\""
}
