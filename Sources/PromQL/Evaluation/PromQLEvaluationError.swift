// Why a query failed.

/// A query that cannot be answered.
package enum PromQLEvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The data do not fit the expression: two equal label sets, many-to-many matching, a bad
    /// regular expression or label name in an argument. The text is Prometheus' own.
    case execution(String)
    /// The query touches more samples than allowed.
    case tooManySamples(limit: Int)
    /// The range query asks for more points than allowed.
    case tooManyPoints(limit: Int)
    /// The range query's end is before its start, or its step is not positive.
    case badRange(String)
    /// `EngineOptions.shouldStop` said so.
    case stopped

    package var description: String {
        switch self {
        case .execution(let message): message
        case .tooManySamples(let limit):
            "query processing would load too many samples into memory in query execution "
                + "(limit \(limit)); ask for fewer series or a shorter range"
        case .tooManyPoints(let limit):
            "exceeded maximum resolution of \(limit) points per timeseries; "
                + "try decreasing the query resolution (step)"
        case .badRange(let message): message
        case .stopped: "query was stopped before it was complete; ask for less"
        }
    }
}
