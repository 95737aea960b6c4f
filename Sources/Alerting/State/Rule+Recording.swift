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
        for element in vector {
            var result = element.labels.setting(SeriesLabels.nameLabel, to: name)
            for text in labels { result = result.setting(text.name, to: text.template.source) }
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
