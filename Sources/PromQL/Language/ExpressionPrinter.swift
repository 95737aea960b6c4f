// Printing an expression in Prometheus' normal form.

enum ExpressionPrinter {
    static func print(_ node: SyntaxNode) -> String {
        switch node {
        case .number(let literal): number(literal)
        case .string(let literal): GoText.quoted(literal.bytes)
        case .vector(let selector): vector(selector)
        case .matrix(let range):
            bare(range.selector) + "[" + PrometheusTime.format(range.length) + "]"
                + modifiers(range.selector.at, range.selector.offset)
        case .subquery(let subquery):
            print(subquery.expression) + "[" + PrometheusTime.format(subquery.length) + ":"
                + (subquery.step == 0 ? "" : PrometheusTime.format(subquery.step)) + "]"
                + modifiers(subquery.at, subquery.offset)
        case .parenthesized(let inner): "(" + print(inner.expression) + ")"
        case .unary(let unary): (unary.isNegation ? "-" : "+") + print(unary.expression)
        case .binary(let binary): self.binary(binary)
        case .aggregation(let aggregation): self.aggregation(aggregation)
        case .call(let call):
            call.function.rawValue + "(" + call.arguments.map(print).joined(separator: ", ") + ")"
        }
    }

    private static func number(_ literal: NumberLiteral) -> String {
        guard literal.isDuration else { return GoFloat.fixed(literal.value) }
        return PrometheusTime.format(PromQLParser.milliseconds(literal.value))
    }

    private static func vector(_ selector: VectorSelector) -> String {
        bare(selector) + modifiers(selector.at, selector.offset)
    }

    private static func bare(_ selector: VectorSelector) -> String {
        let shown = selector.matchers.filter { matcher in
            !(matcher.name == SeriesLabels.nameLabel && matcher.operation == .equal
                && matcher.value == selector.name && !selector.name.isEmpty)
        }
        guard !shown.isEmpty else { return selector.name.isEmpty ? "{}" : selector.name }
        return selector.name + "{" + shown.map(\.description).joined(separator: ",") + "}"
    }

    private static func modifiers(_ at: AtModifier?, _ offset: Int64) -> String {
        var text = ""
        switch at {
        case .time(let milliseconds):
            let magnitude = milliseconds.magnitude
            let fraction = String(magnitude % 1000)
            text +=
                " @ " + (milliseconds < 0 ? "-" : "") + "\(magnitude / 1000)."
                + String(repeating: "0", count: 3 - fraction.count) + fraction
        case .start: text += " @ start()"
        case .end: text += " @ end()"
        case nil: break
        }
        if offset != 0 { text += " offset " + PrometheusTime.format(offset) }
        return text
    }

    private static func binary(_ node: BinaryOperation) -> String {
        var text = print(node.left) + " " + node.operation.rawValue
        if node.returnsBool { text += " bool" }
        if let matching = node.matching {
            let isGrouped =
                matching.cardinality == .manyToOne || matching.cardinality == .oneToMany
            if !matching.labels.isEmpty || matching.isOn || isGrouped {
                text += matching.isOn ? " on (" : " ignoring ("
                text += labels(matching.labels) + ")"
            }
            if isGrouped {
                text += matching.cardinality == .manyToOne ? " group_left (" : " group_right ("
                text += labels(matching.include) + ")"
            }
        }
        return text + " " + print(node.right)
    }

    private static func aggregation(_ node: Aggregation) -> String {
        var text = node.operation.rawValue
        if node.isWithout {
            text += " without (" + labels(node.grouping) + ") "
        } else if !node.grouping.isEmpty {
            text += " by (" + labels(node.grouping) + ") "
        }
        let parts = [node.parameter, node.expression].compactMap(\.self).map(print)
        return text + "(" + parts.joined(separator: ", ") + ")"
    }

    private static func labels(_ names: [String]) -> String {
        names.map { GoText.isLegacyLabelName($0) ? $0 : GoText.quoted($0) }
            .joined(separator: ", ")
    }
}
