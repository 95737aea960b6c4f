// Comparing an answer with the one a real Prometheus gave.
//
// 1. Numbers agree within a relative 1e-9: the order of additions differs. So do numbers that
//    `count_values` made into labels.
// 2. Which of equal elements `topk` and `bottomk` pick is arbitrary: there the values at every time
//    have to agree, whichever series have them.

/// Compares answers.
enum GoldenAnswer {
    private typealias Series = (labels: SeriesLabels, times: [Int64], values: [Double])

    /// What differs, or nil.
    ///
    /// - Parameter mayTie: the question picks among elements that may be equal.
    static func problem(
        _ value: QueryValue, _ wanted: [TableValue], mayTie: Bool
    ) -> String? {
        let given: [Series]
        switch value {
        case .scalar(let number):
            return agree(number, parsed(wanted.last)) ? nil : "scalar \(number)"
        case .string(let text):
            return text == wanted.last?.text ? nil : "string \(text)"
        case .vector(let elements):
            given = elements.map { ($0.labels, [$0.timestamp], [$0.value]) }
        case .matrix(let series):
            given = series.map { ($0.labels, $0.samples.timestamps, $0.samples.values) }
        }
        let expected = wanted.map(series)
        guard let problem = problem(given, expected) else { return nil }
        return mayTie && valuesAgree(given, expected) ? nil : problem
    }

    private static func series(_ entry: TableValue) -> Series {
        let points = entry["values"]?.items ?? [entry["value"]].compactMap(\.self)
        let times = points.map { point -> Int64 in
            guard case .number(let seconds)? = point.items.first else { return .min }
            return Int64((seconds * 1000).rounded())
        }
        return (
            GoldenReplay.labels(entry["metric"] ?? .null), times,
            points.map { parsed($0.items.last) }
        )
    }

    private static func parsed(_ value: TableValue?) -> Double {
        // An answer that is no number is like no other one.
        GoFloat.parse(value?.text ?? "") ?? .leastNonzeroMagnitude
    }

    // MARK: - Series by series

    private static func problem(_ given: [Series], _ wanted: [Series]) -> String? {
        guard wanted.count == given.count else {
            return "\(given.count) series, expected \(wanted.count)"
        }
        var expected: [SeriesLabels: Series] = [:]
        for series in wanted { expected[series.labels] = series }
        for (metric, times, values) in given {
            let known =
                expected[metric] != nil
                ? metric : wanted.first { labelsAgree($0.labels, metric) }?.labels
            guard let known, let series = expected.removeValue(forKey: known) else {
                return "unexpected \(metric)"
            }
            guard series.times.count == times.count else {
                return "\(metric): \(times.count) points, expected \(series.times.count)"
            }
            for index in times.indices {
                guard series.times[index] == times[index] else {
                    return "\(metric): time \(times[index])"
                }
                guard agree(values[index], series.values[index]) else {
                    return "\(metric): \(values[index]) at \(times[index]), "
                        + "expected \(series.values[index])"
                }
            }
        }
        return nil
    }

    /// The same names, and values that are the same or numbers that agree.
    private static func labelsAgree(_ left: SeriesLabels, _ right: SeriesLabels) -> Bool {
        left.pairs.elementsEqual(right.pairs) { mine, other in
            if mine == other { return true }
            guard mine.name == other.name, let first = GoFloat.parse(mine.value),
                let second = GoFloat.parse(other.value)
            else { return false }
            return agree(first, second)
        }
    }

    private static func agree(_ left: Double, _ right: Double) -> Bool {
        if left.isNaN || right.isNaN { return left.isNaN && right.isNaN }
        if left == right { return true }
        return abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    }

    // MARK: - Time by time

    private static func valuesAgree(_ given: [Series], _ wanted: [Series]) -> Bool {
        let (mine, other) = (byTime(given), byTime(wanted))
        return mine.count == other.count
            && mine.allSatisfy { time, values in
                guard let expected = other[time] else { return false }
                return values.elementsEqual(expected, by: agree)
            }
    }

    private static func byTime(_ series: [Series]) -> [Int64: [Double]] {
        var values: [Int64: [Double]] = [:]
        for series in series {
            for (time, value) in zip(series.times, series.values) {
                values[time, default: []].append(value)
            }
        }
        return values.mapValues { $0.sorted { $1.isNaN ? !$0.isNaN : $0 < $1 } }
    }
}
