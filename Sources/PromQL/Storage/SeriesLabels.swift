// The identity of a series: its labels, sorted by name.
//
// 1. Names are unique and sorted by their bytes; empty values are not kept (an absent label and
//    an empty one are the same in Prometheus).
// 2. The fingerprint is computed once; equality compares it before any string.

/// One label: a name and a value.
package struct LabelPair: Hashable, Sendable {
    /// The label's name.
    package let name: String
    /// The label's value, not empty inside `SeriesLabels`.
    package let value: String

    /// Makes a label.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    package static func == (left: LabelPair, right: LabelPair) -> Bool {
        ByteOrder.equal(left.name, right.name) && ByteOrder.equal(left.value, right.value)
    }
}

/// The labels of a series, sorted by name, without empty values.
package struct SeriesLabels: Hashable, Comparable, Sendable {
    /// The label that holds the metric's name.
    package static let nameLabel = "__name__"
    /// No labels at all.
    package static let empty = SeriesLabels(sorted: [])

    /// The labels in order.
    package let pairs: [LabelPair]
    private let fingerprint: UInt64

    /// Labels from pairs in any order; of two equal names the later wins, empty values vanish.
    package init(_ pairs: [(String, String)]) {
        self.init(pairs.map { LabelPair(name: $0.0, value: $0.1) })
    }

    /// Labels of a named metric.
    package init(metric: String, _ labels: [(String, String)] = []) {
        self.init(labels + [(SeriesLabels.nameLabel, metric)])
    }

    /// Labels from pairs in any order; of two equal names the later wins, empty values vanish.
    package init(_ unordered: [LabelPair]) {
        var sorted: [LabelPair] = []
        sorted.reserveCapacity(unordered.count)
        for pair in unordered {
            var position = sorted.count
            while position > 0, ByteOrder.compare(sorted[position - 1].name, pair.name) > 0 {
                position -= 1
            }
            if position > 0, ByteOrder.equal(sorted[position - 1].name, pair.name) {
                sorted[position - 1] = pair
            } else {
                sorted.insert(pair, at: position)
            }
        }
        if sorted.contains(where: \.value.isEmpty) { sorted.removeAll(where: \.value.isEmpty) }
        self.init(sorted: sorted)
    }

    /// Labels from pairs that already are sorted, unique and not empty.
    init(sorted: [LabelPair]) {
        pairs = sorted
        var hash = ByteHash()
        for pair in sorted {
            hash.combine(pair.name)
            hash.combine(pair.value)
        }
        fingerprint = hash.state
    }

    private init(pairs: [LabelPair], fingerprint: UInt64) {
        self.pairs = pairs
        self.fingerprint = fingerprint
    }

    /// The same labels with other copies of their strings; nil keeps a pair, as does a pair that
    /// is not the same byte by byte.
    func sharing(_ copy: (LabelPair) -> LabelPair?) -> SeriesLabels {
        let shared = pairs.map { pair in
            guard let other = copy(pair), other == pair else { return pair }
            return other
        }
        return SeriesLabels(pairs: shared, fingerprint: fingerprint)
    }

    /// Number of labels.
    package var count: Int { pairs.count }

    /// Whether there are no labels.
    package var isEmpty: Bool { pairs.isEmpty }

    /// The metric's name, or an empty string.
    package var metricName: String { self[SeriesLabels.nameLabel] ?? "" }

    /// The value of a label, or nil when the series has none of that name.
    package subscript(name: String) -> String? {
        for pair in pairs where pair.name == name {
            return pair.value
        }
        return nil
    }

    package static func == (left: SeriesLabels, right: SeriesLabels) -> Bool {
        left.fingerprint == right.fingerprint && left.pairs == right.pairs
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(fingerprint)
    }

    package static func < (left: SeriesLabels, right: SeriesLabels) -> Bool {
        for (mine, other) in zip(left.pairs, right.pairs) {
            let names = ByteOrder.compare(mine.name, other.name)
            if names != 0 { return names < 0 }
            let values = ByteOrder.compare(mine.value, other.value)
            if values != 0 { return values < 0 }
        }
        return left.count < right.count
    }
}

extension SeriesLabels: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}
