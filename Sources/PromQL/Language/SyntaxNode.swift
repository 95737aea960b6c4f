// The syntax tree. Ranges are UTF-8 offsets in the source.

/// The instant an `@` modifier names.
enum AtModifier: Sendable, Equatable {
    case time(Int64)
    case start
    case end
}

struct NumberLiteral: Sendable {
    var value: Double
    var isDuration = false
    var range: Range<Int>
}

struct StringLiteral: Sendable {
    var bytes: [UInt8]
    var range: Range<Int>
    var value: String { String(decoding: bytes, as: UTF8.self) }
}

struct VectorSelector: Sendable {
    /// The name before the braces, or empty.
    var name: String
    /// All matchers; the one of `name` comes last.
    var matchers: [LabelMatcher]
    /// Milliseconds; negative looks ahead.
    var offset: Int64 = 0
    var at: AtModifier?
    var range: Range<Int>
}

struct RangeSelector: Sendable {
    var selector: VectorSelector
    /// Milliseconds.
    var length: Int64
    var end: Int
}

struct Subquery: Sendable {
    var expression: SyntaxNode
    /// Milliseconds.
    var length: Int64
    /// Milliseconds; 0 is the engine's default.
    var step: Int64
    var offset: Int64 = 0
    var at: AtModifier?
    var end: Int
}

struct UnaryOperation: Sendable {
    var isNegation: Bool
    var expression: SyntaxNode
    var start: Int
}

struct Parenthesized: Sendable {
    var expression: SyntaxNode
    var range: Range<Int>
}

/// How the elements of two vectors are paired.
enum Cardinality: String, Sendable {
    case oneToOne = "CardOneToOne"
    case manyToOne = "CardManyToOne"
    case oneToMany = "CardOneToMany"
    case manyToMany = "CardManyToMany"
}

struct VectorMatching: Sendable {
    var cardinality = Cardinality.oneToOne
    var labels: [String] = []
    var isOn = false
    var include: [String] = []
}

struct BinaryOperation: Sendable {
    var operation: BinaryOperator
    var left: SyntaxNode
    var right: SyntaxNode
    var returnsBool = false
    /// Nil unless both sides are vectors.
    var matching: VectorMatching?
}

struct Aggregation: Sendable {
    var operation: Aggregator
    var expression: SyntaxNode
    var parameter: SyntaxNode?
    var grouping: [String] = []
    var isWithout = false
    var range: Range<Int>
}

struct FunctionCall: Sendable {
    var function: PromQLFunction
    var arguments: [SyntaxNode]
    var range: Range<Int>
}

/// The stable aggregation operators.
enum Aggregator: String, Sendable {
    case sum, avg, count, min, max, group, stddev, stdvar, topk, bottomk, quantile
    case countValues = "count_values"

    var hasParameter: Bool {
        switch self {
        case .topk, .bottomk, .quantile, .countValues: true
        default: false
        }
    }
}

indirect enum SyntaxNode: Sendable {
    case number(NumberLiteral)
    case string(StringLiteral)
    case vector(VectorSelector)
    case matrix(RangeSelector)
    case subquery(Subquery)
    case parenthesized(Parenthesized)
    case unary(UnaryOperation)
    case binary(BinaryOperation)
    case aggregation(Aggregation)
    case call(FunctionCall)

    var range: Range<Int> {
        switch self {
        case .number(let node): node.range
        case .string(let node): node.range
        case .vector(let node): node.range
        case .matrix(let node): node.selector.range.lowerBound..<node.end
        case .subquery(let node): node.expression.range.lowerBound..<node.end
        case .parenthesized(let node): node.range
        case .unary(let node): node.start..<node.expression.range.upperBound
        case .binary(let node): node.left.range.lowerBound..<node.right.range.upperBound
        case .aggregation(let node): node.range
        case .call(let node): node.range
        }
    }

    var type: ValueType {
        switch self {
        case .number: .scalar
        case .string: .string
        case .vector, .aggregation: .vector
        case .matrix, .subquery: .matrix
        case .parenthesized(let node): node.expression.type
        case .unary(let node): node.expression.type
        case .binary(let node):
            node.left.type == .scalar && node.right.type == .scalar ? .scalar : .vector
        case .call(let node): node.function.signature.result
        }
    }

    /// The node inside any parentheses.
    var unwrapped: SyntaxNode {
        var node = self
        while case .parenthesized(let inner) = node { node = inner.expression }
        return node
    }

    /// The direct children, left to right.
    var children: [SyntaxNode] {
        switch self {
        case .number, .string, .vector: []
        case .matrix(let node): [.vector(node.selector)]
        case .subquery(let node): [node.expression]
        case .parenthesized(let node): [node.expression]
        case .unary(let node): [node.expression]
        case .binary(let node): [node.left, node.right]
        case .aggregation(let node): [node.parameter, node.expression].compactMap(\.self)
        case .call(let node): node.arguments
        }
    }
}
