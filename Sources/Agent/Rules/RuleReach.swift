// Which rules can never fire here, because they speak of series that the agent does not have.
//
// 1. A rule is called unable to fire only when none of its selectors can match; when some can,
//    the others are remarks.

import AgentConfiguration
import Alerting
import PositionedYAML
import PromQL
import UsageSources

/// A rule as far as its reach is concerned.
package struct ReachableRule: Sendable {
    let name: String
    let isRecording: Bool
    let expression: PromQLExpression
    let position: SourcePosition

    /// A rule of a file.
    package init(
        name: String, isRecording: Bool, expression: PromQLExpression, position: SourcePosition
    ) {
        self.name = name
        self.isRecording = isRecording
        self.expression = expression
        self.position = position
    }

    /// A rule as its file has it.
    package init(_ rule: Rule) {
        self.init(
            name: rule.name, isRecording: rule.alerting == nil, expression: rule.expression,
            position: rule.position)
    }
}

/// Judges rules by the series that can exist.
package struct RuleReach: Sendable {
    private let names: [String]
    private let values: [String: [String]]

    /// The series of a configuration.
    ///
    /// - Parameters:
    ///   - rules: all rules; recording rules add the series that they record.
    ///   - organizations: identifiers, the values of the label `organization`.
    ///   - sources: identifiers, the values of the label `source`.
    package init(rules: [ReachableRule], organizations: [String], sources: [String]) {
        names = KnownFamilies.seriesNames + rules.filter(\.isRecording).map(\.name)
        // A series may lack either label, and a label may be emptied by an aggregation.
        values = ["organization": organizations + [""], "source": sources + [""]]
    }

    /// The series of a configuration, its recording rules' among them.
    package init(_ configuration: AgentConfiguration) {
        self.init(
            rules: configuration.ruleFiles.flatMap(\.groups).flatMap(\.rules)
                .map(ReachableRule.init),
            organizations: configuration.organizations.map(\.id),
            sources: configuration.sources.map(\.id))
    }

    /// What is wrong with the reach of a configuration's rules, in the order of the files.
    package func mistakes(in configuration: AgentConfiguration) -> [Mistake] {
        configuration.ruleFiles.flatMap(\.groups).flatMap(\.rules)
            .flatMap { mistakes(of: ReachableRule($0)) }
    }

    /// How many selectors of a group no series can match.
    package func unmatchedSelectors(of group: RuleGroup) -> Int {
        group.rules.reduce(0) { count, rule in
            count + rule.expression.selectors.count { !canMatch($0) }
        }
    }

    /// What is wrong with the reach of a rule.
    package func mistakes(of rule: ReachableRule) -> [Mistake] {
        let selectors = rule.expression.selectors
        let lost = selectors.filter { !canMatch($0) }
        guard !lost.isEmpty else { return [] }
        let isHopeless = lost.count == selectors.count
        return lost.map { selector in
            var message = "rule `\(rule.name)`: no series of this agent matches \(text(selector))"
            if isHopeless { message += ", so it can never fire here" }
            if let near = suggestion(selector) { message += "; did you mean `\(near)`?" }
            return Mistake(
                message, at: rule.position, severity: isHopeless ? .error : .warning)
        }
    }

    private func canMatch(_ selector: [LabelMatcher]) -> Bool {
        let ofName = selector.filter { $0.name == SeriesLabels.nameLabel }
        guard names.contains(where: { name in ofName.allSatisfy { $0.matches(name) } }) else {
            return false
        }
        return values.allSatisfy { label, known in
            let matchers = selector.filter { $0.name == label }
            return known.contains { value in matchers.allSatisfy { $0.matches(value) } }
        }
    }

    private func suggestion(_ selector: [LabelMatcher]) -> String? {
        let wanted = selector.first {
            $0.name == SeriesLabels.nameLabel && $0.operation == .equal
        }
        guard let wanted, !names.contains(wanted.value) else { return nil }
        return NearestWord.nearest(to: wanted.value, among: names)
    }

    private func text(_ selector: [LabelMatcher]) -> String {
        let name = selector.first {
            $0.name == SeriesLabels.nameLabel && $0.operation == .equal
        }
        let others = selector.filter { $0 != name }.map(\.description)
        let braces = others.isEmpty ? "" : "{\(others.joined(separator: ","))}"
        return "`\(name?.value ?? "")\(braces)`"
    }
}
