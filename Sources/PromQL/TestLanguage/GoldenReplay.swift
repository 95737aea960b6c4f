// Replaying questions that a real Prometheus 2.42 has answered.
//
// The first line of a file holds the series, each further line a question and its answer. That
// version closes ranges at both ends, so the engine runs in the 2.x profile.

/// Replays golden files.
package enum GoldenReplay {
    /// Runs all questions of a file and counts the answers that agree.
    package static func run(_ bytes: [UInt8], name: String) -> ConformanceTally {
        var tally = ConformanceTally()
        let lines = TableValue.lines(bytes)
        let store = load(lines.first?["series"]?.items ?? [])
        let engine = PromQLEngine(options: EngineOptions(profile: .prometheus2))
        for (index, line) in lines.dropFirst().enumerated() {
            let text = line["q"]?["expr"]?.text ?? ""
            let problem = check(line, text, engine, store)
            tally.record(problem.map { "\(name):\(index + 2): `\(text)`: \($0)" })
        }
        return tally
    }

    private static func load(_ series: [TableValue]) -> SampleStore {
        var store = SampleStore()
        for entry in series {
            let parts = entry.items
            guard parts.count == 2 else { continue }
            let metric = labels(parts[0])
            for sample in parts[1].items {
                guard let time = sample.items.first?.integer, let value = sample.items.last?.text
                else { continue }
                let number = value == "stale" ? StaleMarker.value : GoFloat.parse(value) ?? .nan
                store.append(metric, timestamp: Int64(time), value: number)
            }
        }
        return store
    }

    static func labels(_ value: TableValue) -> SeriesLabels {
        guard case .object(let members) = value else { return .empty }
        return SeriesLabels(members.map { ($0.name, $0.value.text ?? "") })
    }

    private static func check(
        _ line: TableValue, _ text: String, _ engine: PromQLEngine, _ store: SampleStore
    ) -> String? {
        let isSuccess = line["status"]?.text == "success"
        do {
            let options = PromQLOptions(profile: .prometheus2)
            let expression = try PromQLExpression.parse(text, options: options)
            let result: QueryResult
            if let time = line["q"]?["time"]?.integer {
                result = try engine.instant(expression, at: Int64(time), in: store)
            } else {
                guard let from = line["q"]?["start"]?.integer,
                    let through = line["q"]?["end"]?.integer,
                    let step = line["q"]?["step"]?.integer
                else { return "no time" }
                result = try engine.range(
                    expression, from: Int64(from), through: Int64(through), step: Int64(step),
                    in: store)
            }
            guard isSuccess else { return "answered, expected an error" }
            let wanted = line["result"]?.items ?? []
            return GoldenAnswer.problem(
                result.value, wanted, mayTie: choosesAmongEqual(expression.root))
        } catch {
            return isSuccess ? "failed: \(error)" : nil
        }
    }

    /// Whether some part picks the best elements: of equal ones any may be picked.
    private static func choosesAmongEqual(_ node: SyntaxNode) -> Bool {
        if case .aggregation(let aggregation) = node,
            aggregation.operation == .topk || aggregation.operation == .bottomk
        {
            return true
        }
        return node.children.contains(where: choosesAmongEqual)
    }
}
