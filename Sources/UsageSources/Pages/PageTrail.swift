// Follows the pages of one answer.
//
// 1. A cursor or a whole body that comes twice fails the poll: the vendor goes round in circles.
// 2. A page that says more follows is followed by one, or the poll fails.
// 3. A total that changes between pages means that rows have moved: no page can be trusted.

import Credits
import ExactJSON

/// Where a poll is in the pages of an answer.
struct PageTrail {
    /// The longest cursor in bytes.
    private static let longestCursor = 4096

    private let definition: PaginationDefinition?
    private let prefix: String
    /// The page, from 1.
    private(set) var number = 1
    /// What names it.
    private(set) var cursor: PageCursor
    private var seen: Set<PageCursor> = []
    private var bodies: [Fingerprint: String] = [:]
    private var rows: [Fingerprint: String] = [:]
    private var total: Int64?
    private var watchedTotal: Int64?
    /// Whether a total changed, so that paging may begin anew.
    private(set) var totalChanged = false

    /// The pages of one answer; `prefix` says in messages which one.
    init(_ definition: PaginationDefinition?, prefix: String = "") {
        self.definition = definition
        self.prefix = prefix
        cursor =
            switch definition?.kind {
            case .page(let first, _): .number(first)
            case .offset: .number(0)
            default: .none
            }
    }

    /// Refuses a body that an earlier page had.
    mutating func admit(_ body: [UInt8]) throws(PollFailure) {
        var fingerprint = Fingerprint()
        fingerprint.add(body)
        if let earlier = bodies.updateValue(label, forKey: fingerprint) {
            throw repetition("\(earlier) byte for byte")
        }
    }

    /// Refuses rows that an earlier page had: the rest of a repeated page may echo its number.
    ///
    /// One row that comes twice with different cursors is no page that does.
    mutating func admit(_ heads: [JSONMatch]) throws(PollFailure) {
        guard let definition, !heads.isEmpty else { return }
        guard definition.kind.isNumbered || heads.count > 1 else { return }
        if let earlier = rows.updateValue(label, forKey: Self.fingerprint(of: heads)) {
            throw repetition("the rows of \(earlier)")
        }
    }

    /// Refuses the rows of a file that an earlier file had.
    mutating func admitFile(
        _ heads: [JSONMatch], name: String, label: String
    ) throws(PollFailure) {
        guard heads.count > 1 else { return }
        if let earlier = rows.updateValue(name, forKey: Self.fingerprint(of: heads)) {
            throw PollFailure(.incompletePages, "\(label): repeats the rows of \(earlier)")
        }
    }

    private static func fingerprint(of heads: [JSONMatch]) -> Fingerprint {
        var fingerprint = Fingerprint()
        for match in heads { fingerprint.add(match.value.serialized()) }
        return fingerprint
    }

    /// `page 2`, with the days before it when a poll has several answers.
    var label: String { "\(prefix)page \(number)" }

    private func repetition(_ what: String) -> PollFailure {
        incomplete("repeats \(what); check `paginate.into`, the source seems to ignore it")
    }

    /// Moves to the next page.
    ///
    /// - Parameters:
    ///   - page: the content of the present one.
    ///   - response: its answer, for the header `Link`.
    ///   - url: the URL that it answered, to which the next one is relative.
    /// - Returns: whether there is one.
    mutating func advance(
        after page: JSONValue, response: SourceResponse, url: String
    ) throws(PollFailure) -> Bool {
        if let path = definition?.total { try watch(path, in: page) }
        guard let definition, let next = try next(after: page, response, url) else { return false }
        guard seen.insert(next).inserted else {
            throw incomplete(
                "the cursor \(shown(next.text ?? "of the next page")) came twice; the source goes "
                    + "in circles")
        }
        guard number < definition.maximumPages else {
            throw incomplete(
                "more pages follow than `paginate.max_pages` (\(definition.maximumPages)) allows")
        }
        number += 1
        cursor = next
        return true
    }

    private mutating func next(
        after page: JSONValue, _ response: SourceResponse, _ url: String
    ) throws(PollFailure) -> PageCursor? {
        switch definition?.kind {
        case .cursor(let path, let more): return try cursor(path, more: more, in: page)
        case .page(let first, let stop):
            return try ends(stop, page, seen: number) ? nil : .number(first + number)
        case .offset(let size, let stop):
            let (offset, overflow) = number.multipliedReportingOverflow(by: size)
            if overflow { throw incomplete("the offset of the next page is too large") }
            return try ends(stop, page, seen: offset) ? nil : .number(offset)
        case .linkHeader:
            guard let target = LinkHeader.next(in: response) else { return nil }
            return try link(to: target, from: url)
        case .nextURL(let path, let more):
            guard case .cursor(let target, _)? = try cursor(path, more: more, in: page) else {
                return nil
            }
            return try link(to: target, from: url)
        case nil: return nil
        }
    }

