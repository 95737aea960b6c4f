// Runs a parsed template.
//
// 1. `current` is the node that error messages name: Go's last `at`.
// 2. Steps, output and nested templates are bounded; going beyond is an error of the template.

/// An expansion that failed, in Go's words.
struct TemplateExecutionError: Error, Equatable {
    let message: String
}

/// One expansion of one template.
struct TemplateExecution {
    static let maximumSteps = 200_000
    static let maximumOutput = 1 << 20
    static let maximumTemplateDepth = 50

    enum Flow { case normal, breakLoop, continueLoop }
    typealias Failure = TemplateExecutionError

    let name: String
    let trees: [String: TemplateTree]
    let library: TemplateLibrary
    let environment: TemplateEnvironment

    private(set) var output = ""
    private var steps = 0
    private var depth = 0
    private var treeName: String
    /// The text that holds the running tree.
    private var origin: TemplateOrigin
    private(set) var variables: [(name: String, value: TemplateValue)]
    private var current: TemplatePlace?

    init(template: GoTemplate, data: TemplateValue, environment: TemplateEnvironment) {
        self.init(
            origin: TemplateOrigin(name: template.name, text: template.text),
            trees: template.trees, library: .empty, data: data, environment: environment)
    }

    /// An expansion of the tree that is named as its text.
    ///
    /// - Parameter library: definitions that the text's own ones come before.
    init(
        origin: TemplateOrigin, trees: [String: TemplateTree], library: TemplateLibrary,
        data: TemplateValue, environment: TemplateEnvironment
    ) {
        name = origin.name
        self.origin = origin
        self.trees = trees
        self.library = library
        self.environment = environment
        treeName = origin.name
        variables = [("$", data)]
    }

    /// Expands the main tree.
    mutating func run(with data: TemplateValue) throws(Failure) -> String {
        guard let tree = trees[name] else {
            throw Failure(
                message: "template: \(name): \(GoQuote.quote(name)) is an incomplete or empty "
                    + "template")
        }
        _ = try walk(tree.body, dot: data)
        return output
    }

    // MARK: Errors

    mutating func visit(_ node: TemplateNode) throws(Failure) {
        try visit(.node(node))
    }

    private mutating func visit(_ pipeline: TemplatePipeline) throws(Failure) {
        try visit(.pipeline(pipeline))
    }

    private mutating func visit(_ place: TemplatePlace) throws(Failure) {
        current = place
        steps += 1
        if steps > Self.maximumSteps { throw failure("more than \(Self.maximumSteps) steps") }
    }

    func failure(_ message: String) -> Failure {
        guard let current else { return Failure(message: "template: \(name): \(message)") }
        let before = origin.text[..<min(current.position, origin.text.count)]
        let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let place = "\(origin.name):\(line):\(before.count - start)"
        let title = GoQuote.quote(treeName)
        return Failure(
            message: "template: \(place): executing \(title) at <\(current)>: \(message)")
    }

    /// Moves the place that errors name back to a command after its arguments were evaluated.
    mutating func place(at place: TemplatePlace) {
        current = place
    }

    // MARK: Variables

    private mutating func assign(_ variable: String, _ value: TemplateValue) throws(Failure) {
        guard let index = variables.lastIndex(where: { $0.name == variable }) else {
            throw failure("undefined variable: \(variable)")
        }
        variables[index].value = value
    }

    func value(of variable: String) throws(Failure) -> TemplateValue {
        guard let found = variables.last(where: { $0.name == variable }) else {
            throw failure("undefined variable: \(variable)")
        }
        return found.value
    }

    // MARK: Statements

    private mutating func walk(
        _ nodes: [TemplateNode], dot: TemplateValue
    ) throws(Failure) -> Flow {
        for node in nodes {
            let flow = try walk(node, dot: dot)
            if flow != .normal { return flow }
        }
        return .normal
    }

    private mutating func walk(
        _ node: TemplateNode, dot: TemplateValue
    ) throws(Failure) -> Flow {
        if case .text(let text) = node.kind {
            try write(text)
            return .normal
        }
        try visit(node)
        switch node.kind {
        case .action(let pipeline):
            let value = try evaluate(pipeline, dot: dot)
            if pipeline.variables.isEmpty {
                try visit(node)
                try write(written(value))
            }
        case .branch(let branch):
            return try walk(branch, dot: dot)
        case .invocation(let name, let pipeline):
            try invoke(name, pipeline, dot: dot)
        case .breakLoop: return .breakLoop
        case .continueLoop: return .continueLoop
        default: throw failure("unknown node: \(node)")
        }
        return .normal
    }

