// A compiled regular expression of a label matcher, with short cuts for the common shapes.
//
// Half of the patterns in real rule files are plain alternations; a set answers them without the
// regular expression engine.

import LinearRegex

/// How a regular expression matcher decides.
enum MatchPattern: Sendable {
    /// `.*`: every value.
    case anything
    /// `.+`: every value that is not empty.
    case nonEmpty
    /// `a|b|c`: one of these values.
    case oneOf(Set<String>)
    /// `abc.*`: a literal start.
    case startsWith(String)
    /// Anything else.
    case expression(LinearRegex)

    init(_ pattern: String, dotMatchesNewline: Bool) throws(LinearRegexError) {
        if dotMatchesNewline {
            if pattern == ".*" {
                self = .anything
                return
            }
            if pattern == ".+" {
                self = .nonEmpty
                return
            }
            if pattern.hasSuffix(".*"), Self.isLiteral(pattern.dropLast(2)) {
                self = .startsWith(String(pattern.dropLast(2)))
                return
            }
        }
        let branches = pattern.split(separator: "|", omittingEmptySubsequences: false)
        if branches.allSatisfy({ Self.isLiteral($0) }) {
            self = .oneOf(Set(branches.map(String.init)))
            return
        }
        self = .expression(try LinearRegex(pattern, dotMatchesNewline: dotMatchesNewline))
    }

    func matches(_ value: String) -> Bool {
        switch self {
        case .anything: true
        case .nonEmpty: !value.isEmpty
        case .oneOf(let values): values.contains(value)
        case .startsWith(let prefix): value.utf8.starts(with: prefix.utf8)
        case .expression(let expression): expression.matchesWhole(value)
        }
    }

    private static func isLiteral(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "/"),
                UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "@"), UInt8(ascii: "="):
                true
            default: false
            }
        }
    }
}
