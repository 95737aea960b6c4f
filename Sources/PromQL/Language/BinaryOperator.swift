// The operators between two expressions.

/// A binary operator.
enum BinaryOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case power = "^"
    case atan2
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case greater = ">"
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case and
    case or
    case unless

    private static let byToken: [TokenKind: BinaryOperator] = [
        .add: .add, .subtract: .subtract, .multiply: .multiply, .divide: .divide,
        .modulo: .modulo, .power: .power, .atan2: .atan2, .equalCompare: .equal,
        .notEqual: .notEqual, .less: .less, .greater: .greater, .lessOrEqual: .lessOrEqual,
        .greaterOrEqual: .greaterOrEqual, .and: .and, .or: .or, .unless: .unless,
    ]

    init?(_ token: TokenKind) {
        guard let found = Self.byToken[token] else { return nil }
        self = found
    }

    var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual: true
        default: false
        }
    }

    var isSet: Bool { self == .and || self == .or || self == .unless }

    /// How tightly it binds; larger is tighter.
    var precedence: Int {
        switch self {
        case .or: 1
        case .and, .unless: 2
        case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual: 3
        case .add, .subtract: 4
        case .multiply, .divide, .modulo, .atan2: 5
        case .power: 6
        }
    }

    /// The name in the public test tables.
    var tokenName: String {
        Self.byToken.first { $0.value == self }?.key.rawValue ?? rawValue
    }
}
