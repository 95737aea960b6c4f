// Values to bytes: one spelling, stable, UTF-8.

extension JSONValue {
    /// The layout of a text.
    package enum Layout: Sendable {
        /// No white space at all.
        case compact
        /// Two spaces per level, one member or element per line.
        case pretty
    }

    /// The value as JSON bytes in UTF-8; numbers exactly as they were written.
    package func serialized(_ layout: Layout = .compact) -> [UInt8] {
        var writer = JSONSerializer(layout: layout)
        writer.write(self, level: 0)
        return writer.output
    }

    /// The value as JSON text.
    package func text(_ layout: Layout = .compact) -> String {
        String(decoding: serialized(layout), as: UTF8.self)
    }
}

extension JSONValue: CustomStringConvertible {
    /// Compact JSON.
    package var description: String { text() }
}

/// Writes values; escapes only what RFC 8259 section 7 requires.
struct JSONSerializer {
    let layout: JSONValue.Layout
    private(set) var output: [UInt8] = []

    init(layout: JSONValue.Layout) {
        self.layout = layout
    }

    mutating func write(_ value: JSONValue, level: Int) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .number(let number): output.append(contentsOf: number.lexeme.utf8)
        case .string(let text): write(text)
        case .array(let elements): write(elements, level: level)
        case .object(let object): write(object.members, level: level)
        }
    }

    private mutating func write(_ elements: [JSONValue], level: Int) {
        output.append(Byte.openBracket)
        for (index, element) in elements.enumerated() {
            if index > 0 { output.append(Byte.comma) }
            breakLine(level + 1)
            write(element, level: level + 1)
        }
        if !elements.isEmpty { breakLine(level) }
        output.append(Byte.closeBracket)
    }

    private mutating func write(_ members: [JSONMember], level: Int) {
        output.append(Byte.openBrace)
        for (index, member) in members.enumerated() {
            if index > 0 { output.append(Byte.comma) }
            breakLine(level + 1)
            write(member.name)
            output.append(Byte.colon)
            if layout == .pretty { output.append(Byte.space) }
            write(member.value, level: level + 1)
        }
        if !members.isEmpty { breakLine(level) }
        output.append(Byte.closeBrace)
    }

    private mutating func breakLine(_ level: Int) {
        guard layout == .pretty else { return }
        output.append(Byte.lineFeed)
        output.append(contentsOf: repeatElement(Byte.space, count: 2 * level))
    }

    private mutating func write(_ text: String) {
        output.append(Byte.quote)
        for byte in text.utf8 {
            switch byte {
            case Byte.quote, Byte.backslash: output.append(contentsOf: [Byte.backslash, byte])
            case 0x08: output.append(contentsOf: [Byte.backslash, Byte.lowerB])
            case 0x0C: output.append(contentsOf: [Byte.backslash, Byte.lowerF])
            case Byte.lineFeed: output.append(contentsOf: [Byte.backslash, Byte.lowerN])
            case Byte.carriageReturn: output.append(contentsOf: [Byte.backslash, Byte.lowerR])
            case Byte.tab: output.append(contentsOf: [Byte.backslash, Byte.lowerT])
            case 0x00..<0x20:
                output.append(contentsOf: (byte < 16 ? "\\u000" : "\\u00").utf8)
                output.append(contentsOf: String(byte, radix: 16).utf8)
            default: output.append(byte)
            }
        }
        output.append(Byte.quote)
    }
}
