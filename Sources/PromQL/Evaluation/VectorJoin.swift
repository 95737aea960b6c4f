// Operators between two instant vectors: pairing their elements by labels.
//
// The side on which labels must be unique is "one", the other "many"; for one-to-one matching the
// left side plays "many".

struct VectorJoin {
    private let node: BinaryOperation
    private let matching: VectorMatching
    private let many: VectorBlock
    private let one: VectorBlock
    private let isSwapped: Bool
    private let steps: Int

    private var grouping: LabelGrouping
    private var result: VectorBlock
    /// Result rows by labels, and by the pair of rows they come from.
    private var rowByLabels: [SeriesLabels: Int] = [:]
    private var rowByPair: [RowPair: Int] = [:]
    /// Result rows by the row of the "many" side, where no label comes from the other.
    private var rowByMany: [Int] = []

    private struct RowPair: Hashable {
        let many: Int
        let one: Int
    }

    init(
        _ node: BinaryOperation, _ matching: VectorMatching, _ left: VectorBlock,
        _ right: VectorBlock
    ) {
        self.node = node
        self.matching = matching
        isSwapped = matching.cardinality == .oneToMany
        many = isSwapped ? right : left
        one = isSwapped ? left : right
        steps = left.steps
        grouping = LabelGrouping(
            matching.isOn ? .only(matching.labels) : .allBut(matching.labels))
        result = VectorBlock(steps: left.steps)
        rowByMany = [Int](repeating: -1, count: many.rows)
    }

    mutating func run(_ evaluator: Evaluator) throws(PromQLEvaluationError) -> VectorBlock {
        guard many.rows > 0, one.rows > 0 else { return result }
        let oneGroups = one.labels.map { grouping.group(of: $0) }
        let manyGroups = many.labels.map { grouping.group(of: $0) }
        var partner = [Int](repeating: -1, count: grouping.count)
        // The row of `many` that took a group (one-to-one), and the step at which a result row
        // was taken with its group (many-to-one).
        var taken = [Int](repeating: -1, count: grouping.count)
        var claims: [(step: Int, group: Int)] = []
        for step in 0..<steps {
            guard hasValues(many, step) else { continue }
            for group in partner.indices {
                partner[group] = -1
                taken[group] = -1
            }
            try findPartners(step, oneGroups, &partner)
            for row in 0..<many.rows {
                let value = many.values[row * steps + step]
                let group = manyGroups[row]
                guard !VectorBlock.isAbsent(value), partner[group] >= 0 else { continue }
                let target = resultRow(row, partner[group], evaluator)
                try evaluator.admit(rows: result.rows, steps: steps)
                while claims.count <= target { claims.append((-1, -1)) }
                if matching.cardinality == .oneToOne {
                    guard taken[group] < 0 else {
                        throw .execution(
                            "multiple matches for labels: many-to-one matching must be explicit "
                                + "(group_left/group_right)")
                    }
                    taken[group] = row
                } else if claims[target].step == step, claims[target].group == group {
                    throw .execution(
                        "multiple matches for labels: grouping labels must ensure unique matches")
                }
                claims[target] = (step, group)
                try store(value, one.values[partner[group] * steps + step], target, step)
            }
        }
        return result.compacted()
    }

    private func hasValues(_ block: VectorBlock, _ step: Int) -> Bool {
        for row in 0..<block.rows where !VectorBlock.isAbsent(block.values[row * steps + step]) {
            return true
        }
        return false
    }

    private func findPartners(
        _ step: Int, _ groups: [Int], _ partner: inout [Int]
    ) throws(PromQLEvaluationError) {
        for row in 0..<one.rows
        where !VectorBlock.isAbsent(one.values[row * steps + step]) {
            let group = groups[row]
            guard partner[group] < 0 else {
                let side = isSwapped ? "left" : "right"
                let selection: LabelSelection =
                    matching.isOn ? .only(matching.labels) : .allBut(matching.labels)
                throw .execution(
                    "found duplicate series for the match group "
                        + "\(selection.apply(one.labels[row])) on the \(side) hand-side of the "
                        + "operation: [\(one.labels[row]), \(one.labels[partner[group]])];"
                        + "many-to-many matching not allowed: matching labels must be unique on "
                        + "one side")
            }
            partner[group] = row
        }
    }

    private mutating func store(
        _ manyValue: Double, _ oneValue: Double, _ row: Int, _ step: Int
    ) throws(PromQLEvaluationError) {
        let left = isSwapped ? oneValue : manyValue
        let right = isSwapped ? manyValue : oneValue
        let operation = node.operation
        let value: Double
        if !operation.isComparison || node.returnsBool {
            value = operation.calculate(left, right)
        } else if operation.holds(left, right) {
            value = left
        } else {
            return
        }
        guard VectorBlock.isAbsent(result.values[row * steps + step]) else {
            throw .execution("vector cannot contain metrics with the same labelset")
        }
        result.values[row * steps + step] = value
    }

    /// The row of the result for a pair of rows.
    private mutating func resultRow(_ manyRow: Int, _ oneRow: Int, _ evaluator: Evaluator) -> Int {
        let pair = RowPair(many: manyRow, one: oneRow)
        if matching.include.isEmpty {
            if rowByMany[manyRow] >= 0 { return rowByMany[manyRow] }
        } else if let known = rowByPair[pair] {
            return known
        }
        let labels = resultLabels(many.labels[manyRow], one.labels[oneRow], evaluator)
        let row: Int
        if let known = rowByLabels[labels] {
            row = known
        } else {
            row = result.addRow(labels, dropsName: node.returnsBool)
            rowByLabels[labels] = row
        }
        if matching.include.isEmpty {
            rowByMany[manyRow] = row
        } else {
            rowByPair[pair] = row
        }
        return row
    }

    private func resultLabels(
        _ manyLabels: SeriesLabels, _ oneLabels: SeriesLabels, _ evaluator: Evaluator
    ) -> SeriesLabels {
        var labels = manyLabels
        if !evaluator.keepsName(node.operation) { labels = evaluator.nameless(labels) }
        if matching.cardinality == .oneToOne {
            labels =
                matching.isOn
                ? labels.keeping(matching.labels) : labels.removing(matching.labels)
        }
        for name in matching.include {
            labels = labels.setting(name, to: oneLabels[name] ?? "")
        }
        if node.returnsBool, !evaluator.options.delaysNameRemoval {
            labels = evaluator.nameless(labels)
        }
        return labels
    }
}
