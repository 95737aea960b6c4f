// The grammar of RFC 9485 section 4, written out again in RE2's syntax.
//
// 1. What is not in the grammar is refused, never passed on: `\d`, `\b`, `a+?`, `(?i)`.
// 2. Literals are written as `\x{…}` unless plain, so RE2 can read nothing else into them.
// 3. `.` is any character but line feed and carriage return (section 5.3).

struct InteroperableRegexTranslator {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var output = ""
    private var nesting = 0

    private static let lengthLimit = 4_096
    private static let nestingLimit = 64

    init(_ pattern: String) throws(InteroperableRegexError) {
        guard pattern.utf8.count <= Self.lengthLimit else {
            throw InteroperableRegexError(
                message: "the pattern is longer than \(Self.lengthLimit) bytes")
        }
        scalars = Array(pattern.unicodeScalars)
    }

    /// The whole pattern in RE2's syntax.
    mutating func translate() throws(InteroperableRegexError) -> String {
        try branches()
        guard peek == nil else { throw unexpected() }
        return output
    }

    private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        position += 1
        return true
    }

    private func unexpected() -> InteroperableRegexError {
        guard let scalar = peek else {
            return InteroperableRegexError(message: "the pattern ends too early")
        }
        return InteroperableRegexError(
            message: "`\(scalar)` at character \(position + 1) is not allowed there by RFC 9485")
    }

    private mutating func branches() throws(InteroperableRegexError) {
        while true {
            while try piece() {}
            guard take("|") else { return }
            output += "|"
        }
    }

    /// One atom with its quantifier; false when no atom is next.
    private mutating func piece() throws(InteroperableRegexError) -> Bool {
        guard let scalar = peek else { return false }
        switch scalar {
        case "|", ")": return false
        case "(": try group()
        case "[": try characterClass()
        case ".":
            position += 1
            output += "[^\\n\\r]"
        case "\\": try escape(inClass: false)
        case "^", "$":
            position += 1
            output.unicodeScalars.append(scalar)
        case "*", "+", "?", "]", "{", "}": throw unexpected()
        default:
            position += 1
            output += Self.literal(scalar)
        }
        try quantifier()
        return true
    }

    private mutating func group() throws(InteroperableRegexError) {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.nestingLimit else {
            throw InteroperableRegexError(
                message: "groups nest deeper than \(Self.nestingLimit) levels")
        }
        position += 1
        output += "(?:"
        try branches()
        guard take(")") else { throw unexpected() }
        output += ")"
    }

    private mutating func quantifier() throws(InteroperableRegexError) {
        switch peek {
        case "*", "+", "?":
            output.unicodeScalars.append(scalars[position])
            position += 1
        case "{":
            position += 1
            output += "{" + (try digits())
            if take(",") {
                output += ","
                if peek != "}" { output += try digits() }
            }
            guard take("}") else { throw unexpected() }
            output += "}"
        default: break
        }
    }

    private mutating func digits() throws(InteroperableRegexError) -> String {
        var digits = ""
        while let scalar = peek, scalar >= "0", scalar <= "9" {
            digits.unicodeScalars.append(scalar)
            position += 1
        }
        guard !digits.isEmpty else { throw unexpected() }
        return digits
    }
}

extension InteroperableRegexTranslator {
    /// `[`, optional `^`, optional `-`, items, optional `-`, `]`.
    private mutating func characterClass() throws(InteroperableRegexError) {
        position += 1
        output += "["
        if take("^") { output += "^" }
        var isEmpty = true
        if take("-") {
            output += "\\-"
            isEmpty = false
        }
        while peek != "]" {
            if take("-") {
                guard peek == "]", !isEmpty else { throw unexpected() }
                output += "\\-"
                break
            }
            try classItem()
            isEmpty = false
        }
        guard !isEmpty, take("]") else { throw unexpected() }
        output += "]"
    }

    /// A character, a range of characters, or a category.
    private mutating func classItem() throws(InteroperableRegexError) {
        if isCategory { return try escape(inClass: true) }
        try classCharacter()
        let isRange =
            peek == "-" && position + 1 < scalars.count && scalars[position + 1] != "]"
        guard isRange else { return }
        position += 1
        output += "-"
        guard !isCategory else { throw unexpected() }
        try classCharacter()
    }

    private var isCategory: Bool {
        guard peek == "\\", position + 1 < scalars.count else { return false }
        return scalars[position + 1] == "p" || scalars[position + 1] == "P"
    }

    private mutating func classCharacter() throws(InteroperableRegexError) {
        switch peek {
        case nil, "-", "[", "]": throw unexpected()
        case "\\": try escape(inClass: true)
        case let scalar?:
            position += 1
            output += Self.literal(scalar)
        }
    }

    /// `SingleCharEsc`, `\p{…}` or `\P{…}`; stands on the backslash.
    private mutating func escape(inClass: Bool) throws(InteroperableRegexError) {
        position += 1
        switch peek {
        case "p", "P":
            try category(inClass: inClass)
            return
        case "n": output += "\\n"
        case "r": output += "\\r"
        case "t": output += "\\t"
        case let scalar? where "()*+-.?[\\]^{|}".unicodeScalars.contains(scalar):
            output += Self.literal(scalar)
        default: throw unexpected()
        }
        position += 1
    }

    private mutating func category(inClass: Bool) throws(InteroperableRegexError) {
        let isComplement = peek == "P"
        position += 1
        guard take("{") else { throw unexpected() }
        var name = ""
        while let scalar = peek, scalar != "}", name.count < 2 {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard UnicodeCategories.names.contains(name), take("}") else { throw unexpected() }
        let items = UnicodeCategories.translated(name, isComplement: isComplement)
        output += inClass ? items : "[\(items)]"
    }

    /// The character itself when nothing could take it for syntax, else its code.
    static func literal(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": String(Character(scalar))
        default: "\\x{" + String(scalar.value, radix: 16) + "}"
        }
    }
}
