// Reading series: instant selectors, ranges, subqueries.

/// Where the windows of a range vector lie.
struct WindowPlan {
    /// Milliseconds.
    let length: Int64
    /// Subtracted from the evaluation time.
    let offset: Int64
    /// The evaluation time that counts instead of the step's, if `@` fixes one.
    let fixed: Int64?

    /// The end of the window of a step.
    @inline(__always)
    func end(_ time: Int64) -> Int64 { (fixed ?? time) - offset }
}

/// The series of a range vector.
struct RangeSource {
    let plan: WindowPlan
    /// Slots in the store, or nil when the samples are in `buffers`.
    let slots: [Int]?
    var labels: [SeriesLabels] = []
    var dropsName: [Bool] = []
    var buffers: [SampleBuffer] = []
}

extension Evaluator {
    /// The first instant that belongs to a window that ends at `end`.
    @inline(__always)
    func windowStart(_ end: Int64, _ length: Int64) -> Int64 {
        options.profile == .prometheus3 ? end - length + 1 : end - length
    }

    func fixedTime(_ at: AtModifier?) -> Int64? {
        switch at {
        case nil: nil
        case .time(let time): time
        case .start: queryStart
        case .end: queryEnd
        }
    }

    // MARK: - Instant selectors

    mutating func select(
        _ selector: VectorSelector, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        try select(selector, grid) { _, value in value }
    }

    /// The newest sample of every series within the look-back, mapped by (timestamp, value).
    mutating func select(
        _ selector: VectorSelector, _ grid: EvaluationGrid, _ map: (Int64, Double) -> Double
    ) throws(PromQLEvaluationError) -> VectorBlock {
        let plan = WindowPlan(
            length: options.lookback, offset: selector.offset, fixed: fixedTime(selector.at))
        let slots = store.slots(matching: selector.matchers)
        try admit(rows: slots.count, steps: grid.count)
        var block = VectorBlock(steps: grid.count)
        block.reserve(slots.count)
        var unpacked = SampleBuffer()
        let from = windowStart(plan.end(grid.start), plan.length)
        let through = plan.end(grid.end)
        for slot in slots {
            let row = block.addRow(store.slots[slot].labels)
            try store.slots[slot].withSamples(from: from, through: through, scratch: &unpacked) {
                (view) throws(PromQLEvaluationError) in
                fill(&block, row, view, plan, grid, map)
            }
            if block.hasValue(row: row) {
                try charge(grid.count)
            } else {
                block.removeLastRow()
            }
        }
        return block
    }

    @inline(__always)
    private func fill(
        _ block: inout VectorBlock, _ row: Int, _ view: SampleView, _ plan: WindowPlan,
        _ grid: EvaluationGrid, _ map: (Int64, Double) -> Double
    ) {
        var next = 0
        for step in 0..<grid.count {
            let end = plan.end(grid.time(step))
            if grid.count == 1 {
                next = view.count
            } else {
                next = view.firstIndex(after: end, from: next)
            }
            guard next > 0, view.timestamps[next - 1] >= windowStart(end, plan.length) else {
                continue
            }
            let value = view.values[next - 1]
            if StaleMarker.isStale(value) { continue }
            block.values[row * grid.count + step] = map(view.timestamps[next - 1], value)
        }
    }

    // MARK: - Range vectors

