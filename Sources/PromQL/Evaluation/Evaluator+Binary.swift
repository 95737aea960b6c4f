// Operators between scalars and vectors.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

private func arcTangent(_ y: Double, _ x: Double) -> Double { atan2(y, x) }

extension BinaryOperator {
    /// The number of an arithmetic operation, 1 or 0 of a comparison.
    @inline(__always)
    func calculate(_ left: Double, _ right: Double) -> Double {
        switch self {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        case .modulo: fmod(left, right)
        case .power: pow(left, right)
        case .atan2: arcTangent(left, right)
        default: holds(left, right) ? 1 : 0
        }
    }

    @inline(__always)
    func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .greater: left > right
        case .lessOrEqual: left <= right
        case .greaterOrEqual: left >= right
        default: true
        }
    }
}

extension Evaluator {
    mutating func evaluateBinary(
        _ node: BinaryOperation, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> Evaluated {
        let left = try evaluate(node.left, grid)
        let right = try evaluate(node.right, grid)
        switch (left, right) {
        case (.scalar(let first), .scalar(let second)):
            return .scalar(zip(first, second).map { node.operation.calculate($0, $1) })
        case (.vector(let block), .scalar(let numbers)):
            return .vector(try withScalar(node, block, numbers, isSwapped: false))
        case (.scalar(let numbers), .vector(let block)):
            return .vector(try withScalar(node, block, numbers, isSwapped: true))
        case (.vector(let first), .vector(let second)):
            return .vector(try combine(node, first, second))
        default:
            throw .execution("operator \(node.operation.rawValue) has no meaning for strings")
        }
    }

    /// Kept out of line: the recursion above it should need little stack.
    @inline(never)
    private func combine(
        _ node: BinaryOperation, _ left: VectorBlock, _ right: VectorBlock
    ) throws(PromQLEvaluationError) -> VectorBlock {
        let matching = node.matching ?? VectorMatching()
        if node.operation.isSet {
            return try combineSets(node.operation, matching, left, right)
        }
        var join = VectorJoin(node, matching, left, right)
        return try normalized(try join.run(self))
    }

    @inline(never)
    private func withScalar(
        _ node: BinaryOperation, _ block: VectorBlock, _ numbers: [Double], isSwapped: Bool
    ) throws(PromQLEvaluationError) -> VectorBlock {
        var result = block
        let operation = node.operation
        let isFilter = operation.isComparison && !node.returnsBool
        var index = 0
        for _ in 0..<block.rows {
            for step in 0..<block.steps {
                let value = result.values[index]
                if !VectorBlock.isAbsent(value) {
                    let left = isSwapped ? numbers[step] : value
                    let right = isSwapped ? value : numbers[step]
                    if isFilter {
                        if !operation.holds(left, right) {
                            result.values[index] = VectorBlock.absent
                        }
                    } else {
                        result.values[index] = operation.calculate(left, right)
                    }
                }
                index += 1
            }
        }
        if isFilter { return result.compacted() }
        if keepsName(operation), !node.returnsBool { return result }
        return try withoutNames(result)
    }

    /// Prometheus 2 forgot to remove the metric's name from the result of `atan2`.
    func keepsName(_ operation: BinaryOperator) -> Bool {
        operation.isComparison || (operation == .atan2 && options.profile == .prometheus2)
    }

    // MARK: - Set operators

    private func combineSets(
        _ operation: BinaryOperator, _ matching: VectorMatching, _ left: VectorBlock,
        _ right: VectorBlock
    ) throws(PromQLEvaluationError) -> VectorBlock {
        var grouping = LabelGrouping(
            matching.isOn ? .only(matching.labels) : .allBut(matching.labels))
        let leftGroups = left.labels.map { grouping.group(of: $0) }
        let rightGroups = right.labels.map { grouping.group(of: $0) }
        let steps = left.steps
        if operation == .or {
            let present = Self.presence(left, leftGroups, grouping.count)
            var result = left
            for row in 0..<right.rows {
                let new = result.addRow(right.labels[row], dropsName: right.dropsName[row])
                for step in 0..<steps where !present[rightGroups[row] * steps + step] {
                    result.values[new * steps + step] = right.values[row * steps + step]
                }
            }
            return try normalized(result.compacted())
        }
        let present = Self.presence(right, rightGroups, grouping.count)
        var result = left
        for row in 0..<left.rows {
            for step in 0..<steps
            where present[leftGroups[row] * steps + step] != (operation == .and) {
                result.values[row * steps + step] = VectorBlock.absent
            }
        }
        return result.compacted()
    }

    /// Per group and step: whether some row has a value.
    private static func presence(
        _ block: VectorBlock, _ groups: [Int], _ count: Int
    ) -> [Bool] {
        let steps = block.steps
        var present = [Bool](repeating: false, count: count * steps)
        for row in 0..<block.rows {
            for step in 0..<steps
            where !VectorBlock.isAbsent(block.values[row * steps + step]) {
                present[groups[row] * steps + step] = true
            }
        }
        return present
    }
}
