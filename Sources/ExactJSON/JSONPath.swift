// JSONPath of RFC 9535: text to a checked query, a query over a value to matches.

/// A parsed, well-typed JSONPath query.
package struct JSONPath: Sendable {
    /// The path as it was written.
    package let text: String
    /// What the parser accepts but can never select: patterns of `match` and `search` that are no
    /// I-Regexp (RFC 9485), such as `\d`. They always fail, as RFC 9535 demands; a person who
    /// wrote one wants to know.
    package let warnings: [JSONPathError]

    let segments: [JSONPathSegment]

    /// Parses and checks a path.
    ///
    /// - Throws: the first mistake with its column (syntax of RFC 9535 appendix A; integers within
    ///   ±(2^53 - 1); functions well-typed as section 2.4.3 demands).
    package init(_ text: String) throws(JSONPathError) {
        var parser = try JSONPathParser(text)
        self.segments = try parser.path()
        self.warnings = parser.warnings
        self.text = text
    }

    private init(prefix segments: [JSONPathSegment], steps: [PathStep]) {
        self.segments = segments
        self.warnings = []
        self.text = NormalizedPath(steps).description
    }

    /// Whether the path selects at most one value whatever the document (names and indexes only).
    package var isSingular: Bool {
        segments.allSatisfy { $0.singularSelector != nil }
    }

    /// The part before the first wildcard, slice, filter, descendant or multi-selector.
    package func singularPrefix() -> JSONPath {
        var steps: [PathStep] = []
        let prefix = segments.prefix { segment in
            switch segment.singularSelector {
            case .name(let name): steps.append(.name(name))
            case .index(let index): steps.append(.index(index))
            default: return false
            }
            return true
        }
        return JSONPath(prefix: Array(prefix), steps: steps)
    }
}

extension JSONPath: Equatable, CustomStringConvertible {
    /// Equal when written alike.
    package static func == (left: JSONPath, right: JSONPath) -> Bool {
        left.text.hasSameBytes(as: right.text)
    }

    /// The path as it was written.
    package var description: String { text }
}

/// One selected value and its place.
package struct JSONMatch: Sendable, Equatable {
    /// The normalized path from the root of the query.
    package let location: NormalizedPath
    /// The value there.
    package let value: JSONValue

    /// A value found at a place.
    package init(location: NormalizedPath, value: JSONValue) {
        self.location = location
        self.value = value
    }
}

extension JSONPath {
    /// All selected values in document order of each segment (RFC 9535 section 2.1.2).
    ///
    /// A value selected twice appears twice. Members are visited in written order.
    ///
    /// - Throws: the bound that was passed; nothing is ever cut silently.
    package func select(
        in root: JSONValue, limits: JSONPathLimits = .standard
    ) throws(JSONPathLimitError) -> [JSONMatch] {
        let evaluator = JSONPathEvaluator(root: root, limits: limits)
        var matches: [JSONMatch] = []
        let start = JSONPathEvaluator.Node(value: root, trail: .root)
        _ = try evaluator.walk(segments[...], start) { node throws(JSONPathLimitError) in
            guard matches.count < limits.matches else {
                throw .tooManyMatches(limit: limits.matches)
            }
            matches.append(JSONMatch(location: node.trail.path, value: node.value))
            return true
        }
        return matches
    }

    /// The first selected value, or nil; stops at once when it is found.
    package func first(
        in root: JSONValue, limits: JSONPathLimits = .standard
    ) throws(JSONPathLimitError) -> JSONMatch? {
        let evaluator = JSONPathEvaluator(root: root, limits: limits)
        var match: JSONMatch?
        let start = JSONPathEvaluator.Node(value: root, trail: .root)
        _ = try evaluator.walk(segments[...], start) { node throws(JSONPathLimitError) in
            match = JSONMatch(location: node.trail.path, value: node.value)
            return false
        }
        return match
    }
}
