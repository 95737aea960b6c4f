// Parses a Go template into trees.
//
// 1. Error messages and their lines are those of Go's text/template.
// 2. Nesting is bounded: a hostile file cannot exhaust the stack.

/// A template that does not parse.
struct TemplateSyntaxError: Error, Equatable {
    /// Go's message: `template: NAME:LINE: …`.
    let message: String
}

/// The parser of Go's text/template, version 1.19 (the one in Prometheus 2.42).
struct TemplateParser {
    static let maximumDepth = 100

    let name: String
    let isFunction: (String) -> Bool
    private var lexer: TemplateLexer
    private var tokens: [TemplateToken]
    private var peekCount = 0
    private var actionLine = 0
    private var rangeDepth = 0
    var depth = 0
    var variables = ["$"]
    private var trees: [String: TemplateTree] = [:]

    private init(name: String, text: String, isFunction: @escaping (String) -> Bool) {
        self.name = name
        self.isFunction = isFunction
        lexer = TemplateLexer(text)
        let none = TemplateToken(kind: .end, position: 0, value: "", line: 0)
        tokens = [none, none, none]
    }

    /// Parses a text; the answer holds the main tree under `name` and every definition.
    static func parse(
        name: String, text: String, isFunction: @escaping (String) -> Bool
    ) throws(TemplateSyntaxError) -> [String: TemplateTree] {
        var parser = TemplateParser(name: name, text: text, isFunction: isFunction)
        try parser.parseMain()
        return parser.trees
    }

    // MARK: Tokens

    mutating func next() -> TemplateToken {
        if peekCount > 0 {
            peekCount -= 1
        } else {
            tokens[0] = lexer.next()
        }
        return tokens[peekCount]
    }

    mutating func backup() {
        peekCount += 1
    }

    mutating func backup2(_ first: TemplateToken) {
        tokens[1] = first
        peekCount = 2
    }

    mutating func backup3(_ second: TemplateToken, _ first: TemplateToken) {
        tokens[1] = first
        tokens[2] = second
        peekCount = 3
    }

    mutating func peek() -> TemplateToken {
        if peekCount > 0 { return tokens[peekCount - 1] }
        peekCount = 1
        tokens[0] = lexer.next()
        return tokens[0]
    }

    mutating func nextNonSpace() -> TemplateToken {
        var token = next()
        while token.kind == .space { token = next() }
        return token
    }

    mutating func peekNonSpace() -> TemplateToken {
        let token = nextNonSpace()
        backup()
        return token
    }

    // MARK: Errors

    func failure(_ message: String) -> TemplateSyntaxError {
        TemplateSyntaxError(message: "template: \(name):\(tokens[0].line): \(message)")
    }

    func unexpected(_ token: TemplateToken, _ context: String) -> TemplateSyntaxError {
        guard token.kind == .error else {
            return failure("unexpected \(token.quoted) in \(context)")
        }
        var extra = ""
        if actionLine != 0, actionLine != token.line {
            let isAction = token.value.hasSuffix(" action")
            extra = "\(isAction ? "" : " in action") started at \(name):\(actionLine)"
        }
        return failure(token.quoted + extra)
    }

    mutating func expect(
        _ kind: TemplateTokenKind, _ context: String
    ) throws(TemplateSyntaxError) -> TemplateToken {
        let token = nextNonSpace()
        guard token.kind == kind else { throw unexpected(token, context) }
        return token
    }

