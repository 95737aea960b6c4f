// Checking the types of an expression, in Prometheus' order, so that the first error is the same.
//
// The check also settles how the elements of two vectors are paired.

struct TypeChecker {
    let input: [UInt8]

    func check(_ node: inout SyntaxNode) throws(PromQLParseError) {
        switch node {
        case .number, .string: return
        case .vector(let selector): try checkSelector(selector, range: node.range)
        case .matrix(let range):
            try checkSelector(range.selector, range: range.selector.range)
        case .subquery(var subquery):
            try check(&subquery.expression)
            let type = subquery.expression.type
            guard type == .vector else {
                throw error(
                    "subquery is only allowed on instant vector, got \(type.rawValue) instead",
                    node.range)
            }
            node = .subquery(subquery)
        case .parenthesized(var inner):
            try check(&inner.expression)
            node = .parenthesized(inner)
        case .unary(var unary):
            try check(&unary.expression)
            let type = unary.expression.type
            guard type == .scalar || type == .vector else {
                throw error(
                    "unary expression only allowed on expressions of type scalar or instant "
                        + "vector, got " + GoText.quoted(type.documentedName), node.range)
            }
            node = .unary(unary)
        case .binary(var binary):
            try checkBinary(&binary, range: node.range)
            node = .binary(binary)
        case .aggregation(var aggregation):
            try checkAggregation(&aggregation)
            node = .aggregation(aggregation)
        case .call(var call):
            try checkCall(&call)
            node = .call(call)
        }
    }

    private func error(_ message: String, _ range: Range<Int>) -> PromQLParseError {
        PromQLParseError(message, range.lowerBound, range.upperBound, in: input)
    }

    private func expect(
        _ node: inout SyntaxNode, _ wanted: ValueType, _ context: String
    ) throws(PromQLParseError) {
        try check(&node)
        let type = node.type
        guard type == wanted else {
            throw error(
                "expected type \(wanted.documentedName) in \(context), "
                    + "got \(type.documentedName)", node.range)
        }
    }

    private func checkSelector(
        _ selector: VectorSelector, range: Range<Int>
    ) throws(PromQLParseError) {
        if !selector.name.isEmpty {
            for matcher in selector.matchers.dropLast() where matcher.name == "__name__" {
                throw error(
                    "metric name must not be set twice: \(GoText.quoted(selector.name)) or "
                        + GoText.quoted(matcher.value), range)
            }
            return
        }
        guard selector.matchers.contains(where: { !$0.matches("") }) else {
            throw error("vector selector must contain at least one non-empty matcher", range)
        }
    }

    private func checkAggregation(_ node: inout Aggregation) throws(PromQLParseError) {
        try expect(&node.expression, .vector, "aggregation expression")
        guard var parameter = node.parameter else { return }
        let wanted: ValueType = node.operation == .countValues ? .string : .scalar
        try expect(&parameter, wanted, "aggregation parameter")
        node.parameter = parameter
    }

    private func checkCall(_ call: inout FunctionCall) throws(PromQLParseError) {
        let signature = call.function.signature
        let name = GoText.quoted(call.function.rawValue)
        let wanted = signature.parameters.count
        let got = call.arguments.count
        if signature.variadic == 0 {
            guard wanted == got else {
                throw error(
                    "expected \(wanted) argument(s) in call to \(name), got \(got)", call.range)
            }
        } else {
            let least = wanted - 1
            guard got >= least else {
                throw error(
                    "expected at least \(least) argument(s) in call to \(name), got \(got)",
                    call.range)
            }
            let most = least + signature.variadic
            guard signature.variadic < 0 || got <= most else {
                throw error(
                    "expected at most \(most) argument(s) in call to \(name), got \(got)",
                    call.range)
            }
        }
        for index in call.arguments.indices {
            let type = signature.parameters[min(index, wanted - 1)]
            try expect(&call.arguments[index], type, "call to function \(name)")
        }
    }

    // MARK: - Binary operations

    private func checkBinary(
        _ node: inout BinaryOperation, range: Range<Int>
    ) throws(PromQLParseError) {
        try check(&node.left)
        try check(&node.right)
        let operation = node.operation
        let left = node.left.type
        let right = node.right.type
        if node.returnsBool, !operation.isComparison {
            throw error(
                "bool modifier can only be used on comparison operators", operatorRange(node))
        }
        if operation.isComparison, !node.returnsBool, left == .scalar, right == .scalar {
            throw error(
                "comparisons between scalars must use BOOL modifier", operatorRange(node))
        }
        var matching = node.matching ?? VectorMatching()
        if operation.isSet, matching.cardinality == .oneToOne {
            matching.cardinality = .manyToMany
        }
        for label in matching.labels where matching.isOn && matching.include.contains(label) {
            throw error(
                "label \(GoText.quoted(label)) must not occur in ON and GROUP clause at once",
                operatorRange(node))
        }
        for side in [node.left, node.right] where side.type != .scalar && side.type != .vector {
            throw error(
                "binary expression must contain only scalar and instant vector types",
                side.range)
        }
        try checkMatching(
            matching, operation, areVectors: left == .vector && right == .vector, range)
        node.matching = left == .vector && right == .vector ? matching : nil
        if operation.isSet, left == .scalar || right == .scalar {
            throw error(
                "set operator \(GoText.quoted(operation.rawValue)) not allowed in binary scalar "
                    + "expression", range)
        }
    }

    private func checkMatching(
        _ matching: VectorMatching, _ operation: BinaryOperator, areVectors: Bool,
        _ range: Range<Int>
    ) throws(PromQLParseError) {
        guard areVectors else {
            if matching.labels.isEmpty { return }
            throw error("vector matching only allowed between instant vectors", range)
        }
        if operation.isSet, matching.cardinality != .manyToMany {
            throw error(
                "no grouping allowed for \(GoText.quoted(operation.rawValue)) operation", range)
        }
    }

    /// From the operator to the last byte before the right side, as Prometheus counts it.
    private func operatorRange(_ node: BinaryOperation) -> Range<Int> {
        var start = node.left.range.upperBound
        while start < input.count, CharacterClass.isSpace(input[start]) { start += 1 }
        var end = node.right.range.lowerBound - 1
        while end > start, CharacterClass.isSpace(input[end]) { end -= 1 }
        return start..<max(start, end)
    }
}
