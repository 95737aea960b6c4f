// A text that must never be printed, and the ways to name one in a file.

/// A text that prints as `<secret>`.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The text itself; only for the place that sends or compares it.
    package let exposed: String

    /// Wraps `text`.
    package init(_ text: String) {
        exposed = text
    }

    /// Always `<secret>`.
    package var description: String { "<secret>" }
    /// Always `<secret>`.
    package var debugDescription: String { "<secret>" }
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Where a secret comes from.
package enum SecretReference: Sendable, Hashable {
    /// `{env: NAME}`: the environment variable NAME.
    case environment(String)
    /// `{file: PATH}`: the file at PATH, as written (relative paths are the caller's to resolve).
    case file(String)
    /// The secret stands in the configuration itself.
    case literal(Secret)
}
