// The parser: precedence climbing over the lexer's tokens.
//
// 1. Tokens are fetched only when they are looked at, so that errors come in the order in which
//    Prometheus' generated parser finds them. The first error ends the parse.
// 2. No tree is deeper than the options allow, so later recursion is bounded.

struct PromQLParser {
    /// A node and how deep it is.
    struct Parsed {
        var node: SyntaxNode
        var depth: Int
    }

    let input: [UInt8]
    let options: PromQLOptions
    private var lexer: Lexer
    private var lookahead: Token?
    /// How deep the recursion is now.
    private var nesting = 0
    /// The end of the last token taken.
    private(set) var lastEnd = 0
    /// The number of aggregations whose body is being parsed.
    var openAggregations = 0

    init(_ input: [UInt8], options: PromQLOptions, isSeriesDescription: Bool = false) {
        self.input = input
        self.options = options
        lexer = Lexer(input, isSeriesDescription: isSeriesDescription)
    }

    /// Parses a whole expression and checks its types.
    static func parse(
        _ input: [UInt8], options: PromQLOptions
    ) throws(PromQLParseError) -> SyntaxNode {
        guard input.count <= options.maximumLength else {
            throw PromQLParseError(
                "expression has \(input.count) bytes, at most \(options.maximumLength) "
                    + "are allowed", 0, 0, in: input)
        }
        var parser = PromQLParser(input, options: options)
        if try parser.peek().kind == .endOfInput {
            throw parser.error("no expression found in input", 0, 0)
        }
        let parsed = try parser.expression()
        guard try parser.peek().kind == .endOfInput else { throw try parser.unexpected() }
        var checked = parsed.node
        try TypeChecker(input: input).check(&checked)
        return checked
    }

    // MARK: - Tokens and errors

    /// The next token without taking it. A lexer error is thrown here.
    mutating func peek() throws(PromQLParseError) -> Token {
        if let lookahead { return lookahead }
        var token = lexer.next()
        while token.kind == .comment { token = lexer.next() }
        if token.kind == .error {
            throw error(token.string, token.start, input.count)
        }
        lookahead = token
        return token
    }

    @discardableResult
    mutating func take() throws(PromQLParseError) -> Token {
        let token = try peek()
        lookahead = nil
        lastEnd = token.end
        return token
    }

    /// Takes the next token if it is of this kind.
    mutating func accept(_ kind: TokenKind) throws(PromQLParseError) -> Token? {
        guard try peek().kind == kind else { return nil }
        return try take()
    }

    func error(_ message: String, _ start: Int, _ end: Int) -> PromQLParseError {
        PromQLParseError(message, start, end, in: input)
    }

    func error(_ message: String, at token: Token) -> PromQLParseError {
        error(message, token.start, token.end)
    }

    func error(_ message: String, at range: Range<Int>) -> PromQLParseError {
        error(message, range.lowerBound, range.upperBound)
    }

    /// The error about the next token.
    mutating func unexpected(
        _ context: String = "", expected: String = ""
    ) throws(PromQLParseError) -> PromQLParseError {
        let token = try peek()
        var message = "unexpected " + token.messageText
        if !context.isEmpty {
            message += " in " + context
        } else if openAggregations > 0 {
            message += " in aggregation"
        }
        if !expected.isEmpty { message += ", expected " + expected }
        let end = token.kind == .endOfInput ? token.start : token.end
        return error(message, token.start, end)
    }

    /// Checks a new node's depth.
    func checked(_ node: SyntaxNode, depth: Int) throws(PromQLParseError) -> Parsed {
        guard depth <= options.maximumDepth else {
            throw error(
                "expression nests deeper than \(options.maximumDepth) levels", at: node.range)
        }
        return Parsed(node: node, depth: depth)
    }

    // MARK: - Expressions

    /// An expression whose operators bind at least as tightly as `minimum`.
    mutating func expression(minimum: Int = 1) throws(PromQLParseError) -> Parsed {
        nesting += 1
        defer { nesting -= 1 }
        // Parsing takes more stack per level than walking the tree does later.
        let limit = max(1, options.maximumDepth / 2)
        guard nesting <= limit else {
            throw error("expression nests deeper than \(limit) levels", at: try peek())
        }
        var left = try unary()
        while let operation = BinaryOperator(try peek().kind), operation.precedence >= minimum {
            try take()
            var binary = try modifiers(of: operation, left: left.node)
            // Powers group to the right, all others to the left.
            let next = operation.precedence + (operation == .power ? 0 : 1)
            let right = try expression(minimum: next)
            binary.right = right.node
            left = try checked(.binary(binary), depth: 1 + max(left.depth, right.depth))
        }
        return left
    }

