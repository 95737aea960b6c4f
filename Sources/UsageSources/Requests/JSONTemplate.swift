// A JSON body with placeholders: the key `json` of a request.
//
// A text that is one placeholder and nothing else takes the placeholder's type: numbers stay
// numbers. A member that is a cursor is left out as long as there is none.

import ExactJSON
import PositionedYAML

/// A JSON value with placeholders.
package indirect enum JSONTemplate: Sendable, Equatable {
    /// A value as it stands.
    case value(JSONValue)
    /// A text with placeholders.
    case text(RequestTemplate)
    /// An array.
    case array([JSONTemplate])
    /// An object, in order.
    case object([Member])

    /// A member of an object.
    package struct Member: Sendable, Equatable {
        /// The name.
        package let name: String
        /// The value.
        package let value: JSONTemplate
    }

    /// The value with everything filled in; nil for a cursor that does not exist yet.
    func filled(_ values: PlaceholderValues) -> JSONValue? {
        switch self {
        case .value(let value): return value
        case .text(let template):
            guard case .placeholder(let placeholder)? = template.parts.first,
                template.parts.count == 1
            else { return .string(template.expanded(values)) }
            if placeholder == .cursor || placeholder == .page { return values.cursor.json }
            let text = values.text(of: placeholder)
            guard placeholder.isNumber, let number = JSONNumber(lexeme: text) else {
                return .string(text)
            }
            return .number(number)
        case .array(let elements): return .array(elements.compactMap { $0.filled(values) })
        case .object(let members):
            return .object(
                JSONObject(
                    members.compactMap { member in
                        member.value.filled(values).map { (member.name, $0) }
                    }))
        }
    }

    /// The placeholders in order.
    var placeholders: [Placeholder] {
        switch self {
        case .value: []
        case .text(let template): template.placeholders
        case .array(let elements): elements.flatMap(\.placeholders)
        case .object(let members): members.flatMap { $0.value.placeholders }
        }
    }

    /// Whether a member stands at these names.
    func holds(_ names: some Collection<String>) -> Bool {
        guard let name = names.first else { return true }
        guard case .object(let members) = self else { return false }
        return members.contains { $0.name == name && $0.value.holds(names.dropFirst()) }
    }
}

extension JSONTemplate {
    /// Reads a body; nil after a mistake. The depth is bounded by that of the file.
    static func decode(
        _ node: YAMLNode, field: String, into mistakes: MistakeCollector
    ) -> JSONTemplate? {
        switch node.kind {
        case .scalar(let text, let isPlain):
            return scalar(text, isPlain: isPlain, node, field: field, into: mistakes)
        case .sequence(let nodes):
            let elements = nodes.enumerated().compactMap { index, node in
                decode(node, field: "\(field)[\(index)]", into: mistakes)
            }
            return elements.count == nodes.count ? .array(elements) : nil
        case .mapping(let pairs):
            let members = pairs.compactMap { pair -> Member? in
                let name = pair.key.text ?? ""
                return decode(pair.value, field: "\(field).\(name)", into: mistakes)
                    .map { Member(name: name, value: $0) }
            }
            return members.count == pairs.count ? .object(members) : nil
        }
    }

    private static func scalar(
        _ text: String, isPlain: Bool, _ node: YAMLNode, field: String,
        into mistakes: MistakeCollector
    ) -> JSONTemplate? {
        if node.isNull { return .value(.null) }
        if isPlain {
            if text == "true" || text == "false" { return .value(.bool(text == "true")) }
            if let number = JSONNumber(lexeme: text) { return .value(.number(number)) }
        }
        do throws(RequestTemplate.Failure) {
            let template = try RequestTemplate(text)
            return template.placeholders.isEmpty ? .value(.string(text)) : .text(template)
        } catch {
            mistakes.add("\(field): \(error.message)", at: node.position)
            return nil
        }
    }
}

extension JSONValue {
    /// The value with a member set at these names; objects on the way are made.
    func setting(_ value: JSONValue, at names: some Collection<String>) -> JSONValue {
        guard let name = names.first else { return value }
        var object = objectValue ?? JSONObject()
        object[name] = (object[name] ?? .null).setting(value, at: names.dropFirst())
        return .object(object)
    }
}
