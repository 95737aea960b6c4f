// Carries a pattern of Go's regular expression syntax over to an older RE2.
//
// 1. Only `(?<` outside of classes and quotations changes; all else is copied byte for byte.
// 2. It follows RE2's own reading of `\Q…\E`, classes and `[:name:]`, so nothing that RE2 takes
//    literally is rewritten.

struct PatternRewriter {
    private let bytes: [UInt8]
    private var index = 0
    private var output: [UInt8] = []

    init(_ pattern: String) {
        bytes = Array(pattern.utf8)
    }

    /// The pattern for RE2.
    mutating func rewritten() throws(LinearRegexError) -> String {
        while index < bytes.count {
            if stands("\\Q") {
                copy(through: "\\E")
            } else if stands("\\") {
                try copyEscape()
            } else if stands("[") {
                try copyClass()
            } else if stands("(?<") {
                index += 3
                output += Array("(?P<".utf8)
            } else {
                copy(1)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// `[`, `^` and a first `]` that is literal; then up to the closing bracket.
    private mutating func copyClass() throws(LinearRegexError) {
        copy(1)
        if stands("^") { copy(1) }
        if stands("]") { copy(1) }
        while index < bytes.count, !stands("]") {
            if stands("[:"), place(of: ":]", from: index + 2) != nil {
                copy(through: ":]")
            } else if stands("\\") {
                try copyEscape()
            } else {
                copy(1)
            }
        }
    }

    private mutating func copyEscape() throws(LinearRegexError) {
        if stands("\\C") {
            throw LinearRegexError(message: "invalid escape sequence: \\C")
        }
        copy(2)
    }

    private mutating func copy(_ count: Int) {
        let end = min(index + count, bytes.count)
        output += bytes[index..<end]
        index = end
    }

    /// Copies up to and with the mark, or everything when it does not come.
    private mutating func copy(through mark: StaticString) {
        let end = place(of: mark, from: index + 2).map { $0 + mark.utf8CodeUnitCount }
        copy((end ?? bytes.count) - index)
    }

    private func stands(_ text: StaticString, at place: Int? = nil) -> Bool {
        let start = place ?? index
        guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<text.utf8CodeUnitCount
        where bytes[start + offset] != text.utf8Start[offset] {
            return false
        }
        return true
    }

    private func place(of mark: StaticString, from start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        return (start..<bytes.count).first { stands(mark, at: $0) }
    }
}
