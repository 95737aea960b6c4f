// Function calls.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Evaluator {
    mutating func evaluateCall(
        _ call: FunctionCall, range: Range<Int>, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> Evaluated {
        switch call.function {
        case .time:
            return .scalar((0..<grid.count).map { Double(grid.time($0)) / 1000 })
        case .pi:
            return .scalar(Array(repeating: Double.pi, count: grid.count))
        case .scalar:
            return .scalar(toScalar(try vector(call.arguments[0], grid)))
        case .vector:
            var block = VectorBlock(steps: grid.count)
            _ = block.addRow(.empty)
            block.values = try scalar(call.arguments[0], grid)
            return .vector(block)
        case .sort, .sortDescending:
            return .vector(try sorted(call, range: range, grid))
        case .absent:
            return .vector(try absent(call, grid))
        case .timestamp:
            return .vector(try timestamps(call, grid))
        case .labelReplace:
            return .vector(try labelReplace(call, grid))
        case .labelJoin:
            return .vector(try labelJoin(call, grid))
        case .histogramQuantile, .histogramFraction:
            return .vector(try histogram(call, grid))
        case .clamp, .clampMaximum, .clampMinimum, .round:
            return .vector(try limited(call, grid))
        case .dayOfMonth, .dayOfWeek, .dayOfYear, .daysInMonth, .hour, .minute, .month, .year:
            return .vector(try date(call, grid))
        default:
            if call.function.signature.parameters.contains(.matrix) {
                return .vector(try overTime(call, grid))
            }
            var block = try vector(call.arguments[0], grid)
            block.transform { Self.elementary(call.function, $0) }
            return .vector(try withoutNames(block))
        }
    }

    // MARK: - Numbers

    /// Functions of one number.
    private static func elementary(_ function: PromQLFunction, _ value: Double) -> Double {
        switch function {
        case .abs: abs(value)
        case .ceil: value.rounded(.up)
        case .floor: value.rounded(.down)
        case .exp: exp(value)
        case .sqrt: value.squareRoot()
        case .ln: log(value)
        case .log2: log2(value)
        case .log10: log10(value)
        case .sgn: value < 0 ? -1 : value > 0 ? 1 : value
        case .rad: value * .pi / 180
        case .deg: value * 180 / .pi
        default: trigonometric(function, value)
        }
    }

    private static func trigonometric(_ function: PromQLFunction, _ value: Double) -> Double {
        switch function {
        case .sin: sin(value)
        case .cos: cos(value)
        case .tan: tan(value)
        case .asin: asin(value)
        case .acos: acos(value)
        case .atan: atan(value)
        case .sinh: sinh(value)
        case .cosh: cosh(value)
        case .tanh: tanh(value)
        case .asinh: asinh(value)
        case .acosh: acosh(value)
        case .atanh: atanh(value)
        default: value
        }
    }

    /// The only element's number, or NaN.
    private func toScalar(_ block: VectorBlock) -> [Double] {
        (0..<block.steps).map { step in
            var found: Double?
            for row in 0..<block.rows {
                let value = block.values[row * block.steps + step]
                if VectorBlock.isAbsent(value) { continue }
                if found != nil { return .nan }
                found = value
            }
            return found ?? .nan
        }
    }

    /// `clamp`, its halves, and `round`: a vector and scalars that may differ per step.
    private mutating func limited(
        _ call: FunctionCall, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        var block = try vector(call.arguments[0], grid)
        var arguments: [[Double]] = []
        for node in call.arguments.dropFirst() { arguments.append(try scalar(node, grid)) }
        for index in block.values.indices where !VectorBlock.isAbsent(block.values[index]) {
            let step = index % block.steps
            let value = block.values[index]
            if call.function == .round {
                // The inverse loses less than dividing by the argument.
                let inverse = 1 / (arguments.first?[step] ?? 1)
                block.values[index] = (value * inverse + 0.5).rounded(.down) / inverse
                continue
            }
            let isMaximum = call.function == .clampMaximum
            let low = isMaximum ? -.infinity : arguments[0][step]
            let high =
                isMaximum
                ? arguments[0][step]
                : call.function == .clamp ? arguments[1][step] : .infinity
            block.values[index] =
                high < low
                ? VectorBlock.absent : Self.maximum(low, Self.minimum(high, value))
        }
        return try withoutNames(block.compacted())
    }

    /// Go's `math.Max`: NaN if either is.
    private static func maximum(_ left: Double, _ right: Double) -> Double {
        left.isNaN || right.isNaN ? .nan : max(left, right)
    }

    private static func minimum(_ left: Double, _ right: Double) -> Double {
        left.isNaN || right.isNaN ? .nan : min(left, right)
    }

    // MARK: - Order

    private mutating func sorted(
        _ call: FunctionCall, range: Range<Int>, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        let block = try vector(call.arguments[0], grid)
        guard queryStart == queryEnd else {
            notes.warn(
                "sort is ineffective for range queries since results are always ordered by labels",
                at: range)
            return block
        }
        guard grid.count == 1 else { return block }
        let descending = call.function == .sortDescending
        let order = (0..<block.rows).sorted { first, second in
            let left = block.values[first]
            let right = block.values[second]
            if left.isNaN || right.isNaN { return !left.isNaN && right.isNaN }
            if left == right { return first < second }
            return descending ? left > right : left < right
        }
        var result = VectorBlock(steps: 1)
        result.labels = order.map { block.labels[$0] }
        result.dropsName = order.map { block.dropsName[$0] }
        result.values = order.map { block.values[$0] }
        return result
    }

    // MARK: - Absence and time

    private mutating func absent(
        _ call: FunctionCall, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        let block = try vector(call.arguments[0], grid)
        return missing(block, grid, labels: Self.absentLabels(call.arguments[0]))
    }

    /// One row with 1 where the block has nothing.
    private func missing(
        _ block: VectorBlock, _ grid: EvaluationGrid, labels: SeriesLabels
    ) -> VectorBlock {
        var result = VectorBlock(steps: grid.count)
        _ = result.addRow(labels)
        for step in 0..<grid.count {
            let isEmpty = (0..<block.rows).allSatisfy {
                VectorBlock.isAbsent(block.values[$0 * grid.count + step])
            }
            if isEmpty { result.values[step] = 1 }
        }
        return result.compacted()
    }

    /// The labels that a selector's equality matchers promise, each named once.
    private static func absentLabels(_ node: SyntaxNode) -> SeriesLabels {
        let matchers: [LabelMatcher]
        switch node.unwrapped {
        case .vector(let selector): matchers = selector.matchers
        case .matrix(let range): matchers = range.selector.matchers
        default: return .empty
        }
        var labels = SeriesLabels.empty
        var seen: Set<String> = []
        for matcher in matchers where matcher.name != SeriesLabels.nameLabel {
            let isFirst = matcher.operation == .equal && seen.insert(matcher.name).inserted
            labels = labels.setting(matcher.name, to: isFirst ? matcher.value : "")
        }
        return labels
    }

    private mutating func timestamps(
        _ call: FunctionCall, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        var block: VectorBlock
        // Directly on a selector: the samples' own times.
        if case .vector(let selector) = call.arguments[0].unwrapped {
            block = try select(selector, grid) { time, _ in Double(time) / 1000 }
        } else {
            block = try vector(call.arguments[0], grid)
            for index in block.values.indices
            where !VectorBlock.isAbsent(block.values[index]) {
                block.values[index] = Double(grid.time(index % grid.count)) / 1000
            }
        }
        return try withoutNames(block)
    }

    private mutating func date(
        _ call: FunctionCall, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        guard let argument = call.arguments.first else {
            var block = VectorBlock(steps: grid.count)
            _ = block.addRow(.empty)
            for step in 0..<grid.count {
                let seconds = Double(grid.time(step) / 1000)
                block.values[step] = CivilTime(seconds: seconds).value(of: call.function)
            }
            return block
        }
        var block = try vector(argument, grid)
        block.transform { CivilTime(seconds: $0).value(of: call.function) }
        return try withoutNames(block)
    }

    // MARK: - Ranges

    private mutating func overTime(
        _ call: FunctionCall, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        let parameters = call.function.signature.parameters
        let rangeIndex = parameters.firstIndex(of: .matrix) ?? 0
        var argument: [Double]?
        for index in call.arguments.indices where index != rangeIndex {
            argument = try scalar(call.arguments[index], grid)
        }
        let node = call.arguments[rangeIndex]
        let source = try rangeSource(node, grid)
        let block = try overWindows(call.function, source, argument: argument, grid)
        if call.function == .absentOverTime {
            return missing(block, grid, labels: Self.absentLabels(node))
        }
        if call.function == .quantileOverTime, block.rows > 0 {
            for quantile in argument ?? [] {
                notes.badQuantile(quantile, at: call.arguments[0].range)
            }
        }
        if call.function == .rate || call.function == .increase {
            remarkOnCounters(source, node, grid, hasResult: block.rows > 0)
        }
        return options.delaysNameRemoval ? block : try block.merged()
    }

    /// Remarks on names that do not look like counters', once per name.
    private mutating func remarkOnCounters(
        _ source: RangeSource, _ node: SyntaxNode, _ grid: EvaluationGrid, hasResult: Bool
    ) {
        guard hasResult else { return }
        let suffixes = ["_total", "_sum", "_count", "_bucket"]
        var seen: Set<String> = []
        let count = source.slots?.count ?? source.labels.count
        for index in 0..<count {
            let name =
                source.slots.map { store.slots[$0[index]].labels.metricName }
                ?? source.labels[index].metricName
            guard !name.isEmpty, seen.insert(name).inserted,
                !suffixes.contains(where: { name.hasSuffix($0) })
            else { continue }
            notes.inform(
                "metric might not be a counter, name does not end in "
                    + "_total/_sum/_count/_bucket: \(GoText.quoted(name))", at: node.range)
        }
    }
}
