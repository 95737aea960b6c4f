// A parsed expression, the thing that rules keep.

/// A PromQL expression: parsed, checked, immutable.
///
/// The full stable language of Prometheus 3.x for floats. Native histograms and experimental
/// functions or syntax are refused by name and position.
///
/// - Source: prometheus.io/docs/prometheus/latest/querying/basics
package struct PromQLExpression: Sendable {
    /// The source text.
    package let text: String
    let root: SyntaxNode

    /// Parses an expression.
    ///
    /// - Throws: `PromQLParseError` with Prometheus' own wording and the place.
    package static func parse(
        _ text: String, options: PromQLOptions = .standard
    ) throws(PromQLParseError) -> PromQLExpression {
        try parse(bytes: Array(text.utf8), options: options)
    }

    /// Parses the bytes of an expression; bytes that are not UTF-8 are an error with a place.
    package static func parse(
        bytes: [UInt8], options: PromQLOptions = .standard
    ) throws(PromQLParseError) -> PromQLExpression {
        let root = try PromQLParser.parse(bytes, options: options)
        return PromQLExpression(text: String(decoding: bytes, as: UTF8.self), root: root)
    }

    /// What the expression gives.
    package var type: ValueType { root.type }

    /// The matchers of every vector selector, range selectors included, left to right.
    ///
    /// A rule none of whose series can exist never fires; with this a caller can tell.
    package var selectors: [[LabelMatcher]] {
        var found: [[LabelMatcher]] = []
        Self.collect(root, into: &found)
        return found
    }

    private static func collect(_ node: SyntaxNode, into found: inout [[LabelMatcher]]) {
        if case .vector(let selector) = node { found.append(selector.matchers) }
        for child in node.children { collect(child, into: &found) }
    }

    /// Parses a series selector alone, as the query API's `match[]` has it.
    ///
    /// - Throws: `PromQLParseError` when it is anything but a vector selector.
    package static func parseSelector(
        _ text: String, options: PromQLOptions = .standard
    ) throws(PromQLParseError) -> [LabelMatcher] {
        let expression = try parse(text, options: options)
        guard case .vector(let selector) = expression.root, selector.offset == 0,
            selector.at == nil
        else {
            throw PromQLParseError(
                "expected a series selector", 0, text.utf8.count, in: Array(text.utf8))
        }
        return selector.matchers
    }
}

extension PromQLExpression: CustomStringConvertible {
    /// The expression in Prometheus' normal form.
    package var description: String { ExpressionPrinter.print(root) }
}

extension PromQLExpression: Equatable {
    /// Whether the source texts are the same.
    package static func == (left: PromQLExpression, right: PromQLExpression) -> Bool {
        ByteOrder.equal(left.text, right.text)
    }
}
