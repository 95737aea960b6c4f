// Gathers the mistakes of one reading, so that a person sees all of them at once.
//
// 1. Used by one task while it decodes; it is not Sendable.
// 2. The same mistake at the same place is kept once.

/// Gathers mistakes and warnings while files are decoded.
package final class MistakeCollector {
    private var gathered: [Mistake] = []
    private var known: Set<Mistake> = []

    /// Whether anything makes the files unusable.
    package private(set) var hasErrors = false

    /// An empty collector.
    package init() {}

    /// Everything gathered so far, errors and warnings, sorted by position.
    package var list: [Mistake] { Mistakes.sorted(gathered) }

    /// Records a mistake that makes the file unusable.
    package func add(_ message: String, at position: SourcePosition) {
        add(Mistake(message, at: position))
    }

    /// Records a remark; the file can be used all the same.
    package func warn(_ message: String, at position: SourcePosition) {
        add(Mistake(message, at: position, severity: .warning))
    }

    /// Records a mistake found elsewhere.
    package func add(_ mistake: Mistake) {
        guard known.insert(mistake).inserted else { return }
        gathered.append(mistake)
        if mistake.severity == .error { hasErrors = true }
    }

    /// Records mistakes found elsewhere.
    package func add(_ mistakes: Mistakes) {
        for mistake in mistakes.list { add(mistake) }
    }

    /// Throws everything gathered, warnings included, when there is at least one error.
    package func throwErrors() throws(Mistakes) {
        guard hasErrors, let mistakes = Mistakes(gathered) else { return }
        throw mistakes
    }
}
