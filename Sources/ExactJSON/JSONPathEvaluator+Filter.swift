// Filters: conditions, comparisons and functions over one candidate (RFC 9535 2.3.5 and 2.4).

extension JSONPathEvaluator {
    /// Whether the condition holds with `@` standing for the node.
    func holds(
        _ condition: JSONPathCondition, _ current: Node
    ) throws(JSONPathLimitError) -> Bool {
        try charge()
        switch condition {
        case .any(let parts):
            for part in parts where try holds(part, current) { return true }
            return false
        case .all(let parts):
            for part in parts where try !holds(part, current) { return false }
            return true
        case .not(let part):
            return try !holds(part, current)
        case .exists(let query):
            return try !nodes(of: query, current) { _ in false }
        case .comparison(let left, let comparison, let right):
            let one = try value(of: left, current)
            return try compare(one, comparison, try value(of: right, current))
        case .matches(let text, let pattern, let whole):
            return try matches(text, pattern, whole: whole, current)
        }
    }

    /// Visits the nodes of a query in a filter; false when the visitor ended the walk.
    private func nodes(
        of query: JSONPathQuery, _ current: Node, _ visit: Visitor
    ) throws(JSONPathLimitError) -> Bool {
        try walk(query.segments[...], start(of: query, current), visit)
    }

    private func start(of query: JSONPathQuery, _ current: Node) -> Node {
        Node(value: query.isRelative ? current.value : root, trail: .untracked)
    }

    /// The value of an operand; nil is the special result Nothing (section 2.4.1).
    private func value(
        of operand: JSONPathOperand, _ current: Node
    ) throws(JSONPathLimitError) -> JSONValue? {
        switch operand {
        case .literal(let value):
            return value
        case .singular(let query):
            return try singularValue(of: query, current)
        case .length(let argument):
            return try length(of: try value(of: argument, current))
        case .count(let query):
            var count = 0
            _ = try nodes(of: query, current) { _ in
                count += 1
                return true
            }
            return .integer(count)
        case .value(let query):
            var found: [JSONValue] = []
            _ = try nodes(of: query, current) { node in
                found.append(node.value)
                return found.count < 2
            }
            return found.count == 1 ? found[0] : nil
        }
    }

    private func singularValue(
        of query: JSONPathQuery, _ current: Node
    ) throws(JSONPathLimitError) -> JSONValue? {
        var node = start(of: query, current)
        for segment in query.segments {
            try charge()
            guard let selector = segment.singularSelector,
                let child = Self.child(of: node, selector)
            else { return nil }
            node = child
        }
        return node.value
    }

    /// Code points of a string, elements, members; else Nothing (section 2.4.4).
    private func length(of value: JSONValue?) throws(JSONPathLimitError) -> JSONValue? {
        switch value {
        case .string(let text):
            try charge(text.utf8.count / 1_024)
            return .integer(text.unicodeScalars.count)
        case .array(let elements): return .integer(elements.count)
        case .object(let object): return .integer(object.count)
        default: return nil
        }
    }

    /// Section 2.3.5.2.2.
    private func compare(
        _ left: JSONValue?, _ comparison: JSONPathComparison, _ right: JSONValue?
    ) throws(JSONPathLimitError) -> Bool {
        switch comparison {
        case .equal: return try areEqual(left, right)
        case .notEqual: return try !areEqual(left, right)
        case .less: return try isLess(left, right)
        case .greater: return try isLess(right, left)
        case .lessOrEqual:
            if try isLess(left, right) { return true }
            return try areEqual(left, right)
        case .greaterOrEqual:
            if try isLess(right, left) { return true }
            return try areEqual(left, right)
        }
    }

    private func areEqual(
        _ left: JSONValue?, _ right: JSONValue?
    ) throws(JSONPathLimitError) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        guard let same = left.equals(right, budget: &budget) else {
            throw .tooManyVisits(limit: limits.visits)
        }
        return same
    }

    private func isLess(
        _ left: JSONValue?, _ right: JSONValue?
    ) throws(JSONPathLimitError) -> Bool {
        switch (left, right) {
        case (.number(let one), .number(let other)):
            return one < other
        case (.string(let one), .string(let other)):
            try charge(min(one.utf8.count, other.utf8.count) / 1_024)
            // UTF-8 bytes order as code points do; `<` of String would normalize.
            return one.utf8.lexicographicallyPrecedes(other.utf8)
        default:
            return false
        }
    }

    /// Sections 2.4.6 and 2.4.7: false unless both are strings and the pattern is an I-Regexp.
    private func matches(
        _ operand: JSONPathOperand, _ pattern: JSONPathPattern, whole: Bool, _ current: Node
    ) throws(JSONPathLimitError) -> Bool {
        guard case .string(let text)? = try value(of: operand, current),
            let regex = try regex(pattern, current)
        else { return false }
        try charge(text.utf8.count / 64)
        return whole ? regex.matchesWhole(text) : regex.matchesPart(of: text)
    }

    private func regex(
        _ pattern: JSONPathPattern, _ current: Node
    ) throws(JSONPathLimitError) -> InteroperableRegex? {
        switch pattern {
        case .fixed(let regex):
            return regex
        case .computed(let operand):
            guard case .string(let text)? = try value(of: operand, current) else { return nil }
            let key = ByteName(text: text)
            if let known = patterns[key] { return known }
            // Compiling costs far more than a visit; a document may hold a pattern per row.
            try charge(100 + text.utf8.count)
            let compiled = try? InteroperableRegex(text)
            if patterns.count >= 64 { patterns.removeAll() }
            patterns[key] = .some(compiled)
            return compiled
        }
    }
}
