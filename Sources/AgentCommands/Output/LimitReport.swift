// The answer of …/limit for people.

import ExactJSON

/// A limit policy in lines.
package struct LimitReport: Sendable {
    private static let names = ["mode", "allowance", "owner", "changed_at", "changed_by", "until"]

    private let organization: String
    private let limit: JSONValue

    /// The limit of an organization in the shape of the API.
    package init(organization: String, limit: JSONValue) {
        self.organization = organization
        self.limit = limit
    }

    /// One line a figure, what is not known left out.
    package var text: String {
        let pairs =
            [("organization", organization)]
            + Self.names.compactMap { name in
                Self.text(limit[name]).map { (name, $0) }
            }
        let width = pairs.map(\.0.count).max() ?? 0
        return pairs.map { name, value in
            let label = name.map { $0 == "_" ? " " : $0 }
            let space = String(repeating: " ", count: width - name.count)
            return String(label) + space + "  " + LineText.printable(value) + "\n"
        }.joined()
    }

    private static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.lexeme
        default: nil
        }
    }
}
