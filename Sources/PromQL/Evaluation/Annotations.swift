// Remarks about a query: warnings and infos with the place they are about.

/// The distinct remarks of one query, in order of first appearance.
struct Annotations: Sendable {
    private let text: [UInt8]
    private(set) var warnings: [String] = []
    private(set) var infos: [String] = []

    init(_ text: String) {
        self.text = Array(text.utf8)
    }

    mutating func warn(_ message: String, at range: Range<Int>) {
        let full = "PromQL warning: " + message + place(range)
        if !warnings.contains(full) { warnings.append(full) }
    }

    mutating func inform(_ message: String, at range: Range<Int>) {
        let full = "PromQL info: " + message + place(range)
        if !infos.contains(full) { infos.append(full) }
    }

    mutating func badQuantile(_ quantile: Double, at range: Range<Int>) {
        guard !(quantile >= 0 && quantile <= 1) else { return }
        warn(
            "quantile value should be between 0 and 1, got " + GoFloat.general(quantile),
            at: range)
    }

    /// Go appends the name of the metric where it is known.
    static func metricName(_ labels: SeriesLabels) -> String {
        let name = labels.metricName
        return name.isEmpty ? "" : " for metric name " + GoText.quoted(name)
    }

    private func place(_ range: Range<Int>) -> String {
        let error = PromQLParseError("", range.lowerBound, range.upperBound, in: text)
        return " (\(error.line):\(error.column))"
    }
}
