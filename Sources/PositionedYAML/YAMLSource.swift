// The bytes of a YAML file: checked as UTF-8 text before libyaml sees them.
//
// 1. libyaml only ever gets valid UTF-8 without a byte order mark and without forbidden
//    control characters, so that every message about those is ours and has a line and column.

/// The bytes of one YAML file and its name.
struct YAMLSource {
    let bytes: [UInt8]
    let file: String

    var start: SourcePosition { SourcePosition(file: file, line: 1, column: 1) }

    /// The first byte that is not UTF-8, or the first character that YAML forbids.
    func firstBadCharacter() -> Mistake? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return Mistake("the file is UTF-16; save it as UTF-8", at: start)
        }
        var line = 1
        var column = 1
        var index = contentStart
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x0A {
                line += 1
                column = 1
                index += 1
                continue
            }
            let place = SourcePosition(file: file, line: line, column: column)
            guard let length = Self.scalarLength(bytes, at: index) else {
                let hexadecimal = String(byte, radix: 16, uppercase: true)
                return Mistake(
                    "byte 0x\(hexadecimal) is not UTF-8; save the file as UTF-8", at: place)
            }
            if Self.isForbidden(bytes, at: index, length: length) {
                return Mistake("a control character is not allowed here; remove it", at: place)
            }
            index += length
            column += 1
        }
        return nil
    }

    /// Runs `body` with libyaml's events over the checked bytes.
    func withEvents(
        _ body: (YAMLEvents) throws(Mistakes) -> YAMLDocument
    ) throws(Mistakes) -> YAMLDocument {
        try bytes.withUnsafeBufferPointer { buffer throws(Mistakes) in
            let content = UnsafeBufferPointer(rebasing: buffer[contentStart...])
            let events = YAMLEvents(content, file: file)
            defer { withExtendedLifetime(events) {} }
            return try body(events)
        }
    }

    private var contentStart: Int {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Bytes of the UTF-8 scalar at `index`, nil when it is not valid.
    private static func scalarLength(_ bytes: [UInt8], at index: Int) -> Int? {
        let first = bytes[index]
        func continues(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            index + offset < bytes.count && range.contains(bytes[index + offset])
        }
        switch first {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: return continues(1) ? 2 : nil
        case 0xE0: return continues(1, 0xA0...0xBF) && continues(2) ? 3 : nil
        case 0xED: return continues(1, 0x80...0x9F) && continues(2) ? 3 : nil
        case 0xE1...0xEF: return continues(1) && continues(2) ? 3 : nil
        case 0xF0: return continues(1, 0x90...0xBF) && continues(2) && continues(3) ? 4 : nil
        case 0xF1...0xF3: return continues(1) && continues(2) && continues(3) ? 4 : nil
        case 0xF4: return continues(1, 0x80...0x8F) && continues(2) && continues(3) ? 4 : nil
        default: return nil
        }
    }

    /// Whether YAML forbids the scalar: controls, U+FEFF, U+FFFE, U+FFFF (YAML 1.1, 5.1).
    private static func isForbidden(_ bytes: [UInt8], at index: Int, length: Int) -> Bool {
        let first = bytes[index]
        switch length {
        case 1: return (first < 0x20 && first != 0x09 && first != 0x0D) || first == 0x7F
        case 2: return first == 0xC2 && bytes[index + 1] < 0xA0 && bytes[index + 1] != 0x85
        case 3 where first == 0xEF:
            let rest = (bytes[index + 1], bytes[index + 2])
            return rest == (0xBB, 0xBF) || rest == (0xBF, 0xBE) || rest == (0xBF, 0xBF)
        default: return false
        }
    }
}
