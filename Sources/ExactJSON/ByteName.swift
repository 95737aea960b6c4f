// A dictionary key that tells canonically equivalent texts apart.

/// A name that hashes and compares by its bytes.
struct ByteName: Hashable, Sendable {
    let text: String

    static func == (left: ByteName, right: ByteName) -> Bool {
        left.text.hasSameBytes(as: right.text)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
