// The answers of …/limit and …/cap for people.

import ExactJSON

/// A limit policy, or the cap of a product, in lines.
package struct LimitReport: Sendable {
    private static let names = [
        "product", "mode", "allowance", "cap", "owner", "changed_at", "changed_by", "until",
    ]

    private let organization: String
    private let limit: JSONValue

    /// The limit of an organization, or the cap of one of its products, in the shape of the API.
    package init(organization: String, limit: JSONValue) {
        self.organization = organization
        self.limit = limit
    }

    /// One line a figure, what is not known left out.
    package var text: String {
        let pairs =
            [("organization", organization)]
            + Self.names.compactMap { name in
                Self.text(limit[name], of: name).map { (name.map { $0 == "_" ? " " : $0 }, $0) }
            }.map { (String($0.0), $0.1) } + (limit["caps"]?.arrayValue ?? []).map(Self.cap)
        let width = pairs.map(\.0.count).max() ?? 0
        return pairs.map { label, value in
            let space = String(repeating: " ", count: width - label.count)
            return LineText.printable(label) + space + "  " + LineText.printable(value) + "\n"
        }.joined()
    }

    private static func cap(_ cap: JSONValue) -> (String, String) {
        let until = cap["until"]?.stringValue.map { ", until \($0)" } ?? ""
        return (
            "cap of \(cap["product"]?.stringValue ?? "?")",
            "\(cap["cap"]?.numberLexeme ?? "none") (\(cap["owner"]?.stringValue ?? "?")\(until))"
        )
    }

    private static func text(_ value: JSONValue?, of name: String) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.lexeme
        case .null where name == "cap": "none"
        default: nil
        }
    }
}
