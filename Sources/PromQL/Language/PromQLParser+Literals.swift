// Literals, operator modifiers and aggregations.

extension PromQLParser {
    /// A number or a duration, which is a number of seconds.
    mutating func numberLiteral() throws(PromQLParseError) -> NumberLiteral {
        let token = try take()
        if token.kind == .duration {
            do {
                let milliseconds = try PrometheusTime.parse(token.string)
                return NumberLiteral(
                    value: Double(milliseconds) / 1000, isDuration: true,
                    range: token.start..<token.end)
            } catch {
                throw self.error(error.message, at: token)
            }
        }
        guard let value = GoFloat.parseLiteral(token.string) else {
            throw error(
                "error parsing number: strconv.ParseFloat: parsing "
                    + GoText.quoted(token.string) + ": invalid syntax", at: token)
        }
        return NumberLiteral(value: value, range: token.start..<token.end)
    }

    /// The content of a quoted string; the lexer has checked the escapes.
    func unquoted(_ token: Token) throws(PromQLParseError) -> [UInt8] {
        let body = token.text.dropFirst().dropLast()
        guard token.text.first != UInt8(ascii: "`") else { return Array(body) }
        var output: [UInt8] = []
        var rest = body
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                output.append(byte)
                continue
            }
            switch escape {
            case UInt8(ascii: "a"): output.append(0x07)
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "v"): output.append(0x0B)
            case UInt8(ascii: "x"):
                output.append(UInt8(truncatingIfNeeded: digits(2, 16, from: &rest)))
            case UInt8(ascii: "u"): append(digits(4, 16, from: &rest), to: &output)
            case UInt8(ascii: "U"): append(digits(8, 16, from: &rest), to: &output)
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                let first = UInt32(escape - UInt8(ascii: "0"))
                let value = first * 64 + digits(2, 8, from: &rest)
                output.append(UInt8(truncatingIfNeeded: value))
            default: output.append(escape)
            }
        }
        return output
    }

    private func digits(
        _ count: Int, _ base: UInt32, from rest: inout ArraySlice<UInt8>
    ) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let byte = rest.popFirst() else { break }
            let digit = Character(UnicodeScalar(byte)).hexDigitValue ?? 0
            value = value &* base &+ UInt32(digit)
        }
        return value
    }

    private func append(_ value: UInt32, to output: inout [UInt8]) {
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        output += Array(String(Character(scalar)).utf8)
    }

    // MARK: - Operator modifiers

    /// What follows an operator: `bool`, `on (…)`, `group_left (…)`. The right side is missing.
    mutating func modifiers(
        of operation: BinaryOperator, left: SyntaxNode
    ) throws(PromQLParseError) -> BinaryOperation {
        // The placeholder on the right is replaced by the caller.
        var binary = BinaryOperation(operation: operation, left: left, right: left)
        var matching = VectorMatching()
        if try accept(.bool) != nil { binary.returnsBool = true }
        let word = try peek()
        if word.kind == .on || word.kind == .ignoring {
            try take()
            matching.isOn = word.kind == .on
            matching.labels = try groupingLabels()
            let group = try peek()
            if group.kind == .groupLeft || group.kind == .groupRight {
                try take()
                matching.cardinality = group.kind == .groupLeft ? .manyToOne : .oneToMany
                let next = try peek().kind
                if next == .leftParenthesis || !(next.startsExpression || next.isFill) {
                    matching.include = try groupingLabels()
                }
            }
        }
        let fill = try peek()
        if fill.kind.isFill {
            throw error("binop fill modifiers are experimental and not enabled", at: fill)
        }
        binary.matching = matching
        return binary
    }

    /// Labels in parentheses.
    mutating func groupingLabels() throws(PromQLParseError) -> [String] {
        let context = "grouping opts"
        guard try accept(.leftParenthesis) != nil else {
            throw try unexpected(context, expected: "\"(\"")
        }
        var labels: [String] = []
        while true {
            if try accept(.rightParenthesis) != nil { return labels }
            labels.append(try groupingLabel())
            if try accept(.comma) != nil { continue }
            if try accept(.rightParenthesis) != nil { return labels }
            throw try unexpected(context, expected: "\",\" or \")\"")
        }
    }

    private mutating func groupingLabel() throws(PromQLParseError) -> String {
        let token = try peek()
        guard token.kind == .string || token.kind.isLabelName else {
            throw try unexpected("grouping opts", expected: "label")
        }
        try take()
        guard token.kind == .string else { return token.string }
        let name = String(decoding: try unquoted(token), as: UTF8.self)
        guard !name.isEmpty else {
            throw error("invalid label name for grouping: \"\"", at: token)
        }
        return name
    }

    // MARK: - Aggregations

    mutating func aggregation(_ name: Token) throws(PromQLParseError) -> Parsed {
        openAggregations += 1
        var modifier = try aggregationModifier()
        var (arguments, end) = try self.arguments()
        openAggregations -= 1
        if modifier == nil {
            modifier = try aggregationModifier()
            if let modifier { end = modifier.end }
        }
        let range = name.start..<end
        let word = name.string.lowercased()
        guard !arguments.isEmpty else {
            throw error("no arguments for aggregate expression provided", at: range)
        }
        guard let operation = Aggregator(rawValue: word) else {
            throw error(
                "\(word)() is experimental and must be enabled with "
                    + "--enable-feature=promql-experimental-functions; it is not supported",
                at: range)
        }
        let wanted = operation.hasParameter ? 2 : 1
        guard arguments.count == wanted, let body = arguments.last else {
            throw error(
                "wrong number of arguments for aggregate expression provided, "
                    + "expected \(wanted), got \(arguments.count)", at: range)
        }
        let node = Aggregation(
            operation: operation, expression: body.node,
            parameter: wanted == 2 ? arguments[0].node : nil, grouping: modifier?.labels ?? [],
            isWithout: modifier?.isWithout ?? false, range: range)
        return try checked(
            .aggregation(node), depth: 1 + (arguments.map(\.depth).max() ?? 0))
    }

    private mutating func aggregationModifier() throws(PromQLParseError) -> (
        labels: [String], isWithout: Bool, end: Int
    )? {
        let word = try peek()
        guard word.kind == .by || word.kind == .without else { return nil }
        try take()
        let labels = try groupingLabels()
        return (labels, word.kind == .without, lastEnd)
    }
}
