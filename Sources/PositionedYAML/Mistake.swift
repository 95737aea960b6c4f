// What a person wrote wrong, and where.

/// One mistake in a file, in words for the person who wrote it.
package struct Mistake: Error, Sendable, Hashable, CustomStringConvertible {
    /// How much a mistake matters.
    package enum Severity: Sendable, Hashable {
        /// The file cannot be used.
        case error
        /// The file can be used, but should be changed.
        case warning
    }

    /// Where the mistake stands.
    package let position: SourcePosition
    /// What is wrong and, where it can be guessed, the fix.
    package let message: String
    /// Whether the file can be used all the same.
    package let severity: Severity

    /// A mistake at `position`.
    package init(_ message: String, at position: SourcePosition, severity: Severity = .error) {
        self.position = position
        self.message = message
        self.severity = severity
    }

    /// The same mistake as a remark.
    package var asWarning: Mistake { Mistake(message, at: position, severity: .warning) }

    /// `file:line:column: message`, or `file:line:column: warning: message`.
    package var description: String {
        severity == .error ? "\(position): \(message)" : "\(position): warning: \(message)"
    }
}

/// All mistakes of one reading: sorted by position, never empty.
package struct Mistakes: Error, Sendable, Equatable, CustomStringConvertible {
    /// The mistakes, sorted by position; at least one.
    package let list: [Mistake]

    /// Sorts `list` by position; nil when it is empty.
    package init?(_ list: [Mistake]) {
        guard !list.isEmpty else { return nil }
        self.list = Self.sorted(list)
    }

    /// A single mistake.
    package init(_ only: Mistake) {
        self.list = [only]
    }

    /// One mistake a line.
    package var description: String {
        list.map(\.description).joined(separator: "\n")
    }

    /// Sorts by position; mistakes at one place keep their order.
    static func sorted(_ list: [Mistake]) -> [Mistake] {
        list.enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element)
    }
}
