// Replaying questions that a real Prometheus 2.42 has answered.
//
// The first line of a file holds the series, each further line a question and its answer. That
// version closes ranges at both ends, so the engine runs in the 2.x profile. Numbers agree within
// a relative 1e-9: the order of additions differs.

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

    private static func labels(_ value: TableValue) -> SeriesLabels {
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
            return compare(result.value, line["result"]?.items ?? [])
        } catch {
            return isSuccess ? "failed: \(error)" : nil
        }
    }

    private static func compare(_ value: QueryValue, _ wanted: [TableValue]) -> String? {
        switch value {
        case .scalar(let number):
            return agree(number, wanted.last?.text ?? "") ? nil : "scalar \(number)"
        case .string(let text):
            return text == wanted.last?.text ? nil : "string \(text)"
        case .vector(let elements):
            return compare(
                elements.map { ($0.labels, [$0.timestamp], [$0.value]) }, wanted)
        case .matrix(let series):
            return compare(
                series.map { ($0.labels, $0.samples.timestamps, $0.samples.values) }, wanted)
        }
    }

    private static func compare(
        _ given: [(SeriesLabels, [Int64], [Double])], _ wanted: [TableValue]
    ) -> String? {
        var expected: [SeriesLabels: [[TableValue]]] = [:]
        for entry in wanted {
            let points = entry["values"]?.items ?? [entry["value"]].compactMap(\.self)
            expected[labels(entry["metric"] ?? .null)] = points.map(\.items)
        }
        guard expected.count == given.count else {
            return "\(given.count) series, expected \(expected.count)"
        }
        for (metric, times, values) in given {
            guard let points = expected[metric] else { return "unexpected \(metric)" }
            guard points.count == times.count else {
                return "\(metric): \(times.count) points, expected \(points.count)"
            }
            for (index, point) in points.enumerated() {
                guard case .number(let seconds)? = point.first,
                    Int64((seconds * 1000).rounded()) == times[index]
                else { return "\(metric): time \(times[index])" }
                guard agree(values[index], point.last?.text ?? "") else {
                    return "\(metric): \(values[index]) at \(times[index]), "
                        + "expected \(point.last?.text ?? "")"
                }
            }
        }
        return nil
    }

    private static func agree(_ number: Double, _ text: String) -> Bool {
        guard let wanted = GoFloat.parse(text) else { return false }
        if number.isNaN || wanted.isNaN { return number.isNaN && wanted.isNaN }
        if number == wanted { return true }
        return abs(number - wanted) <= 1e-9 * max(abs(number), abs(wanted))
    }
}
