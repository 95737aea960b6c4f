// One rule of a rule file, checked and parsed.

import PositionedYAML
import PromQL

/// A label or an annotation whose value is a template.
package struct RuleText: Sendable {
    /// The name of the label or annotation.
    package let name: String
    /// Its value.
    package let template: GoTemplate
}

/// A recording or an alerting rule.
package struct Rule: Sendable {
    /// What a rule does with its vector.
    package enum Kind: Sendable {
        /// Writes it as series of the rule's name.
        case recording
        case alerting(AlertingTerms)
    }

    /// What only alerting rules have.
    package struct AlertingTerms: Sendable {
        /// How long the condition must hold, milliseconds.
        package let holdFor: Int64
        /// How long an alert stays firing after the condition is gone, milliseconds.
        package let keepFiringFor: Int64
        /// Sorted by name.
        package let annotations: [RuleText]
    }

    /// Tells the rule from all others, also after a reload.
    package let identity: String
    /// The alert's name or the recorded series' name.
    package let name: String
    /// What the rule does with its vector.
    package let kind: Kind
    /// The condition or the computation; a vector or a scalar.
    package let expression: PromQLExpression
    /// The group's labels and the rule's own, sorted by name.
    package let labels: [RuleText]
    /// Where the rule stands in its file.
    package let position: SourcePosition

    /// What only alerting rules have; nil for a recording rule.
    package var alerting: AlertingTerms? {
        guard case .alerting(let terms) = kind else { return nil }
        return terms
    }
}

/// Rules that are evaluated together, in order.
package struct RuleGroup: Sendable {
    /// The file as the operator named it.
    package let file: String
    /// Not empty, unique in its file.
    package let name: String
    /// Milliseconds; nil for the agent's `evaluation_interval`.
    package let interval: Int64?
    /// The most alerts or series of one rule; 0 for no limit.
    package let limit: Int
    /// How far in the past the rules are evaluated, milliseconds.
    package let queryOffset: Int64
    /// In the order of the file.
    package let rules: [Rule]
    /// Where the group stands in its file.
    package let position: SourcePosition
}
