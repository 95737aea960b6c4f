// Instant vectors of a whole grid of evaluation times, as one flat array.
//
// 1. `values` has `steps` numbers per row, rows in the order of `labels`.
// 2. A cell without a value holds the stale marker's bits; no computation is done on it. No
//    computed number has these bits, because arithmetic quiets a signalling NaN.

/// The times of an evaluation: `start`, `start + step`, …
struct EvaluationGrid: Sendable {
    let start: Int64
    let step: Int64
    let count: Int

    static func single(_ time: Int64) -> EvaluationGrid {
        EvaluationGrid(start: time, step: 1, count: 1)
    }

    var end: Int64 { time(count - 1) }

    @inline(__always)
    func time(_ index: Int) -> Int64 { start + Int64(index) * step }
}

/// Rows of series, columns of evaluation times.
struct VectorBlock: Sendable {
    let steps: Int
    var labels: [SeriesLabels] = []
    /// Whether the row's metric name goes at the end of the query.
    var dropsName: [Bool] = []
    var values: [Double] = []

    init(steps: Int) {
        self.steps = steps
    }

    var rows: Int { labels.count }

    @inline(__always)
    static func isAbsent(_ value: Double) -> Bool { StaleMarker.isStale(value) }

    static let absent = StaleMarker.value

    mutating func reserve(_ rows: Int) {
        labels.reserveCapacity(rows)
        dropsName.reserveCapacity(rows)
        values.reserveCapacity(rows * steps)
    }

    /// Adds a row without values and gives its number.
    mutating func addRow(_ rowLabels: SeriesLabels, dropsName drops: Bool = false) -> Int {
        labels.append(rowLabels)
        dropsName.append(drops)
        if steps == 1 {
            values.append(Self.absent)
        } else {
            values.append(contentsOf: repeatElement(Self.absent, count: steps))
        }
        return labels.count - 1
    }

    mutating func removeLastRow() {
        labels.removeLast()
        dropsName.removeLast()
        values.removeLast(steps)
    }

    @inline(__always)
    func hasValue(row: Int) -> Bool {
        for index in (row * steps)..<((row + 1) * steps) where !Self.isAbsent(values[index]) {
            return true
        }
        return false
    }

    /// The block without rows that have no value at all.
    func compacted() -> VectorBlock {
        let kept = (0..<rows).filter { hasValue(row: $0) }
        guard kept.count < rows else { return self }
        var block = VectorBlock(steps: steps)
        block.reserve(kept.count)
        for row in kept {
            block.labels.append(labels[row])
            block.dropsName.append(dropsName[row])
            block.values.append(contentsOf: values[(row * steps)..<((row + 1) * steps)])
        }
        return block
    }

    /// The block with every row's single value repeated over more steps.
    func repeated(_ count: Int) -> VectorBlock {
        var block = VectorBlock(steps: count)
        block.labels = labels
        block.dropsName = dropsName
        block.values.reserveCapacity(rows * count)
        for value in values {
            block.values.append(contentsOf: repeatElement(value, count: count))
        }
        return block
    }

    /// The block with rows of equal labels made one.
    ///
    /// - Throws: when two such rows have a value at the same time.
    func merged() throws(PromQLEvaluationError) -> VectorBlock {
        guard rows > 1 else { return self }
        var firstRow: [SeriesLabels: Int] = [:]
        firstRow.reserveCapacity(rows)
        var hasDuplicate = false
        for row in 0..<rows {
            if firstRow.updateValue(row, forKey: labels[row]) != nil { hasDuplicate = true }
        }
        guard hasDuplicate else { return self }
        var block = VectorBlock(steps: steps)
        var target: [SeriesLabels: Int] = [:]
        for row in 0..<rows {
            guard let into = target[labels[row]] else {
                let new = block.addRow(labels[row], dropsName: dropsName[row])
                target[labels[row]] = new
                for step in 0..<steps {
                    block.values[new * steps + step] = values[row * steps + step]
                }
                continue
            }
            for step in 0..<steps where !Self.isAbsent(values[row * steps + step]) {
                guard Self.isAbsent(block.values[into * steps + step]) else {
                    throw .execution("vector cannot contain metrics with the same labelset")
                }
                block.values[into * steps + step] = values[row * steps + step]
            }
        }
        return block
    }
}

/// What a node gives for a grid.
enum Evaluated: Sendable {
    /// One number per evaluation time.
    case scalar([Double])
    case string(String)
    case vector(VectorBlock)
}
