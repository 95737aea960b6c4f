// The tokens of a Go template.

/// What a token is.
enum TemplateTokenKind: Equatable {
    case error, bool, character, characterConstant, complex, assign, declare, end, field
    case identifier, leftDelimiter, leftParenthesis, number, pipe, rawString, rightDelimiter
    case rightParenthesis, space, string, text, variable
    case blockKeyword, breakKeyword, continueKeyword, dot, defineKeyword, elseKeyword
    case endKeyword, ifKeyword, nilKeyword, rangeKeyword, templateKeyword, withKeyword

    /// Whether error messages show the token as `<word>`.
    var isKeyword: Bool {
        switch self {
        case .blockKeyword, .breakKeyword, .continueKeyword, .dot, .defineKeyword, .elseKeyword,
            .endKeyword, .ifKeyword, .nilKeyword, .rangeKeyword, .templateKeyword, .withKeyword:
            true
        default:
            false
        }
    }

    /// The keyword that a word is, if it is one.
    init?(keyword word: String) {
        switch word {
        case ".": self = .dot
        case "block": self = .blockKeyword
        case "break": self = .breakKeyword
        case "continue": self = .continueKeyword
        case "define": self = .defineKeyword
        case "else": self = .elseKeyword
        case "end": self = .endKeyword
        case "if": self = .ifKeyword
        case "nil": self = .nilKeyword
        case "range": self = .rangeKeyword
        case "template": self = .templateKeyword
        case "with": self = .withKeyword
        default: return nil
        }
    }
}

/// One token with its place.
struct TemplateToken: Equatable {
    let kind: TemplateTokenKind
    /// Byte offset in the template's text.
    let position: Int
    /// The text; of an error its message.
    let value: String
    /// The line at which it starts, from 1.
    let line: Int

    /// The token as Go's error messages name it.
    var quoted: String {
        switch kind {
        case .end: return "EOF"
        case .error: return value
        default: break
        }
        if kind.isKeyword { return "<\(value)>" }
        let scalars = value.unicodeScalars
        if value.utf8.count > 10 {
            var head = String.UnicodeScalarView()
            head.append(contentsOf: scalars.prefix(10))
            return GoQuote.quote(String(head)) + "..."
        }
        return GoQuote.quote(value)
    }
}
