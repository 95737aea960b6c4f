// What a value of an answer must be: `equals`, `in` or `matches`.
//
// Texts, numbers and booleans compare by what they say: 1 is "1" and 1.0, true is "true".

import ExactJSON
import PositionedYAML

/// A condition on one value.
package struct ValueCondition: Sendable, Equatable {
    /// A value that is as good as asked for.
    enum Expected: Sendable, Equatable {
        /// JSON's null.
        case null
        /// What a text, a number or a boolean says.
        case text(RequestTemplate)
    }

    private enum Test: Sendable, Equatable {
        case oneOf([Expected])
        case pattern(String, filter: JSONPath)
    }

    private let test: Test

    /// Whether a value is as asked for.
    func holds(_ value: JSONValue, _ values: PlaceholderValues?) -> Bool {
        switch test {
        case .oneOf(let list):
            return list.contains { Self.equals($0, value, values) }
        case .pattern(_, let filter):
            // The filter looks at texts; numbers are taken as they are written.
            let text = value.stringValue ?? value.numberLexeme
            let found = text.flatMap { try? filter.first(in: .array([.string($0)])) }
            return found != nil
        }
    }

    private static func equals(
        _ expected: Expected, _ value: JSONValue, _ values: PlaceholderValues?
    ) -> Bool {
        guard case .text(let template) = expected else { return value.isNull }
        let text = template.text(values)
        return switch value {
        case .string(let found): found == text
        case .number(let found): JSONNumber(lexeme: text) == found
        case .bool(let found): text == (found ? "true" : "false")
        default: false
        }
    }

    /// What was asked for, in words: `usd`, `one of a, b`.
    func expectation(_ values: PlaceholderValues?) -> String {
        switch test {
        case .oneOf(let list):
            let texts = list.map { expected -> String in
                if case .text(let template) = expected { template.text(values) } else { "null" }
            }
            return (texts.count == 1 ? "" : "one of ") + texts.joined(separator: ", ")
        case .pattern(let pattern, _): return "a text that matches \(pattern)"
        }
    }

    /// The placeholders in it.
    var placeholders: [Placeholder] {
        guard case .oneOf(let list) = test else { return [] }
        return list.flatMap { expected -> [Placeholder] in
            if case .text(let template) = expected { template.placeholders } else { [] }
        }
    }
}

extension ValueCondition {
    /// Decodes `equals`, `in` or `matches` of a mapping; nil after a mistake.
    ///
    /// - Parameter fillsIn: whether placeholders are known.
    static func decode(from mapping: inout MappingDecoder, fillsIn: Bool) -> ValueCondition? {
        let written = ["equals", "in", "matches"].filter { mapping.contains($0) }
        guard written.count == 1 else {
            mapping.mistakes.add(
                "\(mapping.field): expected exactly one of `equals`, `in` and `matches`",
                at: mapping.position)
            return nil
        }
        switch written[0] {
        case "equals":
            guard let node = mapping.node("equals") else {
                return ValueCondition(test: .oneOf([.null]))
            }
            let field = mapping.field(of: "equals")
            return expected(node, field: field, fillsIn: fillsIn, into: mapping.mistakes)
                .map { ValueCondition(test: .oneOf([$0])) }
        case "in": return list(in: &mapping, fillsIn: fillsIn)
        default: return pattern(in: &mapping)
        }
    }

    /// A condition that a key gives as the one value that is asked for; nil after a mistake.
    static func value(_ key: String, in mapping: inout MappingDecoder) -> ValueCondition? {
        guard mapping.require(key), let node = mapping.node(key) else { return nil }
        return expected(
            node, field: mapping.field(of: key), fillsIn: false, into: mapping.mistakes
        ).map { ValueCondition(test: .oneOf([$0])) }
    }

    private static func list(
        in mapping: inout MappingDecoder, fillsIn: Bool
    ) -> ValueCondition? {
        guard mapping.require("in"), let nodes = mapping.sequence("in") else { return nil }
        if nodes.isEmpty { mapping.mistake("in", "expected at least one value") }
        let field = mapping.field(of: "in")
        let list = nodes.enumerated().compactMap { index, node in
            expected(
                node, field: "\(field)[\(index)]", fillsIn: fillsIn, into: mapping.mistakes)
        }
        return list.isEmpty ? nil : ValueCondition(test: .oneOf(list))
    }

    private static func expected(
        _ node: YAMLNode, field: String, fillsIn: Bool, into mistakes: MistakeCollector
    ) -> Expected? {
        if node.isNull { return .null }
        guard let text = node.text else {
            mistakes.add(
                "\(field): expected a text, a number, true, false or null, found \(node.found)",
                at: node.position)
            return nil
        }
        if !fillsIn { return .text(RequestTemplate(literal: text)) }
        do throws(RequestTemplate.Failure) {
            return .text(try RequestTemplate(text))
        } catch {
            mistakes.add("\(field): \(error.message)", at: node.position)
            return nil
        }
    }

    private static func pattern(in mapping: inout MappingDecoder) -> ValueCondition? {
        guard mapping.require("matches"), let pattern = mapping.string("matches") else {
            return nil
        }
        // The engine of JSONPath's `match` is at hand and runs in linear time.
        let literal = pattern.value.unicodeScalars.map { scalar -> String in
            scalar == "'" || scalar == "\\" ? "\\\(scalar)" : String(scalar)
        }
        guard let filter = try? JSONPath("$[?match(@, '\(literal.joined())')]"),
            filter.warnings.isEmpty
        else {
            mapping.mistake(
                "matches",
                "is no regular expression of RFC 9485; it must match the whole text, "
                    + "such as model-.*")
            return nil
        }
        return ValueCondition(test: .pattern(pattern.value, filter: filter))
    }
}
