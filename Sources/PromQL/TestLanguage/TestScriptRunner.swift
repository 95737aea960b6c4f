// Running scripts of the test language against the engine.

import LinearRegex

/// Runs the public evaluation cases.
///
/// The engine is set as the cases want it: 3.x ranges, names removed late, look-back 5 minutes,
/// default subquery step 1 minute. Cases with an experimental modifier, refused as such, are left
/// out: the language that is offered is the stable one.
package struct TestScriptRunner {
    private let engine: PromQLEngine
    private let checksPinned: Bool
    private var store = SampleStore()

    /// A runner.
    ///
    /// - Parameter checksPinned: run each instant query again at other times with its selectors
    ///   pinned by `@`, alone and inside a range query; its case fails if an answer differs.
    package init(checksPinned: Bool = false) {
        self.checksPinned = checksPinned
        engine = PromQLEngine(options: EngineOptions(delaysNameRemoval: true))
    }

    /// Runs all queries of a script and counts them.
    package static func run(
        _ bytes: [UInt8], name: String, checksPinned: Bool = false
    ) -> ConformanceTally {
        var tally = ConformanceTally()
        var reader = TestScriptReader(bytes)
        var runner = TestScriptRunner(checksPinned: checksPinned)
        do throws(TestScriptError) {
            while let (command, line) = try reader.next() {
                guard case .query(let text, let time, let expectation) = command else {
                    try runner.prepare(command, line)
                    continue
                }
                if let refusal = runner.experimentalRefusal(text) {
                    tally.leftOut.append("\(name):\(line): `\(text)`: \(refusal)")
                    continue
                }
                let problem = runner.check(text, time, expectation)
                tally.record(problem.map { "\(name):\(line): `\(text)`: \($0)" })
            }
        } catch {
            tally.record("\(name): \(error)")
        }
        return tally
    }

    private mutating func prepare(_ command: TestCommand, _ line: Int) throws(TestScriptError) {
        guard case .load(let step, let series) = command else {
            store = SampleStore()
            return
        }
        // Of two descriptions of one series in a block the later counts.
        var latest: [SeriesLabels: Int] = [:]
        for (index, description) in series.enumerated() { latest[description.labels] = index }
        for (index, description) in series.enumerated()
        where latest[description.labels] == index {
            for (position, value) in description.values.enumerated() {
                guard let value else { continue }
                let outcome = store.append(
                    description.labels, timestamp: Int64(position) * step, value: value)
                guard outcome.isStored else {
                    throw TestScriptError(
                        line: line, message: "\(description.labels): \(outcome)")
                }
            }
        }
    }

    // MARK: - Queries

    private func experimentalRefusal(_ text: String) -> String? {
        do throws(PromQLParseError) {
            _ = try PromQLExpression.parse(text)
            return nil
        } catch {
            return error.message.contains("modifier is experimental") ? error.message : nil
        }
    }

    private func check(
        _ text: String, _ time: TestTime, _ expectation: TestExpectation
    ) -> String? {
        let expression: PromQLExpression
        do throws(PromQLParseError) {
            expression = try PromQLExpression.parse(text)
        } catch {
            guard expectation.fails else { return "refused: \(error)" }
            return matches(error.description, expectation.failure)
                ? nil : "failed with: \(error)"
        }
        do throws(PromQLEvaluationError) {
            let result = try evaluate(expression, time)
            if expectation.fails { return "did not fail" }
            if let problem = checkAnnotations(result, expectation) { return problem }
            if let problem = compare(result.value, time, expectation) { return problem }
            guard checksPinned, case .instant(let instant) = time else { return nil }
            return try checkPinned(expression, instant, expectation)
        } catch {
            guard expectation.fails else { return "failed: \(error)" }
            return matches(error.description, expectation.failure)
                ? nil : "failed with: \(error)"
        }
    }

    private func evaluate(
        _ expression: PromQLExpression, _ time: TestTime
    ) throws(PromQLEvaluationError) -> QueryResult {
        switch time {
        case .instant(let time): try engine.instant(expression, at: time, in: store)
        case .range(let from, let through, let step):
            try engine.range(expression, from: from, through: through, step: step, in: store)
        }
    }

    /// The same query at other times, its selectors pinned to the original one.
    private func checkPinned(
        _ expression: PromQLExpression, _ time: Int64, _ expectation: TestExpectation
    ) throws(PromQLEvaluationError) -> String? {
        guard let root = expression.root.pinned(to: time) else { return nil }
        let pinned = PromQLExpression(text: expression.text, root: root)
        for other in [time - 3_600_000, time - 1, time + 1, 1_234_567, time + 86_400_000] {
            let alone = try engine.instant(pinned, at: other, in: store)
            if let problem = compare(alone.value, .instant(other), expectation) {
                return "pinned at \(other): \(problem)"
            }
            guard pinned.type == .vector else { continue }
            let range = try engine.range(
                pinned, from: other - 60_000, through: other + 60_000, step: 60_000, in: store)
            guard case .matrix(let series) = range.value else { continue }
            let middle = series.compactMap { entry -> VectorElement? in
                guard let index = entry.samples.timestamps.firstIndex(of: other) else {
                    return nil
                }
                return VectorElement(
                    labels: entry.labels, value: entry.samples.values[index], timestamp: other)
            }
            var unordered = expectation
            unordered.isOrdered = false
            if let problem = compare(.vector(middle), .instant(other), unordered) {
                return "pinned in a range around \(other): \(problem)"
            }
        }
        return nil
    }

    // MARK: - Annotations

    private func checkAnnotations(
        _ result: QueryResult, _ expectation: TestExpectation
    ) -> String? {
        if expectation.forbidsWarnings, !result.warnings.isEmpty {
            return "warnings: \(result.warnings)"
        }
        if expectation.forbidsInfos, !result.infos.isEmpty { return "infos: \(result.infos)" }
        if expectation.warns, result.warnings.isEmpty { return "no warning" }
        if expectation.informs, result.infos.isEmpty { return "no info" }
        return unmatched(result.warnings, expectation.warnings)
            ?? unmatched(result.infos, expectation.infos)
    }

    private func unmatched(_ given: [String], _ wanted: [TestExpectation.Text]) -> String? {
        guard !wanted.isEmpty else { return nil }
        for remark in given where !wanted.contains(where: { matches(remark, $0) }) {
            return "unexpected: \(remark)"
        }
        for text in wanted where !given.contains(where: { matches($0, text) }) {
            return "missing: \(text); given: \(given)"
        }
        return nil
    }

    private func matches(_ given: String, _ wanted: TestExpectation.Text?) -> Bool {
        switch wanted {
        case nil: true
        case .exactly(let text): given == text
        case .matching(let pattern):
            (try? LinearRegex(pattern))?.matchesPart(of: given) ?? false
        }
    }
}
