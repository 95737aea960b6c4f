// Functions on labels, and classic histograms, which are labels too.

import LinearRegex

extension Evaluator {
    /// The text of a string argument.
    private mutating func text(_ node: SyntaxNode) -> String {
        if case .string(let literal) = node.unwrapped { return literal.value }
        return ""
    }

    mutating func labelReplace(
        _ call: FunctionCall, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        let destination = text(call.arguments[1])
        let replacement = text(call.arguments[2])
        let source = text(call.arguments[3])
        let pattern = text(call.arguments[4])
        let expression =
            pattern.utf8.count > LabelMatcher.standardMaximumPatternLength
            ? nil
            : try? LinearRegex(pattern, dotMatchesNewline: options.profile == .prometheus3)
        guard let expression else {
            throw .execution("invalid regular expression in label_replace(): \(pattern)")
        }
        guard !destination.isEmpty else {
            throw .execution(
                "invalid destination label name in label_replace(): \(destination)")
        }
        var block = try vector(call.arguments[0], grid)
        let template = ReplacementTemplate(replacement, expression: expression)
        for row in 0..<block.rows {
            let value = block.labels[row][source] ?? ""
            guard let groups = expression.wholeMatch(in: value) else { continue }
            rename(&block, row, destination, template.expand(value, groups))
        }
        return try block.merged()
    }

    mutating func labelJoin(
        _ call: FunctionCall, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        let destination = text(call.arguments[1])
        let separator = text(call.arguments[2])
        var sources: [String] = []
        for node in call.arguments.dropFirst(3) {
            let name = text(node)
            guard !name.isEmpty else {
                throw .execution("invalid source label name in label_join(): \(name)")
            }
            sources.append(name)
        }
        guard !destination.isEmpty else {
            throw .execution("invalid destination label name in label_join(): \(destination)")
        }
        var block = try vector(call.arguments[0], grid)
        for row in 0..<block.rows {
            let labels = block.labels[row]
            let joined = sources.map { labels[$0] ?? "" }.joined(separator: separator)
            rename(&block, row, destination, joined)
        }
        return try block.merged()
    }

    private func rename(_ block: inout VectorBlock, _ row: Int, _ name: String, _ value: String) {
        block.labels[row] = block.labels[row].setting(name, to: value)
        // A name that was just set is meant to stay.
        if name == SeriesLabels.nameLabel { block.dropsName[row] = false }
    }

    // MARK: - Classic histograms

    private struct HistogramRows {
        /// The labels without `le`.
        let labels: SeriesLabels
        var rows: [(row: Int, bound: Double)] = []
    }

    mutating func histogram(
        _ call: FunctionCall, _ grid: EvaluationGrid
    ) throws(PromQLEvaluationError) -> VectorBlock {
        let isQuantile = call.function == .histogramQuantile
        let first = try scalar(call.arguments[0], grid)
        let second = isQuantile ? first : try scalar(call.arguments[1], grid)
        let vectorNode = call.arguments[isQuantile ? 1 : 2]
        let block = try vector(vectorNode, grid)
        if isQuantile {
            for quantile in first { notes.badQuantile(quantile, at: call.arguments[0].range) }
        }
        var result = VectorBlock(steps: grid.count)
        for histogram in histograms(block, range: vectorNode.range) {
            let labels = histogram.labels
            let row = result.addRow(
                options.delaysNameRemoval ? labels : nameless(labels), dropsName: true)
            for step in 0..<grid.count {
                let buckets = histogram.rows.compactMap { entry -> Bucket? in
                    let count = block.values[entry.row * grid.count + step]
                    return VectorBlock.isAbsent(count)
                        ? nil : Bucket(upperBound: entry.bound, count: count)
                }
                guard !buckets.isEmpty else { continue }
                let value: Double
                if isQuantile {
                    let (quantile, repair) = Quantiles.bucketQuantile(first[step], buckets)
                    if let repair { remark(repair, labels, at: vectorNode.range) }
                    value = quantile
                } else {
                    value = Quantiles.bucketFraction(first[step], second[step], buckets)
                }
                result.values[row * grid.count + step] = value
            }
        }
        return try normalized(result.compacted())
    }

