// The syntax tree in the form of the public parser table.

extension SyntaxNode {
    /// The node as the table writes it; members that are zero in Go may be left out.
    var table: TableValue {
        switch self {
        case .number(let node):
            return Self.object(
                "NumberLiteral", range: node.range,
                [
                    ("Val", Self.number(node.value)), ("Duration", .bool(node.isDuration)),
                ])
        case .string(let node):
            return Self.object(
                "StringLiteral", range: node.range, [("Val", .string(node.bytes))])
        case .vector(let node): return Self.vector(node)
        case .matrix(let node):
            return Self.object(
                "MatrixSelector", range: nil,
                [
                    ("VectorSelector", Self.vector(node.selector)),
                    ("Range", Self.duration(node.length)), ("EndPos", Self.integer(node.end)),
                ])
        case .subquery(let node):
            return Self.object(
                "SubqueryExpr", range: nil,
                [
                    ("Expr", node.expression.table), ("Range", Self.duration(node.length)),
                    ("Step", Self.duration(node.step)), ("EndPos", Self.integer(node.end)),
                ] + Self.modifiers(node.at, node.offset))
        case .parenthesized(let node):
            return Self.object(
                "ParenExpr", range: node.range, [("Expr", node.expression.table)])
        case .unary(let node):
            return Self.object(
                "UnaryExpr", range: nil,
                [
                    ("Op", Self.identifier(node.isNegation ? "SUB" : "ADD")),
                    ("Expr", node.expression.table), ("StartPos", Self.integer(node.start)),
                ])
        case .binary(let node): return Self.binary(node)
        case .aggregation(let node): return Self.aggregation(node)
        case .call(let node):
            return Self.object(
                "Call", range: node.range,
                [
                    (
                        "Func",
                        Self.call("MustGetFunction", [.text(node.function.rawValue)])
                    ),
                    (
                        "Args",
                        .object([
                            ("$", .text("Expressions")),
                            ("items", .array(node.arguments.map(\.table))),
                        ])
                    ),
                ])
        }
    }

    private static func vector(_ node: VectorSelector) -> TableValue {
        object(
            "VectorSelector", range: node.range,
            [
                ("Name", .text(node.name)), ("LabelMatchers", .array(node.matchers.map(matcher))),
            ] + modifiers(node.at, node.offset))
    }

    private static func matcher(_ matcher: LabelMatcher) -> TableValue {
        let kinds: [LabelMatcher.Operation: String] = [
            .equal: "MatchEqual", .notEqual: "MatchNotEqual", .matches: "MatchRegexp",
            .notMatches: "MatchNotRegexp",
        ]
        let name: TableValue =
            matcher.name == SeriesLabels.nameLabel
            ? identifier("model.MetricNameLabel") : .text(matcher.name)
        return call(
            "MustLabelMatcher",
            [
                identifier("labels." + (kinds[matcher.operation] ?? "")), name,
                .text(matcher.value),
            ])
    }

    private static func binary(_ node: BinaryOperation) -> TableValue {
        var matching = TableValue.null
        if let pairing = node.matching {
            matching = .object([
                ("$", .text("VectorMatching")),
                ("Card", identifier(pairing.cardinality.rawValue)),
                ("MatchingLabels", .array(pairing.labels.map { .text($0) })),
                ("On", .bool(pairing.isOn)),
                ("Include", .array(pairing.include.map { .text($0) })),
            ])
        }
        return object(
            "BinaryExpr", range: nil,
            [
                ("Op", identifier(node.operation.tokenName)), ("LHS", node.left.table),
                ("RHS", node.right.table), ("ReturnBool", .bool(node.returnsBool)),
                ("VectorMatching", matching),
            ])
    }

    private static func aggregation(_ node: Aggregation) -> TableValue {
        object(
            "AggregateExpr", range: node.range,
            [
                ("Op", identifier(node.operation.rawValue.uppercased())),
                ("Expr", node.expression.table), ("Param", node.parameter?.table ?? .null),
                ("Grouping", .array(node.grouping.map { .text($0) })),
                ("Without", .bool(node.isWithout)),
            ])
    }

    private static func modifiers(
        _ at: AtModifier?, _ offset: Int64
    ) -> [(name: String, value: TableValue)] {
        var members: [(name: String, value: TableValue)] = [
            ("OriginalOffset", duration(offset))
        ]
        switch at {
        case .time(let time):
            members.append(("Timestamp", call("makeInt64Pointer", [.number(Double(time))])))
        case .start: members.append(("StartOrEnd", identifier("START")))
        case .end: members.append(("StartOrEnd", identifier("END")))
        case nil: break
        }
        return members
    }

    private static func object(
        _ type: String, range: Range<Int>?, _ members: [(name: String, value: TableValue)]
    ) -> TableValue {
        var all: [(name: String, value: TableValue)] = [("$", .text(type))] + members
        if let range {
            all.append(
                (
                    "PosRange",
                    .object([
                        ("$", .text("posrange.PositionRange")),
                        ("Start", integer(range.lowerBound)), ("End", integer(range.upperBound)),
                    ])
                ))
        }
        return .object(all)
    }

    private static func number(_ value: Double) -> TableValue {
        if value.isNaN { return .text("NaN") }
        if value.isInfinite { return .text(value < 0 ? "-Inf" : "Inf") }
        return .number(value)
    }

    private static func integer(_ value: Int) -> TableValue { .number(Double(value)) }

    private static func duration(_ milliseconds: Int64) -> TableValue {
        .object([("ms", .number(Double(milliseconds)))])
    }

    private static func identifier(_ name: String) -> TableValue { .object([("id", .text(name))]) }

    private static func call(_ name: String, _ arguments: [TableValue]) -> TableValue {
        .object([("call", .text(name)), ("args", .array(arguments))])
    }
}

extension TableValue {
    /// The first place where an answer differs from what a table expects, or nil.
    func difference(from answer: TableValue, at path: String = "") -> String? {
        switch (self, answer) {
        case (.object(let wanted), .object(let given)):
            for (name, value) in wanted where name != "@" {
                guard let found = answer[name] else {
                    if value.isZero { continue }
                    return "\(path).\(name): missing"
                }
                if let problem = value.difference(from: found, at: path + "." + name) {
                    return problem
                }
            }
            for (name, value) in given where self[name] == nil && !value.isZero {
                return "\(path).\(name): not expected"
            }
            return nil
        case (.array(let wanted), .array(let given)):
            guard wanted.count == given.count else {
                return "\(path): \(wanted.count) items expected, \(given.count) found"
            }
            for (index, pair) in zip(wanted, given).enumerated() {
                if let problem = pair.0.difference(from: pair.1, at: "\(path)[\(index)]") {
                    return problem
                }
            }
            return nil
        default:
            if self == answer || (isZero && answer.isZero) { return nil }
            return "\(path): \(self) expected, \(answer) found"
        }
    }
}
