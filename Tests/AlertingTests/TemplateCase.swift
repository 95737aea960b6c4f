// One template with its expected text, and the samples that its `query` finds.
import Testing

@testable import Alerting

/// A template, the value it is given and what must come out.
struct TemplateCase: Sendable, CustomTestStringConvertible {
    let template: String
    let value: Double
    /// The output; `<ERROR ` stands for the words before the place of a failure.
    let expected: String

    init(_ template: String, value: Double = 0.95, gives expected: String) {
        self.template = template
        self.value = value
        self.expected = expected
    }

    var testDescription: String { "\(template) of \(value)" }

    /// The prefix that Prometheus writes before every failure of these templates.
    static let failure =
        "<error expanding template: error executing template __alert_T: template: __alert_T:"

    func expand() throws -> String {
        try GoTemplate(alert: "T", source: template).expand(Self.context(value))
            .replacing(Self.failure, with: "<ERROR ")
    }

    static func context(_ value: Double, now: Int64 = 1_643_114_203_123) -> TemplateContext {
        TemplateContext(
            labels: TemplateLabels([(name: "team", value: "a")]), value: value,
            externalLabels: TemplateLabels([]), externalURL: "http://agent.example/prefix",
            now: now, query: samples)
    }

    static func samples(_ expression: String) throws(TemplateQueryError) -> [TemplateSample] {
        func sample(_ team: String, _ value: Double) -> TemplateSample {
            TemplateSample(
                labels: TemplateLabels([
                    (name: "__name__", value: "src"), (name: "team", value: team),
                ]), value: value)
        }
        switch expression {
        case "src": return [sample("b", 2), sample("a", 1500)]
        case "time()": return [TemplateSample(labels: TemplateLabels([]), value: 1_643_114_203)]
        case "nosuch": return []
        default: throw TemplateQueryError(message: "cannot answer \(expression)")
        }
    }
}
