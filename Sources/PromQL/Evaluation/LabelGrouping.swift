// Numbering groups of label sets that agree on some of their labels, without building keys.

/// Which labels decide.
struct LabelSelection: Sendable {
    let names: [String]
    /// Whether the names are the ones that count (or the ones that do not).
    let isInclusive: Bool

    /// Only these labels.
    static func only(_ names: [String]) -> LabelSelection {
        LabelSelection(names: names, isInclusive: true)
    }

    /// All labels but these and the metric's name.
    static func allBut(_ names: [String]) -> LabelSelection {
        LabelSelection(names: names + [SeriesLabels.nameLabel], isInclusive: false)
    }

    @inline(__always)
    func contains(_ pair: LabelPair) -> Bool {
        names.contains(pair.name) == isInclusive
    }

    /// The selected labels of a set.
    func apply(_ labels: SeriesLabels) -> SeriesLabels {
        isInclusive ? labels.keeping(names) : labels.removing(names)
    }
}

/// Gives equal numbers to label sets whose selected labels are equal.
struct LabelGrouping {
    private let selection: LabelSelection
    private var groupsByHash: [UInt64: [Int]] = [:]
    /// One label set of each group, complete.
    private(set) var representatives: [SeriesLabels] = []

    init(_ selection: LabelSelection) {
        self.selection = selection
    }

    var count: Int { representatives.count }

    /// The group of a label set; a new one if it is the first of its kind.
    mutating func group(of labels: SeriesLabels) -> Int {
        var hash = ByteHash()
        for pair in labels.pairs where selection.contains(pair) {
            hash.combine(pair.name)
            hash.combine(pair.value)
        }
        if let candidates = groupsByHash[hash.state] {
            for candidate in candidates where agree(labels, representatives[candidate]) {
                return candidate
            }
        }
        groupsByHash[hash.state, default: []].append(representatives.count)
        representatives.append(labels)
        return representatives.count - 1
    }

    private func agree(_ left: SeriesLabels, _ right: SeriesLabels) -> Bool {
        var other = right.pairs.lazy.filter { selection.contains($0) }.makeIterator()
        for pair in left.pairs where selection.contains(pair) {
            guard other.next() == pair else { return false }
        }
        return other.next() == nil
    }
}
