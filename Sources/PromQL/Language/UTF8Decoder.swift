// Decoding bytes that may not be UTF-8, one rune at a time, as Go does.

/// One step of decoding.
enum Rune {
    case scalar(Unicode.Scalar)
    /// A byte that is not part of a valid sequence.
    case invalid(UInt8)
}

/// Reads runes from bytes.
struct UTF8Decoder {
    private let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    mutating func next() -> Rune? {
        guard position < bytes.count else { return nil }
        let (rune, width) = Self.decode(bytes, at: position)
        position += width
        return rune
    }

    /// The rune at a position inside the bytes, and its width.
    static func decode(_ bytes: [UInt8], at position: Int) -> (rune: Rune, width: Int) {
        let lead = bytes[position]
        if lead < 0x80 { return (.scalar(Unicode.Scalar(lead)), 1) }
        let width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard lead >= 0xC2, lead <= 0xF4, position + width <= bytes.count else {
            return (.invalid(lead), 1)
        }
        var value = UInt32(lead) & (width == 4 ? 0x07 : width == 3 ? 0x0F : 0x1F)
        for offset in 1..<width {
            let byte = bytes[position + offset]
            guard byte & 0xC0 == 0x80 else { return (.invalid(lead), 1) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        let smallest: UInt32 = width == 4 ? 0x10000 : width == 3 ? 0x800 : 0x80
        guard value >= smallest, let scalar = Unicode.Scalar(value) else {
            return (.invalid(lead), 1)
        }
        return (.scalar(scalar), width)
    }
}
