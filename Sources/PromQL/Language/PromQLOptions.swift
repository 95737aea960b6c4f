// What may be chosen about the language and its evaluation.

/// Which Prometheus the answers agree with.
package enum VersionProfile: String, Sendable, CaseIterable {
    /// Ranges and look-back are open at the left, `.` in a regular expression matches a line feed.
    case prometheus3 = "3.x"
    /// Ranges and look-back are closed at both ends, `.` does not match a line feed.
    case prometheus2 = "2.x"
}

/// Options of parsing.
package struct PromQLOptions: Sendable {
    /// Which Prometheus' meaning regular expressions have.
    package var profile: VersionProfile
    /// How deep an expression may be: a chain of operators counts one per operator, a pair of
    /// parentheses or a call's argument counts two. The default needs less than 1 MiB of stack.
    package var maximumDepth: Int
    /// The longest expression in bytes.
    package var maximumLength: Int
    /// The longest regular expression in bytes.
    package var maximumPatternLength: Int

    /// The options of an ordinary server.
    package static let standard = PromQLOptions()

    /// Makes options; every default is an ordinary server's.
    package init(
        profile: VersionProfile = .prometheus3, maximumDepth: Int = 200,
        maximumLength: Int = 262_144,
        maximumPatternLength: Int = LabelMatcher.standardMaximumPatternLength
    ) {
        self.profile = profile
        self.maximumDepth = maximumDepth
        self.maximumLength = maximumLength
        self.maximumPatternLength = maximumPatternLength
    }
}
