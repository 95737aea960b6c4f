// Takes one line of an exposition apart.
//
// 1. Strict (OpenMetrics): exactly one space between tokens, none at the ends.
// 2. Otherwise (text 0.0.4): any run of blanks and tabs between tokens.

/// A cursor over one line.
struct LineScanner {
    let line: Int
    let isStrict: Bool
    private let bytes: [UInt8]
    private let end: Int
    private let mostLabels: Int
    private var index: Int

    init(bytes: [UInt8], range: Range<Int>, line: Int, isStrict: Bool, mostLabels: Int) {
        self.bytes = bytes
        self.line = line
        self.isStrict = isStrict
        self.mostLabels = mostLabels
        index = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { index == end }
    var next: UInt8? { index < end ? bytes[index] : nil }

    func mistake(_ message: String) -> ExpositionError {
        ExpositionError(line: line, message: message)
    }

    /// Whether the rest of the line is exactly `text`.
    func isRest(_ text: StaticString) -> Bool {
        rest.elementsEqual(
            UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Whether the last character is a carriage return.
    var endsInCarriageReturn: Bool { rest.last == 0x0D }

    private var rest: ArraySlice<UInt8> { bytes[index..<end] }

    // MARK: - Separators

    mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 { index += 1 }
    }

    /// Takes what separates two tokens.
    mutating func separator(before what: String) throws(ExpositionError) {
        let start = index
        if isStrict {
            if next == 0x20 { index += 1 }
        } else {
            skipBlanks()
        }
        guard index > start else { throw mistake("expected a space and \(what)") }
    }

    /// Takes `byte` if it comes next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    // MARK: - Tokens

    /// A metric name.
    mutating func metricName() throws(ExpositionError) -> String {
        let start = index
        while let byte = next, Self.isNameByte(byte) || byte == UInt8(ascii: ":") { index += 1 }
        return try name(from: start, what: "a metric name")
    }

    private mutating func labelName() throws(ExpositionError) -> String {
        let start = index
        while let byte = next, Self.isNameByte(byte) { index += 1 }
        return try name(from: start, what: "a label name")
    }

    private func name(from start: Int, what: String) throws(ExpositionError) -> String {
        guard index > start, !(0x30...0x39).contains(bytes[start]) else {
            throw mistake("expected \(what)")
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Everything up to the next blank; never empty.
    mutating func word(_ what: String) throws(ExpositionError) -> String {
        let start = index
        while let byte = next, byte != 0x20, byte != 0x09 { index += 1 }
        guard index > start else { throw mistake("expected \(what)") }
        return try text(start..<index)
    }

    /// The rest of the line as text.
    mutating func remainder() throws(ExpositionError) -> String {
        defer { index = end }
        return try text(index..<end)
    }

    private func text(_ range: Range<Int>) throws(ExpositionError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw mistake("the text is not UTF-8")
        }
        return text
    }

    /// A value: a real number, an infinity or NaN, with its lexeme.
    mutating func value() throws(ExpositionError) -> (value: Double, lexeme: String) {
        let lexeme = try word("a value")
        guard let value = NumberLexeme.number(lexeme) else {
            throw mistake("`\(lexeme)` is not a number")
        }
        return (value, lexeme)
    }

    // MARK: - Labels

    /// A set of labels when a brace comes next, else none.
    mutating func labels() throws(ExpositionError) -> [Label] {
        guard take(UInt8(ascii: "{")) else { return [] }
        var labels: [Label] = []
        if !isStrict { skipBlanks() }
        if take(UInt8(ascii: "}")) { return labels }
        while true {
            let label = try label()
            guard !labels.contains(where: { $0.name == label.name }) else {
                throw mistake("label `\(label.name)` appears twice")
            }
            labels.append(label)
            guard labels.count <= mostLabels else {
                throw mistake("more than \(mostLabels) labels")
            }
            if !isStrict { skipBlanks() }
            if take(UInt8(ascii: "}")) { return labels }
            guard take(UInt8(ascii: ",")) else {
                throw mistake("expected `,` or `}` after a label")
            }
            guard !isStrict else { continue }
            skipBlanks()
            if take(UInt8(ascii: "}")) { return labels }
        }
    }

    private mutating func label() throws(ExpositionError) -> Label {
        let name = try labelName()
        if !isStrict { skipBlanks() }
        guard take(UInt8(ascii: "=")) else { throw mistake("expected `=` after `\(name)`") }
        if !isStrict { skipBlanks() }
        guard take(UInt8(ascii: "\"")) else {
            throw mistake("expected `\"` before the value of label `\(name)`")
        }
        let start = index
        var hasEscapes = false
        while let byte = next, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                index += 1
            }
            if index < end { index += 1 }
        }
        let value = try text(start..<index)
        guard take(UInt8(ascii: "\"")) else {
            throw mistake("the value of label `\(name)` has no closing `\"`")
        }
        guard hasEscapes else { return Label(name, value) }
        guard let resolved = ExpositionEscapes.resolve(value, isStrict: isStrict) else {
            throw mistake("label `\(name)` holds an escape other than \\\\, \\\" and \\n")
        }
        return Label(name, resolved)
    }
}

/// Escapes in label values and help texts.
enum ExpositionEscapes {
    /// The text behind the escapes.
    ///
    /// Unknown escapes stay as they are in OpenMetrics; in a label of text 0.0.4 they are wrong.
    ///
    /// - Parameter quotes: `\"` is an escape too.
    static func resolve(_ text: String, isStrict: Bool, quotes: Bool = true) -> String? {
        var output: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8 {
            guard isEscaped else {
                if byte == UInt8(ascii: "\\") { isEscaped = true } else { output.append(byte) }
                continue
            }
            isEscaped = false
            switch byte {
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "\\"): output.append(byte)
            case UInt8(ascii: "\"") where quotes: output.append(byte)
            default:
                guard isStrict else { return nil }
                output += [UInt8(ascii: "\\"), byte]
            }
        }
        if isEscaped { output.append(UInt8(ascii: "\\")) }
        return String(decoding: output, as: UTF8.self)
    }
}
