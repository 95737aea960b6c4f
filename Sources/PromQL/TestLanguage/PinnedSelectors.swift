// Pinning an expression to one time, to check that `@` is the same as evaluating then.

extension SyntaxNode {
    /// The node with every selector that has no `@` pinned to a time, or nil when its value
    /// depends on the evaluation time in another way.
    func pinned(to time: Int64) -> SyntaxNode? {
        switch self {
        case .number, .string: return self
        case .vector(var node):
            if node.at == nil { node.at = .time(time) }
            return .vector(node)
        case .matrix(var node):
            if node.selector.at == nil { node.selector.at = .time(time) }
            return .matrix(node)
        case .subquery(var node):
            // Inside, times are the subquery's own.
            guard !node.expression.dependsOnTime else { return nil }
            if node.at == nil { node.at = .time(time) }
            return .subquery(node)
        case .parenthesized(var node):
            guard let inner = node.expression.pinned(to: time) else { return nil }
            node.expression = inner
            return .parenthesized(node)
        case .unary(var node):
            guard let inner = node.expression.pinned(to: time) else { return nil }
            node.expression = inner
            return .unary(node)
        case .binary(var node):
            guard let left = node.left.pinned(to: time), let right = node.right.pinned(to: time)
            else { return nil }
            node.left = left
            node.right = right
            return .binary(node)
        case .aggregation(var node):
            guard let inner = node.expression.pinned(to: time) else { return nil }
            if let parameter = node.parameter {
                guard let pinned = parameter.pinned(to: time) else { return nil }
                node.parameter = pinned
            }
            node.expression = inner
            return .aggregation(node)
        case .call(var node):
            guard !dependsOnTime else { return nil }
            let arguments = node.arguments.compactMap { $0.pinned(to: time) }
            guard arguments.count == node.arguments.count else { return nil }
            node.arguments = arguments
            return .call(node)
        }
    }

    /// Whether a function that reads the evaluation time occurs in the node.
    private var dependsOnTime: Bool {
        if case .call(let call) = self {
            switch call.function {
            case .time, .timestamp, .predictLinear, .dayOfMonth, .dayOfWeek, .dayOfYear,
                .daysInMonth, .hour, .minute, .month, .year:
                return true
            default: break
            }
        }
        return children.contains { $0.dependsOnTime }
    }
}
