// Go templates as rule files use them: parsed at load, expanded at every evaluation.

/// A template of a label or an annotation that was parsed.
///
/// The text sees `$labels`, `$value`, `$externalLabels` and `$externalURL`, as in Prometheus.
///
/// - Source: prometheus.io/docs/prometheus/latest/configuration/template_reference
package struct GoTemplate: Sendable {
    /// What Prometheus puts before every text.
    private static let definitions =
        "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}"
        + "{{$externalURL := .ExternalURL}}{{$value := .Value}}"

    /// The name that error messages use: `__alert_` and the alert's name.
    package let name: String
    /// The text as it was written.
    package let source: String
    let text: [UInt8]
    let trees: [String: TemplateTree]
    /// Text without an action expands to itself.
    private let isPlain: Bool

    /// Parses a text.
    ///
    /// - Throws: `GoTemplateError` in the words of Go's text/template.
    package init(alert: String, source: String) throws(GoTemplateError) {
        name = "__alert_" + alert
        self.source = source
        isPlain = !source.contains("{{")
        let whole = Self.definitions + source
        text = Array(whole.utf8)
        do {
            trees = try TemplateParser.parse(name: name, text: whole) {
                TemplateFunctions.named($0) != nil
            }
        } catch {
            throw GoTemplateError(message: error.message)
        }
    }

    /// A text without actions, whatever it looks like.
    init(plain source: String) {
        name = ""
        self.source = source
        isPlain = true
        text = []
        trees = [:]
    }

    /// Expands the template; a failure becomes the text that Prometheus writes.
    package func expand(_ context: TemplateContext) -> String {
        if isPlain { return source }
        let data = TemplateData(
            labels: context.labels, externalLabels: context.externalLabels,
            externalURL: context.externalURL, value: context.value)
        let environment = TemplateEnvironment(
            now: context.now, externalURL: context.externalURL, query: context.query)
        var execution = TemplateExecution(
            template: self, data: .data(data), environment: environment)
        do {
            return try execution.run(with: .data(data))
        } catch {
            return "<error expanding template: error executing template \(name): "
                + "\(error.message)>"
        }
    }
}

/// A template that does not parse.
package struct GoTemplateError: Error, Equatable, Sendable {
    /// `template: __alert_NAME:LINE: …`
    package let message: String
}

/// What one expansion works with.
package struct TemplateContext {
    /// `$labels`: the labels of the element, its name included.
    package var labels: TemplateLabels
    /// `$value`.
    package var value: Double
    /// `$externalLabels`.
    package var externalLabels: TemplateLabels
    /// `$externalURL`.
    package var externalURL: String
    /// The instant of the evaluation, milliseconds since 1970.
    package var now: Int64
    /// Answers the function `query` at `now`.
    package var query: (String) throws(TemplateQueryError) -> [TemplateSample]

    /// Gathers what one expansion works with.
    package init(
        labels: TemplateLabels, value: Double, externalLabels: TemplateLabels,
        externalURL: String, now: Int64,
        query: @escaping (String) throws(TemplateQueryError) -> [TemplateSample]
    ) {
        self.labels = labels
        self.value = value
        self.externalLabels = externalLabels
        self.externalURL = externalURL
        self.now = now
        self.query = query
    }
}
