// Commands, fields, methods and function calls of a template.

extension TemplateExecution {
    mutating func evaluate(
        _ command: TemplateCommand, dot: TemplateValue, final: TemplateValue?
    ) throws(Failure) -> TemplateValue {
        guard let first = command.arguments.first else { return .missing }
        let rest = Array(command.arguments.dropFirst())
        switch first.kind {
        case .field(let path):
            try visit(first)
            return try follow(path, from: dot, first, rest, final, dot: dot)
        case .chain(let base, let path):
            try visit(first)
            let receiver = try chainBase(base, dot: dot, of: first)
            return try follow(path, from: receiver, first, rest, final, dot: dot)
        case .identifier(let name):
            return try call(named: name, first, at: .command(command), rest, final, dot: dot)
        case .pipeline(let pipeline):
            try refuseArguments(first, rest, final)
            return try evaluate(pipeline, dot: dot)
        case .variable(let path):
            return try variable(path, first, rest, final, dot: dot)
        default: break
        }
        try visit(first)
        try refuseArguments(first, rest, final)
        if case .null = first.kind { throw failure("nil is not a command") }
        return try literal(first, dot: dot)
    }

    private func refuseArguments(
        _ node: TemplateNode, _ rest: [TemplateNode], _ final: TemplateValue?
    ) throws(Failure) {
        if !rest.isEmpty || final != nil {
            throw failure("can't give argument to non-function \(node)")
        }
    }

    private mutating func literal(
        _ node: TemplateNode, dot: TemplateValue
    ) throws(Failure) -> TemplateValue {
        switch node.kind {
        case .bool(let value): return .bool(value)
        case .dot: return dot
        case .string(_, let text): return .string(text)
        case .number(let number): return try constant(number)
        default: throw failure("can't evaluate command \(GoQuote.quote(node.description))")
        }
    }

    private func constant(_ number: TemplateNumber) throws(Failure) -> TemplateValue {
        if let complex = number.complex { return .complex(complex) }
        if let float = number.float, number.isFloatConstant { return .float(float) }
        guard let integer = number.integer else {
            throw failure("\(number.text) overflows int")
        }
        return .integer(integer)
    }

    private mutating func chainBase(
        _ base: TemplateNode, dot: TemplateValue, of chain: TemplateNode
    ) throws(Failure) -> TemplateValue {
        if case .null = base.kind {
            throw failure("indirection through explicit nil in \(chain)")
        }
        return try argument(base, as: .any, dot: dot)
    }

    private mutating func variable(
        _ path: [String], _ node: TemplateNode, _ rest: [TemplateNode],
        _ final: TemplateValue?, dot: TemplateValue
    ) throws(Failure) -> TemplateValue {
        try visit(node)
        let value = try value(of: path[0])
        guard path.count > 1 else {
            try refuseArguments(node, rest, final)
            return value
        }
        return try follow(Array(path.dropFirst()), from: value, node, rest, final, dot: dot)
    }

    // MARK: Fields

    private mutating func follow(
        _ path: [String], from start: TemplateValue, _ node: TemplateNode,
        _ rest: [TemplateNode], _ final: TemplateValue?, dot: TemplateValue
    ) throws(Failure) -> TemplateValue {
        var value = start
        for name in path.dropLast() {
            value = try field(name, of: value, node, [], nil, dot: dot)
        }
        guard let last = path.last else { return value }
        return try field(last, of: value, node, rest, final, dot: dot)
    }

    private mutating func field(
        _ name: String, of receiver: TemplateValue, _ node: TemplateNode,
        _ rest: [TemplateNode], _ final: TemplateValue?, dot: TemplateValue
    ) throws(Failure) -> TemplateValue {
        if case .missing = receiver { return .missing }
        if let method = try method(name, of: receiver) {
            return try call(method, name, at: .node(node), rest, final, dot: dot)
        }
        let hasArguments = !rest.isEmpty || final != nil
        switch receiver {
        case .labels(let labels), .keyValues(let labels):
            if hasArguments { throw failure("\(name) is not a method but has arguments") }
            return .string(labels[name] ?? "")
        case .arguments(let pairs):
            if hasArguments { throw failure("\(name) is not a method but has arguments") }
            return pairs.first { $0.name == name }?.value ?? .missing
        default: break
        }
        if case .time = receiver, ["wall", "ext", "loc"].contains(name) {
            throw failure("\(name) is an unexported field of struct type \(receiver.typeName)")
        }
        guard let value = Self.structField(name, of: receiver) else {
            throw failure("can't evaluate field \(name) in type \(receiver.typeName)")
        }
        if hasArguments {
            throw failure("\(name) has arguments but cannot be invoked as function")
        }
        return value
    }

    private static func structField(
        _ name: String, of receiver: TemplateValue
    ) -> TemplateValue? {
        switch (receiver, name) {
        case (.sample(let sample), "Labels"): .labels(sample.labels)
        case (.sample(let sample), "Value"): .float(sample.value)
        case (.data(let data), "Labels"): .labels(data.labels)
        case (.data(let data), "ExternalLabels"): .labels(data.externalLabels)
        case (.data(let data), "ExternalURL"): .string(data.externalURL)
        case (.data(let data), "Value"): .float(data.value)
        case (.record(let record), _): record[name]
        default: nil
        }
    }

