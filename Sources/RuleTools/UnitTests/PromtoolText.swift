// How promtool prints what it expected and what it got.

import PromQL

enum PromtoolText {
    /// Alerts in the order in which they are compared.
    static func sorted(_ alerts: [FiringAlert]) -> [FiringAlert] {
        alerts.sorted { left, right in
            let labels = compare(left.labels, right.labels)
            return labels == 0
                ? compare(left.annotations, right.annotations) < 0 : labels < 0
        }
    }

    private static func compare(_ left: [LabelPair], _ right: [LabelPair]) -> Int {
        for (mine, other) in zip(left, right) {
            let names = ByteOrder.compare(mine.name, other.name)
            if names != 0 { return names }
            let values = ByteOrder.compare(mine.value, other.value)
            if values != 0 { return values }
        }
        return left.count - right.count
    }

    /// A list of alerts over several lines.
    static func alerts(_ alerts: [FiringAlert]) -> String {
        guard !alerts.isEmpty else { return "[]" }
        let indent = "\n            "
        let items = alerts.enumerated().map { index, alert in
            "\(index):\(indent)  Labels:\(labels(alert.labels))"
                + "\(indent)  Annotations:\(labels(alert.annotations))"
        }
        return "[\(indent)" + items.joined(separator: ",\(indent)") + "\(indent)]"
    }

    /// Samples in one line.
    static func samples(_ samples: [TestedSample]) -> String {
        guard !samples.isEmpty else { return "nil" }
        return samples.map { "\(labels($0.labels.pairs)) \(scientific($0.value))" }
            .joined(separator: ", ")
    }

    /// `{a="b", c="d"}`, the metric's name as a label among the others.
    private static func labels(_ pairs: [LabelPair]) -> String {
        let texts = pairs.map { pair in
            let name =
                GoText.isLegacyLabelName(pair.name) ? pair.name : GoText.quoted(pair.name)
            return "\(name)=\(GoText.quoted(pair.value))"
        }
        return "{" + texts.joined(separator: ", ") + "}"
    }

    /// Go's `FormatFloat(v, 'E', -1, 64)`: `1E+07`.
    static func scientific(_ value: Double) -> String {
        if value == 0 { return value.sign == .minus ? "-0E+00" : "0E+00" }
        let text = GoFloat.general(value, exponentFrom: .min)
        return value.isFinite ? String(text.map { $0 == "e" ? "E" : $0 }) : text
    }

    /// Go's form of a duration: `1h30m0s`.
    static func goDuration(_ milliseconds: Int64) -> String {
        guard milliseconds != 0 else { return "0s" }
        guard milliseconds >= 1000 else { return "\(milliseconds)ms" }
        let seconds = milliseconds / 1000
        var text = ""
        if seconds >= 3600 { text += "\(seconds / 3600)h" }
        if seconds >= 60 { text += "\(seconds / 60 % 60)m" }
        return text + GoFloat.fixed(Double(seconds % 60) + Double(milliseconds % 1000) / 1000)
            + "s"
    }
}
