// The syntax tree of a path (RFC 9535 section 2), well-typed by construction.

/// `[…]`, `.name`, `..[…]`: selectors applied to children or to all descendants (section 2.5).
struct JSONPathSegment: Sendable {
    let isDescendant: Bool
    var selectors: [JSONPathSelector]
    /// Blank space stands inside the brackets, which `singular-query` does not allow.
    var hasInnerBlanks = false

    /// The step of a segment that selects at most one node.
    var singularSelector: JSONPathSelector? {
        guard !isDescendant, selectors.count == 1 else { return nil }
        switch selectors[0] {
        case .name, .index: return selectors[0]
        case .wildcard, .slice, .filter: return nil
        }
    }
}

/// One selector (section 2.3).
indirect enum JSONPathSelector: Sendable {
    case name(String)
    case wildcard
    case index(Int)
    case slice(JSONPathSlice)
    case filter(JSONPathCondition)
}

/// `start:end:step` (section 2.3.4).
struct JSONPathSlice: Sendable, Equatable {
    let start: Int?
    let end: Int?
    let step: Int

    /// The selected indexes of an array of this length, in order.
    func indexes(length: Int) -> StrideTo<Int> {
        guard step != 0 else { return stride(from: 0, to: 0, by: 1) }
        let first = normalized(start ?? (step > 0 ? 0 : length - 1), length)
        let last = normalized(end ?? (step > 0 ? length : -length - 1), length)
        if step > 0 {
            return stride(from: clamp(first, 0, length), to: clamp(last, 0, length), by: step)
        }
        let from = clamp(first, -1, length - 1)
        return stride(from: from, to: clamp(last, -1, length - 1), by: step)
    }

    private func normalized(_ index: Int, _ length: Int) -> Int {
        index >= 0 ? index : length + index
    }

    private func clamp(_ index: Int, _ low: Int, _ high: Int) -> Int {
        min(max(index, low), high)
    }
}

/// A query inside a filter: `@…` or `$…`.
struct JSONPathQuery: Sendable {
    let isRelative: Bool
    let segments: [JSONPathSegment]

    /// Whether it selects at most one node (section 2.3.5.1).
    var isSingular: Bool { segments.allSatisfy { $0.singularSelector != nil } }

    /// `$[?@[ 'a' ] == 1]`: not a `singular-query` in the grammar, for its blanks alone.
    var hasInnerBlanks: Bool { segments.contains(where: \.hasInnerBlanks) }
}

/// A logical expression (section 2.3.5.1).
indirect enum JSONPathCondition: Sendable {
    case any([JSONPathCondition])
    case all([JSONPathCondition])
    case not(JSONPathCondition)
    case exists(JSONPathQuery)
    case comparison(JSONPathOperand, JSONPathComparison, JSONPathOperand)
    case matches(text: JSONPathOperand, pattern: JSONPathPattern, whole: Bool)
}

/// A comparison operator.
enum JSONPathComparison: String, Sendable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
}

/// What yields one value or nothing (`ValueType`, section 2.4.1).
indirect enum JSONPathOperand: Sendable {
    case literal(JSONValue)
    case singular(JSONPathQuery)
    case length(JSONPathOperand)
    case count(JSONPathQuery)
    case value(JSONPathQuery)
}

/// The second argument of `match` and `search`.
enum JSONPathPattern: Sendable {
    /// A literal, compiled once; nil when it is no I-Regexp, which never matches.
    case fixed(InteroperableRegex?)
    /// Taken from the document.
    case computed(JSONPathOperand)
}
