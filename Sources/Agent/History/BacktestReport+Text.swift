// A replay's report for people and for programs.

import Credits
import ExactJSON
import PromQL

extension BacktestReport {
    /// The report as text, one alert after the other.
    package var text: String {
        var lines = ["replayed \(since) to \(until): \(evaluations) rule evaluations", ""]
        for alert in alerts {
            lines.append(alert.title)
            lines.append("  pending   \(alert.activeAt)")
            if let firedAt = alert.firedAt { lines.append("  firing    \(firedAt)") }
            let end = alert.firedAt == nil ? "  dropped   " : "  resolved  "
            lines.append(alert.endedAt.map { end + $0.description } ?? "  goes on")
            for annotation in alert.annotations where annotation.name != "runbook_url" {
                lines.append("  \(annotation.name): \(annotation.value)")
            }
            lines.append("")
        }
        if alerts.isEmpty { lines += ["no alert would have been raised", ""] }
        for (rule, reads) in leftOut {
            lines.append("not judged: \(rule) reads \(reads), which the ledger does not keep")
        }
        for (rule, error) in failures { lines.append("failed: \(rule): \(error)") }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The report as JSON.
    package var json: JSONValue {
        [
            "since": .string(since.description), "until": .string(until.description),
            "evaluations": .integer(evaluations),
            "alerts": .array(alerts.map(\.json)),
            "not_judged": .array(
                leftOut.map { ["rule": .string($0.rule), "reads": .string($0.reads)] }),
            "failures": .array(
                failures.map { ["rule": .string($0.rule), "error": .string($0.error)] }),
        ]
    }
}

extension ReplayedAlert {
    fileprivate var title: String {
        let others = labels.removing(["alertname"]).pairs
        guard !others.isEmpty else { return name }
        let texts = others.map { "\($0.name)=\(GoText.quoted($0.value))" }
        return "\(name){\(texts.joined(separator: ", "))}"
    }

    fileprivate var json: JSONValue {
        func instant(_ timestamp: Timestamp?) -> JSONValue {
            timestamp.map { .string($0.description) } ?? .null
        }
        return [
            "name": .string(name), "labels": Self.object(labels.pairs),
            "annotations": Self.object(annotations), "pending_at": instant(activeAt),
            "fired_at": instant(firedAt), "ended_at": instant(endedAt),
        ]
    }

    private static func object(_ pairs: [LabelPair]) -> JSONValue {
        .object(JSONObject(pairs.map { ($0.name, .string($0.value)) }))
    }
}