    private mutating func unary() throws(PromQLParseError) -> Parsed {
        let token = try peek()
        guard token.kind == .add || token.kind == .subtract else { return try postfix() }
        try take()
        let operand = try expression(minimum: BinaryOperator.power.precedence)
        let isNegation = token.kind == .subtract
        if case .number(var literal) = operand.node {
            if isNegation { literal.value = -literal.value }
            literal.range = token.start..<literal.range.upperBound
            return Parsed(node: .number(literal), depth: operand.depth)
        }
        let node = UnaryOperation(
            isNegation: isNegation, expression: operand.node, start: token.start)
        return try checked(.unary(node), depth: operand.depth + 1)
    }

    private mutating func postfix() throws(PromQLParseError) -> Parsed {
        var parsed = try primary()
        while true {
            let token = try peek()
            switch token.kind {
            case .offset: parsed.node = try offset(parsed.node)
            case .at: parsed.node = try atModifier(parsed.node)
            case .leftBracket:
                let node = try brackets(parsed.node)
                parsed = try checked(node, depth: parsed.depth + 1)
            case .anchored, .smoothed:
                throw error(
                    "\(token.string.lowercased()) modifier is experimental and not enabled",
                    at: parsed.node.range)
            default: return parsed
            }
        }
    }

    private mutating func primary() throws(PromQLParseError) -> Parsed {
        let token = try peek()
        switch token.kind {
        case .number, .duration:
            return Parsed(node: .number(try numberLiteral()), depth: 1)
        case .string:
            try take()
            let literal = StringLiteral(
                bytes: try unquoted(token), range: token.start..<token.end)
            return Parsed(node: .string(literal), depth: 1)
        case .leftParenthesis:
            return try parenthesized()
        case .leftBrace:
            return Parsed(node: .vector(try vectorSelector(name: nil)), depth: 1)
        default:
            return try named()
        }
    }

    private mutating func parenthesized() throws(PromQLParseError) -> Parsed {
        let open = try take()
        let inner = try expression()
        guard let close = try accept(.rightParenthesis) else { throw try unexpected() }
        let node = Parenthesized(expression: inner.node, range: open.start..<close.end)
        return try checked(.parenthesized(node), depth: inner.depth + 1)
    }

    /// A name: of an aggregation, a function or a metric.
    private mutating func named() throws(PromQLParseError) -> Parsed {
        let token = try peek()
        guard token.kind.isMetricName else { throw try unexpected() }
        try take()
        let next = try peek().kind
        if token.kind.isAggregator, next == .leftParenthesis || next == .by || next == .without {
            return try aggregation(token)
        }
        let words: [TokenKind] = [.identifier, .start, .end, .step, .range]
        if next == .leftParenthesis, words.contains(token.kind) {
            return try call(token)
        }
        return Parsed(node: .vector(try vectorSelector(name: token)), depth: 1)
    }

    /// The arguments in parentheses.
    mutating func arguments() throws(PromQLParseError) -> (list: [Parsed], end: Int) {
        guard try accept(.leftParenthesis) != nil else { throw try unexpected() }
        if let close = try accept(.rightParenthesis) { return ([], close.end) }
        var list = [try expression()]
        while let comma = try accept(.comma) {
            guard try peek().kind.startsExpression else {
                throw error("trailing commas not allowed in function call args", at: comma)
            }
            list.append(try expression())
        }
        guard let close = try accept(.rightParenthesis) else { throw try unexpected() }
        return (list, close.end)
    }

    private mutating func call(_ name: Token) throws(PromQLParseError) -> Parsed {
        let (list, end) = try arguments()
        if let reason = PromQLFunction.refused[name.string] {
            throw error(
                "function \(GoText.quoted(name.string)) is not enabled: \(reason)", at: name)
        }
        guard let function = PromQLFunction(rawValue: name.string) else {
            throw error("unknown function with name \(GoText.quoted(name.string))", at: name)
        }
        let node = FunctionCall(
            function: function, arguments: list.map(\.node), range: name.start..<end)
        return try checked(.call(node), depth: 1 + (list.map(\.depth).max() ?? 0))
    }
}
