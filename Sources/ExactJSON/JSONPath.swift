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
    /// The steps of a singular path; nil for any other.
    private let singularSteps: [PathStep]?
    /// The steps before a last `[*]` when all before it is singular; nil for any other path.
    private let listSteps: [PathStep]?

    /// Parses and checks a path.
    ///
    /// - Throws: the first mistake with its column (syntax of RFC 9535 appendix A; integers within
    ///   ±(2^53 - 1); functions well-typed as section 2.4.3 demands).
    package init(_ text: String) throws(JSONPathError) {
        var parser = try JSONPathParser(text)
        let segments = try parser.path()
        self.segments = segments
        self.singularSteps = Self.steps(of: segments[...])
        self.listSteps = Self.stepsBeforeWildcard(of: segments)
        self.warnings = parser.warnings
        self.text = text
    }

    private init(prefix segments: [JSONPathSegment], steps: [PathStep]) {
        self.segments = segments
        self.singularSteps = steps
        self.listSteps = nil
        self.warnings = []
        self.text = NormalizedPath(steps).description
    }

    /// Whether the path selects at most one value whatever the document (names and indexes only).
    package var isSingular: Bool { singularSteps != nil }

    private static func stepsBeforeWildcard(of segments: [JSONPathSegment]) -> [PathStep]? {
        guard let last = segments.last, !last.isDescendant, last.selectors.count == 1,
            case .wildcard = last.selectors[0]
        else { return nil }
        return steps(of: segments.dropLast())
    }

    private static func steps(of segments: ArraySlice<JSONPathSegment>) -> [PathStep]? {
        var steps: [PathStep] = []
        for segment in segments {
            switch segment.singularSelector {
            case .name(let name): steps.append(.name(name))
            case .index(let index): steps.append(.index(index))
            default: return nil
            }
        }
        return steps
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
        if let listSteps, let list = try Self.list(at: listSteps, in: root, limits) {
            return list
        }
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

    /// The first selected value without its place, or nil.
    ///
    /// A singular path goes straight down: rows ask for their fields this way.
    package func value(
        in root: JSONValue, limits: JSONPathLimits = .standard
    ) throws(JSONPathLimitError) -> JSONValue? {
        guard let singularSteps else { return try first(in: root, limits: limits)?.value }
        return Self.value(at: singularSteps, in: root)
    }

    private static func value(at steps: [PathStep], in root: JSONValue) -> JSONValue? {
        var value = root
        for step in steps {
            switch (step, value) {
            case (.name(let name), .object(let object)):
                guard let member = object[name] else { return nil }
                value = member
            case (.index(let written), .array(let elements)):
                let index = written < 0 ? elements.count + written : written
                guard elements.indices.contains(index) else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }

    /// The elements of one array, as `$.usage[*]` selects them: what most sources' rows are.
    private static func list(
        at steps: [PathStep], in root: JSONValue, _ limits: JSONPathLimits
    ) throws(JSONPathLimitError) -> [JSONMatch]? {
        guard case .array(let elements)? = value(at: steps, in: root),
            steps.count + elements.count <= limits.visits,
            // A negative index is no normalized one.
            !steps.contains(where: { if case .index(let index) = $0 { index < 0 } else { false } })
        else { return nil }
        guard elements.count <= limits.matches else {
            throw .tooManyMatches(limit: limits.matches)
        }
        var matches: [JSONMatch] = []
        matches.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            let location = NormalizedPath(steps, then: .index(index))
            matches.append(JSONMatch(location: location, value: element))
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
