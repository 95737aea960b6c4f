// The entry of an adjustment for people.

import ExactJSON

/// An entry made by hand, in one line.
package struct AdjustmentReport: Sendable {
    private let organization: String
    private let entry: JSONValue

    /// The entry of an organization in the shape of the API.
    package init(_ organization: String, _ entry: JSONValue) {
        self.organization = organization
        self.entry = entry
    }

    /// The line, ending with a line feed.
    package var text: String {
        let line =
            "\(organization): entry \(figure("sequence")), \(word("kind")) of "
            + "\(figure("credits")) credits for \(word("product")) on \(word("day"))"
        return LineText.printable(line) + "\n"
    }

    private func figure(_ name: String) -> String { entry[name]?.numberLexeme ?? "?" }

    private func word(_ name: String) -> String { entry[name]?.stringValue ?? "?" }
}
