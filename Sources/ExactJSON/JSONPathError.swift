// What can be wrong with a path, and what stops its evaluation.

/// A mistake in the text of a JSONPath.
package struct JSONPathError: Error, Sendable, Equatable {
    /// What is wrong and, where it can be guessed, what to write instead.
    package let message: String
    /// One-based column in Unicode code points of the path.
    package let column: Int
}

extension JSONPathError: CustomStringConvertible {
    /// `column 5: message`.
    package var description: String { "column \(column): \(message)" }
}

/// Bounds of one evaluation.
package struct JSONPathLimits: Sendable, Equatable {
    /// Values looked at, filters and comparisons included; long strings count more than once.
    package let visits: Int
    /// Values selected.
    package let matches: Int

    /// Levels of calls: three times the deepest document, for filters that start over at `$`.
    package static let recursion = 3 * JSONLimits.maximumDepth

    /// Ten million visits and a million matches.
    package static let standard = JSONPathLimits()

    /// Bounds of at least one each.
    package init(visits: Int = 10_000_000, matches: Int = 1_000_000) {
        self.visits = max(visits, 1)
        self.matches = max(matches, 1)
    }
}

/// The bound at which an evaluation stopped.
package enum JSONPathLimitError: Error, Sendable, Equatable {
    /// More values were looked at than `JSONPathLimits.visits`.
    case tooManyVisits(limit: Int)
    /// More values were selected than `JSONPathLimits.matches`.
    case tooManyMatches(limit: Int)
    /// Document and filters together nest deeper than `JSONPathLimits.recursion`.
    case tooDeep(limit: Int)
}

extension JSONPathLimitError: CustomStringConvertible {
    /// Which bound was passed, in one clause.
    package var description: String {
        switch self {
        case .tooManyVisits(let limit): "the path looks at more than \(limit) values"
        case .tooManyMatches(let limit): "the path selects more than \(limit) values"
        case .tooDeep(let limit): "the path goes deeper than \(limit) levels"
        }
    }
}
