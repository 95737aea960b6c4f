// A text of a receiver, such as `title`: a Go template over Alertmanager's data.

/// A template of a notification's text that was parsed.
///
/// - Source: prometheus.io/docs/alerting/latest/notifications
package struct NotificationTemplate: Sendable, Hashable {
    /// The field that it stands in, which error messages show.
    let name: String
    /// The text as it was written.
    package let source: String
    private let own: [String: TemplateTree]
    private let library: TemplateLibrary
    /// Text without an action expands to itself.
    private let isPlain: Bool

    /// Parses a text.
    ///
    /// - Throws: `GoTemplateError` in the words of Go's text/template, also for the name of a
    ///   template that is not defined.
    init(name: String, source: String, library: TemplateLibrary) throws(GoTemplateError) {
        self.name = name
        self.source = source
        self.library = library
        isPlain = !source.contains("{{")
        own = isPlain ? [:] : try Self.trees(name: name, text: source)
        try requireDefined()
    }

    /// A text of the program itself, which a test has parsed.
    init(builtIn source: String, name: String, library: TemplateLibrary) {
        self.name = name
        self.source = source
        self.library = library
        isPlain = !source.contains("{{")
        own = (try? Self.trees(name: name, text: source)) ?? [:]
    }

    static func trees(
        name: String, text: String
    ) throws(GoTemplateError) -> [String: TemplateTree] {
        do {
            return try TemplateParser.parse(name: name, text: text) {
                TemplateFunctionSet.notifications.named($0) != nil
            }
        } catch {
            throw GoTemplateError(message: error.message)
        }
    }

    /// Whether it always gives nothing.
    var isEmpty: Bool { source.isEmpty }

    /// Expands the template.
    ///
    /// - Parameter asHTML: whether the output is HTML, in which values are escaped.
    /// - Throws: `TemplateExecutionError` when it fails on this data.
    func expand(
        _ scene: TemplateScene, asHTML: Bool = false
    ) throws(TemplateExecutionError) -> String {
        if isPlain { return source }
        let environment = TemplateEnvironment(
            now: scene.now, externalURL: scene.externalURL, query: { _ in [] },
            functions: .notifications, escapesHTML: asHTML)
        var execution = TemplateExecution(
            origin: TemplateOrigin(name: name, text: Array(source.utf8)), trees: own,
            library: library, data: scene.data, environment: environment)
        return try execution.run(with: scene.data)
    }

    private func requireDefined() throws(GoTemplateError) {
        for tree in own.values.sorted(by: { $0.name < $1.name }) {
            for called in Self.invocations(tree.body)
            where own[called] == nil && !library.contains(called) {
                throw GoTemplateError(
                    message: "template: \(name): template \(GoQuote.quote(called)) not defined")
            }
        }
    }

    private static func invocations(_ nodes: [TemplateNode]) -> [String] {
        nodes.flatMap { node -> [String] in
            switch node.kind {
            case .invocation(let name, _): [name]
            case .branch(let branch):
                invocations(branch.body) + invocations(branch.otherwise ?? [])
            default: []
            }
        }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.name == right.name && left.source == right.source
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(source)
    }
}

/// What one notification's templates work with.
struct TemplateScene {
    let data: TemplateValue
    /// Milliseconds since 1970.
    let now: Int64
    let externalURL: String
}
