// Text compared by its bytes, as databases do; Swift's own `==` takes é and e + ´ for equal.

/// Text that is equal and ordered by its UTF-8 bytes.
struct ExactText: Sendable, Hashable, Comparable {
    private let bytes: [UInt8]

    /// The bytes of a text.
    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The text again.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    static func < (left: ExactText, right: ExactText) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