    private mutating func write(_ text: String) throws(Failure) {
        guard output.utf8.count + text.utf8.count <= Self.maximumOutput else {
            throw failure("output of more than \(Self.maximumOutput) bytes")
        }
        output += text
    }

    /// What an action adds to the output: in HTML everything is escaped that is not HTML.
    private func written(_ value: TemplateValue) -> String {
        let text = Self.printed(value)
        guard environment.escapesHTML else { return text }
        if case .html = value { return text }
        return TemplateEscape.html(text)
    }

    /// What an action writes for a value: `fmt.Fprint` after following a pointer.
    static func printed(_ value: TemplateValue) -> String {
        switch value {
        case .missing: return "<no value>"
        case .string(let text), .html(let text): return text
        case .sample(let sample):
            var formatter = GoFormatter()
            formatter.printStruct(
                "template.sample",
                [("Labels", .labels(sample.labels)), ("Value", .float(sample.value))], "v", 0)
            return formatter.output
        default: return GoFormatter.text([value])
        }
    }

    private mutating func walk(
        _ branch: TemplateBranch, dot: TemplateValue
    ) throws(Failure) -> Flow {
        let mark = variables.count
        defer { variables.removeSubrange(mark...) }
        let value = try evaluate(branch.pipeline, dot: dot)
        if branch.word == .rangeWord { return try loop(branch, over: value, dot: dot) }
        if value.isTrue {
            return try walk(branch.body, dot: branch.word == .withWord ? value : dot)
        }
        return try walk(branch.otherwise ?? [], dot: dot)
    }

    private mutating func loop(
        _ branch: TemplateBranch, over value: TemplateValue, dot: TemplateValue
    ) throws(Failure) -> Flow {
        let elements: [(TemplateValue, TemplateValue)]
        switch value {
        case .samples(let samples):
            elements = samples.enumerated().map {
                (.integer(Int64($0.offset)), .sample($0.element))
            }
        case .labels(let labels):
            elements = labels.pairs.map { (.string($0.name), .string($0.value)) }
        case .arguments(let pairs):
            elements = pairs.map { (.string($0.name), $0.value) }
        case .keyValues(let labels):
            elements = labels.pairs.map { (.string($0.name), .string($0.value)) }
        case .list(let list):
            elements = list.elements.enumerated().map { (.integer(Int64($0.offset)), $0.element) }
        case .missing:
            elements = []
        default:
            throw failure("range can't iterate over \(Self.printed(value))")
        }
        guard !elements.isEmpty else { return try walk(branch.otherwise ?? [], dot: dot) }
        let mark = variables.count
        for (key, element) in elements {
            let names = branch.pipeline.variables
            if names.count > 0 { setTop(1, element) }
            if names.count > 1 { setTop(2, key) }
            let flow = try walk(branch.body, dot: element)
            variables.removeSubrange(mark...)
            if flow == .breakLoop { break }
        }
        return .normal
    }

    private mutating func setTop(_ offset: Int, _ value: TemplateValue) {
        guard variables.count >= offset else { return }
        variables[variables.count - offset].value = value
    }

    private mutating func invoke(
        _ called: String, _ pipeline: TemplatePipeline?, dot: TemplateValue
    ) throws(Failure) {
        let shared = library[called]
        guard let tree = trees[called] ?? shared?.tree else {
            throw failure("template \(GoQuote.quote(called)) not defined")
        }
        guard depth < Self.maximumTemplateDepth else {
            throw failure("exceeded maximum template depth (\(Self.maximumTemplateDepth))")
        }
        var argument = TemplateValue.missing
        if let pipeline { argument = try evaluate(pipeline, dot: dot) }
        let outer = (variables, treeName, origin)
        depth += 1
        variables = [("$", argument)]
        treeName = called
        if trees[called] == nil, let shared { origin = shared.origin }
        _ = try walk(tree.body, dot: argument)
        depth -= 1
        (variables, treeName, origin) = outer
    }

    // MARK: Pipelines

    mutating func evaluate(
        _ pipeline: TemplatePipeline, dot: TemplateValue
    ) throws(Failure) -> TemplateValue {
        try visit(pipeline)
        var value: TemplateValue?
        for command in pipeline.commands {
            value = try evaluate(command, dot: dot, final: value)
        }
        let result = value ?? .missing
        for variable in pipeline.variables {
            if pipeline.isAssignment {
                try assign(variable, result)
            } else {
                variables.append((variable, result))
            }
        }
        return result
    }
}
