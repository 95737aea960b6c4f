// Aggregations: one value per group, or the best elements of each group.

extension Evaluator {
    mutating func aggregate(
        _ node: Aggregation, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        if node.operation == .countValues { return try countValues(node, grid) }
        var parameters: [Double] = []
        if let parameter = node.parameter { parameters = try scalar(parameter, grid) }
        let block = try vector(node.expression, grid)
        let selection = grouping(node)
        var groups = LabelGrouping(selection)
        let groupOfRow = block.labels.map { groups.group(of: $0) }
        switch node.operation {
        case .topk, .bottomk:
            return try bestElements(node, block, groupOfRow, groups.count, parameters)
        case .quantile:
            if let parameter = node.parameter {
                remarkOnQuantiles(parameters, at: parameter.range)
            }
        default: break
        }
        var result = VectorBlock(steps: grid.count)
        result.reserve(groups.count)
        for labels in groups.representatives {
            _ = result.addRow(groupLabels(labels, node, selection))
        }
        for step in 0..<grid.count {
            var states = [GroupState?](repeating: nil, count: groups.count)
            for row in 0..<block.rows {
                let value = block.values[row * grid.count + step]
                guard !VectorBlock.isAbsent(value) else { continue }
                let group = groupOfRow[row]
                if states[group]?.add(value) == nil {
                    states[group] = GroupState(node.operation, value, options.profile)
                }
                if block.dropsName[row] { result.dropsName[group] = true }
            }
            for group in states.indices {
                guard let value = states[group]?.result(parameters.isEmpty ? 0 : parameters[step])
                else { continue }
                result.values[group * grid.count + step] = value
            }
        }
        return result
    }

    private func grouping(_ node: Aggregation) -> LabelSelection {
        node.isWithout ? .allBut(node.grouping) : .only(node.grouping)
    }

    private func groupLabels(
        _ labels: SeriesLabels, _ node: Aggregation, _ selection: LabelSelection
    ) -> SeriesLabels {
        let kept = selection.apply(labels)
        return node.isWithout ? nameless(kept) : kept
    }

    private mutating func remarkOnQuantiles(_ parameters: [Double], at range: Range<Int>) {
        if parameters.contains(where: \.isNaN) { notes.badQuantile(.nan, at: range) }
        if let highest = parameters.max(), highest > 1 { notes.badQuantile(highest, at: range) }
        if let lowest = parameters.min(), lowest < 0 { notes.badQuantile(lowest, at: range) }
    }

    // MARK: - count_values

    private mutating func countValues(
        _ node: Aggregation, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        guard case .string(let literal)? = node.parameter?.unwrapped, !literal.bytes.isEmpty else {
            throw .execution("invalid label name \"\"")
        }
        let block = try vector(node.expression, grid)
        var named = node
        if !node.isWithout { named.grouping.append(literal.value) }
        let selection = grouping(named)
        var result = VectorBlock(steps: grid.count)
        var rowByLabels: [SeriesLabels: Int] = [:]
        for row in 0..<block.rows {
            for step in 0..<grid.count {
                let value = block.values[row * grid.count + step]
                guard !VectorBlock.isAbsent(value) else { continue }
                let labels = groupLabels(
                    block.labels[row].setting(literal.value, to: GoFloat.fixed(value)), named,
                    selection)
                if rowByLabels[labels] == nil {
                    try charge(grid.count)
                    rowByLabels[labels] = result.addRow(labels)
                }
                let target = rowByLabels[labels] ?? 0
                let index = target * grid.count + step
                let count = result.values[index]
                result.values[index] = VectorBlock.isAbsent(count) ? 1 : count + 1
            }
        }
        return result
    }

    // MARK: - topk and bottomk

    private func bestElements(
        _ node: Aggregation, _ block: VectorBlock, _ groupOfRow: [Int], _ groups: Int,
        _ parameters: [Double]
    ) throws(PromQLEvaluationError) -> VectorBlock {
        let steps = block.steps
        let largest = parameters.max() ?? 0
        if parameters.contains(where: \.isNaN) { throw .execution("Parameter value is NaN") }
        guard largest >= 1 else { return VectorBlock(steps: steps) }
        if let smallest = parameters.min(), smallest <= -9.2e18 {
            throw .execution(
                "Scalar value \(GoFloat.general(smallest)) underflows int64")
        }
        if largest >= 9.2e18 {
            throw .execution("Scalar value \(GoFloat.general(largest)) overflows int64")
        }
        var kept = VectorBlock(steps: steps)
        kept.labels = block.labels
        kept.dropsName = block.dropsName
        kept.values = [Double](repeating: VectorBlock.absent, count: block.values.count)
        var order: [Int] = []
        for step in 0..<steps {
            let limit = Int(min(parameters[step], Double(block.rows)))
            guard limit >= 1 else { continue }
            var members = [[Int]](repeating: [], count: groups)
            for row in 0..<block.rows
            where !VectorBlock.isAbsent(block.values[row * steps + step]) {
                members[groupOfRow[row]].append(row)
            }
            for rows in members {
                var best = BestElements(limit: limit, wantsLargest: node.operation == .topk)
                for row in rows { best.offer(row, block.values[row * steps + step]) }
                for row in best.ordered {
                    kept.values[row * steps + step] = block.values[row * steps + step]
                    order.append(row)
                }
            }
        }
        guard steps == 1 else { return kept.compacted() }
        var result = VectorBlock(steps: 1)
        for row in order {
            let new = result.addRow(block.labels[row], dropsName: block.dropsName[row])
            result.values[new] = block.values[row]
        }
        return result
    }
}

/// The running state of one group at one time.
private struct GroupState {
    private let operation: Aggregator
    private var value: Double
    private var count = 1.0
    private var mean = 0.0
    private var sum = CompensatedSum()
    private var average: CompensatedMean?
    private var runningMean: RunningMean?
    private let isModern: Bool
    private var values: [Double] = []

    init(_ operation: Aggregator, _ first: Double, _ profile: VersionProfile) {
        self.operation = operation
        value = first
        isModern = profile == .prometheus3
        switch operation {
        case .sum: sum = CompensatedSum(first)
        case .avg where isModern: average = CompensatedMean(first)
        case .avg: runningMean = RunningMean(first, isCompensated: false)
        case .group: value = 1
        case .quantile: values = [first]
        case .stddev, .stdvar:
            mean = first
            value = first.isFinite || !isModern ? 0 : .nan
        default: break
        }
    }

    mutating func add(_ next: Double) {
        switch operation {
        case .sum where isModern: sum.add(next)
        case .sum: sum.sum += next
        case .avg where isModern: average?.add(next)
        case .avg: runningMean?.add(next)
        case .count: count += 1
        case .max: if value < next || value.isNaN { value = next }
        case .min: if value > next || value.isNaN { value = next }
        case .quantile: values.append(next)
        case .stddev, .stdvar:
            count += 1
            let delta = next - mean
            mean += delta / count
            value += delta * (next - mean)
        default: break
        }
    }

    func result(_ parameter: Double) -> Double {
        switch operation {
        case .sum: return sum.sum + sum.compensation
        case .avg: return average?.value ?? runningMean?.value ?? .nan
        case .count: return count
        case .stdvar: return value / count
        case .stddev: return (value / count).squareRoot()
        case .quantile:
            var sorted = values
            return Quantiles.quantile(parameter, of: &sorted)
        default: return value
        }
    }
}
