// Pipelines, commands and operands of a Go template.

extension TemplateParser {
    mutating func pipeline(
        _ context: String, end: TemplateTokenKind
    ) throws(TemplateSyntaxError) -> TemplatePipeline {
        try descend()
        defer { depth -= 1 }
        var pipeline = TemplatePipeline(position: peekNonSpace().position)
        try declarations(&pipeline, context)
        while true {
            let token = nextNonSpace()
            switch token.kind {
            case end:
                try check(pipeline, context)
                return pipeline
            case .bool, .characterConstant, .complex, .dot, .field, .identifier, .number,
                .nilKeyword, .rawString, .string, .variable, .leftParenthesis:
                backup()
                pipeline.commands.append(try command())
            default:
                throw unexpected(token, context)
            }
        }
    }

    private mutating func declarations(
        _ pipeline: inout TemplatePipeline, _ context: String
    ) throws(TemplateSyntaxError) {
        while true {
            let variable = peekNonSpace()
            guard variable.kind == .variable else { return }
            _ = next()
            let afterVariable = peek()
            let following = peekNonSpace()
            if following.kind == .assign || following.kind == .declare {
                pipeline.isAssignment = following.kind == .assign
                _ = nextNonSpace()
                pipeline.variables.append(variable.value)
                variables.append(variable.value)
                return
            }
            guard following.kind == .character, following.value == "," else {
                if afterVariable.kind == .space {
                    backup3(variable, afterVariable)
                } else {
                    backup2(variable)
                }
                return
            }
            _ = nextNonSpace()
            pipeline.variables.append(variable.value)
            variables.append(variable.value)
            guard context == "range", pipeline.variables.count < 2 else {
                throw failure("too many declarations in \(context)")
            }
            switch peekNonSpace().kind {
            case .variable, .rightDelimiter, .rightParenthesis: continue
            default: throw failure("range can only initialize variables")
            }
        }
    }

    private func check(
        _ pipeline: TemplatePipeline, _ context: String
    ) throws(TemplateSyntaxError) {
        guard !pipeline.commands.isEmpty else { throw failure("missing value for \(context)") }
        for (index, command) in pipeline.commands.enumerated().dropFirst() {
            if command.arguments.first?.isNotExecutable == true {
                throw failure("non executable command in pipeline stage \(index + 1)")
            }
        }
    }

    private mutating func command() throws(TemplateSyntaxError) -> TemplateCommand {
        var command = TemplateCommand(position: peekNonSpace().position)
        reading: while true {
            _ = peekNonSpace()
            if let operand = try operand() { command.arguments.append(operand) }
            let token = next()
            switch token.kind {
            case .space: continue
            case .rightDelimiter, .rightParenthesis:
                backup()
                break reading
            case .pipe: break reading
            default: throw unexpected(token, "operand")
            }
        }
        guard !command.arguments.isEmpty else { throw failure("empty command") }
        return command
    }

    private mutating func operand() throws(TemplateSyntaxError) -> TemplateNode? {
        guard let node = try term() else { return nil }
        guard peek().kind == .field else { return node }
        let position = peek().position
        var path: [String] = []
        while peek().kind == .field { path.append(String(next().value.dropFirst())) }
        switch node.kind {
        case .field(let idents):
            return TemplateNode(kind: .field(idents + path), position: position)
        case .variable(let idents):
            return TemplateNode(kind: .variable(idents + path), position: position)
        case .bool, .string, .number, .null, .dot:
            throw failure("unexpected . after term \(GoQuote.quote(node.description))")
        default:
            return TemplateNode(kind: .chain(node, path), position: position)
        }
    }

    private mutating func term() throws(TemplateSyntaxError) -> TemplateNode? {
        let token = nextNonSpace()
        let kind: TemplateNode.Kind
        switch token.kind {
        case .identifier:
            guard isFunction(token.value) else {
                throw failure("function \(GoQuote.quote(token.value)) not defined")
            }
            kind = .identifier(token.value)
        case .dot: kind = .dot
        case .nilKeyword: kind = .null
        case .variable:
            guard variables.contains(token.value) else {
                throw failure("undefined variable \(GoQuote.quote(token.value))")
            }
            kind = .variable([token.value])
        case .field: kind = .field([String(token.value.dropFirst())])
        case .bool: kind = .bool(token.value == "true")
        case .characterConstant, .complex, .number: kind = .number(try number(token))
        case .leftParenthesis:
            let inner = try pipeline("parenthesized pipeline", end: .rightParenthesis)
            return TemplateNode(kind: .pipeline(inner), position: inner.position)
        case .string, .rawString:
            guard let text = GoQuote.unquote(token.value) else {
                throw failure("invalid syntax")
            }
            kind = .string(quoted: token.value, text: text)
        default:
            backup()
            return nil
        }
        return TemplateNode(kind: kind, position: token.position)
    }

    private func number(
        _ token: TemplateToken
    ) throws(TemplateSyntaxError) -> TemplateNumber {
        switch TemplateNumber.read(token.value, kind: token.kind) {
        case .success(let number): return number
        case .failure(let problem): throw failure(problem.message)
        }
    }
}