    /// The URL of the next page; credentials follow it, so it stays on its origin.
    private func link(to target: String, from url: String) throws(PollFailure) -> PageCursor {
        let current: HTTPURL
        let next: HTTPURL
        do throws(HTTPURL.Failure) {
            current = try HTTPURL(url)
            next = try current.resolving(target)
        } catch {
            throw incomplete("the address of the next page \(error.message)")
        }
        guard next.origin == current.origin else {
            throw incomplete(
                "the next page leads to \(next.origin); pages are followed within "
                    + "\(current.origin) only")
        }
        if next == current {
            throw incomplete("the next page leads to itself; the source goes in circles")
        }
        return .url(next.text)
    }

    private mutating func ends(
        _ stop: PaginationDefinition.Stop, _ page: JSONValue, seen: Int
    ) throws(PollFailure) -> Bool {
        switch stop {
        case .empty(let path): try isEmpty(path, in: page)
        case .total(let path): try reachesTotal(path, in: page, seen: seen)
        case .more(let path): try !flag(path, in: page)
        }
    }

    private func flag(_ path: JSONPath, in page: JSONValue) throws(PollFailure) -> Bool {
        guard let flag = try value(path, in: page)?.boolValue else {
            throw incomplete(
                "\(path.text) is not true or false, so it is not known whether more follows")
        }
        return flag
    }

    private func cursor(
        _ path: JSONPath, more: JSONPath?, in page: JSONValue
    ) throws(PollFailure) -> PageCursor? {
        var moreFollows = false
        if let more {
            moreFollows = try flag(more, in: page)
            if !moreFollows { return nil }
        }
        guard let value = try value(path, in: page), !value.isNull, value.stringValue != "" else {
            if moreFollows {
                throw incomplete("says that more pages follow, but \(path.text) holds no cursor")
            }
            return nil
        }
        guard let text = value.stringValue ?? value.numberLexeme else {
            throw PollFailure(
                .badValue,
                "\(label), \(path.text): expected a cursor, found \(value.kindName)")
        }
        guard text.utf8.count <= Self.longestCursor else {
            throw PollFailure(
                .badValue,
                "\(label), \(path.text): the cursor is longer than \(Self.longestCursor) "
                    + "bytes"
            )
        }
        return .cursor(text, isNumber: value.stringValue == nil)
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
        _ path: JSONPath, in page: JSONValue, seen: Int
    ) throws(PollFailure) -> Bool {
        let written = try count(path, in: page, of: counted)
        try refuseChange(from: total, to: written, of: counted)
        total = written
        return Int64(seen) >= written
    }

    /// Compares the total of all rows, which the pages only repeat.
    private mutating func watch(_ path: JSONPath, in page: JSONValue) throws(PollFailure) {
        let written = try count(path, in: page, of: "rows")
        try refuseChange(from: watchedTotal, to: written, of: "rows")
        watchedTotal = written
    }

    private func count(
        _ path: JSONPath, in page: JSONValue, of what: String
    ) throws(PollFailure) -> Int64 {
        let value = try value(path, in: page)
        let written = value?.integerValue ?? value?.stringValue.flatMap { Int64($0) }
        guard let written, written >= 0 else {
            throw incomplete(
                "\(path.text): expected the number of \(what), found \(value?.shown ?? "nothing")")
        }
        return written
    }

    private mutating func refuseChange(
        from before: Int64?, to now: Int64, of what: String
    ) throws(PollFailure) {
        guard let before, before != now else { return }
        totalChanged = true
        throw incomplete("the number of \(what) changed from \(before) to \(now) during the poll")
    }

    private var counted: String {
        if case .offset = definition?.kind { "items" } else { "pages" }
    }

    private func value(_ path: JSONPath, in page: JSONValue) throws(PollFailure) -> JSONValue? {
        do throws(JSONPathLimitError) {
            return try path.first(in: page)?.value
        } catch {
            throw PollFailure(.tooLarge, "\(label), \(path.text): \(error)")
        }
    }

    private func incomplete(_ clause: String) -> PollFailure {
        PollFailure(.incompletePages, "\(label): \(clause)")
    }
}

/// Length and hash of texts, FNV-1a over words of eight bytes: a poll compares its own pages,
/// nothing more.
private struct Fingerprint: Hashable {
    private var count = 0
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: [UInt8]) {
        count += bytes.count
        bytes.withUnsafeBytes { raw in
            var offset = 0
            while offset + 8 <= raw.count {
                let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                // The high half of a product is mixed back, else high bits never reach low ones.
                let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
                hash = product.low ^ product.high
                offset += 8
            }
            while offset < raw.count {
                hash = (hash ^ UInt64(raw[offset])) &* 0x100_0000_01B3
                offset += 1
            }
        }
        // Where one text ends counts too.
        hash = (hash ^ 0x1FF) &* 0x100_0000_01B3
    }
}
