// Follows the pages of one answer.
//
// 1. A cursor or a whole body that comes twice fails the poll: the vendor goes round in circles.
// 2. A page that says more follows is followed by one, or the poll fails.

import Credits
import ExactJSON

/// What names a page in its request.
enum PageCursor: Hashable {
    /// The first page of a cursor, or an answer of one page.
    case none
    /// A cursor from the page before.
    case cursor(String)
    /// A number.
    case number(Int)

    /// The value of the query parameter; nil leaves it out.
    var text: String? {
        switch self {
        case .none: nil
        case .cursor(let text): text
        case .number(let number): String(number)
        }
    }
}

/// Where a poll is in the pages of an answer.
struct PageTrail {
    /// The longest cursor in bytes.
    private static let longestCursor = 4096

    private let definition: PaginationDefinition?
    /// The page, from 1.
    private(set) var number = 1
    /// What names it.
    private(set) var cursor: PageCursor
    private var seen: Set<PageCursor> = []
    private var bodies: [Fingerprint: Int] = [:]
    private var rows: [Fingerprint: Int] = [:]
    private var total: Int64?

    init(_ definition: PaginationDefinition?) {
        self.definition = definition
        if case .page(let first, _) = definition?.kind {
            cursor = .number(first)
        } else {
            cursor = .none
        }
    }

    /// The values of the page's request.
    func values(_ window: PollWindow) -> PlaceholderValues {
        switch cursor {
        case .none: PlaceholderValues(window: window)
        case .cursor(let text): PlaceholderValues(window: window, cursor: text, page: number)
        case .number(let page): PlaceholderValues(window: window, page: page)
        }
    }

    /// Refuses a body that an earlier page had.
    mutating func admit(_ body: [UInt8]) throws(PollFailure) {
        var fingerprint = Fingerprint()
        fingerprint.add(body)
        if let earlier = bodies.updateValue(number, forKey: fingerprint) {
            throw repetition("page \(earlier) byte for byte")
        }
    }

    /// Refuses rows that an earlier page had: the rest of a repeated page may echo its number.
    ///
    /// One row that comes twice with different cursors is no page that does.
    mutating func admit(_ matches: [JSONMatch]) throws(PollFailure) {
        guard let definition, !matches.isEmpty else { return }
        guard definition.kind.name == "page" || matches.count > 1 else { return }
        var fingerprint = Fingerprint()
        for match in matches { fingerprint.add(match.value.serialized()) }
        if let earlier = rows.updateValue(number, forKey: fingerprint) {
            throw repetition("the rows of page \(earlier)")
        }
    }

    private func repetition(_ what: String) -> PollFailure {
        incomplete("repeats \(what); check `paginate.into`, the source seems to ignore it")
    }

    /// Moves to the next page.
    ///
    /// - Returns: whether there is one.
    mutating func advance(after page: JSONValue) throws(PollFailure) -> Bool {
        let next: PageCursor? =
            switch definition?.kind {
            case .cursor(let path, let more): try cursor(path, more: more, in: page)
            case .page(let first, .empty(let path)):
                try isEmpty(path, in: page) ? nil : .number(first + number)
            case .page(let first, .total(let path)):
                try reachesTotal(path, in: page) ? nil : .number(first + number)
            case nil: nil
            }
        guard let next, let definition else { return false }
        guard seen.insert(next).inserted else {
            throw incomplete(
                "the cursor \(shown(next.text ?? "")) came twice; the source goes in circles")
        }
        guard number < definition.maximumPages else {
            throw incomplete(
                "more pages follow than `paginate.max_pages` (\(definition.maximumPages)) allows")
        }
        number += 1
        cursor = next
        return true
    }

    private func cursor(
        _ path: JSONPath, more: JSONPath?, in page: JSONValue
    ) throws(PollFailure) -> PageCursor? {
        var moreFollows: Bool?
        if let more {
            guard let flag = try value(more, in: page)?.boolValue else {
                throw incomplete(
                    "\(more.text) is not true or false, so it is not known whether more follows")
            }
            if !flag { return nil }
            moreFollows = flag
        }
        guard let value = try value(path, in: page), !value.isNull, value.stringValue != "" else {
            if moreFollows == true {
                throw incomplete("says that more pages follow, but \(path.text) holds no cursor")
            }
            return nil
        }
        guard let text = value.stringValue ?? value.numberLexeme else {
            throw PollFailure(
                .badValue,
                "page \(number), \(path.text): expected a cursor, found \(value.kindName)")
        }
        guard text.utf8.count <= Self.longestCursor else {
            throw PollFailure(
                .badValue,
                "page \(number), \(path.text): the cursor is longer than \(Self.longestCursor) "
                    + "bytes"
            )
        }
        return .cursor(text)
    }

    private func isEmpty(_ path: JSONPath, in page: JSONValue) throws(PollFailure) -> Bool {
        guard path.isSingular else { return try value(path, in: page) == nil }
        guard let value = try value(path, in: page) else {
            throw incomplete("\(path.text) is missing, so it is not known whether more follows")
        }
        switch value {
        case .array(let elements): return elements.isEmpty
        case .object(let object): return object.isEmpty
        case .null: return true
        default:
            throw incomplete("\(path.text) is \(value.kindName), expected an array or an object")
        }
    }

    private mutating func reachesTotal(
        _ path: JSONPath, in page: JSONValue
    ) throws(PollFailure) -> Bool {
        let value = try value(path, in: page)
        let written = value?.integerValue ?? value?.stringValue.flatMap { Int64($0) }
        guard let written, written >= 0 else {
            throw incomplete(
                "\(path.text): expected the number of pages, found \(value?.shown ?? "nothing")")
        }
        if let total, total != written {
            throw incomplete(
                "the number of pages changed from \(total) to \(written) during the poll")
        }
        total = written
        return Int64(number) >= written
    }

    private func value(_ path: JSONPath, in page: JSONValue) throws(PollFailure) -> JSONValue? {
        do throws(JSONPathLimitError) {
            return try path.first(in: page)?.value
        } catch {
            throw PollFailure(.tooLarge, "page \(number), \(path.text): \(error)")
        }
    }

    private func incomplete(_ clause: String) -> PollFailure {
        PollFailure(.incompletePages, "page \(number): \(clause)")
    }
}

/// Length and FNV-1a hash of texts: a poll compares its own pages, nothing more.
private struct Fingerprint: Hashable {
    private var count = 0
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: [UInt8]) {
        count += bytes.count
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // Where one text ends counts too.
        hash = (hash ^ 0x1FF) &* 0x100_0000_01B3
    }
}
