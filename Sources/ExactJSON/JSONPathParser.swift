// The parser: RFC 9535 appendix A over Unicode code points, without backtracking beyond blanks.
//
// 1. `position` is the next unread code point and never passes the end.
// 2. Brackets, parentheses and arguments nest at most `nestingLimit` deep.

struct JSONPathParser {
    private let scalars: [Unicode.Scalar]
    var position = 0
    var warnings: [JSONPathError] = []
    private var nesting = 0

    private static let lengthLimit = 16_384
    private static let nestingLimit = 64

    init(_ text: String) throws(JSONPathError) {
        guard text.utf8.count <= Self.lengthLimit else {
            throw JSONPathError(
                message: "the path is longer than \(Self.lengthLimit) bytes", column: 1)
        }
        scalars = Array(text.unicodeScalars)
    }

    /// `$` and its segments, nothing before and nothing behind.
    mutating func path() throws(JSONPathError) -> [JSONPathSegment] {
        guard take("$") else {
            throw error(isBlank(peek) ? "blank space stands before `$`" : "a path begins with `$`")
        }
        let segments = try segments()
        guard peek == nil else {
            if isBlank(peek) { throw error("blank space is not allowed at the end of a path") }
            throw error("\(found) cannot follow here; `.`, `..` or `[` was expected")
        }
        return segments
    }

    /// `*(S segment)`: blanks that no segment follows stay unread.
    mutating func segments() throws(JSONPathError) -> [JSONPathSegment] {
        var segments: [JSONPathSegment] = []
        while true {
            let mark = position
            skipBlanks()
            guard let segment = try segmentIfPresent() else {
                position = mark
                return segments
            }
            segments.append(segment)
        }
    }

    private mutating func segmentIfPresent() throws(JSONPathError) -> JSONPathSegment? {
        if peek == "[" { return try bracketed(isDescendant: false) }
        guard take(".") else { return nil }
        let isDescendant = take(".")
        if isDescendant, peek == "[" { return try bracketed(isDescendant: true) }
        if take("*") {
            return JSONPathSegment(isDescendant: isDescendant, selectors: [.wildcard])
        }
        guard let name = nameIfPresent() else {
            let wanted = isDescendant ? "a name, `*` or `[`" : "a name or `*`"
            let hint = peek.map(isNameStart) ?? true ? "" : "; other names go in ['…']"
            throw error("\(wanted) was expected, not \(found)\(hint)")
        }
        return JSONPathSegment(isDescendant: isDescendant, selectors: [.name(name)])
    }

    /// `member-name-shorthand` (section 2.5.1.1).
    private mutating func nameIfPresent() -> String? {
        guard let first = peek, isNameStart(first) else { return nil }
        var name = String.UnicodeScalarView()
        while let scalar = peek, isNameStart(scalar) || isDigit(scalar) {
            name.append(scalar)
            position += 1
        }
        return String(name)
    }

    private mutating func bracketed(
        isDescendant: Bool
    ) throws(JSONPathError) -> JSONPathSegment {
        try enter()
        defer { leave() }
        var segment = JSONPathSegment(isDescendant: isDescendant, selectors: [])
        position += 1
        while true {
            if skipBlanks() { segment.hasInnerBlanks = true }
            segment.selectors.append(try selector())
            if skipBlanks() { segment.hasInnerBlanks = true }
            if take("]") { return segment }
            guard take(",") else {
                let hint = peek == "=" ? " (equality is written `==`)" : ""
                throw error("`,` or `]` was expected, not \(found)\(hint)")
            }
        }
    }

    private mutating func selector() throws(JSONPathError) -> JSONPathSelector {
        switch peek {
        case "'", "\"":
            return .name(try string())
        case "*":
            position += 1
            return .wildcard
        case "?":
            position += 1
            skipBlanks()
            return .filter(try condition())
        case ":", "-":
            return try indexOrSlice()
        case let scalar? where isDigit(scalar):
            return try indexOrSlice()
        default:
            throw error(
                "a selector was expected (name in quotes, index, slice, `*` or `?`), "
                    + "not \(found)")
        }
    }

    private mutating func indexOrSlice() throws(JSONPathError) -> JSONPathSelector {
        let start = try integerIfPresent()
        let mark = position
        skipBlanks()
        guard take(":") else {
            position = mark
            guard let start else { throw error("an index was expected, not \(found)") }
            return .index(start)
        }
        skipBlanks()
        let end = try integerIfPresent()
        skipBlanks()
        var step = 1
        if take(":") {
            skipBlanks()
            step = try integerIfPresent() ?? 1
        }
        return .slice(JSONPathSlice(start: start, end: end, step: step))
    }
}

extension JSONPathParser {
    /// The next code point, or nil at the end.
    var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    /// The code point after the next.
    var peekSecond: Unicode.Scalar? {
        position + 1 < scalars.count ? scalars[position + 1] : nil
    }

    /// Passes the code point if it is next.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        position += 1
        return true
    }

    /// `S`: space, tab, line feed, carriage return. Whether there was any.
    @discardableResult
    mutating func skipBlanks() -> Bool {
        let start = position
        while isBlank(peek) { position += 1 }
        return position > start
    }

    func isBlank(_ scalar: Unicode.Scalar?) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
    }

    func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar >= "0" && scalar <= "9"
    }

    /// `name-first`: ASCII letters, `_` and everything beyond ASCII.
    func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "_": true
        default: scalar.value >= 0x80
        }
    }

    /// The next code point for a message.
    var found: String {
        guard let scalar = peek else { return "the end of the path" }
        if scalar.value < 0x20 || scalar.value == 0x7F {
            return "U+00" + (scalar.value < 16 ? "0" : "")
                + String(scalar.value, radix: 16, uppercase: true)
        }
        return scalar == " " ? "a blank" : "`\(scalar)`"
    }

    /// A mistake here, or at an earlier position.
    func error(_ message: String, at place: Int? = nil) -> JSONPathError {
        JSONPathError(message: message, column: (place ?? position) + 1)
    }

    mutating func enter() throws(JSONPathError) {
        nesting += 1
        guard nesting <= Self.nestingLimit else {
            throw error("nested deeper than \(Self.nestingLimit) levels")
        }
    }

    mutating func leave() {
        nesting -= 1
    }
}
