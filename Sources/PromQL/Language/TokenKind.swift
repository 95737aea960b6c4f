// The kinds of tokens. The raw values are the names the public test tables use.

/// What a token is.
package enum TokenKind: String, Sendable, CaseIterable {
    case equal = "EQL"
    case blank = "BLANK"
    case colon = "COLON"
    case comma = "COMMA"
    case comment = "COMMENT"
    case duration = "DURATION"
    case endOfInput = "EOF"
    case error = "ERROR"
    case identifier = "IDENTIFIER"
    case leftBrace = "LEFT_BRACE"
    case leftBracket = "LEFT_BRACKET"
    case leftParenthesis = "LEFT_PAREN"
    case openHistogram = "OPEN_HIST"
    case closeHistogram = "CLOSE_HIST"
    case metricIdentifier = "METRIC_IDENTIFIER"
    case number = "NUMBER"
    case rightBrace = "RIGHT_BRACE"
    case rightBracket = "RIGHT_BRACKET"
    case rightParenthesis = "RIGHT_PAREN"
    case space = "SPACE"
    case string = "STRING"
    case times = "TIMES"

    // Operators.
    case add = "ADD"
    case divide = "DIV"
    case equalCompare = "EQLC"
    case equalRegex = "EQL_REGEX"
    case greaterOrEqual = "GTE"
    case greater = "GTR"
    case and = "LAND"
    case or = "LOR"
    case less = "LSS"
    case lessOrEqual = "LTE"
    case unless = "LUNLESS"
    case modulo = "MOD"
    case multiply = "MUL"
    case notEqual = "NEQ"
    case notEqualRegex = "NEQ_REGEX"
    case power = "POW"
    case subtract = "SUB"
    case at = "AT"
    case atan2 = "ATAN2"

    // Aggregators.
    case average = "AVG"
    case bottomK = "BOTTOMK"
    case count = "COUNT"
    case countValues = "COUNT_VALUES"
    case group = "GROUP"
    case maximum = "MAX"
    case minimum = "MIN"
    case quantile = "QUANTILE"
    case standardDeviation = "STDDEV"
    case standardVariance = "STDVAR"
    case sum = "SUM"
    case topK = "TOPK"
    case limitK = "LIMITK"
    case limitRatio = "LIMIT_RATIO"

    // Keywords.
    case bool = "BOOL"
    case by = "BY"
    case groupLeft = "GROUP_LEFT"
    case groupRight = "GROUP_RIGHT"
    case fill = "FILL"
    case fillLeft = "FILL_LEFT"
    case fillRight = "FILL_RIGHT"
    case ignoring = "IGNORING"
    case offset = "OFFSET"
    case smoothed = "SMOOTHED"
    case anchored = "ANCHORED"
    case on = "ON"
    case without = "WITHOUT"

    // Words with a meaning in some places only.
    case start = "START"
    case end = "END"
    case step = "STEP"
    case range = "RANGE"
    case maximumOf = "MAX_OF"
    case minimumOf = "MIN_OF"

    // Parts of native histograms in series descriptions.
    case histogramSum = "SUM_DESC"
    case histogramCount = "COUNT_DESC"
    case histogramSchema = "SCHEMA_DESC"
    case histogramOffset = "OFFSET_DESC"
    case histogramNegativeOffset = "NEGATIVE_OFFSET_DESC"
    case histogramBuckets = "BUCKETS_DESC"
    case histogramNegativeBuckets = "NEGATIVE_BUCKETS_DESC"
    case histogramZeroBucket = "ZERO_BUCKET_DESC"
    case histogramZeroBucketWidth = "ZERO_BUCKET_WIDTH_DESC"
    case histogramCustomValues = "CUSTOM_VALUES_DESC"
    case histogramResetHint = "COUNTER_RESET_HINT_DESC"
    case unknownCounterReset = "UNKNOWN_COUNTER_RESET"
    case counterReset = "COUNTER_RESET"
    case notCounterReset = "NOT_COUNTER_RESET"
    case gaugeType = "GAUGE_TYPE"
}

