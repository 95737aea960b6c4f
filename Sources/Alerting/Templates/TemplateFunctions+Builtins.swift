// The functions that Go's text/template brings.

extension TemplateFunctions {
    /// - Source: pkg.go.dev/text/template#hdr-Functions
    static let builtins: [String: TemplateFunction] = [
        "and": TemplateFunction([.reflected], variadic: .reflected, shortCircuit: false, first),
        "or": TemplateFunction([.reflected], variadic: .reflected, shortCircuit: true, first),
        "not": TemplateFunction([.reflected]) { _, values in .bool(!values[0].isTrue) },
        "call": TemplateFunction([.reflected], variadic: .reflected) {
            (_, values) throws(TemplateFailure) in
            if case .missing = values[0] { throw TemplateFailure("call of nil") }
            throw TemplateFailure("non-function of type \(values[0].typeName)")
        },
        "html": TemplateFunction([], variadic: .any) { _, values in
            .string(TemplateEscape.html(joined(values)))
        },
        "js": TemplateFunction([], variadic: .any) { _, values in
            .string(TemplateEscape.javaScript(joined(values)))
        },
        "urlquery": TemplateFunction([], variadic: .any) { _, values in
            .string(TemplateEscape.query(joined(values)))
        },
        "index": TemplateFunction([.reflected], variadic: .reflected) {
            (_, values) throws(TemplateFailure) in try TemplateCollections.index(values)
        },
        "slice": TemplateFunction([.reflected], variadic: .reflected) {
            (_, values) throws(TemplateFailure) in try TemplateCollections.slice(values)
        },
        "len": TemplateFunction([.reflected]) { (_, values) throws(TemplateFailure) in
            try TemplateCollections.length(values[0])
        },
        "print": TemplateFunction([], variadic: .any) { _, values in
            .string(GoFormatter.text(values))
        },
        "println": TemplateFunction([], variadic: .any) { _, values in
            .string(GoFormatter.line(values))
        },
        "printf": TemplateFunction([.string], variadic: .any) { _, values in
            .string(
                GoFormatter.text(format: values[0].text ?? "", Array(values.dropFirst())))
        },
        "eq": TemplateFunction([.reflected], variadic: .reflected) {
            (_, values) throws(TemplateFailure) in
            .bool(try TemplateComparison.isEqual(values[0], Array(values.dropFirst())))
        },
        "ne": comparison { (left, right) throws(TemplateFailure) in
            try !TemplateComparison.isEqual(left, [right])
        },
        "lt": comparison(TemplateComparison.isLess),
        "le": comparison(TemplateComparison.isLessOrEqual),
        "gt": comparison { (left, right) throws(TemplateFailure) in
            try !TemplateComparison.isLessOrEqual(left, right)
        },
        "ge": comparison { (left, right) throws(TemplateFailure) in
            try !TemplateComparison.isLess(left, right)
        },
    ]

    private static let first: TemplateFunction.Body = { _, values in values[0] }

    private static func comparison(
        _ compare:
            @escaping @Sendable (TemplateValue, TemplateValue) throws(TemplateFailure) ->
            Bool
    ) -> TemplateFunction {
        TemplateFunction([.reflected, .reflected]) { (_, values) throws(TemplateFailure) in
            .bool(try compare(values[0], values[1]))
        }
    }

    /// The operands as one text, as `html`, `js` and `urlquery` take them.
    private static func joined(_ values: [TemplateValue]) -> String {
        if values.count == 1, let text = values[0].text { return text }
        return GoFormatter.text(
            values.map { value in
                switch value {
                case .missing: .string("<no value>")
                case .sample: .string(TemplateExecution.printed(value))
                default: value
                }
            })
    }
}

/// `eq`, `lt` and their kin.
enum TemplateComparison {
    private enum Kind { case bool, complex, integer, unsigned, float, string, other }

    private static let incompatible = TemplateFailure("incompatible types for comparison")
    private static let invalid = TemplateFailure("invalid type for comparison")

    private static func kind(_ value: TemplateValue) -> Kind {
        switch value {
        case .bool: .bool
        case .integer, .long, .month, .weekday, .duration(_, isPointer: false): .integer
        case .byte: .unsigned
        case .float: .float
        case .complex: .complex
        case .string, .html: .string
        default: .other
        }
    }

    static func isEqual(
        _ first: TemplateValue, _ others: [TemplateValue]
    ) throws(TemplateFailure) -> Bool {
        guard !others.isEmpty else { throw TemplateFailure("missing argument for comparison") }
        for other in others {
            let (left, right) = (kind(first), kind(other))
            if left == right {
                if left == .other { try requireComparable(other) }
                if isSame(first, other) { return true }
            } else if let mixed = mixed(first, other) {
                if mixed == 0 { return true }
            } else if !first.isMissing, !other.isMissing {
                throw incompatible
            }
        }
        return false
    }

    private static func requireComparable(_ value: TemplateValue) throws(TemplateFailure) {
        switch value {
        case .labels, .arguments, .samples, .data, .keyValues, .list:
            throw TemplateFailure(
                "non-comparable type \(TemplateExecution.printed(value)): \(value.typeName)")
        default: return
        }
    }

    private static func isSame(_ left: TemplateValue, _ right: TemplateValue) -> Bool {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): left == right
        case (.byte(let left), .byte(let right)): left == right
        case (.float(let left), .float(let right)): left == right
        case (.complex(let left), .complex(let right)): left == right
        case (.time(let left, false), .time(let right, false)): left == right
        case (.missing, .missing): true
        default:
            if let left = left.text, let right = right.text {
                left.utf8.elementsEqual(right.utf8)
            } else if let left = left.signed, let right = right.signed {
                left == right
            } else {
                false
            }
        }
    }

    /// The order of a signed and an unsigned integer; nil for anything else.
    private static func mixed(_ left: TemplateValue, _ right: TemplateValue) -> Int? {
        let numbers: (Int64, Int64)
        if let signed = left.signed, case .byte(let byte) = right {
            numbers = (signed, Int64(byte))
        } else if case .byte(let byte) = left, let signed = right.signed {
            numbers = (Int64(byte), signed)
        } else {
            return nil
        }
        return numbers.0 == numbers.1 ? 0 : (numbers.0 < numbers.1 ? -1 : 1)
    }

    static func isLess(
        _ left: TemplateValue, _ right: TemplateValue
    ) throws(TemplateFailure) -> Bool {
        let (leftKind, rightKind) = (kind(left), kind(right))
        guard leftKind != .other, rightKind != .other else { throw invalid }
        guard leftKind == rightKind else {
            guard let order = mixed(left, right) else { throw incompatible }
            return order < 0
        }
        switch (left, right) {
        case (.float(let left), .float(let right)): return left < right
        case (.byte(let left), .byte(let right)): return left < right
        default: break
        }
        if let left = left.text, let right = right.text {
            return left.utf8.lexicographicallyPrecedes(right.utf8)
        }
        if let left = left.signed, let right = right.signed { return left < right }
        throw invalid
    }

    static func isLessOrEqual(
        _ left: TemplateValue, _ right: TemplateValue
    ) throws(TemplateFailure) -> Bool {
        if try isLess(left, right) { return true }
        return try isEqual(left, [right])
    }
}

extension TemplateValue {
    fileprivate var isMissing: Bool {
        if case .missing = self { return true }
        return false
    }
}
