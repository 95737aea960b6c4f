// One OpenMetrics family while its lines are read, and the rules of its type.
//
// 1. The samples of one metric (same labels, but for `le`, `quantile` and the state) are one group;
//    a group that has ended does not begin again.
// 2. Within a group either all samples have timestamps or none, and they never go back.

/// The family that is being read.
struct OpenMetricsFamily {
    let name: String
    /// The line on which the family begins.
    let line: Int
    private var type: ScrapedType?
    private var help: String?
    private var unit: String?
    private var samples: [ScrapedSample] = []
    private var group: SeriesIdentity?
    private var groupTimestamp: Double?
    private var endedGroups: Set<SeriesIdentity> = []
    private var untimed: Set<SeriesIdentity> = []
    private var histogram = OpenMetricsHistogramCheck()

    init(name: String, line: Int, type: ScrapedType? = nil) {
        self.name = name
        self.line = line
        self.type = type
    }

    private var effectiveType: ScrapedType { type ?? .unknown }

    /// Whether a sample of this name belongs to the family.
    func takes(_ sampleName: String) -> Bool {
        guard sampleName.hasPrefix(name) else { return false }
        let suffix = sampleName.utf8.dropFirst(name.utf8.count)
        return effectiveType.suffixes.contains { $0.utf8.elementsEqual(suffix) }
    }

    // MARK: - Metadata

    /// Takes a TYPE, UNIT or HELP line.
    mutating func describe(
        keyword: String, text: String, scanner: LineScanner
    ) throws(ExpositionError) {
        guard samples.isEmpty else {
            throw scanner.mistake("the \(keyword) line of `\(name)` comes after its samples")
        }
        let isRepeated =
            switch keyword {
            case "TYPE": type != nil
            case "UNIT": unit != nil
            default: help != nil
            }
        guard !isRepeated else { throw scanner.mistake("a second \(keyword) line for `\(name)`") }
        switch keyword {
        case "TYPE":
            guard let type = ScrapedType(rawValue: text) else {
                throw scanner.mistake("`\(text)` is not a type of OpenMetrics")
            }
            self.type = type
        case "UNIT":
            guard text.isEmpty || text.utf8.allSatisfy(LineScanner.isNameByte) else {
                throw scanner.mistake("`\(text)` is not a unit")
            }
            unit = text
        default:
            help = ExpositionEscapes.resolve(text, isStrict: true)
        }
    }

    // MARK: - Samples

    /// Takes a sample whose name belongs to the family.
    mutating func append(_ sample: ScrapedSample) throws(ExpositionError) {
        try checkLabels(sample)
        try checkValue(sample)
        try checkExemplar(sample)
        let identity = identity(of: sample)
        if group == identity {
            try checkTime(sample)
        } else {
            try beginGroup(identity, sample)
        }
        if sample.timestamp == nil {
            let series = SeriesIdentity(sample.labels, name: sample.name)
            guard untimed.insert(series).inserted else {
                throw mistake(sample, "the series appears twice")
            }
        } else if groupTimestamp != sample.timestamp {
            try endPoint()
        }
        groupTimestamp = sample.timestamp
        if isHistogram { try histogram.take(sample, suffix: suffix(of: sample)) }
        samples.append(sample)
    }

    /// The whole family.
    func finish() throws(ExpositionError) -> ScrapedFamily {
        if isHistogram, group != nil { try histogram.finish(name) }
        let unit = unit ?? ""
        if !unit.isEmpty {
            guard name.hasSuffix("_" + unit) else {
                throw ExpositionError(
                    line: line, message: "the name `\(name)` does not end in its unit `\(unit)`")
            }
            guard effectiveType != .info, effectiveType != .stateset else {
                throw ExpositionError(
                    line: line, message: "`\(name)` may not have a unit: it is an info or stateset")
            }
        }
        return ScrapedFamily(
            name: name, type: effectiveType, help: help ?? "", unit: unit, samples: samples)
    }

    private var isHistogram: Bool {
        effectiveType == .histogram || effectiveType == .gaugeHistogram
    }

    private func suffix(of sample: ScrapedSample) -> Substring {
        sample.name.dropFirst(name.count)
    }

    private func mistake(_ sample: ScrapedSample, _ message: String) -> ExpositionError {
        ExpositionError(line: sample.line, message: "`\(sample.name)`: \(message)")
    }

