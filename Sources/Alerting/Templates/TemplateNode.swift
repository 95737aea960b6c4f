// The syntax tree of a Go template. Descriptions are what Go's error messages quote.

/// One node with the byte offset at which it begins.
struct TemplateNode: Sendable, CustomStringConvertible {
    /// What a node is.
    indirect enum Kind: Sendable {
        case text(String)
        case action(TemplatePipeline)
        case branch(TemplateBranch)
        case invocation(name: String, TemplatePipeline?)
        case breakLoop
        case continueLoop
        case identifier(String)
        case variable([String])
        case dot
        case null
        case field([String])
        case chain(TemplateNode, [String])
        case bool(Bool)
        case number(TemplateNumber)
        case string(quoted: String, text: String)
        case pipeline(TemplatePipeline)
    }

    let kind: Kind
    let position: Int

    var description: String {
        switch kind {
        case .text(let text): text
        case .action(let pipeline): "{{\(pipeline)}}"
        case .branch(let branch): branch.description
        case .invocation(let name, let pipeline):
            "{{template \(GoQuote.quote(name))\(pipeline.map { " \($0)" } ?? "")}}"
        case .breakLoop: "{{break}}"
        case .continueLoop: "{{continue}}"
        case .identifier(let name): name
        case .variable(let path): path.joined(separator: ".")
        case .dot: "."
        case .null: "nil"
        case .field(let path): path.map { "." + $0 }.joined()
        case .chain(let base, let path):
            base.enclosed + path.map { "." + $0 }.joined()
        case .bool(let value): value ? "true" : "false"
        case .number(let number): number.text
        case .string(let quoted, _): quoted
        case .pipeline(let pipeline): pipeline.description
        }
    }

    /// The description; a pipeline in parentheses.
    fileprivate var enclosed: String {
        if case .pipeline(let pipeline) = kind { return "(\(pipeline))" }
        return description
    }

    /// Whether a later command of a pipeline may not begin with this.
    var isNotExecutable: Bool {
        switch kind {
        case .bool, .dot, .null, .number, .string: true
        default: false
        }
    }

    /// Whether it yields nothing but white space.
    var isEmpty: Bool {
        guard case .text(let text) = kind else { return false }
        return text.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
    }
}

/// `if`, `with` and `range`.
struct TemplateBranch: Sendable, CustomStringConvertible {
    /// Which of the three.
    enum Word: String, Sendable {
        case ifWord = "if"
        case withWord = "with"
        case rangeWord = "range"
    }

    let word: Word
    let pipeline: TemplatePipeline
    let body: [TemplateNode]
    let otherwise: [TemplateNode]?

    var description: String {
        let rest = otherwise.map { "{{else}}" + $0.map(\.description).joined() } ?? ""
        let inner = body.map(\.description).joined()
        return "{{\(word.rawValue) \(pipeline)}}\(inner)\(rest){{end}}"
    }
}

/// Commands joined by `|`, with the variables that take the value.
struct TemplatePipeline: Sendable, CustomStringConvertible {
    let position: Int
    var variables: [String] = []
    var isAssignment = false
    var commands: [TemplateCommand] = []

    var description: String {
        let names = variables.joined(separator: ", ")
        let prefix = variables.isEmpty ? "" : names + (isAssignment ? " = " : " := ")
        return prefix + commands.map(\.description).joined(separator: " | ")
    }
}

/// A function with its arguments, or one operand.
struct TemplateCommand: Sendable, CustomStringConvertible {
    let position: Int
    var arguments: [TemplateNode] = []

    var description: String {
        arguments.map(\.enclosed).joined(separator: " ")
    }
}

/// What error messages name: put into words only for a message.
enum TemplatePlace: CustomStringConvertible {
    case node(TemplateNode)
    case pipeline(TemplatePipeline)
    case command(TemplateCommand)

    var position: Int {
        switch self {
        case .node(let node): node.position
        case .pipeline(let pipeline): pipeline.position
        case .command(let command): command.position
        }
    }

    var description: String {
        switch self {
        case .node(let node): node.description
        case .pipeline(let pipeline): pipeline.description
        case .command(let command): command.description
        }
    }
}

/// A number constant and what it can be.
struct TemplateNumber: Sendable {
    let text: String
    var integer: Int64?
    var unsigned: UInt64?
    var float: Double?
    /// Both parts, for `2i` and `1+2i`.
    var complex: GoComplex?
}

/// A template that was parsed: the main text or a `define`.
struct TemplateTree: Sendable {
    let name: String
    let body: [TemplateNode]

    var isEmpty: Bool { body.allSatisfy(\.isEmpty) }
}
