// Finds what Prometheus' own metric linter would complain about, and what breaks a scrape.

/// Checks families by the rules behind `promtool check metrics`, for tests.
///
/// - Source: prometheus/client_golang, prometheus/testutil/promlint
package enum ExpositionLint {
    /// The findings, `name: what is wrong`, in the order of the families; empty when clean.
    package static func findings(_ families: [MetricFamily]) -> [String] {
        var names: Set<String> = []
        return families.flatMap { family in
            var findings = nameFindings(family) + unitFindings(family) + labelFindings(family)
            if family.help.isEmpty { findings.append("no help text") }
            if !names.insert(family.name).inserted { findings.append("family appears twice") }
            return (findings + sampleFindings(family)).map { "\(family.name): \($0)" }
        }
    }

    // MARK: - Names

    private static func nameFindings(_ family: MetricFamily) -> [String] {
        let name = family.name
        var findings: [String] = []
        if !isName(name, allowsColon: true) { findings.append("not a valid metric name") }
        if name.contains(":") { findings.append("metric names should not contain ':'") }
        if isCamelCase(name) { findings.append("metric names should be in snake_case") }
        if family.type == .counter, !name.hasSuffix("_total") {
            findings.append("counter metrics should have \"_total\" suffix")
        }
        if family.type != .counter, name.hasSuffix("_total") {
            findings.append("non-counter metrics should not have \"_total\" suffix")
        }
        if family.type == .info, !name.hasSuffix("_info") {
            findings.append("info metrics should have \"_info\" suffix")
        }
        if family.type != .histogram {
            for suffix in ["_bucket", "_count", "_sum"] where name.hasSuffix(suffix) {
                findings.append("non-histogram metrics should not have \"\(suffix)\" suffix")
            }
        }
        for word in ["counter", "gauge", "histogram", "summary"]
        where name.contains("_\(word)_") || name.hasSuffix("_\(word)") {
            findings.append("metric name should not include type '\(word)'")
        }
        return findings
    }

    private static func isCamelCase(_ name: String) -> Bool {
        zip(name.utf8, name.utf8.dropFirst()).contains { left, right in
            (0x61...0x7A).contains(left) && (0x41...0x5A).contains(right)
        }
    }

    static func isName(_ name: String, allowsColon: Bool) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            case UInt8(ascii: ":"): allowsColon
            default: false
            }
        }
    }

    // MARK: - Units

    private static let units = [
        "amperes": "amperes", "bytes": "bytes", "celsius": "celsius", "grams": "grams",
        "joules": "joules", "kelvin": "kelvin", "meters": "meters", "metres": "metres",
        "seconds": "seconds", "volts": "volts",
        "minutes": "seconds", "hours": "seconds", "days": "seconds", "weeks": "seconds",
        "kelvins": "kelvin", "fahrenheit": "celsius", "rankine": "celsius",
        "inches": "meters", "yards": "meters", "miles": "meters", "bits": "bytes",
        "calories": "joules", "pounds": "grams", "ounces": "grams",
    ]
    private static let prefixes = [
        "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega",
        "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi",
    ]
    private static let abbreviations: Set<Substring> = [
        "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
    ]

    private static func unitFindings(_ family: MetricFamily) -> [String] {
        var findings: [String] = []
        let tokens = family.name.split(separator: "_")
        if let (unit, base) = tokens.lazy.compactMap(unit).first, unit != base {
            findings.append("use base unit \"\(base)\" instead of \"\(unit)\"")
        }
        if family.name.lowercased().split(separator: "_").dropFirst().contains(
            where: abbreviations.contains)
        {
            findings.append("metric names should not contain abbreviated units")
        }
        return findings
    }

    private static func unit(_ token: Substring) -> (unit: String, base: String)? {
        if let base = units[String(token)] { return (String(token), base) }
        for prefix in prefixes where token.hasPrefix(prefix) {
            if let base = units[String(token.dropFirst(prefix.count))] {
                return (String(token), base)
            }
        }
        return nil
    }

    // MARK: - Labels and samples

    private static func labelFindings(_ family: MetricFamily) -> [String] {
        var findings: [String] = []
        var seen: Set<String> = []
        for label in family.samples.lazy.flatMap(\.labels) {
            guard seen.insert(label.name).inserted else { continue }
            if !isName(label.name, allowsColon: false) || label.name.hasPrefix("__") {
                findings.append("\"\(label.name)\" is not a valid label name")
            }
            if isCamelCase(label.name) {
                findings.append("label names should be in snake_case, not \"\(label.name)\"")
            }
            if label.name == "le", family.type != .histogram {
                findings.append("non-histogram metrics should not have \"le\" label")
            }
            if label.name == "quantile" {
                findings.append("non-summary metrics should not have \"quantile\" label")
            }
        }
        return findings
    }

    private static func sampleFindings(_ family: MetricFamily) -> [String] {
        var findings: [String] = []
        var series: Set<[String]> = []
        for sample in family.samples {
            let labels = sample.labels.sorted { $0.name < $1.name }
            let identity = [sample.suffix] + labels.flatMap { [$0.name, $0.value] }
            let written = sample.labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",")
            if !series.insert(identity).inserted {
                findings.append("series \(sample.suffix){\(written)} appears twice")
            }
            if Set(sample.labels.map(\.name)).count != sample.labels.count {
                findings.append("a label appears twice in {\(written)}")
            }
            if let complaint = valueFinding(sample, of: family) {
                findings.append("\(complaint) in {\(written)}")
            }
        }
        return findings
    }

    private static func valueFinding(_ sample: MetricSample, of family: MetricFamily) -> String? {
        let value = sample.value.double
        switch family.type {
        case .counter where value.isNaN || value < 0: return "a counter is negative or NaN"
        case .info where value != 1: return "an info metric is not 1"
        case .stateset where value != 0 && value != 1: return "a state is neither 0 nor 1"
        case .stateset where !sample.labels.contains { $0.name == family.name }:
            return "the label named like the stateset is missing"
        default: return nil
        }
    }
}