    private func method(
        _ name: String, of receiver: TemplateValue
    ) throws(Failure) -> TemplateFunction? {
        if case .time = receiver, let results = TemplateMethods.manyResults[name] {
            throw failure(
                "can't call method/function \(GoQuote.quote(name)) with \(results) results")
        }
        return TemplateMethods.named(name, of: receiver)
    }

    // MARK: Calls

    private mutating func call(
        named name: String, _ node: TemplateNode, at place: TemplatePlace,
        _ rest: [TemplateNode], _ final: TemplateValue?, dot: TemplateValue
    ) throws(Failure) -> TemplateValue {
        try visit(node)
        guard let function = environment.functions.named(name) else {
            throw failure("\(GoQuote.quote(name)) is not a defined function")
        }
        return try call(function, name, at: place, rest, final, dot: dot)
    }

    private mutating func call(
        _ function: TemplateFunction, _ name: String, at place: TemplatePlace,
        _ rest: [TemplateNode], _ final: TemplateValue?, dot: TemplateValue
    ) throws(Failure) -> TemplateValue {
        let given = rest.count + (final == nil ? 0 : 1)
        let wanted = function.parameters.count
        if function.variadic != nil {
            guard given >= wanted else {
                throw failure(
                    "wrong number of args for \(name): want at least \(wanted) got \(rest.count)")
            }
        } else if given != wanted {
            throw failure("wrong number of args for \(name): want \(wanted) got \(given)")
        }
        if let decisive = function.shortCircuit {
            return try shortCircuit(decisive, rest, final, dot: dot)
        }
        var arguments: [TemplateValue] = []
        for (index, node) in rest.enumerated() {
            arguments.append(try argument(node, as: function.parameter(at: index), dot: dot))
        }
        if let final {
            arguments.append(try validated(final, as: function.parameter(at: given - 1)))
        }
        do {
            return try function.body(environment, arguments)
        } catch {
            self.place(at: place)
            throw failure("error calling \(name): \(error.message)")
        }
    }

    private mutating func shortCircuit(
        _ decisive: Bool, _ rest: [TemplateNode], _ final: TemplateValue?, dot: TemplateValue
    ) throws(Failure) -> TemplateValue {
        var value = TemplateValue.missing
        for node in rest {
            value = try argument(node, as: .reflected, dot: dot)
            if value.isTrue == decisive { return value }
        }
        return final ?? value
    }

    private mutating func argument(
        _ node: TemplateNode, as parameter: TemplateFunction.Parameter, dot: TemplateValue
    ) throws(Failure) -> TemplateValue {
        try visit(node)
        switch node.kind {
        case .dot: return try validated(dot, as: parameter)
        case .null:
            if parameter.canBeNil { return .missing }
            throw failure("cannot assign nil to \(parameter.typeName)")
        // The value comes first: evaluating it moves the place that a refusal names.
        case .field(let path):
            let value = try follow(path, from: dot, node, [], nil, dot: dot)
            return try validated(value, as: parameter)
        case .variable(let path):
            let value = try variable(path, node, [], nil, dot: dot)
            return try validated(value, as: parameter)
        case .pipeline(let pipeline):
            let value = try evaluate(pipeline, dot: dot)
            return try validated(value, as: parameter)
        case .identifier(let name):
            let value = try call(named: name, node, at: .node(node), [], nil, dot: dot)
            return try validated(value, as: parameter)
        case .chain(let base, let path):
            let receiver = try chainBase(base, dot: dot, of: node)
            let value = try follow(path, from: receiver, node, [], nil, dot: dot)
            return try validated(value, as: parameter)
        default:
            return try constantArgument(node, as: parameter, dot: dot)
        }
    }

    private mutating func constantArgument(
        _ node: TemplateNode, as parameter: TemplateFunction.Parameter, dot: TemplateValue
    ) throws(Failure) -> TemplateValue {
        switch parameter {
        case .any, .reflected:
            return try literal(node, dot: dot)
        case .string:
            if case .string(_, let text) = node.kind { return .string(text) }
            throw failure("expected string; found \(node)")
        case .integer, .duration:
            if case .number(let number) = node.kind, let integer = number.integer {
                return parameter.typeName == "int"
                    ? .integer(integer) : .duration(integer, isPointer: false)
            }
            throw failure("expected integer; found \(node)")
        case .samples, .sample, .time, .strings:
            throw failure("can't handle \(node) for arg of type \(parameter.typeName)")
        }
    }

    /// Checks that a value is assignable to a parameter; follows one pointer.
    private func validated(
        _ value: TemplateValue, as parameter: TemplateFunction.Parameter
    ) throws(Failure) -> TemplateValue {
        if case .missing = value {
            if parameter.canBeNil { return value }
            throw failure("invalid value; expected \(parameter.typeName)")
        }
        switch (parameter, value) {
        case (.any, _), (.reflected, _), (.string, .string), (.samples, .samples),
            (.sample, .sample), (.integer, .integer), (.duration, .duration(_, false)),
            (.time, .time(_, false)):
            return value
        case (.strings, .list(let list)) where list.typeName == parameter.typeName:
            return value
        case (.duration, .duration(let nanoseconds, true)):
            return .duration(nanoseconds, isPointer: false)
        case (.time, .time(let time, true)):
            return .time(time, isPointer: false)
        default:
            throw failure(
                "wrong type for value; expected \(parameter.typeName); got \(value.typeName)")
        }
    }
}
