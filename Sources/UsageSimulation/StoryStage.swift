// The stories that today's usage can follow, and the stages of the demonstration.

/// Which story today's usage follows.
package enum StoryName: String, CaseIterable, Sendable {
    /// Through 75 %, 90 %, 100 %, overage, block and resume within two minutes.
    case demo
    /// A plausible day at its natural pace.
    case steady
    /// Nothing but what the control API says.
    case none
}

/// One part of the demonstration.
package struct StoryStage: Sendable, Equatable {
    /// A short name, such as `blocked`.
    package let name: String
    /// What happens, for a person who watches.
    package let summary: String
    /// Seconds after the start at which it begins.
    package let begins: Double
    /// Seconds over which usage moves from `from` to `to`; it then stays.
    package let length: Double
    /// The month's total at its beginning, in thousandths of the base; nil: the days before.
    package let from: Int64?
    /// The month's total at its end, in thousandths of the base.
    package let to: Int64
}