    // MARK: - Groups

    private func identity(of sample: ScrapedSample) -> SeriesIdentity {
        switch effectiveType {
        // All the series of an info are one group: nothing tells a change from another metric.
        case .info: SeriesIdentity([])
        case .stateset: SeriesIdentity(sample.labels, without: name)
        case .summary where sample.name == name:
            SeriesIdentity(sample.labels, without: "quantile")
        case .histogram where suffix(of: sample) == "_bucket",
            .gaugeHistogram where suffix(of: sample) == "_bucket":
            SeriesIdentity(sample.labels, without: "le")
        default: SeriesIdentity(sample.labels)
        }
    }

    private mutating func beginGroup(
        _ identity: SeriesIdentity, _ sample: ScrapedSample
    ) throws(ExpositionError) {
        if let group {
            if isHistogram { try histogram.finish(name) }
            endedGroups.insert(group)
        }
        guard !endedGroups.contains(identity) else {
            throw mistake(sample, "the samples of one metric are not together")
        }
        histogram = OpenMetricsHistogramCheck()
        group = identity
        groupTimestamp = sample.timestamp
        untimed.removeAll(keepingCapacity: true)
    }

    private func checkTime(_ sample: ScrapedSample) throws(ExpositionError) {
        guard (sample.timestamp == nil) == (groupTimestamp == nil) else {
            throw mistake(sample, "only some samples of the metric have timestamps")
        }
        guard let last = groupTimestamp, let now = sample.timestamp, effectiveType != .info else {
            return
        }
        guard now >= last else { throw mistake(sample, "the timestamps go back") }
    }

    /// A metric may have several points at different times; each is checked for itself.
    private mutating func endPoint() throws(ExpositionError) {
        if isHistogram { try histogram.finish(name) }
        histogram = OpenMetricsHistogramCheck()
    }

    // MARK: - Rules of the types

    private func checkLabels(_ sample: ScrapedSample) throws(ExpositionError) {
        switch effectiveType {
        case .stateset where sample[label: name] == nil:
            throw mistake(sample, "the label `\(name)` with the state is missing")
        case .summary where sample.name == name:
            guard let text = sample[label: "quantile"], let quantile = NumberLexeme.real(text),
                (0...1).contains(quantile)
            else { throw mistake(sample, "the label `quantile` must be from 0 to 1") }
        case .histogram where suffix(of: sample) == "_bucket",
            .gaugeHistogram where suffix(of: sample) == "_bucket":
            guard let text = sample[label: "le"], OpenMetricsHistogramCheck.bound(text) != nil
            else { throw mistake(sample, "the label `le` must be a number or +Inf") }
        default: break
        }
    }

    private func checkValue(_ sample: ScrapedSample) throws(ExpositionError) {
        let value = sample.value
        switch effectiveType {
        case .stateset where value != 0 && value != 1:
            throw mistake(sample, "a state is 0 or 1")
        case .info where value != 1:
            throw mistake(sample, "the value of an info is 1")
        case .summary where sample.name == name && value < 0:
            throw mistake(sample, "a quantile is never negative")
        default: break
        }
        switch suffix(of: sample) {
        case "_total", "_sum":
            guard value >= 0 else { throw mistake(sample, "the value is negative or NaN") }
        case "_gsum":
            guard !value.isNaN else { throw mistake(sample, "the value is NaN") }
        case "_count", "_bucket", "_gcount":
            guard Self.isCount(value) else {
                throw mistake(sample, "the value is not a count")
            }
        default: break
        }
    }

    private func checkExemplar(_ sample: ScrapedSample) throws(ExpositionError) {
        guard sample.exemplar != nil else { return }
        let isAllowed =
            (effectiveType == .counter && suffix(of: sample) == "_total")
            || (isHistogram && suffix(of: sample) == "_bucket")
        guard isAllowed else { throw mistake(sample, "an exemplar is not allowed here") }
    }

    /// Whether a value is a whole number that is not negative.
    private static func isCount(_ value: Double) -> Bool {
        guard value >= 0, value.isFinite else { return false }
        // From 2^53 on every double is whole.
        return value >= 0x1p53 || Double(UInt64(value)) == value
    }
}
