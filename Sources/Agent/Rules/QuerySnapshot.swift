// What queries read: samples and rules as they were between two rounds of evaluation.

import Alerting
import PromQL

/// A rule group in force, with what is known of its evaluations.
package struct RuleGroupListing: Sendable {
    /// The group with its states.
    package let evaluator: RuleGroupEvaluator
    /// Milliseconds between two evaluations.
    package let intervalMilliseconds: Int64
    /// How long the last evaluation took, in seconds.
    package let lastDurationSeconds: Double
}

/// An immutable view of samples and rules.
package struct QuerySnapshot: Sendable {
    /// All samples kept for rules and queries.
    package let samples: SampleStore
    /// The rule groups in the order of their files.
    package let groups: [RuleGroupListing]
}

extension AgentCore {
    /// The samples and rules of now.
    ///
    /// Asked for, not published: a snapshot that nobody holds costs the next round no copy.
    package func querySnapshot() -> QuerySnapshot {
        QuerySnapshot(samples: rules.samples, groups: rules.listing)
    }
}
