// What names a page in its request.

import ExactJSON

/// What names a page.
enum PageCursor: Hashable, Sendable {
    /// The first page of a cursor, or an answer of one page.
    case none
    /// A cursor from the page before, which was a number there or a text.
    case cursor(String, isNumber: Bool)
    /// A page number or an offset.
    case number(Int)
    /// The whole URL of the page.
    case url(String)

    /// The value of a query parameter; nil leaves it out.
    var text: String? {
        switch self {
        case .none, .url: nil
        case .cursor(let text, _): text
        case .number(let number): String(number)
        }
    }

    /// The value of a member of a body; nil leaves it out.
    var json: JSONValue? {
        switch self {
        case .none, .url: nil
        case .cursor(let text, true): JSONNumber(lexeme: text).map { .number($0) } ?? .string(text)
        case .cursor(let text, false): .string(text)
        case .number(let number): .integer(number)
        }
    }
}
