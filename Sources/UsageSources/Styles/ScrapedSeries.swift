// Samples of expositions, as far as the style `prometheus` looks at them.

import Credits

/// A sample of an exposition.
package struct ScrapedSeries: Sendable, Hashable {
    /// A name and a value.
    package struct Label: Sendable, Hashable {
        /// The name.
        package let name: String
        /// The value.
        package let value: String

        /// A label.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The name of the sample: `requests_total`, `requests_created`.
    package let name: String
    /// The labels; names differ.
    package let labels: [Label]
    /// The value as written.
    package let lexeme: String
    /// Whether its type allows it to be a growing total: a counter, or no type is known.
    package let mayGrow: Bool
    /// The type, for messages.
    package let type: String
    /// The line in the body, from 1.
    package let line: Int

    /// A sample of an exposition.
    package init(
        name: String, labels: [Label], lexeme: String, mayGrow: Bool, type: String, line: Int
    ) {
        self.name = name
        self.labels = labels
        self.lexeme = lexeme
        self.mayGrow = mayGrow
        self.type = type
        self.line = line
    }

    /// The labels as one text, the same for every order.
    var identity: String {
        labels.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { "\($0.name)=\(shown($0.value))" }.joined(separator: ",")
    }

    /// The value of a label; empty when there is none.
    func label(_ name: String) -> String {
        labels.first { $0.name == name }?.value ?? ""
    }
}
