// The values of the test tables: JSON whose strings may hold any bytes.
//
// The tables write a byte that is not UTF-8 as a lone surrogate U+DC80…U+DCFF, which no ordinary
// JSON reader gives back; that is why this small one exists. It trusts its input to be JSON and
// gives nil when it is not.

/// A value of a test table.
indirect enum TableValue: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string([UInt8])
    case array([TableValue])
    case object([(name: String, value: TableValue)])

    /// The member of an object.
    subscript(name: String) -> TableValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var text: String? {
        guard case .string(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    var bytes: [UInt8]? {
        guard case .string(let bytes) = self else { return nil }
        return bytes
    }

    var integer: Int? {
        guard case .number(let value) = self else { return nil }
        return Int(exactly: value)
    }

    var flag: Bool { self == .bool(true) }

    var items: [TableValue] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    /// Whether Go leaves the value out because it is the zero of its type.
    var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let flag): !flag
        case .number(let number): number == 0
        case .string(let bytes): bytes.isEmpty
        case .array(let items): items.isEmpty
        case .object: self["ms"]?.isZero ?? false
        }
    }

    static func == (left: TableValue, right: TableValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let first), .bool(let second)): first == second
        case (.number(let first), .number(let second)): first == second
        case (.string(let first), .string(let second)): first == second
        case (.array(let first), .array(let second)): first == second
        default: false
        }
    }

    static func text(_ text: String) -> TableValue { .string(Array(text.utf8)) }

    /// One value per line of a file.
    static func lines(_ bytes: [UInt8]) -> [TableValue] {
        bytes.split(separator: 0x0A).compactMap { line in
            var reader = TableReader(bytes: Array(line))
            return reader.value(depth: 0)
        }
    }
}

/// Reads one JSON value.
private struct TableReader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func skipSpaces() {
        while position < bytes.count, CharacterClass.isSpace(bytes[position]) { position += 1 }
    }

    private mutating func accept(_ text: StaticString) -> Bool {
        let wanted = text.withUTF8Buffer(Array.init)
        guard bytes[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    mutating func value(depth: Int) -> TableValue? {
        skipSpaces()
        guard depth < 500, position < bytes.count else { return nil }
        switch bytes[position] {
        case UInt8(ascii: "{"): return object(depth)
        case UInt8(ascii: "["): return array(depth)
        case UInt8(ascii: "\""): return string().map(TableValue.string)
        default:
            if accept("null") { return .null }
            if accept("true") { return .bool(true) }
            if accept("false") { return .bool(false) }
            return number()
        }
    }

    private mutating func number() -> TableValue? {
        let start = position
        while position < bytes.count,
            CharacterClass.isAlphaNumeric(bytes[position]) || isSign(bytes[position])
        {
            position += 1
        }
        return Double(String(decoding: bytes[start..<position], as: UTF8.self))
            .map(TableValue.number)
    }

    private func isSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    private mutating func array(_ depth: Int) -> TableValue? {
        position += 1
        var items: [TableValue] = []
        skipSpaces()
        if accept("]") { return .array(items) }
        while let item = value(depth: depth + 1) {
            items.append(item)
            skipSpaces()
            if accept("]") { return .array(items) }
            guard accept(",") else { return nil }
        }
        return nil
    }

    private mutating func object(_ depth: Int) -> TableValue? {
        position += 1
        var members: [(name: String, value: TableValue)] = []
        skipSpaces()
        if accept("}") { return .object(members) }
        while true {
            skipSpaces()
            guard let name = string() else { return nil }
            skipSpaces()
            guard accept(":"), let member = value(depth: depth + 1) else { return nil }
            members.append((String(decoding: name, as: UTF8.self), member))
            skipSpaces()
            if accept("}") { return .object(members) }
            guard accept(",") else { return nil }
        }
    }

    private mutating func string() -> [UInt8]? {
        guard accept("\"") else { return nil }
        var output: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return output }
            guard byte == UInt8(ascii: "\\") else {
                output.append(byte)
                continue
            }
            guard position < bytes.count else { return nil }
            let escape = bytes[position]
            position += 1
            switch escape {
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "u"):
                guard let unit = codeUnit() else { return nil }
                append(unit, to: &output)
            default: output.append(escape)
            }
        }
        return nil
    }

    private mutating func codeUnit() -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        let digits = String(decoding: bytes[position..<(position + 4)], as: UTF8.self)
        position += 4
        return UInt32(digits, radix: 16)
    }

    private mutating func append(_ unit: UInt32, to output: inout [UInt8]) {
        var value = unit
        if (0xDC80...0xDCFF).contains(unit) {
            output.append(UInt8(truncatingIfNeeded: unit))
            return
        }
        if (0xD800..<0xDC00).contains(unit), accept("\\u"), let low = codeUnit() {
            value = 0x10000 + (unit - 0xD800) << 10 + (low & 0x3FF)
        }
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        output += Array(String(Character(scalar)).utf8)
    }
}
