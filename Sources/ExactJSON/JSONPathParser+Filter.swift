// Filter expressions: precedence, comparisons, and the typing rules of RFC 9535 section 2.4.3.

extension JSONPathParser {
    /// What stands on its own in a filter before its role is known.
    private enum Term {
        case operand(JSONPathOperand)
        case query(JSONPathQuery)
        case test(JSONPathCondition, function: String)
    }

    /// `logical-expr`: `||` binds less tightly than `&&`.
    mutating func condition() throws(JSONPathError) -> JSONPathCondition {
        var parts = [try conjunction()]
        while takeOperator("||") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction() throws(JSONPathError) -> JSONPathCondition {
        var parts = [try basic()]
        while takeOperator("&&") { parts.append(try basic()) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    /// `S operator S`; blanks that no operator follows stay unread.
    private mutating func takeOperator(_ sign: String) -> Bool {
        let mark = position
        skipBlanks()
        for scalar in sign.unicodeScalars where !take(scalar) {
            position = mark
            return false
        }
        skipBlanks()
        return true
    }

    private mutating func basic() throws(JSONPathError) -> JSONPathCondition {
        if peek == "(" { return try parenthesized() }
        let start = position
        if peek == "!", peekSecond != "=" {
            position += 1
            skipBlanks()
            if peek == "(" { return .not(try parenthesized()) }
            let place = position
            return .not(try test(try term(), at: place))
        }
        let left = try term()
        guard let comparison = comparisonIfPresent() else { return try test(left, at: start) }
        let place = position
        let right = try term()
        return .comparison(
            try comparable(left, at: start), comparison, try comparable(right, at: place))
    }

    private mutating func parenthesized() throws(JSONPathError) -> JSONPathCondition {
        try enter()
        defer { leave() }
        position += 1
        skipBlanks()
        let inner = try condition()
        skipBlanks()
        guard take(")") else { throw error("`)` was expected, not \(found)") }
        return inner
    }

    private mutating func comparisonIfPresent() -> JSONPathComparison? {
        // The two-character signs come first in `allCases`.
        for comparison in JSONPathComparison.allCases where takeOperator(comparison.rawValue) {
            return comparison
        }
        return nil
    }

    private func test(_ term: Term, at place: Int) throws(JSONPathError) -> JSONPathCondition {
        switch term {
        case .query(let query): return .exists(query)
        case .test(let condition, _): return condition
        case .operand(.literal):
            throw error("a literal must be compared with something", at: place)
        case .operand:
            throw error("the result of this function must be compared", at: place)
        }
    }

    private func comparable(_ term: Term, at place: Int) throws(JSONPathError) -> JSONPathOperand {
        switch term {
        case .operand(let operand):
            return operand
        case .query(let query):
            guard query.isSingular else {
                throw error(
                    "only a query of names and indexes can be compared; use value() or count()",
                    at: place)
            }
            return try singular(query, at: place)
        case .test(_, let function):
            throw error("\(function)() is a test, it cannot be compared", at: place)
        }
    }

    private func singular(
        _ query: JSONPathQuery, at place: Int
    ) throws(JSONPathError) -> JSONPathOperand {
        guard !query.hasInnerBlanks else {
            throw error(
                "write the brackets of a compared query without blanks: @['name'], @[0]",
                at: place)
        }
        return .singular(query)
    }

    private mutating func term() throws(JSONPathError) -> Term {
        switch peek {
        case "@", "$":
            return .query(try query())
        case "'", "\"":
            return .operand(.literal(.string(try string())))
        case "-":
            return .operand(.literal(.number(try number())))
        case let scalar? where isDigit(scalar):
            return .operand(.literal(.number(try number())))
        case let scalar? where isNameStart(scalar):
            return try wordOrFunction()
        default:
            throw error("a query, a literal or a function was expected, not \(found)")
        }
    }

    private mutating func query() throws(JSONPathError) -> JSONPathQuery {
        let isRelative = peek == "@"
        position += 1
        return JSONPathQuery(isRelative: isRelative, segments: try segments())
    }

    private mutating func wordOrFunction() throws(JSONPathError) -> Term {
        let start = position
        var word = ""
        while let scalar = peek, isNameStart(scalar) || isDigit(scalar) {
            word.unicodeScalars.append(scalar)
            position += 1
        }
        if peek == "(" { return try function(word, at: start) }
        switch word {
        case "true": return .operand(.literal(.bool(true)))
        case "false": return .operand(.literal(.bool(false)))
        case "null": return .operand(.literal(.null))
        default:
            throw error(
                "`\(word)` is not known here; a member is written @.\(word), a string '\(word)'",
                at: start)
        }
    }

    private mutating func function(_ name: String, at start: Int) throws(JSONPathError) -> Term {
        try enter()
        defer { leave() }
        let arities = ["length": 1, "count": 1, "value": 1, "match": 2, "search": 2]
        guard let arity = arities[name] else {
            throw error(
                "no function \(name)(); there are length, count, value, match and search",
                at: start)
        }
        let arguments = try arguments()
        guard arguments.count == arity else {
            throw error(
                "\(name)() takes \(arity) argument\(arity == 1 ? "" : "s"), not \(arguments.count)",
                at: start)
        }
        switch name {
        case "length": return .operand(.length(try valueArgument(arguments[0], of: name)))
        case "count": return .operand(.count(try nodesArgument(arguments[0], of: name)))
        case "value": return .operand(.value(try nodesArgument(arguments[0], of: name)))
        default:
            let text = try valueArgument(arguments[0], of: name)
            let pattern = pattern(try valueArgument(arguments[1], of: name), at: arguments[1].place)
            let test = JSONPathCondition.matches(
                text: text, pattern: pattern, whole: name == "match")
            return .test(test, function: name)
        }
    }

    private typealias Argument = (term: Term, place: Int)

    private mutating func arguments() throws(JSONPathError) -> [Argument] {
        var arguments: [Argument] = []
        position += 1
        skipBlanks()
        if take(")") { return arguments }
        while true {
            let place = position
            arguments.append((try term(), place))
            skipBlanks()
            if take(")") { return arguments }
            guard take(",") else {
                throw error("`,` or `)` was expected, not \(found)")
            }
            skipBlanks()
        }
    }

    private func valueArgument(
        _ argument: Argument, of name: String
    ) throws(JSONPathError) -> JSONPathOperand {
        switch argument.term {
        case .operand(let operand):
            return operand
        case .query(let query):
            guard query.isSingular else {
                throw error(
                    "\(name)() takes one value here; this query may select several",
                    at: argument.place)
            }
            return try singular(query, at: argument.place)
        case .test(_, let function):
            throw error(
                "\(name)() takes a value here, \(function)() is a test", at: argument.place)
        }
    }

    private func nodesArgument(
        _ argument: Argument, of name: String
    ) throws(JSONPathError) -> JSONPathQuery {
        guard case .query(let query) = argument.term else {
            throw error("\(name)() takes a query, such as @.*", at: argument.place)
        }
        return query
    }

    private mutating func pattern(_ operand: JSONPathOperand, at place: Int) -> JSONPathPattern {
        guard case .literal(let literal) = operand else { return .computed(operand) }
        do throws(InteroperableRegexError) {
            guard let text = literal.stringValue else {
                throw InteroperableRegexError(message: "it is \(literal.kindName), not a string")
            }
            return .fixed(try InteroperableRegex(text))
        } catch {
            warnings.append(
                JSONPathError(
                    message: "this pattern never matches: \(error.message)", column: place + 1))
            return .fixed(nil)
        }
    }
}
