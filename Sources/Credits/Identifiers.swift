// What an identifier may look like.

import Foundation

/// The rule for identifiers of organizations, products and sources.
package enum Identifier {
    /// The longest identifier in bytes.
    package static let maximumBytes = 128

    /// Nil when fine, else what is wrong.
    ///
    /// Identifiers become label values, ledger keys and URL parts: non-empty, at most 128 bytes,
    /// no control characters.
    package static func mistake(in text: String) -> String? {
        if text.isEmpty { return "is empty" }
        if text.utf8.count > maximumBytes { return "is longer than \(maximumBytes) bytes" }
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            return "holds a control character"
        }
        return nil
    }

    /// The text in Unicode normalization form C.
    ///
    /// Swift takes equivalent texts for equal, databases do not: keys are kept in one form.
    package static func normalized(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
    }
}
