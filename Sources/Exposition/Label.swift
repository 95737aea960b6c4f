// A label of a series.

/// A label of a series: a name and a value.
package struct Label: Sendable, Hashable {
    /// The name, `[a-zA-Z_][a-zA-Z0-9_]*`.
    package let name: String
    /// The value, any text.
    package let value: String

    /// A label.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
