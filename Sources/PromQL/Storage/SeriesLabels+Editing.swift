// Derived label sets. Each returns a new value; the source is never changed.

extension SeriesLabels {
    /// The labels without the metric's name.
    package var withoutName: SeriesLabels {
        removing([SeriesLabels.nameLabel])
    }

    /// The labels without what describes the metric: name, type and unit.
    package var withoutMetadata: SeriesLabels {
        removing([SeriesLabels.nameLabel, "__type__", "__unit__"])
    }

    /// The labels without the given names.
    package func removing(_ names: [String]) -> SeriesLabels {
        let removed = pairs.count { names.contains($0.name) }
        if removed == 0 { return self }
        var kept: [LabelPair] = []
        kept.reserveCapacity(pairs.count - removed)
        for pair in pairs where !names.contains(pair.name) { kept.append(pair) }
        return SeriesLabels(sorted: kept)
    }

    /// Only the labels with the given names.
    package func keeping(_ names: [String]) -> SeriesLabels {
        let kept = pairs.filter { names.contains($0.name) }
        return kept.count == pairs.count ? self : SeriesLabels(sorted: kept)
    }

    /// The labels with one label set; an empty value removes it.
    package func setting(_ name: String, to value: String) -> SeriesLabels {
        setting([LabelPair(name: name, value: value)])
    }

    /// The labels with some labels set, one after the other; an empty value removes one.
    package func setting(_ changes: [LabelPair]) -> SeriesLabels {
        var edited = pairs
        var isSame = true
        for change in changes where Self.set(change, in: &edited) { isSame = false }
        return isSame ? self : SeriesLabels(sorted: edited)
    }

    /// Sets a label in sorted pairs; false when nothing is different.
    private static func set(_ change: LabelPair, in edited: inout [LabelPair]) -> Bool {
        let (name, value) = (change.name, change.value)
        let position = edited.firstIndex { ByteOrder.compare($0.name, name) >= 0 } ?? edited.count
        let exists = position < edited.count && ByteOrder.equal(edited[position].name, name)
        switch (exists, value.isEmpty) {
        case (true, true): edited.remove(at: position)
        case (true, false): edited[position] = change
        case (false, false): edited.insert(change, at: position)
        case (false, true): return false
        }
        return true
    }
}

extension SeriesLabels: CustomStringConvertible {
    /// `name{a="b"}`, as Prometheus prints a metric; quoted where the name needs it.
    package var description: String {
        let name = metricName
        let isPlainName = GoText.isLegacyMetricName(name)
        var parts: [String] = []
        if !name.isEmpty, !isPlainName { parts.append(GoText.quoted(name)) }
        for pair in pairs where pair.name != SeriesLabels.nameLabel {
            let label =
                GoText.isLegacyLabelName(pair.name) ? pair.name : GoText.quoted(pair.name)
            parts.append(label + "=" + GoText.quoted(pair.value))
        }
        let body = "{" + parts.joined(separator: ", ") + "}"
        guard isPlainName else { return body }
        return parts.isEmpty ? name : name + body
    }
}
