// One way in which a source can be wrong, or unusual and right, with what a poll must make of it.

/// A scripted case: polls in order, each with its answers and its outcome.
package struct FaultCase: Sendable, CustomStringConvertible {
    /// What a poll must come to.
    package enum Outcome: Sendable, Equatable {
        /// It is right: so many credits are used in all afterwards.
        case right(String)
        /// It fails whole with a reason of the closed list; the log line holds these words.
        case fails(String, naming: [String])
    }

    /// One poll.
    package struct Poll: Sendable {
        /// The answers, one for each page.
        package let pages: [ScriptedAnswer]
        /// What it comes to.
        package let outcome: Outcome
        /// Minutes since the poll before.
        package var minutes = 1

        /// A poll that is right.
        static func right(_ used: String, _ pages: ScriptedAnswer..., after minutes: Int = 1)
            -> Poll
        {
            Poll(pages: pages, outcome: .right(used), minutes: minutes)
        }

        /// A poll that fails.
        static func fails(
            _ reason: String, _ naming: String..., pages: [ScriptedAnswer], after minutes: Int = 1
        ) -> Poll {
            Poll(pages: pages, outcome: .fails(reason, naming: naming), minutes: minutes)
        }
    }

    /// The name in addresses.
    package let name: String
    /// What is wrong or unusual, for people.
    package let summary: String
    /// How the source is read.
    package let kind: FaultCaseKind
    /// How long a poll may take.
    package let deadline: String
    /// Whether answers are awaited in vain, until the deadline.
    package var hangs: Bool { deadline != Self.usualDeadline }
    static let usualDeadline = "10s"
    /// The polls.
    package let polls: [Poll]

    package var description: String { name }

    /// A case of several polls.
    init(
        _ name: String, _ summary: String, _ kind: FaultCaseKind = .usage,
        deadline: String = FaultCase.usualDeadline, polls: [Poll]
    ) {
        self.name = name
        self.summary = summary
        self.kind = kind
        self.deadline = deadline
        self.polls = polls
    }

    /// A case of something unusual that is right at once.
    init(
        _ name: String, _ summary: String, _ kind: FaultCaseKind = .usage, right used: String,
        _ pages: ScriptedAnswer...
    ) {
        self.init(
            name, summary, kind, polls: [Poll(pages: pages, outcome: .right(used))])
    }

    /// A case of a fault after a poll that was right and brought 5 credits, which stay.
    init(
        _ name: String, _ summary: String, _ kind: FaultCaseKind = .usage,
        deadline: String = FaultCase.usualDeadline, fails reason: String, naming: [String],
        _ pages: ScriptedAnswer...
    ) {
        self.init(
            name, summary, kind, deadline: deadline,
            polls: [
                .right("5", kind.good),
                Poll(pages: pages, outcome: .fails(reason, naming: naming)),
            ])
    }

    /// Every case.
    package static let all: [FaultCase] =
        variations + restatements + totals + transport + bodies + values + pagination + promises
}
