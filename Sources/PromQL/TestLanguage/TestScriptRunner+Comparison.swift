// Comparing answers with what a script expects. Floats agree within a relative 1e-6.

extension TestScriptRunner {
    func compare(
        _ value: QueryValue, _ time: TestTime, _ expectation: TestExpectation
    ) -> String? {
        switch value {
        case .scalar(let number):
            guard let wanted = expectation.scalar else { return "gave scalar \(number)" }
            return agree(number, wanted) ? nil : "\(number), expected \(wanted)"
        case .string(let text):
            return text == expectation.string ? nil : "gave string \(text)"
        case .vector(let elements):
            return compare(elements, expectation)
        case .matrix(let series):
            return compare(series, time, expectation)
        }
    }

    private func compare(
        _ elements: [VectorElement], _ expectation: TestExpectation
    ) -> String? {
        if expectation.scalar != nil || expectation.string != nil { return "gave a vector" }
        guard elements.count == expectation.series.count else {
            return "\(show(elements)), expected \(expectation.series.count) elements"
        }
        for (index, wanted) in expectation.series.enumerated() {
            let labels = wanted.description.labels
            let found =
                expectation.isOrdered
                ? elements[index] : elements.first { $0.labels == labels }
            guard let found, found.labels == labels else {
                return "\(labels) missing in \(show(elements))"
            }
            guard case .some(.some(let number)) = wanted.description.values.first else {
                return "a value expected for \(labels)"
            }
            guard agree(found.value, number) else {
                return "\(labels) \(found.value), expected \(number)"
            }
        }
        return nil
    }

    private func compare(
        _ series: [MatrixSeries], _ time: TestTime, _ expectation: TestExpectation
    ) -> String? {
        let grid: (from: Int64, step: Int64)
        switch time {
        case .range(let from, _, let step):
            grid = (from, step)
            for (first, second) in zip(series, series.dropFirst())
            where !(first.labels < second.labels) {
                return "series are not sorted"
            }
        case .instant:
            guard let range = expectation.rangeVector else { return "gave a range vector" }
            grid = (range.from, range.step)
        }
        var wanted: [SeriesLabels: SampleBuffer] = [:]
        var scalar = SampleBuffer()
        for entry in expectation.series {
            var samples = SampleBuffer()
            for (index, value) in entry.description.values.enumerated() {
                if let value { samples.append(grid.from + Int64(index) * grid.step, value) }
            }
            if samples.count > 0 { wanted[entry.description.labels] = samples }
        }
        if let number = expectation.scalar {
            scalar.append(grid.from, number)
            wanted[.empty] = scalar
        }
        guard series.count == wanted.count else {
            return "\(show(series)), expected \(wanted.count) series"
        }
        for entry in series {
            guard let samples = wanted[entry.labels] else { return "unexpected \(entry.labels)" }
            guard samples.timestamps == entry.samples.timestamps,
                zip(samples.values, entry.samples.values).allSatisfy({ agree($0, $1) })
            else {
                return "\(entry.labels) \(entry.samples.values) at \(entry.samples.timestamps), "
                    + "expected \(samples.values) at \(samples.timestamps)"
            }
        }
        return nil
    }

    private func agree(_ left: Double, _ right: Double) -> Bool {
        if left.isNaN || right.isNaN { return left.isNaN && right.isNaN }
        if left == right { return true }
        let sum = abs(left) + abs(right)
        let difference = abs(left - right)
        if left == 0 || right == 0 || sum < .leastNormalMagnitude {
            return difference < 1e-6 * .leastNormalMagnitude
        }
        return difference / min(sum, .greatestFiniteMagnitude) < 1e-6
    }

    private func show(_ elements: [VectorElement]) -> String {
        "[" + elements.map { "\($0.labels) \($0.value)" }.joined(separator: ", ") + "]"
    }

    private func show(_ series: [MatrixSeries]) -> String {
        "[" + series.map { "\($0.labels) \($0.samples.values)" }.joined(separator: ", ") + "]"
    }
}
