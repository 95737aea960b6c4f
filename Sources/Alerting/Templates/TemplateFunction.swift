// What a template can call: the signature of a function and its body.

/// Why a function refused; the execution adds where.
struct TemplateFailure: Error, Equatable {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// What an expansion may ask of the world; nothing of it is kept.
struct TemplateEnvironment {
    /// The instant of the evaluation, milliseconds since 1970.
    let now: Int64
    let externalURL: String
    /// Answers a PromQL expression at `now`.
    let query: (String) throws(TemplateQueryError) -> [TemplateSample]
    /// What a template may call.
    var functions = TemplateFunctionSet.rules
    /// Whether the output is HTML: what actions write is then escaped.
    var escapesHTML = false
}

/// Which functions a template may call.
enum TemplateFunctionSet: Sendable {
    /// Those of Prometheus' rules.
    case rules
    /// Those of Alertmanager's notifications.
    case notifications

    /// Looks a function up; Go's own come last.
    func named(_ name: String) -> TemplateFunction? {
        switch self {
        case .rules: TemplateFunctions.named(name)
        case .notifications:
            TemplateFunctions.notifications[name] ?? TemplateFunctions.builtins[name]
        }
    }
}

/// A query inside a template that failed.
package struct TemplateQueryError: Error, Equatable {
    /// The engine's words.
    package let message: String

    /// Wraps the message of the engine.
    package init(message: String) {
        self.message = message
    }
}

/// A function or method with Go's checks of its arguments.
struct TemplateFunction: Sendable {
    /// The Go type of a parameter.
    enum Parameter: Sendable {
        /// `interface{}`
        case any
        /// `reflect.Value`, which the built-in functions take.
        case reflected
        case string, strings, samples, sample, integer, duration, time

        var typeName: String {
            switch self {
            case .any: "interface {}"
            case .reflected: "reflect.Value"
            case .string: "string"
            case .strings: TemplateList.strings
            case .samples: "template.queryResult"
            case .sample: "*template.sample"
            case .integer: "int"
            case .duration: "time.Duration"
            case .time: "time.Time"
            }
        }

        var canBeNil: Bool {
            switch self {
            case .any, .reflected, .samples, .sample, .strings: true
            case .string, .integer, .duration, .time: false
            }
        }
    }

    typealias Body =
        @Sendable (TemplateEnvironment, [TemplateValue]) throws(TemplateFailure) -> TemplateValue

    let parameters: [Parameter]
    var variadic: Parameter?
    /// `and` and `or` stop at the first argument that decides.
    var shortCircuit: Bool?
    let body: Body

    init(
        _ parameters: [Parameter], variadic: Parameter? = nil, shortCircuit: Bool? = nil,
        _ body: @escaping Body
    ) {
        self.parameters = parameters
        self.variadic = variadic
        self.shortCircuit = shortCircuit
        self.body = body
    }

    /// The parameter that the argument at an index fills.
    func parameter(at index: Int) -> Parameter {
        index < parameters.count ? parameters[index] : variadic ?? .any
    }
}

/// The functions a rule's template may name.
enum TemplateFunctions {
    /// Looks a function up; Prometheus' own come before Go's.
    static func named(_ name: String) -> TemplateFunction? {
        prometheus[name] ?? builtins[name]
    }
}
