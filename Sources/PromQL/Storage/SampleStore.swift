// The in-memory series that rules and queries read.
//
// A value: a copy is a snapshot that stays as it is while the original goes on.
//
// 1. Within a series timestamps rise strictly; what would break this is refused, not stored.
// 2. `slotByLabels`, `postings` and `slots` describe the same series; a freed slot is in none of
//    the postings.
// 3. Postings are sorted by the labels of their series, so results come sorted by labels.

/// What became of an appended sample.
package enum AppendOutcome: Sendable, Equatable {
    /// Stored.
    case appended
    /// The series already has this very sample; nothing changed.
    case duplicate
    /// The series already has another value at this time; nothing changed.
    case conflicting(existing: Double)
    /// The series has a newer sample; nothing changed.
    case outOfOrder(newest: Int64)
    /// The store holds as many series as it may; nothing changed.
    case tooManySeries(limit: Int)
    /// The time is more than 200,000 years away; nothing changed.
    case timestampOutOfRange

    /// Whether the sample is in the store now.
    package var isStored: Bool { self == .appended || self == .duplicate }
}

/// Samples of many series in memory, with an index over the labels.
package struct SampleStore: Sendable {
    /// The most series that are kept at once.
    package let maximumSeries: Int
    /// Number of series.
    package private(set) var seriesCount = 0
    /// Number of samples, stale markers included.
    package private(set) var sampleCount = 0

    private(set) var slots: [SampleSeries] = []
    private var freeSlots: [Int] = []
    private var slotByLabels: [SeriesLabels: Int] = [:]
    private(set) var postings: [String: [String: [Int]]] = [:]
    /// All slots in use.
    private(set) var ordered: [Int] = []

    /// An empty store.
    package init(maximumSeries: Int = 200_000) {
        self.maximumSeries = maximumSeries
    }

    /// Appends one sample.
    ///
    /// - Parameters:
    ///   - labels: the series, `__name__` included.
    ///   - timestamp: milliseconds since 1970, newer than the series' newest sample.
    ///   - value: any number, NaN and the stale marker included.
    @discardableResult
    package mutating func append(
        _ labels: SeriesLabels, timestamp: Int64, value: Double
    ) -> AppendOutcome {
        guard TimeBounds.accepted.contains(timestamp) else { return .timestampOutOfRange }
        guard let slot = slotByLabels[labels] else {
            guard seriesCount < maximumSeries else {
                return .tooManySeries(limit: maximumSeries)
            }
            let slot = addSeries(labels)
            slots[slot].append(timestamp, value)
            sampleCount += 1
            return .appended
        }
        if let newest = slots[slot].newest, timestamp <= newest {
            guard timestamp == newest else { return .outOfOrder(newest: newest) }
            let existing = slots[slot].newestValue ?? .nan
            return existing.bitPattern == value.bitPattern
                ? .duplicate : .conflicting(existing: existing)
        }
        slots[slot].append(timestamp, value)
        sampleCount += 1
        return .appended
    }

    /// Appends samples of one value at `start`, `start + step`, …; long runs take no room.
    ///
    /// - Parameters:
    ///   - labels: the series, `__name__` included.
    ///   - start: milliseconds since 1970, newer than the series' newest sample.
    ///   - step: milliseconds, positive.
    ///   - count: how many samples, at least one.
    /// - Returns: what became of all of them.
    @discardableResult
    package mutating func appendRun(
        _ labels: SeriesLabels, from start: Int64, step: Int64, count: Int, value: Double
    ) -> AppendOutcome {
        precondition(step > 0 && count > 0)
        let length = Int64(count - 1).multipliedReportingOverflow(by: step)
        let last = start.addingReportingOverflow(length.partialValue)
        guard !length.overflow, !last.overflow, TimeBounds.accepted.contains(last.partialValue)
        else { return .timestampOutOfRange }
        let first = append(labels, timestamp: start, value: value)
        guard first == .appended, count > 1, let slot = slotByLabels[labels] else { return first }
        slots[slot].appendRun(from: start + step, step: step, count: count - 1, value: value)
        sampleCount += count - 1
        return first
    }

    /// Marks a series as ended at this time. A series that does not exist or already is ended
    /// stays as it is and gives `.duplicate`.
    @discardableResult
    package mutating func appendStale(_ labels: SeriesLabels, timestamp: Int64) -> AppendOutcome {
        guard let slot = slotByLabels[labels], let newest = slots[slot].newestValue,
            !StaleMarker.isStale(newest)
        else { return .duplicate }
        return append(labels, timestamp: timestamp, value: StaleMarker.value)
    }

    /// Drops what is older than the retention.
    ///
    /// Packed history is packed anew only now and then, so a few dozen older samples of a series
    /// may stay.
    ///
    /// - Returns: how many samples went.
    @discardableResult
    package mutating func drop(before time: Int64) -> Int {
        let time = TimeBounds.clamped(time)
        var dropped = 0
        var emptied: [Int] = []
        for slot in slots.indices {
            guard let oldest = slots[slot].oldest, oldest < time else { continue }
            dropped += slots[slot].drop(before: time)
            if slots[slot].sampleCount == 0 { emptied.append(slot) }
        }
        if !emptied.isEmpty { removeSeries(emptied) }
        sampleCount -= dropped
        return dropped
    }

    /// Removes everything.
    package mutating func removeAll() {
        self = SampleStore(maximumSeries: maximumSeries)
    }

    /// Whether the store has the series.
    package func contains(_ labels: SeriesLabels) -> Bool {
        slotByLabels[labels] != nil
    }

    /// The labels as the store keeps them, so that they are in memory once; the same labels when
    /// it has no such series.
    package func kept(_ labels: SeriesLabels) -> SeriesLabels {
        slotByLabels[labels].map { slots[$0].labels } ?? labels
    }

    /// The newest sample of a series, or nil.
    package func newest(_ labels: SeriesLabels) -> (timestamp: Int64, value: Double)? {
        guard let slot = slotByLabels[labels], let timestamp = slots[slot].newest,
            let value = slots[slot].newestValue
        else { return nil }
        return (timestamp, value)
    }

    private mutating func addSeries(_ given: SeriesLabels) -> Int {
        let slot = freeSlots.popLast() ?? slots.count
        let labels = interned(given)
        let series = SampleSeries(labels: labels)
        if slot == slots.count {
            slots.append(series)
        } else {
            slots[slot] = series
        }
        slotByLabels[labels] = slot
        Self.insert(slot, into: &ordered, slots)
        for pair in labels.pairs {
            // Taken out of the table while it changes, so that it is not copied.
            var list = postings[pair.name]?.removeValue(forKey: pair.value) ?? []
            Self.insert(slot, into: &list, slots)
            postings[pair.name, default: [:]][pair.value] = list
        }
        seriesCount += 1
        return slot
    }

    /// The labels with the strings that the index already holds, so that a name or a value is in
    /// memory once however many series have it.
    private func interned(_ labels: SeriesLabels) -> SeriesLabels {
        labels.sharing { pair in
            guard let name = postings.index(forKey: pair.name) else { return nil }
            let (knownName, values) = postings[name]
            guard let value = values.index(forKey: pair.value) else {
                return LabelPair(name: knownName, value: pair.value)
            }
            return LabelPair(name: knownName, value: values.keys[value])
        }
    }

    private mutating func removeSeries(_ removed: [Int]) {
        let gone = Set(removed)
        var affected: [String: Set<String>] = [:]
        for slot in removed {
            for pair in slots[slot].labels.pairs {
                affected[pair.name, default: []].insert(pair.value)
            }
        }
        for (name, values) in affected {
            for value in values {
                var list = postings[name]?.removeValue(forKey: value) ?? []
                list.removeAll { gone.contains($0) }
                if !list.isEmpty { postings[name]?[value] = list }
            }
            if postings[name]?.isEmpty == true { postings[name] = nil }
        }
        ordered.removeAll { gone.contains($0) }
        for slot in removed {
            slotByLabels[slots[slot].labels] = nil
            slots[slot] = SampleSeries(labels: .empty)
            freeSlots.append(slot)
        }
        seriesCount -= removed.count
    }

    /// Inserts a slot into a list that is sorted by labels.
    private static func insert(_ slot: Int, into list: inout [Int], _ slots: [SampleSeries]) {
        let labels = slots[slot].labels
        if let last = list.last, labels < slots[last].labels {
            list.insert(slot, at: position(of: labels, in: list, slots))
        } else {
            list.append(slot)
        }
    }

    /// The first index in a sorted list whose labels are not less than these.
    private static func position(
        of labels: SeriesLabels, in list: [Int], _ slots: [SampleSeries]
    ) -> Int {
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            if slots[list[middle]].labels < labels {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