    mutating func descend() throws(TemplateSyntaxError) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw failure("nested deeper than \(Self.maximumDepth) levels")
        }
    }

    // MARK: Lists

    private mutating func parseMain() throws(TemplateSyntaxError) {
        var body: [TemplateNode] = []
        while peek().kind != .end {
            if peek().kind == .leftDelimiter {
                let delimiter = next()
                if nextNonSpace().kind == .defineKeyword {
                    try parseDefinition()
                    continue
                }
                backup2(delimiter)
            }
            switch try textOrAction() {
            case .node(let node): body.append(node)
            case .end: throw failure("unexpected {{end}}")
            case .otherwise: throw failure("unexpected {{else}}")
            }
        }
        try add(TemplateTree(name: name, body: body))
    }

    private mutating func add(_ tree: TemplateTree) throws(TemplateSyntaxError) {
        guard let known = trees[tree.name], !known.isEmpty else {
            trees[tree.name] = tree
            return
        }
        if !tree.isEmpty {
            throw failure(
                "template: multiple definition of template \(GoQuote.quote(tree.name))")
        }
    }

    private mutating func parseDefinition() throws(TemplateSyntaxError) {
        let context = "define clause"
        let title = nextNonSpace()
        guard title.kind == .string || title.kind == .rawString else {
            throw unexpected(title, context)
        }
        guard let word = GoQuote.unquote(title.value) else { throw failure("invalid syntax") }
        _ = try expect(.rightDelimiter, context)
        try addBody(named: word, context: context)
    }

    /// Parses a body up to its `end` as a template of its own, with its own variables.
    private mutating func addBody(
        named word: String, context: String
    ) throws(TemplateSyntaxError) {
        let (outer, outerRange) = (variables, rangeDepth)
        variables = ["$"]
        rangeDepth = 0
        let (body, end) = try itemList()
        guard end == .end else { throw failure("unexpected {{else}} in \(context)") }
        try add(TemplateTree(name: word, body: body))
        (variables, rangeDepth) = (outer, outerRange)
    }

    /// What ends a list.
    private enum Terminator { case end, otherwise }

    private enum Item {
        case node(TemplateNode)
        case end
        case otherwise
    }

    private mutating func itemList() throws(TemplateSyntaxError) -> ([TemplateNode], Terminator) {
        try descend()
        defer { depth -= 1 }
        var body: [TemplateNode] = []
        while peekNonSpace().kind != .end {
            switch try textOrAction() {
            case .node(let node): body.append(node)
            case .end: return (body, .end)
            case .otherwise: return (body, .otherwise)
            }
        }
        throw failure("unexpected EOF")
    }

    private mutating func textOrAction() throws(TemplateSyntaxError) -> Item {
        let token = nextNonSpace()
        switch token.kind {
        case .text:
            return .node(TemplateNode(kind: .text(token.value), position: token.position))
        case .leftDelimiter:
            actionLine = token.line
            defer { actionLine = 0 }
            return try action()
        default:
            throw unexpected(token, "input")
        }
    }

    // MARK: Actions

    private mutating func action() throws(TemplateSyntaxError) -> Item {
        let token = nextNonSpace()
        switch token.kind {
        case .blockKeyword: return .node(try block())
        case .breakKeyword: return .node(try jump(.breakLoop, "break", token))
        case .continueKeyword: return .node(try jump(.continueLoop, "continue", token))
        case .elseKeyword:
            if peekNonSpace().kind != .ifKeyword { _ = try expect(.rightDelimiter, "else") }
            return .otherwise
        case .endKeyword:
            _ = try expect(.rightDelimiter, "end")
            return .end
        case .ifKeyword: return .node(try branch(.ifWord))
        case .rangeKeyword: return .node(try branch(.rangeWord))
        case .templateKeyword: return .node(try invocation())
        case .withKeyword: return .node(try branch(.withWord))
        default: break
        }
        backup()
        let first = peek()
        let pipeline = try pipeline("command", end: .rightDelimiter)
        return .node(TemplateNode(kind: .action(pipeline), position: first.position))
    }

    private mutating func jump(
        _ kind: TemplateNode.Kind, _ word: String, _ token: TemplateToken
    ) throws(TemplateSyntaxError) -> TemplateNode {
        let after = nextNonSpace()
        guard after.kind == .rightDelimiter else { throw unexpected(after, "{{\(word)}}") }
        guard rangeDepth > 0 else { throw failure("{{\(word)}} outside {{range}}") }
        return TemplateNode(kind: kind, position: token.position)
    }

    private mutating func branch(
        _ word: TemplateBranch.Word
    ) throws(TemplateSyntaxError) -> TemplateNode {
        try descend()
        let count = variables.count
        defer {
            depth -= 1
            variables.removeSubrange(count...)
        }
        let pipeline = try pipeline(word.rawValue, end: .rightDelimiter)
        if word == .rangeWord { rangeDepth += 1 }
        let (body, end) = try itemList()
        if word == .rangeWord { rangeDepth -= 1 }
        var otherwise: [TemplateNode]?
        if end == .otherwise {
            if word == .ifWord, peek().kind == .ifKeyword {
                _ = next()
                // `{{else if}}` shares the `{{end}}` of its `{{if}}`.
                otherwise = [try branch(.ifWord)]
            } else {
                let (rest, last) = try itemList()
                guard last == .end else { throw failure("expected end; found {{else}}") }
                otherwise = rest
            }
        }
        let node = TemplateBranch(
            word: word, pipeline: pipeline, body: body, otherwise: otherwise)
        return TemplateNode(kind: .branch(node), position: pipeline.position)
    }

    private mutating func templateName(
        _ token: TemplateToken, _ context: String
    ) throws(TemplateSyntaxError) -> String {
        guard token.kind == .string || token.kind == .rawString else {
            throw unexpected(token, context)
        }
        guard let word = GoQuote.unquote(token.value) else { throw failure("invalid syntax") }
        return word
    }

    private mutating func block() throws(TemplateSyntaxError) -> TemplateNode {
        let context = "block clause"
        let token = nextNonSpace()
        let word = try templateName(token, context)
        let pipeline = try pipeline(context, end: .rightDelimiter)
        try addBody(named: word, context: context)
        return TemplateNode(
            kind: .invocation(name: word, pipeline), position: token.position)
    }

    private mutating func invocation() throws(TemplateSyntaxError) -> TemplateNode {
        let context = "template clause"
        let token = nextNonSpace()
        let word = try templateName(token, context)
        var argument: TemplatePipeline?
        if nextNonSpace().kind != .rightDelimiter {
            backup()
            argument = try pipeline(context, end: .rightDelimiter)
        }
        return TemplateNode(
            kind: .invocation(name: word, argument), position: token.position)
    }
}
