// How the pages of an answer follow each other: the key `paginate`.

import ExactJSON
import PositionedYAML

/// Pagination as configured.
package struct PaginationDefinition: Sendable, Equatable {
    /// Default of `max_pages`.
    package static let defaultMaximumPages = 200

    /// How the next page is found.
    package enum Kind: Sendable, Equatable {
        /// A cursor from the answer; `more` is a boolean that says whether a page follows.
        case cursor(next: JSONPath, more: JSONPath?)
        /// Page numbers from `first` on.
        case page(first: Int, stop: Stop)
        /// Offsets from 0 on, `size` apart.
        case offset(size: Int, stop: Stop)
        /// The header `Link` with `rel="next"`. Source: RFC 8288.
        case linkHeader
        /// The URL of the next page, from the answer.
        case nextURL(next: JSONPath, more: JSONPath?)

        /// The word in the configuration.
        var name: String {
            switch self {
            case .cursor: "cursor"
            case .page: "page"
            case .offset: "offset"
            case .linkHeader: "link_header"
            case .nextURL: "next_url"
            }
        }

        /// The placeholder that it gives a value to.
        var placeholder: Placeholder? {
            switch self {
            case .cursor: .cursor
            case .page, .offset: .page
            case .linkHeader, .nextURL: nil
            }
        }

        /// Whether pages have numbers, so that a source that ignores them repeats its first page.
        var isNumbered: Bool { placeholder == .page }
    }

    /// When numbers end.
    package enum Stop: Sendable, Equatable {
        /// At the first page on which this is empty.
        case empty(JSONPath)
        /// After as many pages, or as many items, as this number says.
        case total(JSONPath)
        /// At the first page on which this is false.
        case more(JSONPath)
    }

    /// What takes the cursor, number or offset of a page.
    package enum Target: Sendable, Equatable {
        /// A placeholder, or nothing: the whole URL is replaced.
        case placeholder
        /// A parameter of the query.
        case query(String)
        /// A member of the body, by the names that lead to it.
        case json([String])
    }

    /// How the next page is found.
    package let kind: Kind
    /// What takes its cursor, number or offset.
    package let target: Target
    /// More pages than that fail the poll.
    package let maximumPages: Int
    /// Where every page says how many rows there are in all; a change means that rows moved.
    package let total: JSONPath?
    /// Its name in messages.
    let field: String
    /// Where it is defined.
    let position: SourcePosition
}

extension PaginationDefinition {
    /// Decodes the key `paginate`; absent is valid.
    static func decode(
        from source: inout MappingDecoder
    ) -> (value: PaginationDefinition?, isValid: Bool) {
        guard source.node("paginate") != nil else { return (nil, true) }
        guard var mapping = source.mapping("paginate") else { return (nil, false) }
        let kinds = ["cursor", "page", "offset", "link_header", "next_url"]
        let word = mapping.requiredChoice("kind", of: kinds)
        var kind: Kind?
        var isReplacing = false
        switch word?.value {
        case "cursor":
            kind = next(in: &mapping).map { .cursor(next: $0.next, more: $0.more) }
        case "page": kind = page(in: &mapping)
        case "offset": kind = offset(in: &mapping)
        case "link_header":
            kind = .linkHeader
            isReplacing = true
        case "next_url":
            kind = next(in: &mapping).map { .nextURL(next: $0.next, more: $0.more) }
            isReplacing = true
        default: break
        }
        var target: Target? = .placeholder
        if isReplacing {
            if mapping.contains("into") {
                mapping.mistake("into", "goes without it: the URL of the next page is whole")
            }
        } else {
            target = self.target(in: &mapping)
        }
        let pages = mapping.integer("max_pages", in: 1...10_000)
        let total = mapping.path("total", shape: .singular)
        // Keys of the other kinds are not worth a second mistake when the kind itself is wrong.
        if kind != nil { mapping.finish() }
        guard let kind, let target else { return (nil, false) }
        let value = PaginationDefinition(
            kind: kind, target: target, maximumPages: pages?.value ?? defaultMaximumPages,
            total: total,
            field: mapping.field, position: mapping.position)
        return (value, true)
    }

    private static func next(
        in mapping: inout MappingDecoder
    ) -> (next: JSONPath, more: JSONPath?)? {
        let next = mapping.requiredPath("next", shape: .singular)
        let more = mapping.path("more", shape: .singular)
        return next.map { ($0, more) }
    }

    private static func page(in mapping: inout MappingDecoder) -> Kind? {
        let first = mapping.integer("first", in: 0...1_000_000)?.value ?? 1
        return stop(in: &mapping, total: "total_pages").map { .page(first: first, stop: $0) }
    }

    private static func offset(in mapping: inout MappingDecoder) -> Kind? {
        let size = mapping.requiredInteger("size", in: 1...1_000_000)
        let stop = stop(in: &mapping, total: "total_items")
        guard let size, let stop else { return nil }
        return .offset(size: size.value, stop: stop)
    }

    private static func stop(in mapping: inout MappingDecoder, total: String) -> Stop? {
        let empty = mapping.path("stop_when_empty", shape: .any)
        let count = mapping.path(total, shape: .singular)
        let more = mapping.path("more", shape: .singular)
        let written = ["stop_when_empty", total, "more"].filter { mapping.contains($0) }
        guard written.count == 1 else {
            mapping.mistakes.add(
                "\(mapping.field): expected exactly one of `stop_when_empty`, `\(total)` and "
                    + "`more`",
                at: mapping.position)
            return nil
        }
        return empty.map(Stop.empty) ?? count.map(Stop.total) ?? more.map(Stop.more)
    }

    private static func target(in mapping: inout MappingDecoder) -> Target? {
        guard let into = mapping.string("into") else { return .placeholder }
        let parts = into.value.split(separator: ".", omittingEmptySubsequences: false)
            .map(String.init)
        let names = parts.dropFirst()
        switch parts.first {
        case "query" where names.count > 0 && names != [""]:
            return .query(names.joined(separator: "."))
        case "json" where !names.isEmpty && !names.contains(""):
            return .json(Array(names))
        default:
            mapping.mistake(
                "into", "expected `query.NAME` or `json.NAME`, such as `query.page`")
            return nil
        }
    }
}