extension TokenKind {
    /// The words of the language, in lower case.
    static let words: [String: TokenKind] = [
        "and": .and, "or": .or, "unless": .unless, "atan2": .atan2,
        "sum": .sum, "avg": .average, "count": .count, "min": .minimum, "max": .maximum,
        "group": .group, "stddev": .standardDeviation, "stdvar": .standardVariance,
        "topk": .topK, "bottomk": .bottomK, "count_values": .countValues,
        "quantile": .quantile, "limitk": .limitK, "limit_ratio": .limitRatio,
        "offset": .offset, "smoothed": .smoothed, "anchored": .anchored, "by": .by,
        "without": .without, "on": .on, "ignoring": .ignoring, "group_left": .groupLeft,
        "group_right": .groupRight, "bool": .bool, "fill": .fill, "fill_left": .fillLeft,
        "fill_right": .fillRight, "start": .start, "end": .end, "step": .step, "range": .range,
        "inf": .number, "nan": .number,
    ]

    /// The keys of native histograms in series descriptions.
    static let histogramWords: [String: TokenKind] = [
        "sum": .histogramSum, "count": .histogramCount, "schema": .histogramSchema,
        "offset": .histogramOffset, "n_offset": .histogramNegativeOffset,
        "buckets": .histogramBuckets, "n_buckets": .histogramNegativeBuckets,
        "z_bucket": .histogramZeroBucket, "z_bucket_w": .histogramZeroBucketWidth,
        "custom_values": .histogramCustomValues, "counter_reset_hint": .histogramResetHint,
    ]

    /// The values of a native histogram's reset hint.
    static let resetHints: [String: TokenKind] = [
        "unknown": .unknownCounterReset, "reset": .counterReset,
        "not_reset": .notCounterReset, "gauge": .gaugeType,
    ]

    var isAggregator: Bool {
        switch self {
        case .average, .bottomK, .count, .countValues, .group, .maximum, .minimum, .quantile,
            .standardDeviation, .standardVariance, .sum, .topK, .limitK, .limitRatio:
            true
        default: false
        }
    }

    var isKeyword: Bool {
        switch self {
        case .bool, .by, .groupLeft, .groupRight, .fill, .fillLeft, .fillRight, .ignoring,
            .offset, .smoothed, .anchored, .on, .without:
            true
        default: false
        }
    }

    var isOperator: Bool {
        BinaryOperator(self) != nil || self == .at || self == .equalRegex
            || self == .notEqualRegex
    }

    /// Whether the word may be a metric's name.
    var isMetricName: Bool {
        switch self {
        case .identifier, .metricIdentifier, .by, .and, .or, .unless, .offset, .without, .start,
            .end, .step, .range, .anchored, .smoothed:
            true
        default: isAggregator
        }
    }

    /// Whether the word may be a label's name in a list of labels.
    var isLabelName: Bool {
        switch self {
        case .bool, .groupLeft, .groupRight, .ignoring, .on, .atan2, .fill, .fillLeft,
            .fillRight:
            true
        default: isMetricName
        }
    }

    /// Whether it is `fill` or one of its relatives.
    var isFill: Bool { self == .fill || self == .fillLeft || self == .fillRight }

    /// Whether an expression may begin with the token.
    var startsExpression: Bool {
        switch self {
        case .number, .duration, .string, .leftBrace, .leftParenthesis, .add, .subtract: true
        default: isMetricName
        }
    }

    /// How the token is called in messages when its text alone does not tell; nil when it does.
    var messageName: String? {
        switch self {
        case .error: "error"
        case .comment: "comment"
        case .identifier: "identifier"
        case .metricIdentifier: "metric identifier"
        case .string: "string"
        case .number: "number"
        case .duration: "duration"
        default: nil
        }
    }
}
