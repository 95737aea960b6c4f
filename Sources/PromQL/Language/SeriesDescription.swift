// Series with values in the notation of unit tests: `metric{a="b"} 1 2 _ 3+1x4 stale`.

/// A series and its values on a grid of times, as unit tests write it.
///
/// - Source: prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
package struct SeriesDescription: Sendable {
    /// The series.
    package let labels: SeriesLabels
    /// One entry per grid instant; nil where there is no sample, `StaleMarker.value` for `stale`.
    package let values: [Double?]

    /// The most values that a description may stand for.
    package static let maximumValues = 1_000_000

    /// Reads a description.
    ///
    /// - Throws: `PromQLParseError`; native histograms are refused by name.
    package static func parse(_ text: String) throws(PromQLParseError) -> SeriesDescription {
        try parse(bytes: Array(text.utf8))
    }

    /// Reads the bytes of a description.
    package static func parse(bytes: [UInt8]) throws(PromQLParseError) -> SeriesDescription {
        var parser = PromQLParser(bytes, options: .standard, isSeriesDescription: true)
        let labels = try parser.seriesLabels()
        var values: [Double?] = []
        while try parser.peek().kind != .endOfInput {
            guard try parser.accept(.space) != nil else {
                throw try parser.unexpected("series values")
            }
            if try parser.peek().kind == .endOfInput { break }
            try parser.seriesItem(into: &values)
        }
        return SeriesDescription(labels: labels, values: values)
    }
}

extension PromQLParser {
    fileprivate mutating func seriesLabels() throws(PromQLParseError) -> SeriesLabels {
        var pairs: [(String, String)] = []
        let first = try peek()
        if first.kind.isMetricName {
            try take()
            pairs.append((SeriesLabels.nameLabel, first.string))
        }
        guard try accept(.leftBrace) != nil else { return SeriesLabels(pairs) }
        while true {
            if try accept(.rightBrace) != nil { break }
            pairs.append(try labelSetItem())
            if try accept(.comma) != nil { continue }
            guard try accept(.rightBrace) != nil else {
                throw try unexpected("label set", expected: "\",\" or \"}\"")
            }
            break
        }
        return SeriesLabels(pairs)
    }

    private mutating func labelSetItem() throws(PromQLParseError) -> (String, String) {
        let label = try peek()
        guard label.kind == .identifier || label.kind == .string else {
            throw try unexpected("label set", expected: "identifier or \"}\"")
        }
        try take()
        let name =
            label.kind == .string
            ? String(decoding: try unquoted(label), as: UTF8.self) : label.string
        guard try accept(.equal) != nil else {
            if label.kind == .string { return (SeriesLabels.nameLabel, name) }
            throw try unexpected("label set", expected: "\"=\"")
        }
        let value = try peek()
        guard value.kind == .string else {
            throw try unexpected("label set", expected: "string")
        }
        try take()
        return (name, String(decoding: try unquoted(value), as: UTF8.self))
    }

    fileprivate mutating func seriesItem(into values: inout [Double?]) throws(PromQLParseError) {
        let first = try peek()
        if first.kind == .openHistogram {
            throw error("native histograms are not supported", at: first)
        }
        if try accept(.blank) != nil {
            let count = try accept(.times) == nil ? 1 : try repetition()
            return try append(count, to: &values, at: first) { _ in nil }
        }
        let start = try seriesValue()
        let next = try peek()
        var step = 0.0
        var repetitions = 0
        if next.kind == .add || next.kind == .subtract {
            try take()
            guard try peek().kind == .number else { throw try unexpected("series values") }
            step = try numberLiteral().value
            if next.kind == .subtract { step = -step }
            guard try accept(.times) != nil else { throw try unexpected("series values") }
            repetitions = try repetition()
        } else if try accept(.times) != nil {
            repetitions = try repetition()
        }
        var value = start
        // The first value stands for the instant before the repetitions.
        try append(repetitions + 1, to: &values, at: first) { index in
            if index > 0 { value += step }
            return step == 0 ? start : value
        }
    }

    private mutating func seriesValue() throws(PromQLParseError) -> Double {
        let token = try peek()
        switch token.kind {
        case .identifier:
            guard token.string == "stale" else {
                throw try unexpected("series values", expected: "number or \"stale\"")
            }
            try take()
            return StaleMarker.value
        case .add, .subtract:
            try take()
            guard try peek().kind == .number else { throw try unexpected("series values") }
            let value = try numberLiteral().value
            return token.kind == .subtract ? -value : value
        case .number: return try numberLiteral().value
        default: throw try unexpected("series values")
        }
    }

    private mutating func repetition() throws(PromQLParseError) -> Int {
        let token = try peek()
        guard token.kind == .number else { throw try unexpected("series values") }
        try take()
        guard let count = Int(token.string), count >= 0 else {
            throw error(
                "invalid repetition in series values: \(GoText.quoted(token.string))", at: token)
        }
        return count
    }

    private func append(
        _ count: Int, to values: inout [Double?], at token: Token, _ value: (Int) -> Double?
    ) throws(PromQLParseError) {
        guard count <= SeriesDescription.maximumValues - values.count else {
            throw error(
                "more than \(SeriesDescription.maximumValues) values in one series", at: token)
        }
        for index in 0..<count { values.append(value(index)) }
    }
}
