// Prometheus' HTTP API over a sample store: from parameters to a JSON document.

import PromQL

/// Answers questions about samples.
///
/// - Source: prometheus.io/docs/prometheus/latest/querying/api
package struct QueryAPI: Sendable {
    /// A question.
    package enum Endpoint: Sendable, Hashable {
        case query
        case queryRange
        case series
        case labels
        case labelValues(String)
    }

    /// The most steps of a range query.
    private static let maximumSteps = 11_000

    private let samples: SampleStore
    private let now: Int64
    private let options: EngineOptions
    private let stopper: @Sendable (Double?) -> @Sendable () -> Bool

    /// An API over a snapshot of samples.
    ///
    /// - Parameters:
    ///   - now: the time of queries that name none, milliseconds since 1970.
    ///   - options: how queries are evaluated.
    ///   - stopper: turns a timeout in milliseconds, nil for the default, into what tells when
    ///     the time is over.
    package init(
        samples: SampleStore, now: Int64, options: EngineOptions = .standard,
        stopper: @escaping @Sendable (Double?) -> @Sendable () -> Bool = { _ in { false } }
    ) {
        self.samples = samples
        self.now = now
        self.options = options
        self.stopper = stopper
    }

    /// Answers a request.
    package func answer(_ endpoint: Endpoint, _ parameters: QueryParameters) -> QueryAnswer {
        do throws(QueryAPIError) {
            switch endpoint {
            case .query: return try query(parameters)
            case .queryRange: return try queryRange(parameters)
            case .series: return try series(parameters)
            case .labels: return try labels(parameters)
            case .labelValues(let name): return try labelValues(name, parameters)
            }
        } catch {
            return .failure(error)
        }
    }

    // MARK: Expressions

    private func query(_ parameters: QueryParameters) throws(QueryAPIError) -> QueryAnswer {
        let limit = try parameters.limit()
        let time = try parameters.time("time") ?? now
        let engine = try engine(parameters)
        let expression = try expression(parameters)
        do {
            let result = try engine.instant(expression, at: time, in: samples)
            return Self.answer(result, at: time, limit: limit)
        } catch {
            throw Self.failure(error)
        }
    }

    private func queryRange(_ parameters: QueryParameters) throws(QueryAPIError) -> QueryAnswer {
        let limit = try parameters.limit()
        let start = try parameters.requiredTime("start")
        let end = try parameters.requiredTime("end")
        guard end >= start else {
            throw .parameter("end", "end timestamp must not be before start time")
        }
        let duration = try parameters.duration("step")
        guard duration >= 1 else {
            throw .parameter(
                "step",
                "zero or negative query resolution step widths are not accepted. Try a positive "
                    + "integer")
        }
        let step = Int64(min(duration, Double(TimeBounds.accepted.upperBound)))
        guard (end - start) / step <= Int64(Self.maximumSteps) else {
            throw QueryAPIError(
                .badData,
                "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the "
                    + "query resolution (?step=XX)")
        }
        let engine = try engine(parameters)
        let expression = try expression(parameters)
        do {
            let result = try engine.range(
                expression, from: start, through: end, step: step, in: samples)
            return Self.answer(result, at: end, limit: limit)
        } catch {
            throw Self.failure(error)
        }
    }

    private func engine(_ parameters: QueryParameters) throws(QueryAPIError) -> PromQLEngine {
        let shouldStop = stopper(try parameters.timeout())
        if shouldStop() { throw .queueTimeout }
        var options = options
        options.maximumPoints = Self.maximumSteps + 1
        options.shouldStop = shouldStop
        return PromQLEngine(options: options)
    }

    private func expression(
        _ parameters: QueryParameters
    ) throws(QueryAPIError) -> PromQLExpression {
        do {
            return try PromQLExpression.parse(
                parameters["query"], options: PromQLOptions(profile: options.profile))
        } catch {
            throw .parameter("query", "\(error)")
        }
    }

    private static func failure(_ error: PromQLEvaluationError) -> QueryAPIError {
        switch error {
        case .execution(let message): QueryAPIError(.execution, message)
        case .tooManySamples:
            QueryAPIError(
                .execution,
                "query processing would load too many samples into memory in query execution")
        case .tooManyPoints: QueryAPIError(.badData, error.description)
        case .badRange(let message): .parameter("query", message)
        case .stopped: QueryAPIError(.timeout, "query timed out in expression evaluation")
        }
    }

    private static func answer(
        _ result: QueryResult, at time: Int64, limit: Int?
    ) -> QueryAnswer {
        let (value, warning) = truncated(result.value, limit)
        return .success(warnings: result.warnings + warning, infos: result.infos) { json in
            write(value, at: time, to: &json)
        }
    }

    private static func truncated(_ value: QueryValue, _ limit: Int?) -> (QueryValue, [String]) {
        guard let limit else { return (value, []) }
        switch value {
        case .vector(let elements) where elements.count > limit:
            return (.vector(Array(elements.prefix(limit))), [truncation])
        case .matrix(let series) where series.count > limit:
            return (.matrix(Array(series.prefix(limit))), [truncation])
        default: return (value, [])
        }
    }

    private static let truncation = "results truncated due to limit"

    private static func write(
        _ value: QueryValue, at time: Int64, to json: inout PrometheusJSON
    ) {
        switch value {
        case .scalar(let number):
            json.raw("{\"resultType\":\"scalar\",\"result\":[\(GoFloat.fixed(Double(time) / 1000))")
            json.raw(",\"\(GoFloat.fixed(number))\"]}")
        case .string(let text):
            json.raw(
                "{\"resultType\":\"string\",\"result\":[\(GoFloat.fixed(Double(time) / 1000)),")
            json.string(text)
            json.raw("]}")
        case .vector(let elements):
            json.raw("{\"resultType\":\"vector\",\"result\":")
            json.list(elements) { json, element in
                json.raw("{\"metric\":")
                json.labels(element.labels.pairs)
                json.raw(",\"value\":")
                json.sample(element.timestamp, element.value)
                json.raw("}")
            }
            json.raw("}")
        case .matrix(let series):
            json.raw("{\"resultType\":\"matrix\",\"result\":")
            json.list(series) { json, series in
                json.raw("{\"metric\":")
                json.labels(series.labels.pairs)
                json.raw(",\"values\":")
                json.list(zip(series.samples.timestamps, series.samples.values)) {
                    $0.sample($1.0, $1.1)
                }
                json.raw("}")
            }
            json.raw("}")
        }
    }

    // MARK: Series

    private func series(_ parameters: QueryParameters) throws(QueryAPIError) -> QueryAnswer {
        let limit = try parameters.limit()
        guard !parameters.all("match[]").isEmpty else {
            throw QueryAPIError(.badData, "no match[] parameter provided")
        }
        let (start, end) = try span(parameters)
        let found = samples.series(try parameters.matchers(), from: start, through: end)
        return Self.list(found, limit) { $0.labels($1.pairs) }
    }

    private func labels(_ parameters: QueryParameters) throws(QueryAPIError) -> QueryAnswer {
        let limit = try parameters.limit()
        let (start, end) = try span(parameters)
        let selections = try parameters.matchers()
        let names = samples.labelNames(
            selections.isEmpty ? [[]] : selections, from: start, through: end)
        return Self.list(names, limit) { $0.string($1) }
    }

    private func labelValues(
        _ name: String, _ parameters: QueryParameters
    ) throws(QueryAPIError) -> QueryAnswer {
        let limit = try parameters.limit()
        guard !name.isEmpty else {
            throw QueryAPIError(.badData, "invalid label name: \(GoText.quoted(name))")
        }
        let (start, end) = try span(parameters)
        let selections = try parameters.matchers()
        let values = samples.labelValues(
            of: name, selections.isEmpty ? [[]] : selections, from: start, through: end)
        return Self.list(values, limit) { $0.string($1) }
    }

    private func span(
        _ parameters: QueryParameters
    ) throws(QueryAPIError) -> (start: Int64, end: Int64) {
        let start = try parameters.time("start") ?? .min
        let end = try parameters.time("end") ?? .max
        return (start, end)
    }

    private static func list<Element>(
        _ elements: [Element], _ limit: Int?, _ write: (inout PrometheusJSON, Element) -> Void
    ) -> QueryAnswer {
        let shown = limit.map { elements.prefix($0) } ?? elements[...]
        return .success(warnings: shown.count < elements.count ? [truncation] : []) { json in
            json.list(shown, write)
        }
    }
}
