// The agent's own families as Prometheus would store them after a scrape of text 0.0.4.

import Exposition
import PromQL

/// Turns families into samples.
enum VirtualScrape {
    /// The samples of a scrape, `up` among them.
    ///
    /// - Parameter labels: those of the target; a family's own label of that name is renamed
    ///   `exported_…`, as Prometheus does.
    static func samples(
        of families: [MetricFamily], labels: [LabelPair]
    ) -> [(labels: SeriesLabels, value: Double)] {
        let targetNames = Set(labels.map(\.name))
        var samples: [(labels: SeriesLabels, value: Double)] = [
            (SeriesLabels(labels + [name("up")]), 1)
        ]
        for family in families {
            for sample in family.samples {
                var pairs = labels + [name(family.name + sample.suffix)]
                for label in sample.labels {
                    let isTaken = targetNames.contains(label.name)
                    pairs.append(
                        LabelPair(
                            name: isTaken ? "exported_\(label.name)" : label.name,
                            value: label.value))
                }
                samples.append((SeriesLabels(pairs), sample.value.double))
            }
        }
        return samples
    }

    private static func name(_ text: String) -> LabelPair {
        LabelPair(name: SeriesLabels.nameLabel, value: text)
    }
}
