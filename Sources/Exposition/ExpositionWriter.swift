// Writes families as text 0.0.4 or OpenMetrics 1.0.
//
// 1. Families are sorted by name and series by label values; label order is the caller's.
// 2. One growing buffer; no allocation per sample.

/// Writes metric families.
///
/// - Source: prometheus/docs exposition_formats.md; OpenMetrics specification 1.0
package enum ExpositionWriter {
    /// The exposition of `families`; families without samples are left out.
    ///
    /// The caller sees to valid names, one family per name and one sample per series;
    /// `ExpositionLint` checks that in tests.
    package static func write(_ families: [MetricFamily], format: ExpositionFormat) -> [UInt8] {
        let estimate = families.reduce(64) { sum, family in
            sum + 160 + family.samples.count * (family.name.utf8.count + 72)
        }
        var output = ExpositionBuffer(capacity: estimate)
        for family in families.sorted(by: { $0.name < $1.name }) where !family.samples.isEmpty {
            append(family, format: format, to: &output)
        }
        if format == .openMetrics100 { output.append("# EOF\n") }
        return output.bytes
    }

    private static func append(
        _ family: MetricFamily, format: ExpositionFormat, to output: inout ExpositionBuffer
    ) {
        let names = FamilyNames(family, format: format)
        appendMetadata(family, names: names, format: format, to: &output)
        let marksFloat = format == .openMetrics100
        for index in order(of: family) {
            let sample = family.samples[index]
            output.append(names.sample)
            if !sample.suffix.isEmpty { output.append(sample.suffix) }
            append(sample.labels, to: &output)
            output.append(UInt8(ascii: " "))
            switch sample.value {
            case .integer(let value): NumberText.append(value, to: &output)
            case .decimal(let scaled, let places):
                NumberText.append(scaled: scaled, places: places, to: &output)
            case .double(let value):
                NumberText.append(value, marksFloat: marksFloat, to: &output)
            }
            output.append(UInt8(ascii: "\n"))
        }
    }

    private static func append(_ labels: [Label], to output: inout ExpositionBuffer) {
        guard !labels.isEmpty else { return }
        var separator = UInt8(ascii: "{")
        for label in labels {
            output.append(separator)
            output.append(label.name)
            output.append("=\"")
            output.appendEscaped(label.value, quotes: true)
            output.append(UInt8(ascii: "\""))
            separator = UInt8(ascii: ",")
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func appendMetadata(
        _ family: MetricFamily, names: FamilyNames, format: ExpositionFormat,
        to output: inout ExpositionBuffer
    ) {
        output.append("# TYPE ")
        output.append(names.family)
        output.append(UInt8(ascii: " "))
        output.append(word(for: family.type, format: format))
        output.append(UInt8(ascii: "\n"))
        if format == .openMetrics100, let unit = names.unit {
            output.append("# UNIT ")
            output.append(names.family)
            output.append(UInt8(ascii: " "))
            output.append(unit)
            output.append(UInt8(ascii: "\n"))
        }
        guard !family.help.isEmpty else { return }
        output.append("# HELP ")
        output.append(names.family)
        output.append(UInt8(ascii: " "))
        output.appendEscaped(family.help, quotes: format == .openMetrics100)
        output.append(UInt8(ascii: "\n"))
    }

    private static func word(for type: MetricType, format: ExpositionFormat) -> StaticString {
        switch (type, format) {
        case (.counter, _): "counter"
        case (.gauge, _): "gauge"
        case (.histogram, _): "histogram"
        case (.info, .openMetrics100): "info"
        case (.stateset, .openMetrics100): "stateset"
        case (.info, .text004), (.stateset, .text004): "gauge"
        case (.unknown, .openMetrics100): "unknown"
        case (.unknown, .text004): "untyped"
        }
    }

    // MARK: - Order

    /// The samples' indices in the order of their label values.
    private static func order(of family: MetricFamily) -> [Int] {
        let samples = family.samples
        let isHistogram = family.type == .histogram
        let isSorted = samples.indices.dropFirst().allSatisfy { index in
            !precedes(
                samples[index].labels, samples[index - 1].labels, ignoresBound: isHistogram)
        }
        if isSorted { return Array(samples.indices) }
        return samples.indices.sorted { left, right in
            let (first, second) = (samples[left].labels, samples[right].labels)
            if precedes(first, second, ignoresBound: isHistogram) { return true }
            return left < right && !precedes(second, first, ignoresBound: isHistogram)
        }
    }

    /// Compares label values in label order; a histogram's `le` does not count, so that the
    /// samples of one histogram stay together.
    private static func precedes(_ left: [Label], _ right: [Label], ignoresBound: Bool) -> Bool {
        var (first, second) = (0, 0)
        while true {
            if ignoresBound {
                if first < left.count, left[first].name == "le" { first += 1 }
                if second < right.count, right[second].name == "le" { second += 1 }
            }
            guard first < left.count else { return second < right.count }
            guard second < right.count else { return false }
            let (leftValue, rightValue) = (left[first].value, right[second].value)
            if leftValue != rightValue { return leftValue < rightValue }
            first += 1
            second += 1
        }
    }
}

/// The names of one family in one format.
private struct FamilyNames {
    /// The name on the TYPE, UNIT and HELP lines.
    let family: String
    /// The name that samples begin with.
    let sample: String
    /// The unit, when the family's name ends in it and its type may have one.
    let unit: String?

    init(_ metric: MetricFamily, format: ExpositionFormat) {
        let suffix =
            switch metric.type {
            case .counter: "_total"
            case .info: "_info"
            case .gauge, .histogram, .stateset, .unknown: ""
            }
        let hasSuffix = !suffix.isEmpty && metric.name.hasSuffix(suffix)
        let base = hasSuffix ? String(metric.name.dropLast(suffix.count)) : metric.name
        switch format {
        case .text004:
            family = metric.name
            sample = metric.name
        case .openMetrics100:
            family = base
            sample = base + suffix
        }
        let mayHaveUnit = metric.type != .info && metric.type != .stateset
        if mayHaveUnit, let written = metric.unit, !written.isEmpty, base.hasSuffix("_" + written) {
            unit = written
        } else {
            unit = nil
        }
    }
}
