// Appending a whole scrape: what was there last time and is missing now gets a stale marker.

/// The series that a source of samples showed at its last evaluation.
package struct ScrapeMemory: Sendable, Equatable {
    /// The series.
    package fileprivate(set) var series: Set<SeriesLabels> = []

    /// No series yet.
    package init() {}

    /// Series that were shown last.
    package init(live: Set<SeriesLabels>) {
        series = live
    }
}

/// What became of a scrape.
package struct ScrapeOutcome: Sendable, Equatable {
    /// Samples that are in the store now.
    package internal(set) var stored = 0
    /// Series that ended with this scrape.
    package internal(set) var ended = 0
    /// Samples that were refused, with the reason, in the order of the scrape.
    package internal(set) var refused: [SeriesLabels] = []
}

extension SampleStore {
    /// Appends all samples of one evaluation of a grid.
    ///
    /// - Parameters:
    ///   - samples: every series the source shows now; a series once.
    ///   - timestamp: the grid instant, milliseconds since 1970.
    ///   - memory: kept by the caller from one scrape of this source to the next.
    ///   - onlyChanges: leaves out series whose newest sample has the same value; for scrapes
    ///     beside the grid, so that idle series keep to the grid and take no room.
    ///   - isSameSeries: whether the caller knows that these are the series of the last scrape.
    package mutating func appendScrape(
        _ samples: [(labels: SeriesLabels, value: Double)], timestamp: Int64,
        memory: inout ScrapeMemory, onlyChanges: Bool = false,
        isSameSeries: Bool = false
    ) -> ScrapeOutcome {
        var outcome = ScrapeOutcome()
        for sample in samples {
            if onlyChanges,
                newest(sample.labels)?.value.bitPattern == sample.value.bitPattern
            {
                continue
            }
            if append(sample.labels, timestamp: timestamp, value: sample.value).isStored {
                outcome.stored += 1
            } else {
                outcome.refused.append(sample.labels)
            }
        }
        if isSameSeries { return outcome }
        let seen = Set(samples.map(\.labels))
        for labels in memory.series where !seen.contains(labels) {
            if appendStale(labels, timestamp: timestamp) == .appended { outcome.ended += 1 }
        }
        memory.series = Set(samples.map { kept($0.labels) })
        return outcome
    }
}
