// What the virtual scrape showed last, part by part.
//
// 1. A change of the ledger changes one organization's families: only that part is taken again.
// 2. The labels of a sample are made once, and taken again as long as it shows the same ones.
// 3. A part that a whole scrape no longer shows ends, and so does what was rebuilt from the
//    ledger at start and is not shown by the first scrape.

import Exposition
import PromQL

/// The families of one organization, or those of everything else.
package struct ScrapePart: Sendable {
    /// The organization; nil for the families of everything else.
    package let organization: String?
    /// The families.
    package let families: [MetricFamily]
}

/// A scrape of all parts, or of those that a change of the ledger changed.
package struct AgentScrape: Sendable {
    /// The parts.
    package let parts: [ScrapePart]
    /// Whether these are all parts there are.
    package let isWhole: Bool
}

/// Remembers the last scrape.
struct ScrapeBook: Sendable {
    private var parts: [String?: PartMemory] = [:]
    /// Series that were rebuilt from the ledger, until the first scrape.
    private var rebuilt: ScrapeMemory?

    /// A book of nothing, or of the series rebuilt from the ledger.
    init(rebuilt live: Set<SeriesLabels> = []) {
        rebuilt = live.isEmpty ? nil : ScrapeMemory(live: live)
    }

    /// Appends a scrape to a store.
    ///
    /// - Parameters:
    ///   - labels: those of the target.
    ///   - onlyChanges: leaves out series whose newest sample has the same value.
    /// - Returns: how many samples the store refused.
    mutating func append(
        _ scrape: AgentScrape, labels: [LabelPair], timestamp: Int64, onlyChanges: Bool,
        to store: inout SampleStore
    ) -> Int {
        var refused = 0
        for part in scrape.parts {
            var memory = parts.removeValue(forKey: part.organization) ?? PartMemory()
            let shown = memory.shown(part, labels: labels)
            refused +=
                store.appendScrape(
                    shown.samples, timestamp: timestamp, memory: &memory.live,
                    onlyChanges: onlyChanges, isSameSeries: shown.isSame
                ).refused.count
            if !shown.isSame { memory.share(with: store) }
            parts[part.organization] = memory
        }
        if scrape.isWhole {
            endOthers(than: scrape, timestamp: timestamp, in: &store)
        }
        return refused
    }

    private mutating func endOthers(
        than scrape: AgentScrape, timestamp: Int64, in store: inout SampleStore
    ) {
        let shown = Set(scrape.parts.map(\.organization))
        for (organization, memory) in parts where !shown.contains(organization) {
            for series in memory.live.series { store.appendStale(series, timestamp: timestamp) }
            parts[organization] = nil
        }
        guard let rebuilt else { return }
        self.rebuilt = nil
        for series in rebuilt.series
        where !parts.values.contains(where: { $0.live.series.contains(series) }) {
            store.appendStale(series, timestamp: timestamp)
        }
    }
}

/// What one part showed last.
private struct PartMemory: Sendable {
    /// A sample's labels in the family and in the store.
    private struct Row: Sendable {
        let suffix: String
        let labels: [Label]
        var series: SeriesLabels
    }

    var live = ScrapeMemory()
    private var rows: [String: [Row]] = [:]

    /// Takes the store's copies of the labels.
    mutating func share(with store: SampleStore) {
        for (name, known) in rows {
            rows[name] = known.map { row in
                var row = row
                row.series = store.kept(row.series)
                return row
            }
        }
    }

    /// The samples that a part shows, and whether they are of the series shown last.
    mutating func shown(
        _ part: ScrapePart, labels: [LabelPair]
    ) -> (samples: [(labels: SeriesLabels, value: Double)], isSame: Bool) {
        var samples: [(labels: SeriesLabels, value: Double)] = []
        var isSame = rows.count == part.families.count
        if part.organization == nil { samples.append((VirtualScrape.up(labels), 1)) }
        for family in part.families {
            var known = rows.removeValue(forKey: family.name) ?? []
            if known.count != family.samples.count { isSame = false }
            known.removeLast(max(0, known.count - family.samples.count))
            for (index, sample) in family.samples.enumerated() {
                if index == known.count || known[index].labels != sample.labels
                    || known[index].suffix != sample.suffix
                {
                    isSame = false
                    let series = VirtualScrape.series(of: sample, in: family, labels: labels)
                    let row = Row(suffix: sample.suffix, labels: sample.labels, series: series)
                    if index == known.count { known.append(row) } else { known[index] = row }
                }
                samples.append((known[index].series, sample.value.double))
            }
            rows[family.name] = known
        }
        if rows.count != part.families.count {
            isSame = false
            let names = Set(part.families.map(\.name))
            rows = rows.filter { names.contains($0.key) }
        }
        return (samples, isSame)
    }
}
