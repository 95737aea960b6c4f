// The rules that tie the samples of one histogram point together.

/// Checks the buckets, count and sum of one point of a histogram or gaugehistogram.
///
/// - Source: OpenMetrics specification 1.0, Histogram and GaugeHistogram
struct OpenMetricsHistogramCheck {
    private var bound: Double?
    private var bucketValue = 0.0
    private var count: Double?
    private var hasSum = false
    private var hasGaugeSum = false
    private var hasNegativeGaugeSum = false
    private var hasNegativeBound = false
    private var lastLine = 1

    /// An upper bound: a number, or infinity written `+Inf`.
    static func bound(_ text: String) -> Double? {
        text == "+Inf" ? .infinity : NumberLexeme.real(text)
    }

    /// Takes the next sample of the point.
    mutating func take(_ sample: ScrapedSample, suffix: Substring) throws(ExpositionError) {
        lastLine = sample.line
        switch suffix {
        case "_bucket": try takeBucket(sample)
        case "_count", "_gcount": count = sample.value
        case "_sum": hasSum = true
        case "_gsum":
            hasGaugeSum = true
            hasNegativeGaugeSum = sample.value < 0
        default: break
        }
    }

    private mutating func takeBucket(_ sample: ScrapedSample) throws(ExpositionError) {
        guard let next = sample[label: "le"].flatMap(Self.bound) else { return }
        if let bound, next <= bound {
            throw ExpositionError(line: sample.line, message: "the buckets are not ascending")
        }
        guard sample.value >= bucketValue else {
            throw ExpositionError(
                line: sample.line, message: "a bucket counts less than the one before it")
        }
        if next < 0 { hasNegativeBound = true }
        bound = next
        bucketValue = sample.value
    }

    /// Checks the whole point.
    func finish(_ name: String) throws(ExpositionError) {
        guard let complaint else { return }
        throw ExpositionError(line: lastLine, message: "`\(name)`: \(complaint)")
    }

    private var complaint: String? {
        if bound != .infinity { return "the bucket with le=\"+Inf\" is missing" }
        if let count, count != bucketValue { return "the count differs from the bucket +Inf" }
        if hasSum || hasGaugeSum, count == nil { return "a sum without a count" }
        if count != nil, !hasSum, !hasGaugeSum, !hasNegativeBound {
            return "a count without a sum"
        }
        if hasNegativeBound, hasSum { return "a sum beside buckets of negative values" }
        if hasNegativeGaugeSum, !hasNegativeBound { return "a negative sum of positive values" }
        return nil
    }
}
