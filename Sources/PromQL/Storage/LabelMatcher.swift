// A condition on one label of a series.

import LinearRegex

/// A matcher: `name = "value"` and its three relatives.
///
/// Regular expressions are RE2 syntax, match the whole value and, in the 3.x profile, let `.`
/// match a line feed. A label that a series lacks counts as empty.
package struct LabelMatcher: Sendable {
    /// How the value is compared.
    package enum Operation: String, Sendable, Equatable {
        case equal = "="
        case notEqual = "!="
        case matches = "=~"
        case notMatches = "!~"
    }

    /// The label's name.
    package let name: String
    /// How the value is compared.
    package let operation: Operation
    /// The value or the regular expression, as it was written.
    package let value: String
    let pattern: MatchPattern?

    /// The longest regular expression that is accepted, in bytes.
    package static let standardMaximumPatternLength = 16_384

    /// Makes a matcher.
    ///
    /// - Throws: `LabelMatcherError` when the regular expression is too long or not RE2 syntax.
    package init(
        name: String, operation: Operation, value: String, dotMatchesNewline: Bool = true,
        maximumPatternLength: Int = standardMaximumPatternLength
    ) throws(LabelMatcherError) {
        self.name = name
        self.operation = operation
        self.value = value
        guard operation == .matches || operation == .notMatches else {
            pattern = nil
            return
        }
        guard value.utf8.count <= maximumPatternLength else {
            throw LabelMatcherError(
                message: "regular expression has \(value.utf8.count) bytes, "
                    + "at most \(maximumPatternLength) are allowed")
        }
        do {
            pattern = try MatchPattern(value, dotMatchesNewline: dotMatchesNewline)
        } catch {
            throw LabelMatcherError(message: GoText.regexMessage(error, pattern: value))
        }
    }

    /// A matcher for one exact value.
    package init(_ name: String, equals value: String) {
        self.name = name
        operation = .equal
        self.value = value
        pattern = nil
    }

    /// Whether a label value (empty when the label is absent) satisfies the matcher.
    package func matches(_ candidate: String) -> Bool {
        switch operation {
        case .equal: ByteOrder.equal(candidate, value)
        case .notEqual: !ByteOrder.equal(candidate, value)
        case .matches: pattern?.matches(candidate) ?? false
        case .notMatches: !(pattern?.matches(candidate) ?? true)
        }
    }

    /// Whether a series satisfies the matcher.
    package func matches(_ labels: SeriesLabels) -> Bool {
        matches(labels[name] ?? "")
    }
}

extension LabelMatcher: Equatable {
    package static func == (left: LabelMatcher, right: LabelMatcher) -> Bool {
        left.operation == right.operation && ByteOrder.equal(left.name, right.name)
            && ByteOrder.equal(left.value, right.value)
    }
}

extension LabelMatcher: CustomStringConvertible {
    /// `name="value"`, quoted as PromQL writes it.
    package var description: String {
        let label = GoText.isLegacyLabelName(name) ? name : GoText.quoted(name)
        return label + operation.rawValue + GoText.quoted(value)
    }
}

/// A matcher's regular expression was refused.
package struct LabelMatcherError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong with it.
    package let message: String

    package var description: String { message }
}
