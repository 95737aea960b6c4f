// The evaluator: one walk over the syntax tree, each node for the whole grid at once.
//
// 1. Label work is done once per series, not once per evaluation time.
// 2. The samples a query reads and the cells its selectors make are charged against the limit.

struct Evaluator {
    let store: SampleStore
    let options: EngineOptions
    /// What `@ start()` and `@ end()` mean.
    let queryStart: Int64
    let queryEnd: Int64
    var notes: Annotations
    /// Samples that may still be read.
    var allowance: Int
    var numbers: [Double] = []

    init(
        store: SampleStore, options: EngineOptions, from start: Int64, through end: Int64,
        text: String
    ) {
        self.store = store
        self.options = options
        queryStart = start
        queryEnd = end
        notes = Annotations(text)
        allowance = options.maximumSamples
    }

    mutating func charge(_ samples: Int) throws(PromQLEvaluationError) {
        allowance -= samples
        guard allowance >= 0 else { throw .tooManySamples(limit: options.maximumSamples) }
    }

    /// Refuses a block that would not fit into what is left of the limit, before it is made.
    func admit(rows: Int, steps: Int) throws(PromQLEvaluationError) {
        if options.shouldStop?() == true { throw .stopped }
        let (cells, tooMany) = rows.multipliedReportingOverflow(by: steps)
        guard !tooMany, cells <= allowance else {
            throw .tooManySamples(limit: options.maximumSamples)
        }
    }

    /// The value of a node on a grid. Range vectors are evaluated by the functions around them.
    mutating func evaluate(
        _ node: SyntaxNode, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> Evaluated {
        try admit(rows: 1, steps: grid.count)
        if grid.count > 1, node.type == .vector, Self.isStepInvariant(node) {
            let block = try vector(node, .single(grid.start))
            try admit(rows: block.rows, steps: grid.count)
            try charge(block.rows * grid.count)
            return .vector(block.repeated(grid.count))
        }
        switch node {
        case .number(let literal):
            return .scalar(Array(repeating: literal.value, count: grid.count))
        case .string(let literal): return .string(literal.value)
        case .parenthesized(let inner): return try evaluate(inner.expression, grid)
        case .vector(let selector): return .vector(try select(selector, grid))
        case .unary(let unary): return try evaluateUnary(unary, grid)
        case .binary(let binary): return try evaluateBinary(binary, grid)
        case .aggregation(let aggregation):
            return .vector(try aggregate(aggregation, grid))
        case .call(let call): return try evaluateCall(call, range: node.range, grid)
        case .matrix, .subquery:
            throw .execution("a range vector has no value of its own here")
        }
    }

    /// The instant vector of a node whose type is known to be one.
    mutating func vector(
        _ node: SyntaxNode, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        guard case .vector(let block) = try evaluate(node, grid) else {
            throw .execution("expected an instant vector")
        }
        return block
    }

    /// The numbers of a node whose type is known to be scalar.
    mutating func scalar(
        _ node: SyntaxNode, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> [Double] {
        guard case .scalar(let numbers) = try evaluate(node, grid) else {
            throw .execution("expected a scalar")
        }
        return numbers
    }

    private mutating func evaluateUnary(
        _ unary: UnaryOperation, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> Evaluated {
        switch try evaluate(unary.expression, grid) {
        case .scalar(let numbers):
            return .scalar(unary.isNegation ? numbers.map { -$0 } : numbers)
        case .vector(var block):
            guard unary.isNegation else { return .vector(block) }
            block.transform { -$0 }
            return .vector(try withoutNames(block))
        case .string(let text): return .string(text)
        }
    }

    // MARK: - Metric names

    /// The block without metric names: now, or marked for the end of the query.
    func withoutNames(_ block: VectorBlock) throws(PromQLEvaluationError) -> VectorBlock {
        var result = block
        if options.delaysNameRemoval {
            for row in 0..<result.rows { result.dropsName[row] = true }
            return result
        }
        for row in 0..<result.rows { result.labels[row] = nameless(result.labels[row]) }
        return try result.merged()
    }

    /// The labels without what describes the metric.
    func nameless(_ labels: SeriesLabels) -> SeriesLabels {
        options.profile == .prometheus3 ? labels.withoutMetadata : labels.withoutName
    }

    /// What remains to be done at the end of the query when names go late.
    func cleaned(_ block: VectorBlock) throws(PromQLEvaluationError) -> VectorBlock {
        guard options.delaysNameRemoval else { return block }
        var result = block
        for row in 0..<result.rows where result.dropsName[row] {
            result.labels[row] = nameless(result.labels[row])
        }
        return try result.merged()
    }

    /// Rows of equal labels made one, unless late name removal will look at an instant vector.
    func normalized(_ block: VectorBlock) throws(PromQLEvaluationError) -> VectorBlock {
        if options.delaysNameRemoval, block.steps == 1 { return block }
        return try block.merged()
    }

    // MARK: - Step invariance

    /// Whether the node has the same value at every evaluation time.
    static func isStepInvariant(_ node: SyntaxNode) -> Bool {
        switch node {
        case .number, .string: return true
        case .vector(let selector): return selector.at != nil
        case .matrix(let range): return range.selector.at != nil
        case .subquery(let subquery): return subquery.at != nil
        case .call(let call):
            switch call.function {
            case .time, .timestamp, .predictLinear, .dayOfMonth, .dayOfWeek, .dayOfYear,
                .daysInMonth, .hour, .minute, .month, .year:
                return false
            default: return call.arguments.allSatisfy(isStepInvariant)
            }
        default: return node.children.allSatisfy(isStepInvariant)
        }
    }
}

extension VectorBlock {
    /// Applies a function to every value.
    @inline(__always)
    mutating func transform(_ function: (Double) -> Double) {
        for index in values.indices where !Self.isAbsent(values[index]) {
            values[index] = function(values[index])
        }
    }
}
