// Answering queries from a store. Pure: no clock, no tasks, no state between queries.

/// Evaluates expressions over a store.
package struct PromQLEngine: Sendable {
    /// How this engine evaluates.
    package let options: EngineOptions

    /// An engine; the options' defaults are an ordinary server's.
    package init(options: EngineOptions = .standard) {
        self.options = options
    }

    /// The value of an expression at one time.
    ///
    /// - Parameters:
    ///   - expression: any type of expression.
    ///   - time: milliseconds since 1970.
    ///   - store: the samples; a rule group passes the store with its own results so far.
    package func instant(
        _ expression: PromQLExpression, at time: Int64, in store: SampleStore
    ) throws(PromQLEvaluationError) -> QueryResult {
        let time = TimeBounds.clamped(time)
        var evaluator = Evaluator(
            store: store, options: options, from: time, through: time, text: expression.text)
        let value: QueryValue
        if expression.type == .matrix {
            value = .matrix(try evaluator.rangeVector(expression.root, at: time))
        } else {
            switch try evaluator.evaluate(expression.root, .single(time)) {
            case .scalar(let numbers): value = .scalar(numbers.first ?? .nan)
            case .string(let text): value = .string(text)
            case .vector(let block):
                let cleaned = try evaluator.cleaned(block)
                var elements: [VectorElement] = []
                elements.reserveCapacity(cleaned.rows)
                for row in 0..<cleaned.rows where !VectorBlock.isAbsent(cleaned.values[row]) {
                    elements.append(
                        VectorElement(
                            labels: cleaned.labels[row], value: cleaned.values[row],
                            timestamp: time))
                }
                value = .vector(elements)
            }
        }
        return QueryResult(
            value: value, warnings: evaluator.notes.warnings, infos: evaluator.notes.infos)
    }

    /// The values of an expression at `start`, `start + step`, … up to `end`.
    ///
    /// - Parameters:
    ///   - expression: of type scalar or instant vector.
    ///   - start: milliseconds since 1970.
    ///   - end: milliseconds since 1970, included when a step falls on it.
    ///   - step: milliseconds, positive.
    /// - Returns: a matrix, sorted by labels; a scalar becomes one series without labels.
    package func range(
        _ expression: PromQLExpression, from start: Int64, through end: Int64, step: Int64,
        in store: SampleStore
    ) throws(PromQLEvaluationError) -> QueryResult {
        let grid = try self.grid(expression, from: start, through: end, step: step)
        var evaluator = Evaluator(
            store: store, options: options, from: grid.start, through: TimeBounds.clamped(end),
            text: expression.text)
        var series: [MatrixSeries] = []
        switch try evaluator.evaluate(expression.root, grid) {
        case .scalar(let numbers):
            var samples = SampleBuffer()
            for (index, number) in numbers.enumerated() {
                samples.append(grid.time(index), number)
            }
            series = [MatrixSeries(labels: .empty, samples: samples)]
        case .string: break
        case .vector(let block):
            let cleaned = try evaluator.cleaned(block)
            for row in 0..<cleaned.rows {
                var samples = SampleBuffer()
                for index in 0..<grid.count {
                    let value = cleaned.values[row * grid.count + index]
                    if !VectorBlock.isAbsent(value) { samples.append(grid.time(index), value) }
                }
                if samples.count > 0 {
                    series.append(MatrixSeries(labels: cleaned.labels[row], samples: samples))
                }
            }
            series.sort { $0.labels < $1.labels }
        }
        return QueryResult(
            value: .matrix(series), warnings: evaluator.notes.warnings,
            infos: evaluator.notes.infos)
    }

    private func grid(
        _ expression: PromQLExpression, from start: Int64, through end: Int64, step: Int64
    ) throws(PromQLEvaluationError) -> EvaluationGrid {
        let type = expression.type
        guard type == .scalar || type == .vector else {
            throw .badRange(
                "invalid expression type \(GoText.quoted(type.documentedName)) for range query, "
                    + "must be Scalar or instant Vector")
        }
        guard step > 0 else {
            throw .badRange(
                "zero or negative query resolution step widths are not accepted; "
                    + "try a positive number")
        }
        let start = TimeBounds.clamped(start)
        let end = TimeBounds.clamped(end)
        guard end >= start else {
            throw .badRange("end timestamp must not be before start time")
        }
        let count = (end - start) / step + 1
        guard count <= Int64(options.maximumPoints) else {
            throw .tooManyPoints(limit: options.maximumPoints)
        }
        return EvaluationGrid(start: start, step: step, count: Int(count))
    }
}

extension Evaluator {
    /// The series and samples of a range vector at one time.
    mutating func rangeVector(
        _ node: SyntaxNode, at time: Int64
    ) throws(PromQLEvaluationError) -> [MatrixSeries] {
        let source = try rangeSource(node, .single(time))
        let end = source.plan.end(time)
        let from = windowStart(end, source.plan.length)
        var result: [MatrixSeries] = []
        var unpacked = SampleBuffer()
        let total = source.slots?.count ?? source.buffers.count
        for index in 0..<total {
            var samples = SampleBuffer()
            var labels = SeriesLabels.empty
            if let slots = source.slots {
                labels = store.slots[slots[index]].labels
                try store.slots[slots[index]].withSamples(
                    from: from, through: end, scratch: &unpacked
                ) {
                    (view) throws(PromQLEvaluationError) in
                    for sample in 0..<view.count
                    where !StaleMarker.isStale(view.values[sample]) {
                        samples.append(view.timestamps[sample], view.values[sample])
                    }
                }
            } else {
                labels = source.labels[index]
                if options.delaysNameRemoval, source.dropsName[index] {
                    labels = nameless(labels)
                }
                samples = source.buffers[index]
            }
            try charge(samples.count)
            if samples.count > 0 {
                result.append(MatrixSeries(labels: labels, samples: samples))
            }
        }
        return result
    }
}
