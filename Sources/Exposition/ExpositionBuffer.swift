// A growing buffer of bytes with the few ways to append that the writer needs.
//
// 1. Nothing here allocates except the growth of the buffer itself.

/// The bytes of an exposition under construction.
struct ExpositionBuffer {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }

    mutating func append(_ text: StaticString) {
        let characters = UnsafeBufferPointer(
            start: text.utf8Start, count: text.utf8CodeUnitCount)
        bytes.append(contentsOf: characters)
    }

    mutating func append(_ more: [UInt8]) {
        bytes.append(contentsOf: more)
    }

    mutating func append(_ text: String) {
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable {
            bytes.append(contentsOf: $0)
        }
        if isDone == nil { bytes.append(contentsOf: text.utf8) }
    }

    /// Appends with `\` and line feed escaped, and quotes too when `quotes` is set.
    mutating func appendEscaped(_ text: String, quotes: Bool) {
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable {
            appendEscaped($0, quotes: quotes)
        }
        if isDone == nil {
            let copy = Array(text.utf8)
            copy.withUnsafeBufferPointer { appendEscaped($0, quotes: quotes) }
        }
    }

    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>, quotes: Bool) {
        var start = 0
        for index in text.indices {
            let byte = text[index]
            guard byte == 0x0A || byte == 0x5C || (quotes && byte == 0x22) else { continue }
            bytes.append(contentsOf: text[start..<index])
            bytes.append(0x5C)
            bytes.append(byte == 0x0A ? UInt8(ascii: "n") : byte)
            start = index + 1
        }
        bytes.append(contentsOf: text[start...])
    }
}
