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

        /// The word in the configuration.
        var name: String {
            switch self {
            case .cursor: "cursor"
            case .page: "page"
            }
        }
    }

    /// When page numbers end.
    package enum Stop: Sendable, Equatable {
        /// At the first page on which this is empty.
        case empty(JSONPath)
        /// After as many pages as this number says.
        case total(JSONPath)
    }

    /// How the next page is found.
    package let kind: Kind
    /// The query parameter that names the page; nil when a placeholder does.
    package let parameter: String?
    /// More pages than that fail the poll.
    package let maximumPages: Int
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
        switch word?.value {
        case "cursor": kind = cursor(in: &mapping)
        case "page": kind = page(in: &mapping)
        case let other?:
            mapping.mistake(
                "kind", "kind `\(other)` is not available in this version; use `cursor` or `page`")
        case nil: break
        }
        let into = parameter(in: &mapping)
        let pages = mapping.integer("max_pages", in: 1...10_000)
        // Keys of the other kinds are not worth a second mistake when the kind itself is wrong.
        if kind != nil { mapping.finish() }
        guard let kind, into.isValid else { return (nil, false) }
        let value = PaginationDefinition(
            kind: kind, parameter: into.name, maximumPages: pages?.value ?? defaultMaximumPages,
            field: mapping.field, position: mapping.position)
        return (value, true)
    }

    private static func cursor(in mapping: inout MappingDecoder) -> Kind? {
        let next = mapping.requiredPath("next", shape: .singular)
        let more = mapping.path("more", shape: .singular)
        guard let next else { return nil }
        return .cursor(next: next, more: more)
    }

    private static func page(in mapping: inout MappingDecoder) -> Kind? {
        let first = mapping.integer("first", in: 0...1_000_000)?.value ?? 1
        let empty = mapping.path("stop_when_empty", shape: .any)
        let total = mapping.path("total_pages", shape: .singular)
        let isWritten = (
            empty: mapping.contains("stop_when_empty"), total: mapping.contains("total_pages")
        )
        guard isWritten.empty != isWritten.total else {
            mapping.mistakes.add(
                "\(mapping.field): expected exactly one of `stop_when_empty` and `total_pages`",
                at: mapping.position)
            return nil
        }
        guard let stop = empty.map(Stop.empty) ?? total.map(Stop.total) else { return nil }
        return .page(first: first, stop: stop)
    }

    private static func parameter(in mapping: inout MappingDecoder) -> (
        name: String?, isValid: Bool
    ) {
        guard let into = mapping.string("into") else { return (nil, true) }
        let prefix = "query."
        guard into.value.hasPrefix(prefix), into.value.utf8.count > prefix.utf8.count else {
            mapping.mistake("into", "expected `query.NAME`, such as `query.page`")
            return (nil, false)
        }
        return (String(into.value.dropFirst(prefix.count)), true)
    }
}
