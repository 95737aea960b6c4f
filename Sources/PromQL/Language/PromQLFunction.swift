// The functions of the language: names, parameters, results.

/// The parameters and the result of a function.
struct FunctionSignature: Sendable {
    let parameters: [ValueType]
    /// 0: exactly the parameters. n > 0: the last parameter is optional and may come n times.
    /// -1: the last parameter may come any number of times.
    let variadic: Int
    let result: ValueType

    init(_ parameters: [ValueType], variadic: Int = 0, _ result: ValueType = .vector) {
        self.parameters = parameters
        self.variadic = variadic
        self.result = result
    }
}

/// The stable functions that have a meaning for floats.
enum PromQLFunction: String, Sendable, CaseIterable {
    case abs, absent, acos, acosh, asin, asinh, atan, atanh, ceil, changes, clamp, cos, cosh
    case deg, delta, deriv, exp, floor, hour, idelta, increase, irate, ln, log10, log2, minute
    case month, pi, rad, rate, resets, round, scalar, sgn, sin, sinh, sort, sqrt, tan, tanh
    case time, timestamp, vector, year
    case absentOverTime = "absent_over_time"
    case averageOverTime = "avg_over_time"
    case clampMaximum = "clamp_max"
    case clampMinimum = "clamp_min"
    case countOverTime = "count_over_time"
    case dayOfMonth = "day_of_month"
    case dayOfWeek = "day_of_week"
    case dayOfYear = "day_of_year"
    case daysInMonth = "days_in_month"
    case firstOverTime = "first_over_time"
    case histogramFraction = "histogram_fraction"
    case histogramQuantile = "histogram_quantile"
    case labelJoin = "label_join"
    case labelReplace = "label_replace"
    case lastOverTime = "last_over_time"
    case maximumOverTime = "max_over_time"
    case minimumOverTime = "min_over_time"
    case predictLinear = "predict_linear"
    case presentOverTime = "present_over_time"
    case quantileOverTime = "quantile_over_time"
    case sortDescending = "sort_desc"
    case deviationOverTime = "stddev_over_time"
    case varianceOverTime = "stdvar_over_time"
    case sumOverTime = "sum_over_time"

    var signature: FunctionSignature {
        switch self {
        case .abs, .absent, .acos, .acosh, .asin, .asinh, .atan, .atanh, .ceil, .cos, .cosh,
            .deg, .exp, .floor, .ln, .log10, .log2, .rad, .sgn, .sin, .sinh, .sort,
            .sortDescending, .sqrt, .tan, .tanh, .timestamp:
            FunctionSignature([.vector])
        case .absentOverTime, .averageOverTime, .changes, .countOverTime, .delta, .deriv,
            .firstOverTime, .idelta, .increase, .irate, .lastOverTime, .maximumOverTime,
            .minimumOverTime, .presentOverTime, .rate, .resets, .deviationOverTime,
            .varianceOverTime, .sumOverTime:
            FunctionSignature([.matrix])
        case .dayOfMonth, .dayOfWeek, .dayOfYear, .daysInMonth, .hour, .minute, .month, .year:
            FunctionSignature([.vector], variadic: 1)
        case .clamp: FunctionSignature([.vector, .scalar, .scalar])
        case .clampMaximum, .clampMinimum: FunctionSignature([.vector, .scalar])
        case .histogramFraction: FunctionSignature([.scalar, .scalar, .vector])
        case .histogramQuantile: FunctionSignature([.scalar, .vector])
        case .labelReplace: FunctionSignature([.vector, .string, .string, .string, .string])
        case .labelJoin: FunctionSignature([.vector, .string, .string, .string], variadic: -1)
        case .pi, .time: FunctionSignature([], .scalar)
        case .predictLinear: FunctionSignature([.matrix, .scalar])
        case .quantileOverTime: FunctionSignature([.scalar, .matrix])
        case .round: FunctionSignature([.vector, .scalar], variadic: 1)
        case .scalar: FunctionSignature([.vector], .scalar)
        case .vector: FunctionSignature([.scalar])
        }
    }

    /// Functions that Prometheus knows and this engine refuses, with the reason.
    static let refused: [String: String] = {
        var reasons: [String: String] = [:]
        for name in [
            "info", "histogram_quantiles", "double_exponential_smoothing", "mad_over_time",
            "ts_of_first_over_time", "ts_of_last_over_time", "ts_of_max_over_time",
            "ts_of_min_over_time", "sort_by_label", "sort_by_label_desc", "start_timestamp",
            "start", "end", "step", "range", "max_of", "min_of",
        ] {
            reasons[name] = "it is experimental in Prometheus"
        }
        for name in [
            "histogram_avg", "histogram_count", "histogram_sum", "histogram_stddev",
            "histogram_stdvar",
        ] {
            reasons[name] = "it works on native histograms, which are not supported"
        }
        return reasons
    }()
}
