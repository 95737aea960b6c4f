// Label and annotation templates against the text that a Prometheus 2.42 printed.
//
// The world of every case: `src{team="b"} 2`, `src{team="a"} 1500`, no external labels, the
// external URL `http://agent.example/prefix`.
//
// PromQL leaves open in which order an instant vector comes: a server with one storage gives the
// series as they arrived, one that merges storages gives them by their labels. Both are right.

import Alerting
import ExactJSON
import PromQL

/// Runs lines of `template`, `value`, `labels` and `out` or `load_error`.
package struct TemplateSuite {
    /// The instant of the evaluation: 2022-01-25 12:36:43 UTC.
    private static let now: Int64 = 1_643_114_203_000
    private static let externalURL = "http://agent.example/prefix"

    /// How the elements of an unordered vector stand.
    private enum Arrangement {
        /// Team b before team a.
        case byArrival
        /// As the engine gives them.
        case byLabels

        /// The arrangements under which a template may give the wanted text. Sorted input would
        /// hide a `sortByLabel` that does nothing.
        static func allowed(for template: String) -> [Arrangement] {
            template.contains("sortByLabel") ? [.byArrival] : [.byArrival, .byLabels]
        }
    }

    private let engine = PromQLEngine(options: EngineOptions(profile: .prometheus2))
    private let store: SampleStore

    private init() {
        var store = SampleStore()
        for (team, value) in [("b", 2.0), ("a", 1500.0)] {
            store.append(
                SeriesLabels(metric: "src", [("team", team)]), timestamp: Self.now, value: value)
        }
        self.store = store
    }

    /// Runs all lines of a file.
    package static func run(_ bytes: [UInt8], name: String) -> SuiteTally {
        let suite = TemplateSuite()
        var tally = SuiteTally()
        for (index, line) in bytes.split(separator: 0x0A).enumerated() {
            tally.record("\(name):\(index + 1)", suite.check(Array(line)))
        }
        tally.requireCases(name)
        return tally
    }

    /// Why a case fails, or nil.
    private func check(_ line: [UInt8]) -> String? {
        let entry: JSONValue
        do throws(JSONError) {
            entry = try JSONReader.read(line)
        } catch {
            return "not JSON: \(error)"
        }
        guard let template = entry["template"]?.stringValue else { return "no `template`" }
        let wanted = entry["out"]?.stringValue
        let refusal = entry["load_error"]?.stringValue
        let alert = Self.alertName(wanted ?? refusal ?? "")
        do throws(GoTemplateError) {
            let parsed = try GoTemplate(alert: alert, source: template)
            guard let wanted else {
                return "`\(template)` accepted, expected \(refusal ?? "`out` or `load_error`")"
            }
            return compare(parsed, entry, wanted)
        } catch {
            return refusal == nil ? "`\(template)` refused: \(error.message)" : nil
        }
    }

    private func compare(
        _ template: GoTemplate, _ entry: JSONValue, _ wanted: String
    ) -> String? {
        var output = ""
        for arrangement in Arrangement.allowed(for: template.source) {
            guard let context = context(entry, arrangement) else {
                return "`\(template.source)` has no value"
            }
            output = template.expand(context)
            if output.utf8.elementsEqual(wanted.utf8) { return nil }
        }
        return "`\(template.source)` gave `\(output)`, expected `\(wanted)`"
    }

    private func context(
        _ entry: JSONValue, _ arrangement: Arrangement
    ) -> TemplateContext? {
        guard let value = entry["value"]?.stringValue.flatMap(Double.init) else { return nil }
        let labels = entry["labels"]?.objectValue ?? JSONObject()
        return TemplateContext(
            labels: TemplateLabels(
                labels.members.map { (name: $0.name, value: $0.value.stringValue ?? "") }),
            value: value, externalLabels: TemplateLabels([]), externalURL: Self.externalURL,
            now: Self.now,
            query: { text throws(TemplateQueryError) in try answer(text, arrangement) })
    }

    /// Answers a template's `query`.
    private func answer(
        _ text: String, _ arrangement: Arrangement
    ) throws(TemplateQueryError) -> [TemplateSample] {
        let result: QueryResult
        do {
            let options = PromQLOptions(profile: .prometheus2)
            let expression = try PromQLExpression.parse(text, options: options)
            result = try engine.instant(expression, at: Self.now, in: store)
        } catch {
            throw TemplateQueryError(message: "\(error)")
        }
        switch result.value {
        case .vector(let elements):
            let isOrdered = ["sort", "topk", "bottomk"].contains { text.contains($0) }
            let turns = arrangement == .byArrival && !isOrdered
            return (turns ? elements.reversed() : elements).map {
                TemplateSample(labels: TemplateLabels($0.labels), value: $0.value)
            }
        case .scalar(let value):
            return [TemplateSample(labels: TemplateLabels([]), value: value)]
        case .string, .matrix:
            throw TemplateQueryError(message: "query result is not a vector or scalar")
        }
    }

    /// The name that the server's rule had; its messages mention it.
    private static func alertName(_ message: String) -> String {
        guard let mark = message.firstRange(of: "__alert_") else { return "T" }
        return String(message[mark.upperBound...].prefix { $0.isLetter || $0.isNumber })
    }
}
