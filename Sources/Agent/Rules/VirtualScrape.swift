// The agent's own families as Prometheus would store them after a scrape of text 0.0.4.

import Exposition
import PromQL

/// Names the series of families.
enum VirtualScrape {
    /// The series `up` of the agent.
    ///
    /// - Parameter labels: those of the target.
    static func up(_ labels: [LabelPair]) -> SeriesLabels {
        SeriesLabels(labels + [name("up")])
    }

    /// The series of a sample.
    ///
    /// - Parameter labels: those of the target; a family's own label of that name is renamed
    ///   `exported_…`, as Prometheus does.
    static func series(
        of sample: MetricSample, in family: MetricFamily, labels: [LabelPair]
    ) -> SeriesLabels {
        var pairs: [LabelPair] = []
        pairs.reserveCapacity(labels.count + sample.labels.count + 1)
        pairs.append(name(family.name + sample.suffix))
        pairs += labels
        for label in sample.labels {
            let isTaken = labels.contains { $0.name == label.name }
            pairs.append(
                LabelPair(
                    name: isTaken ? "exported_\(label.name)" : label.name, value: label.value))
        }
        return SeriesLabels(pairs)
    }

    private static func name(_ text: String) -> LabelPair {
        LabelPair(name: SeriesLabels.nameLabel, value: text)
    }
}
