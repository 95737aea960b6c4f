// A row and its place: every mistake about it names page, line and location.

import Credits
import ExactJSON

/// A row: one node for each level.
struct RowPlace {
    /// The innermost node; each location is relative to the node above.
    let node: JSONMatch
    /// The nodes above it, outermost first.
    let outer: [JSONMatch]
    /// The page in words, such as `page 2`.
    let page: String
    /// The line of a text of lines on which the row begins.
    let line: Int?

    /// All nodes, outermost first.
    var nodes: [JSONMatch] { outer + [node] }

    private func node(ofLevel level: Int) -> JSONMatch? {
        if level == outer.count { return node }
        return level < outer.count ? outer[level] : nil
    }

    /// The value of a field; nil when missing.
    func value(_ source: FieldSource) throws(PollFailure) -> JSONValue? {
        guard let node = node(ofLevel: source.level) else { return nil }
        switch source.place {
        case .path(let path):
            do throws(JSONPathLimitError) {
                return try path.value(in: node.value)
            } catch {
                throw failure(source, "\(error)", reason: .tooLarge)
            }
        case .key:
            guard case .name(let name) = node.location.steps.last else {
                throw failure(source, "has no name of its own, so there is nothing for `key`")
            }
            return .string(name)
        }
    }

    /// The value of a field, neither missing nor null.
    func required(_ source: FieldSource) throws(PollFailure) -> JSONValue {
        guard let value = try value(source) else { throw failure(source, "is missing") }
        if value.isNull { throw failure(source, "is null") }
        return value
    }

    /// Where the row stands in the page.
    var location: NormalizedPath { location(ofLevel: outer.count) }

    private func location(ofLevel level: Int) -> NormalizedPath {
        nodes.prefix(level + 1).reduce(NormalizedPath()) { $0.appending($1.location) }
    }

    /// A failure such as `page 2, $['usage'][3]['credits']: is missing`.
    func failure(
        _ source: FieldSource, _ clause: String, reason: PollFailureReason = .badValue
    ) -> PollFailure {
        var place = location(ofLevel: source.level).description
        if case .path(let path) = source.place { place += path.singularPrefix().text.dropFirst() }
        return PollFailure(reason, "\(head), \(place): \(clause)")
    }

    /// A failure about the row as a whole.
    func failure(_ clause: String, reason: PollFailureReason = .badValue) -> PollFailure {
        PollFailure(reason, "\(head), \(location): \(clause)")
    }

    private var head: String { page + (line.map { ", line \($0)" } ?? "") }
}
