// Writes series whose values are known from one change to the next.
//
// 1. A series has a sample in every slot of the grid while it has a value, and one at each change
//    of the ledger that changed it: what a running agent would have taken.
// 2. Nothing is written before `first`, nor at or after `end`.

import Exposition
import PromQL

/// Samples from before the first round of evaluation.
struct RebuiltHistory: Sendable {
    /// The samples.
    let samples: SampleStore
    /// The series that were there at the end.
    let live: Set<SeriesLabels>
    /// The newest time of any sample.
    let lastTimestamp: Int64?
    /// When the ledger changed, rising.
    let changes: [Int64]
}

/// Gathers series on a grid.
struct HistoryWriter {
    /// One series between two changes.
    private struct Course {
        let labels: SeriesLabels
        let group: Int
        var value: Double?
        /// The first slot that is not written yet.
        var nextSlot: Int64
        /// A stale marker is due in the next slot.
        var isEnding = false
        var generation = 0
    }

    /// The first slot of the grid, milliseconds since 1970.
    let first: Int64
    /// Samples end before it.
    let end: Int64
    private let interval: Int64
    private let scrapeLabels: [LabelPair]
    private var samples: SampleStore
    private var courses: [Course] = []
    private var indices: [SeriesLabels: Int] = [:]
    private var groups: [[Int]] = []
    private var generation = 0
    private var lastTimestamp: Int64?
    private var changes: Set<Int64> = []

    /// A writer of the slots in `from..<end`.
    init(
        from: Int64, before end: Int64, interval: Int64, scrapeLabels: [LabelPair],
        maximumSeries: Int
    ) {
        self.interval = interval
        self.end = end
        self.scrapeLabels = scrapeLabels
        first = Self.slot(atOrAfter: from, interval)
        samples = SampleStore(maximumSeries: maximumSeries)
    }

    private static func slot(atOrAfter time: Int64, _ interval: Int64) -> Int64 {
        let rest = (time % interval + interval) % interval
        return rest == 0 ? time : time - rest + interval
    }

    /// A new group of series that are shown together.
    mutating func addGroup() -> Int {
        groups.append([])
        return groups.count - 1
    }

    /// The labels of a family's sample in the store.
    func labels(_ family: MetricFamily) -> SeriesLabels? {
        family.samples.first.map {
            VirtualScrape.series(of: $0, in: family, labels: scrapeLabels)
        }
    }

    /// Sets the values of series from an instant on.
    ///
    /// - Parameters:
    ///   - isComplete: series of the group that are not among the families end.
    ///   - isChange: the ledger changed at that instant, so that samples were taken then.
    mutating func show(
        _ families: [MetricFamily], group: Int, isComplete: Bool, at time: Int64, isChange: Bool
    ) {
        generation += 1
        if isChange, time >= first, time < end { changes.insert(time) }
        for family in families {
            for sample in family.samples {
                let series = VirtualScrape.series(of: sample, in: family, labels: scrapeLabels)
                let index = index(of: series, group: group)
                courses[index].generation = generation
                set(index, sample.value.double, at: time, isChange: isChange)
            }
        }
        guard isComplete else { return }
        for index in groups[group] where courses[index].generation != generation {
            set(index, nil, at: time, isChange: isChange)
        }
    }

    /// Writes one sample of a series that changes in every slot; nil where it has no value.
    mutating func point(_ labels: SeriesLabels, _ value: Double?, at time: Int64) {
        guard time >= first, time < end else { return }
        if let value {
            samples.append(labels, timestamp: time, value: value)
        } else {
            samples.appendStale(labels, timestamp: time)
        }
    }

    /// The slots in a half-open range of time.
    func slots(from start: Int64, before end: Int64) -> StrideTo<Int64> {
        let start = Self.slot(atOrAfter: max(start, first), interval)
        return stride(from: start, to: max(start, min(end, self.end)), by: Int(interval))
    }

    /// All samples up to the end.
    mutating func finish() -> RebuiltHistory {
        var live: Set<SeriesLabels> = []
        for index in courses.indices {
            flush(index, before: end)
        }
        for labels in samples.series([[]]) {
            guard let newest = samples.newest(labels) else { continue }
            lastTimestamp = max(lastTimestamp ?? .min, newest.timestamp)
            if !StaleMarker.isStale(newest.value) { live.insert(labels) }
        }
        return RebuiltHistory(
            samples: samples, live: live, lastTimestamp: lastTimestamp, changes: changes.sorted())
    }

    private mutating func index(of labels: SeriesLabels, group: Int) -> Int {
        if let known = indices[labels] { return known }
        indices[labels] = courses.count
        groups[group].append(courses.count)
        courses.append(Course(labels: labels, group: group, value: nil, nextSlot: first))
        return courses.count - 1
    }

    private mutating func set(_ index: Int, _ value: Double?, at time: Int64, isChange: Bool) {
        guard courses[index].value?.bitPattern != value?.bitPattern else { return }
        flush(index, before: time)
        courses[index].isEnding = value == nil
        courses[index].value = value
        let isOnGrid = Self.slot(atOrAfter: time, interval) == time
        guard isChange, !isOnGrid, time >= first, time < end else { return }
        point(courses[index].labels, value, at: time)
        courses[index].isEnding = false
    }

    /// Writes what a series had in the slots before a time.
    private mutating func flush(_ index: Int, before time: Int64) {
        let start = courses[index].nextSlot
        let limit = min(time, end)
        guard start < limit else { return }
        courses[index].nextSlot = Self.slot(atOrAfter: limit, interval)
        if let value = courses[index].value {
            samples.appendRun(
                courses[index].labels, from: start, step: interval,
                count: Int((limit - 1 - start) / interval) + 1, value: value)
        } else if courses[index].isEnding {
            samples.appendStale(courses[index].labels, timestamp: start)
            courses[index].isEnding = false
        }
    }
}
