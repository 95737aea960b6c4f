// What `check` prints: every mistake, then one line that sums them up.

import PositionedYAML

/// How much a configuration holds.
package struct ConfigurationContents: Sendable, Hashable {
    let organizations: Int
    let sources: Int
    let rules: Int

    /// Counts of organizations, sources and rules.
    package init(organizations: Int, sources: Int, rules: Int) {
        self.organizations = organizations
        self.sources = sources
        self.rules = rules
    }

    fileprivate var text: String {
        [
            Wording.count(organizations, "organization"), Wording.count(sources, "source"),
            Wording.count(rules, "rule"),
        ].joined(separator: ", ")
    }
}

/// Counts in words.
package enum Wording {
    /// `1 rule`, `2 rules`.
    package static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}

/// The outcome of a check.
package struct CheckReport: Sendable {
    private let file: String
    private let mistakes: [Mistake]
    private let contents: ConfigurationContents?
    private let changes: [String]

    /// A report on a file; `contents` is nil when it cannot be used.
    ///
    /// - Parameter changes: what loading it would change in the ledger, a line each.
    package init(
        file: String, mistakes: [Mistake], contents: ConfigurationContents?,
        changes: [String] = []
    ) {
        self.file = file
        self.changes = changes
        var seen: Set<Mistake> = []
        self.mistakes = mistakes.filter { seen.insert($0).inserted }
        self.contents = contents
    }

    private var errorCount: Int { mistakes.count { $0.severity == .error } }

    /// Whether the file may be used: warnings do not stand in the way.
    package var isPassed: Bool { contents != nil && errorCount == 0 }

    /// The mistakes, one a line, then the summary; each with its line feed.
    package var text: String {
        (mistakes.map { LineText.printable($0.description) }
            + changes.map { LineText.printable("note: " + $0) } + [summary])
            .map { $0 + "\n" }.joined()
    }

    private var summary: String {
        let warningCount = mistakes.count - errorCount
        var words = errorCount == 0 ? "no mistakes" : Wording.count(errorCount, "mistake")
        if warningCount > 0 { words += ", " + Wording.count(warningCount, "warning") }
        return ([file] + (contents.map { [$0.text] } ?? []) + [words]).joined(separator: ": ")
    }
}
