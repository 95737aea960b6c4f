// Normalized paths: the one spelling of a place in a document.

/// One step from a value to its child.
package enum PathStep: Sendable, Equatable {
    /// The member of this name.
    case name(String)
    /// The element at this index, zero-based.
    case index(Int)

    /// Names are compared by code points.
    package static func == (left: PathStep, right: PathStep) -> Bool {
        switch (left, right) {
        case (.name(let one), .name(let other)): one.hasSameBytes(as: other)
        case (.index(let one), .index(let other)): one == other
        default: false
        }
    }
}

/// The location of one value (RFC 9535 section 2.7), such as `$['usage'][3]['credits']`.
package struct NormalizedPath: Sendable, Equatable {
    private let outer: [PathStep]
    /// Apart, so that the elements of an array share the steps to it.
    private let last: PathStep?

    /// The steps from the root.
    package var steps: [PathStep] { last.map { outer + [$0] } ?? outer }

    /// The root, or the place that the steps lead to.
    package init(_ steps: [PathStep] = []) {
        outer = steps
        last = nil
    }

    /// The child of the place that the steps lead to.
    init(_ steps: [PathStep], then step: PathStep) {
        outer = steps
        last = step
    }

    package static func == (left: NormalizedPath, right: NormalizedPath) -> Bool {
        left.steps == right.steps
    }

    /// This place followed by a place relative to it.
    package func appending(_ other: NormalizedPath) -> NormalizedPath {
        NormalizedPath(steps + other.steps)
    }

    /// The child of this place.
    package func appending(_ step: PathStep) -> NormalizedPath {
        NormalizedPath(steps, then: step)
    }
}

extension NormalizedPath: CustomStringConvertible {
    /// The path in the one spelling of RFC 9535 section 2.7.
    package var description: String {
        var text = "$"
        for step in steps { step.write(to: &text) }
        return text
    }
}

extension PathStep {
    /// Writes `[3]` or `['name']` with exactly the escapes that RFC 9535 section 2.7 prescribes.
    func write(to text: inout String) {
        switch self {
        case .index(let index):
            text += "[\(index)]"
        case .name(let name):
            text += "['"
            for scalar in name.unicodeScalars { Self.write(scalar, to: &text) }
            text += "']"
        }
    }

    private static func write(_ scalar: Unicode.Scalar, to text: inout String) {
        switch scalar {
        case "\u{08}": text += "\\b"
        case "\t": text += "\\t"
        case "\n": text += "\\n"
        case "\u{0C}": text += "\\f"
        case "\r": text += "\\r"
        case "'": text += "\\'"
        case "\\": text += "\\\\"
        case "\u{00}"..."\u{0F}": text += "\\u000" + String(scalar.value, radix: 16)
        case "\u{10}"..."\u{1F}": text += "\\u00" + String(scalar.value, radix: 16)
        default: text.unicodeScalars.append(scalar)
        }
    }
}
