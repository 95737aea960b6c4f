// Selectors: names, matchers, ranges, subqueries, `offset` and `@`.

extension PromQLParser {
    /// A vector selector, after its name or at its left brace.
    mutating func vectorSelector(name: Token?) throws(PromQLParseError) -> VectorSelector {
        var start = name?.start ?? 0
        var end = name?.end ?? 0
        var matchers: [LabelMatcher] = []
        if let open = try accept(.leftBrace) {
            if name == nil { start = open.start }
            (matchers, end) = try labelMatchers()
        }
        if let name {
            matchers.append(LabelMatcher(SeriesLabels.nameLabel, equals: name.string))
        }
        return VectorSelector(name: name?.string ?? "", matchers: matchers, range: start..<end)
    }

    private mutating func labelMatchers() throws(PromQLParseError) -> ([LabelMatcher], Int) {
        var matchers: [LabelMatcher] = []
        while true {
            if let close = try accept(.rightBrace) { return (matchers, close.end) }
            matchers.append(try labelMatcher())
            if try accept(.comma) != nil { continue }
            if let close = try accept(.rightBrace) { return (matchers, close.end) }
            throw try unexpected("label matching", expected: "\",\" or \"}\"")
        }
    }

    private mutating func labelMatcher() throws(PromQLParseError) -> LabelMatcher {
        let label = try peek()
        guard label.kind == .identifier || label.kind == .string else {
            throw try unexpected("label matching", expected: "identifier or \"}\"")
        }
        try take()
        let name =
            label.kind == .string
            ? String(decoding: try unquoted(label), as: UTF8.self) : label.string
        let operations: [TokenKind: LabelMatcher.Operation] = [
            .equal: .equal, .notEqual: .notEqual, .equalRegex: .matches,
            .notEqualRegex: .notMatches,
        ]
        guard let operation = operations[try peek().kind] else {
            if label.kind == .string { return LabelMatcher(SeriesLabels.nameLabel, equals: name) }
            throw try unexpected("label matching", expected: "label matching operator")
        }
        try take()
        let value = try peek()
        guard value.kind == .string else {
            throw try unexpected("label matching", expected: "string")
        }
        try take()
        let text = String(decoding: try unquoted(value), as: UTF8.self)
        do {
            return try LabelMatcher(
                name: name, operation: operation, value: text,
                dotMatchesNewline: options.profile == .prometheus3,
                maximumPatternLength: options.maximumPatternLength)
        } catch {
            throw self.error(error.message, label.start, value.end)
        }
    }

    // MARK: - Brackets

    private static let durationWords = "number, duration, step(), or range()"

    /// A range or a subquery after an expression.
    mutating func brackets(_ node: SyntaxNode) throws(PromQLParseError) -> SyntaxNode {
        let open = try take()
        let length = try positiveDuration(
            "subquery or range selector", expected: Self.durationWords)
        if let close = try accept(.rightBracket) {
            return try rangeSelector(node, length: length, from: open, to: close)
        }
        guard try accept(.colon) != nil else {
            try refuseDurationOperator()
            throw try unexpected("subquery or range", expected: "\":\" or \"]\"")
        }
        if let close = try accept(.rightBracket) {
            return .subquery(
                Subquery(expression: node, length: length, step: 0, end: close.end))
        }
        let step = try positiveDuration(
            "subquery selector", expected: "number, duration, step(), range(), or \"]\"")
        guard let close = try accept(.rightBracket) else {
            try refuseDurationOperator()
            throw try unexpected("subquery selector", expected: "\"]\"")
        }
        return .subquery(Subquery(expression: node, length: length, step: step, end: close.end))
    }

    private func rangeSelector(
        _ node: SyntaxNode, length: Int64, from open: Token, to close: Token
    ) throws(PromQLParseError) -> SyntaxNode {
        var problem: String?
        if case .vector(let selector) = node {
            if selector.offset != 0 {
                problem = "no offset modifiers allowed before range"
            } else if selector.at != nil {
                problem = "no @ modifiers allowed before range"
            } else {
                return .matrix(
                    RangeSelector(selector: selector, length: length, end: close.end))
            }
        }
        throw error(
            problem ?? "ranges only allowed for vector selectors", open.start, close.end)
    }

    private mutating func positiveDuration(
        _ context: String, expected: String
    ) throws(PromQLParseError) -> Int64 {
        let literal = try durationLiteral(context, expected: expected)
        guard literal.value > 0 else {
            throw error("duration must be greater than 0", at: literal.range)
        }
        return Self.milliseconds(literal.value)
    }

