// The types of expressions.

/// What an expression gives.
package enum ValueType: String, Sendable {
    case none
    case scalar
    case vector
    case matrix
    case string

    /// The name in the documentation and in most messages.
    package var documentedName: String {
        switch self {
        case .vector: "instant vector"
        case .matrix: "range vector"
        default: rawValue
        }
    }
}