    /// The rows of each histogram with their bounds.
    private mutating func histograms(
        _ block: VectorBlock, range: Range<Int>
    ) -> [HistogramRows] {
        var found: [HistogramRows] = []
        var index: [SeriesLabels: Int] = [:]
        for row in 0..<block.rows {
            let bound = block.labels[row]["le"] ?? ""
            guard let number = GoFloat.parse(bound) else {
                notes.warn(
                    "bucket label \"le\" is missing or has a malformed value of "
                        + GoText.quoted(bound) + Annotations.metricName(block.labels[row]),
                    at: range)
                continue
            }
            let labels = block.labels[row].removing(["le"])
            let position = index[labels] ?? found.count
            if position == found.count {
                found.append(HistogramRows(labels: labels))
                index[labels] = position
            }
            found[position].rows.append((row, number))
        }
        return found
    }

    private mutating func remark(
        _ repair: Quantiles.Repair, _ labels: SeriesLabels, at range: Range<Int>
    ) {
        notes.inform(
            "input to histogram_quantile needed to be fixed for monotonicity (see "
                + "https://prometheus.io/docs/prometheus/latest/querying/functions/"
                + "#histogram_quantile)" + Annotations.metricName(labels)
                + ", from buckets \(GoFloat.general(repair.lowest)) to "
                + "\(GoFloat.general(repair.highest)), with a max diff of "
                + GoFloat.general(repair.largestDrop), at: range)
    }
}

/// A replacement text with references to groups: `$1`, `${1}`, `$name`, `${name}`, `$$`.
struct ReplacementTemplate {
    private enum Part {
        case text(String)
        case group(Int)
    }

    private var parts: [Part] = []

    /// Reads a template; references to groups that do not exist stand for nothing, as in Go.
    init(_ template: String, expression: LinearRegex) {
        let bytes = Array(template.utf8)
        var literal: [UInt8] = []
        var position = 0
        func flush(_ parts: inout [Part]) {
            if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
            literal = []
        }
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "$"), position + 1 < bytes.count else {
                literal.append(bytes[position])
                position += 1
                continue
            }
            if bytes[position + 1] == UInt8(ascii: "$") {
                literal.append(bytes[position])
                position += 2
                continue
            }
            guard let (name, end) = Self.name(bytes, after: position + 1) else {
                literal.append(bytes[position])
                position += 1
                continue
            }
            flush(&parts)
            position = end
            if let group = Self.group(name, expression) { parts.append(.group(group)) }
        }
        flush(&parts)
    }

    /// The name of a reference and the position after it.
    private static func name(_ bytes: [UInt8], after start: Int) -> (String, Int)? {
        let isBraced = bytes[start] == UInt8(ascii: "{")
        let first = isBraced ? start + 1 : start
        var end = first
        while end < bytes.count, CharacterClass.isAlphaNumeric(bytes[end]) { end += 1 }
        guard end > first else { return nil }
        let name = String(decoding: bytes[first..<end], as: UTF8.self)
        guard isBraced else { return (name, end) }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "}") else { return nil }
        return (name, end + 1)
    }

    private static func group(_ name: String, _ expression: LinearRegex) -> Int? {
        if name.utf8.allSatisfy(CharacterClass.isDigit) {
            guard let number = Int(name), number <= expression.groupCount else { return nil }
            return number
        }
        return expression.groupIndex(named: name)
    }

    /// The template with the groups of a match filled in.
    func expand(_ text: String, _ groups: [Range<Int>?]) -> String {
        let bytes = Array(text.utf8)
        var output = ""
        for part in parts {
            switch part {
            case .text(let literal): output += literal
            case .group(let index):
                guard index < groups.count, let range = groups[index] else { continue }
                output += String(decoding: bytes[range], as: UTF8.self)
            }
        }
        return output
    }
}