    /// A number or duration with an optional sign; arithmetic is refused by name.
    private mutating func durationLiteral(
        _ context: String, expected: String
    ) throws(PromQLParseError) -> NumberLiteral {
        let sign = try peek()
        let isSigned = sign.kind == .add || sign.kind == .subtract
        if isSigned { try take() }
        let token = try peek()
        guard token.kind == .number || token.kind == .duration else {
            try refuseDurationOperator()
            throw try unexpected(context, expected: expected)
        }
        var literal = try numberLiteral()
        if sign.kind == .subtract { literal.value = -literal.value }
        let limit = 9_223_372_036.854_775_807
        guard literal.value <= limit, literal.value >= -limit else {
            throw error("duration out of range", isSigned ? sign.start : token.start, token.end)
        }
        if isSigned { literal.range = sign.start..<literal.range.upperBound }
        return literal
    }

    private mutating func refuseDurationOperator() throws(PromQLParseError) {
        let token = try peek()
        switch token.kind {
        case .step, .range, .minimumOf, .maximumOf, .leftParenthesis, .add, .subtract,
            .multiply, .divide, .modulo, .power:
            throw error("experimental duration expression is not enabled", at: token)
        case .identifier where ["min_of", "max_of"].contains(token.string.lowercased()):
            throw error("experimental duration expression is not enabled", at: token)
        default: return
        }
    }

    /// Seconds to milliseconds, cut below a millisecond after rounding to nanoseconds, as in Go.
    static func milliseconds(_ seconds: Double) -> Int64 {
        let nanoseconds = (seconds * 1e9).rounded(.toNearestOrAwayFromZero)
        return TimeBounds.clamped((nanoseconds / 1e6).rounded(.towardZero))
    }

    // MARK: - Offset and @

    mutating func offset(_ node: SyntaxNode) throws(PromQLParseError) -> SyntaxNode {
        try take()
        let literal = try durationLiteral("offset", expected: Self.durationWords)
        let offset = Self.milliseconds(literal.value)
        let end = literal.range.upperBound
        let repeated = "offset may not be set multiple times"
        switch node {
        case .vector(var selector):
            guard selector.offset == 0 else { throw error(repeated, at: node.range) }
            selector.offset = offset
            selector.range = selector.range.lowerBound..<end
            return .vector(selector)
        case .matrix(var range):
            guard range.selector.offset == 0 else { throw error(repeated, at: node.range) }
            range.selector.offset = offset
            range.end = end
            return .matrix(range)
        case .subquery(var subquery):
            guard subquery.offset == 0 else { throw error(repeated, at: node.range) }
            subquery.offset = offset
            subquery.end = end
            return .subquery(subquery)
        default:
            throw error(
                "offset modifier must be preceded by an instant vector selector or range vector "
                    + "selector or a subquery", at: node.range)
        }
    }

    mutating func atModifier(_ node: SyntaxNode) throws(PromQLParseError) -> SyntaxNode {
        try take()
        let (modifier, end) = try atInstant(node)
        let repeated = "@ <timestamp> may not be set multiple times"
        switch node {
        case .vector(var selector):
            guard selector.at == nil else { throw error(repeated, at: node.range) }
            selector.at = modifier
            selector.range = selector.range.lowerBound..<end
            return .vector(selector)
        case .matrix(var range):
            guard range.selector.at == nil else { throw error(repeated, at: node.range) }
            range.selector.at = modifier
            range.end = end
            return .matrix(range)
        case .subquery(var subquery):
            guard subquery.at == nil else { throw error(repeated, at: node.range) }
            subquery.at = modifier
            subquery.end = end
            return .subquery(subquery)
        default:
            throw error(
                "@ modifier must be preceded by an instant vector selector or range vector "
                    + "selector or a subquery", at: node.range)
        }
    }

    private mutating func atInstant(
        _ node: SyntaxNode
    ) throws(PromQLParseError) -> (AtModifier, Int) {
        let first = try peek()
        if first.kind == .start || first.kind == .end {
            try take()
            guard try accept(.leftParenthesis) != nil,
                let close = try accept(.rightParenthesis)
            else { throw try unexpected("@", expected: "timestamp") }
            return (first.kind == .start ? .start : .end, close.end)
        }
        let isSigned = first.kind == .add || first.kind == .subtract
        if isSigned { try take() }
        let token = try peek()
        guard token.kind == .number || token.kind == .duration else {
            throw try unexpected("@", expected: "timestamp")
        }
        var seconds = try numberLiteral().value
        if first.kind == .subtract { seconds = -seconds }
        guard seconds.isFinite, seconds < 9_223_372_036_854_775_808,
            seconds > -9_223_372_036_854_775_808
        else {
            throw error(
                "timestamp out of bounds for @ modifier: " + Self.sixDecimals(seconds),
                at: node.range)
        }
        let milliseconds = (seconds * 1000).rounded(.toNearestOrAwayFromZero)
        return (.time(TimeBounds.clamped(milliseconds)), token.end)
    }

    /// Go's `%f` for the values that are out of bounds here: none has a fraction.
    private static func sixDecimals(_ value: Double) -> String {
        let text = GoFloat.exactInteger(value)
        return value.isFinite ? text + ".000000" : text
    }
}
