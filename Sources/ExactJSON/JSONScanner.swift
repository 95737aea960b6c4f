// The reader's engine: one pass over the bytes, no look-back.
//
// 1. `offset` is the next unread byte and never passes `bytes.count`.
// 2. Recursion is bounded by `limits.depth`, which `JSONLimits` caps.
// 3. Every value costs one node; text between values is bounded by the document's size.

struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    let repeatedKeys: RepeatedKeys
    var offset = 0
    private var nodes = 0
    /// Members of the object read last: the next one is often like it.
    private var likelyMembers = 0
    private var shapes = ObjectShapes()

    init(bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits, repeatedKeys: RepeatedKeys) {
        self.bytes = bytes
        self.limits = limits
        self.repeatedKeys = repeatedKeys
    }

    /// One value with nothing but white space around it.
    mutating func document(byteOrderMark: ByteOrderMark) throws(ScanFailure) -> JSONValue {
        try passByteOrderMark(byteOrderMark)
        skipWhitespace()
        guard offset < bytes.count else {
            throw failure(.empty, "the text is empty, a JSON value was expected")
        }
        if bytes[offset] == Byte.less {
            throw failure(.unexpectedByte, "this looks like HTML or XML, not JSON")
        }
        let value = try value(depth: 0)
        skipWhitespace()
        guard offset == bytes.count else {
            throw failure(.trailingContent, "\(found) after the end of the value")
        }
        return value
    }

    private mutating func passByteOrderMark(_ policy: ByteOrderMark) throws(ScanFailure) {
        guard bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
        if policy == .refuse {
            throw failure(.byteOrderMark, "a byte order mark stands before the text")
        }
        offset = 3
    }

    private mutating func value(depth: Int) throws(ScanFailure) -> JSONValue {
        nodes += 1
        guard nodes <= limits.nodes else {
            throw failure(.tooManyNodes, "more than \(limits.nodes) values")
        }
        guard offset < bytes.count else { throw unexpected("a value") }
        switch bytes[offset] {
        case Byte.openBrace: return .object(try object(depth: depth))
        case Byte.openBracket: return .array(try array(depth: depth))
        case Byte.quote: return .string(try string())
        case Byte.minus, Byte.zero...Byte.nine: return .number(try number())
        case Byte.lowerT:
            try literal("true")
            return .bool(true)
        case Byte.lowerF:
            try literal("false")
            return .bool(false)
        case Byte.lowerN:
            try literal("null")
            return .null
        default: throw unexpected("a value")
        }
    }

    private mutating func array(depth: Int) throws(ScanFailure) -> [JSONValue] {
        try enter(depth)
        var elements: [JSONValue] = []
        if peek == Byte.closeBracket {
            offset += 1
            return elements
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipWhitespace()
            switch peek {
            case Byte.comma:
                offset += 1
                skipWhitespace()
            case Byte.closeBracket:
                offset += 1
                return elements
            default: throw unexpected("`,` or `]`")
            }
        }
    }

    private mutating func object(depth: Int) throws(ScanFailure) -> JSONObject {
        try enter(depth)
        if peek == Byte.closeBrace {
            offset += 1
            return JSONObject()
        }
        var object = JSONObject(room: likelyMembers)
        var course = shapes.begin(depth: depth)
        while true {
            try member(of: &object, depth: depth, &course)
            skipWhitespace()
            switch peek {
            case Byte.comma:
                offset += 1
                skipWhitespace()
            case Byte.closeBrace:
                offset += 1
                // A huge object must not make every small one after it huge.
                likelyMembers = min(object.count, 64)
                return object
            default: throw unexpected("`,` or `}`")
            }
        }
    }

    private mutating func member(
        of object: inout JSONObject, depth: Int, _ course: inout ObjectShapes.Course
    ) throws(ScanFailure) {
        guard peek == Byte.quote else { throw unexpected("a name in double quotes") }
        let name: String
        switch repeatedKeys {
        case .refuse: name = try newName(in: object, &course)
        case .keepLast: name = try string()
        }
        skipWhitespace()
        guard peek == Byte.colon else { throw unexpected("`:`") }
        offset += 1
        skipWhitespace()
        let value = try value(depth: depth + 1)
        switch repeatedKeys {
        case .refuse: object.append(JSONMember(name: name, value: value))
        case .keepLast: object.set(name, to: value)
        }
    }

    /// A name that its object does not have yet.
    private mutating func newName(
        in object: JSONObject, _ course: inout ObjectShapes.Course
    ) throws(ScanFailure) -> String {
        let start = offset
        if let (name, length) = shapes.expected(&course, at: offset + 1, in: bytes) {
            offset += length + 2
            return name
        }
        let name = try string()
        if object.contains(name) {
            throw ScanFailure(
                reason: .repeatedKey, offset: start,
                message: "the name stands here a second time in its object", name: name)
        }
        shapes.learn(name, start: start + 1, length: offset - start - 2, &course)
        return name
    }

    /// Passes the opening bracket and the white space behind it.
    private mutating func enter(_ depth: Int) throws(ScanFailure) {
        guard depth < limits.depth else {
            throw failure(.tooDeep, "nested deeper than \(limits.depth) levels")
        }
        offset += 1
        skipWhitespace()
    }

    private mutating func literal(_ word: StaticString) throws(ScanFailure) {
        for index in 0..<word.utf8CodeUnitCount {
            guard peek == word.utf8Start[index] else { throw unexpected("`\(word)`") }
            offset += 1
        }
    }
}

extension JSONScanner {
    /// The next byte, or nil at the end.
    @inline(__always)
    var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    @inline(__always)
    mutating func skipWhitespace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case Byte.space, Byte.lineFeed, Byte.carriageReturn, Byte.tab: offset += 1
            default: return
            }
        }
    }

    /// The next byte for a message.
    private var found: String {
        guard let byte = peek else { return "the end of the text" }
        if byte > 0x20, byte < 0x7F { return "`\(Unicode.Scalar(byte))`" }
        return "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    func failure(_ reason: JSONError.Reason, _ message: String) -> ScanFailure {
        ScanFailure(reason: reason, offset: offset, message: message)
    }

    func unexpected(_ wanted: String) -> ScanFailure {
        let reason: JSONError.Reason = peek == nil ? .unexpectedEnd : .unexpectedByte
        return failure(reason, "\(wanted) was expected, not \(found)")
    }
}
