// Recording rules: the vector under the rule's name.

import PromQL

extension Rule {
    /// The samples a recording rule writes.
    ///
    /// - Throws: `RuleEvaluationError` when two elements get the same labels or there are more
    ///   than `limit` (0 for no limit).
    package func evaluateRecording(
        _ vector: [VectorElement], limit: Int = 0
    ) throws(RuleEvaluationError) -> [(labels: SeriesLabels, value: Double)] {
        var samples: [(labels: SeriesLabels, value: Double)] = []
        var seen: Set<SeriesLabels> = []
        var changes = [LabelPair(name: SeriesLabels.nameLabel, value: name)]
        changes += labels.map { LabelPair(name: $0.name, value: $0.template.source) }
        for element in vector {
            let result = element.labels.setting(changes)
            guard seen.insert(result).inserted else {
                throw RuleEvaluationError(
                    message: "vector contains metrics with the same labelset after applying "
                        + "rule labels")
            }
            samples.append((result, element.value))
        }
        if limit > 0, samples.count > limit {
            throw RuleEvaluationError(
                message: "exceeded limit of \(limit) with \(samples.count) series")
        }
        return samples
    }
}