    /// The series of a range vector for all windows of a grid.
    mutating func rangeSource(
        _ node: SyntaxNode, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> RangeSource {
        switch node.unwrapped {
        case .matrix(let range):
            let plan = WindowPlan(
                length: range.length, offset: range.selector.offset,
                fixed: fixedTime(range.selector.at))
            return RangeSource(plan: plan, slots: store.slots(matching: range.selector.matchers))
        case .subquery(let subquery):
            return try subquerySource(subquery, grid)
        default:
            throw .execution("expected a range vector")
        }
    }

    private mutating func subquerySource(
        _ subquery: Subquery, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> RangeSource {
        let plan = WindowPlan(
            length: subquery.length, offset: subquery.offset, fixed: fixedTime(subquery.at))
        let step = max(1, subquery.step == 0 ? options.subqueryStep : subquery.step)
        let lower = plan.end(grid.start) - plan.length
        let upper = plan.end(grid.end)
        // The first multiple of the step inside the window; Go's division cuts toward zero.
        var start = step * (lower / step)
        if start < lower || (start == lower && options.profile == .prometheus3) { start += step }
        var source = RangeSource(plan: plan, slots: nil)
        guard start <= upper else { return source }
        let count = (upper - start) / step + 1
        guard count <= Int64(options.maximumSamples) else {
            throw .tooManySamples(limit: options.maximumSamples)
        }
        let inner = EvaluationGrid(start: start, step: step, count: Int(count))
        let block: VectorBlock
        switch try evaluate(subquery.expression, inner) {
        case .vector(let found): block = found
        case .scalar(let numbers):
            var single = VectorBlock(steps: inner.count)
            _ = single.addRow(.empty)
            single.values = numbers
            block = single
        case .string: throw .execution("a subquery of a string")
        }
        source.labels = block.labels
        source.dropsName = block.dropsName
        for row in 0..<block.rows {
            var buffer = SampleBuffer()
            for index in 0..<inner.count {
                let value = block.values[row * inner.count + index]
                if !VectorBlock.isAbsent(value) { buffer.append(inner.time(index), value) }
            }
            source.buffers.append(buffer)
        }
        return source
    }

    /// Applies a range function to every series and window.
    mutating func overWindows(
        _ function: PromQLFunction, _ source: RangeSource, argument: [Double]?,
        _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        var block = VectorBlock(steps: grid.count)
        let keepsName = function == .lastOverTime || function == .firstOverTime
        let total = source.slots?.count ?? source.buffers.count
        try admit(rows: total, steps: grid.count)
        block.reserve(total)
        var unpacked = SampleBuffer()
        let from = windowStart(source.plan.end(grid.start), source.plan.length)
        let through = source.plan.end(grid.end)
        for index in 0..<total {
            if grid.count > 1, options.shouldStop?() == true { throw .stopped }
            if let slots = source.slots {
                let slot = slots[index]
                let row = block.addRow(
                    rowLabels(slot, keepsName: keepsName), dropsName: !keepsName)
                let read = try store.slots[slot].withSamples(
                    from: from, through: through, scratch: &unpacked
                ) { (view) throws(PromQLEvaluationError) -> Int in
                    fillWindows(&block, row, view, function, source.plan, argument, grid)
                    return view.count
                }
                try charge(read)
            } else {
                let labels = source.labels[index]
                let row = block.addRow(
                    keepsName || options.delaysNameRemoval ? labels : nameless(labels),
                    dropsName: !keepsName || source.dropsName[index])
                let buffer = source.buffers[index]
                try charge(buffer.count)
                try SampleSeries.view(buffer, 0..<buffer.count) {
                    (view) throws(PromQLEvaluationError) in
                    fillWindows(&block, row, view, function, source.plan, argument, grid)
                }
            }
            if !block.hasValue(row: block.rows - 1) { block.removeLastRow() }
        }
        return block
    }

    private func rowLabels(_ slot: Int, keepsName: Bool) -> SeriesLabels {
        if keepsName || options.delaysNameRemoval { return store.slots[slot].labels }
        return nameless(store.slots[slot].labels)
    }

    @inline(__always)
    private mutating func fillWindows(
        _ block: inout VectorBlock, _ row: Int, _ view: SampleView, _ function: PromQLFunction,
        _ plan: WindowPlan, _ argument: [Double]?, _ grid: EvaluationGrid
    ) {
        guard view.values.contains(where: { StaleMarker.isStale($0) }) else {
            return fillClean(&block, row, view, function, plan, argument, grid)
        }
        var clean = SampleBuffer()
        for index in 0..<view.count where !StaleMarker.isStale(view.values[index]) {
            clean.append(view.timestamps[index], view.values[index])
        }
        clean.timestamps.withUnsafeBufferPointer { timestamps in
            clean.values.withUnsafeBufferPointer { values in
                fillClean(
                    &block, row, SampleView(timestamps: timestamps, values: values), function,
                    plan, argument, grid)
            }
        }
    }

    private mutating func fillClean(
        _ block: inout VectorBlock, _ row: Int, _ view: SampleView, _ function: PromQLFunction,
        _ plan: WindowPlan, _ argument: [Double]?, _ grid: EvaluationGrid
    ) {
        var first = 0
        var next = 0
        for step in 0..<grid.count {
            let time = grid.time(step)
            let end = plan.end(time)
            if grid.count == 1 {
                next = view.count
            } else {
                first = view.firstIndex(after: windowStart(end, plan.length) - 1, from: first)
                next = view.firstIndex(after: end, from: max(first, next))
            }
            guard next > first else { continue }
            let window = SampleWindow(
                timestamps: UnsafeBufferPointer(rebasing: view.timestamps[first..<next]),
                values: UnsafeBufferPointer(rebasing: view.values[first..<next]),
                start: end - plan.length, end: end, time: time,
                argument: argument?[step] ?? 0)
            block.values[row * grid.count + step] = RangeFunctions.apply(
                function, window, profile: options.profile, scratch: &numbers)
        }
    }
}
