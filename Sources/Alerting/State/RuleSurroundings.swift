// What an evaluation of a rule takes from the agent around it.

import PromQL

/// The agent's settings that rules see.
package struct RuleSurroundings: Sendable, Equatable {
    /// `$externalLabels` of the templates; notifications carry them as well.
    package var externalLabels: SeriesLabels {
        didSet { templateLabels = TemplateLabels(externalLabels) }
    }
    private var templateLabels: TemplateLabels
    /// `$externalURL` of the templates: where people reach the agent.
    package var externalURL: String
    /// How long a resolved alert is kept, milliseconds; longer than the longest `group_interval`
    /// so that a restart in between loses no resolved notification.
    package var resolvedRetention: Int64

    /// Gathers the settings; Prometheus keeps resolved alerts for 15 minutes.
    package init(
        externalLabels: SeriesLabels = .empty, externalURL: String = "",
        resolvedRetention: Int64 = 900_000
    ) {
        self.externalLabels = externalLabels
        templateLabels = TemplateLabels(externalLabels)
        self.externalURL = externalURL
        self.resolvedRetention = resolvedRetention
    }

    func templateContext(
        _ element: VectorElement, now: Int64,
        query: @escaping (String) throws(TemplateQueryError) -> [TemplateSample]
    ) -> TemplateContext {
        TemplateContext(
            labels: TemplateLabels(element.labels), value: element.value,
            externalLabels: templateLabels, externalURL: externalURL, now: now,
            query: query)
    }
}

extension TemplateLabels {
    /// The labels of a series, its name included.
    package init(_ labels: SeriesLabels) {
        self.init(sorted: labels.pairs.map { (name: $0.name, value: $0.value) })
    }
}

/// Why a rule could not be evaluated, in Prometheus' words.
package struct RuleEvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Prometheus' words.
    package let message: String

    package var description: String { message }
}
