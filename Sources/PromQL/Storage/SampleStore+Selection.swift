// Finding series by matchers, and the questions of the query API.

/// A series with the samples of a time range.
package struct SelectedSeries: Sendable, Equatable {
    /// The series' labels.
    package let labels: SeriesLabels
    /// Its samples, oldest first, stale markers included.
    package let samples: SampleBuffer
}

extension SampleStore {
    /// The series that satisfy every matcher and have a sample in the closed time range.
    ///
    /// - Parameters:
    ///   - matchers: all must hold; none at all selects every series.
    ///   - from: milliseconds since 1970, included.
    ///   - through: milliseconds since 1970, included.
    package func select(
        _ matchers: [LabelMatcher], from: Int64 = .min, through: Int64 = .max
    ) -> [SelectedSeries] {
        var selected: [SelectedSeries] = []
        var scratch = SampleBuffer()
        for slot in slots(matching: matchers) {
            var samples = SampleBuffer()
            _ = try? slots[slot].withSamples(from: from, through: through, scratch: &scratch) {
                view in
                samples.timestamps = Array(view.timestamps)
                samples.values = Array(view.values)
            }
            if samples.count > 0 {
                selected.append(SelectedSeries(labels: slots[slot].labels, samples: samples))
            }
        }
        return selected
    }

    /// The label sets, sorted, of the series that satisfy one of the matcher lists and have a
    /// sample in the closed time range.
    package func series(
        _ selections: [[LabelMatcher]], from: Int64 = .min, through: Int64 = .max
    ) -> [SeriesLabels] {
        var found: Set<Int> = []
        for matchers in selections { found.formUnion(slots(matching: matchers)) }
        return found.compactMap { slot -> SeriesLabels? in
            guard let oldest = slots[slot].oldest, let newest = slots[slot].newest,
                oldest <= through, newest >= from
            else { return nil }
            return slots[slot].labels
        }.sorted()
    }

    /// The names of all labels of matching series, sorted.
    package func labelNames(
        _ selections: [[LabelMatcher]] = [[]], from: Int64 = .min, through: Int64 = .max
    ) -> [String] {
        var names: Set<String> = []
        for labels in series(selections, from: from, through: through) {
            for pair in labels.pairs { names.insert(pair.name) }
        }
        return names.sorted { ByteOrder.compare($0, $1) < 0 }
    }

    /// The values of one label among matching series, sorted.
    package func labelValues(
        of name: String, _ selections: [[LabelMatcher]] = [[]], from: Int64 = .min,
        through: Int64 = .max
    ) -> [String] {
        var values: Set<String> = []
        for labels in series(selections, from: from, through: through) {
            if let value = labels[name] { values.insert(value) }
        }
        return values.sorted { ByteOrder.compare($0, $1) < 0 }
    }

    /// The slots of the series that satisfy every matcher, in the order of their labels.
    func slots(matching matchers: [LabelMatcher]) -> [Int] {
        guard let (start, used) = smallestPosting(matchers) else {
            return ordered.filter { slot in
                matchers.allSatisfy { $0.matches(slots[slot].labels) }
            }
        }
        // Index keys compare by canonical equivalence: outside ASCII the matcher looks again.
        let others = matchers.indices.filter { index in
            index != used || !matchers[index].value.utf8.allSatisfy { $0 < 0x80 }
        }.map { matchers[$0] }
        guard !others.isEmpty else { return start }
        return start.filter { slot in
            others.allSatisfy { $0.matches(slots[slot].labels) }
        }
    }

    /// The shortest list of candidates that one matcher gives through the index, and its matcher.
    private func smallestPosting(_ matchers: [LabelMatcher]) -> (slots: [Int], matcher: Int)? {
        var best: (slots: [Int], matcher: Int)?
        for (index, matcher) in matchers.enumerated() {
            guard let candidates = indexed(matcher) else { continue }
            if candidates.count < best?.slots.count ?? .max {
                best = (candidates, index)
            }
        }
        return best
    }

    /// What the index knows about a matcher that an absent label cannot satisfy, or nil.
    private func indexed(_ matcher: LabelMatcher) -> [Int]? {
        switch (matcher.operation, matcher.pattern) {
        case (.equal, _) where !matcher.value.isEmpty:
            return postings[matcher.name]?[matcher.value] ?? []
        case (.matches, .oneOf(let values)) where !values.contains("") && values.count <= 16:
            let lists = values.compactMap { postings[matcher.name]?[$0] }
            if lists.count <= 1 { return lists.first ?? [] }
            return sortedByLabels(Array(lists.joined()))
        default:
            return nil
        }
    }

    private func sortedByLabels(_ list: [Int]) -> [Int] {
        let labels = list.map { slots[$0].labels }
        return list.indices.sorted { labels[$0] < labels[$1] }.map { list[$0] }
    }
}
