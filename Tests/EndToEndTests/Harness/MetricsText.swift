// The text of /metrics, line by line; values stay as they are written.

/// A scrape.
struct MetricsText {
    let text: String
    private let values: [String: String]

    init(_ text: String) {
        self.text = text
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            values[String(line[..<space])] = String(line[line.index(after: space)...])
        }
        self.values = values
    }

    /// The value of a series, written like `name{label="value"}`.
    subscript(series: String) -> String? { values[series] }

    /// The series that begin with a text, by name.
    func series(beginningWith prefix: String) -> [(series: String, value: String)] {
        values.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
            .map { (series: $0.key, value: $0.value) }
    }

    /// Names of the samples.
    var sampleNames: Set<String> { Set(values.keys.map { String($0.prefix { $0 != "{" }) }) }

    /// The labels of a series.
    static func labels(of series: String) -> [String: String] {
        guard let open = series.firstIndex(of: "{") else { return [:] }
        var labels: [String: String] = [:]
        // Only for values without quotes, commas and escapes.
        for pair in series[open...].dropFirst().dropLast().split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2 {
                labels[String(parts[0])] = String(parts[1].dropFirst().dropLast())
            }
        }
        return labels
    }
}
