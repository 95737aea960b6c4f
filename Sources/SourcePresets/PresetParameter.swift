// What a user says to a preset: the keys under `with`.

import PositionedYAML
import UsageSources

/// A parameter of a preset.
package struct PresetParameter: Sendable, Equatable {
    /// What a value must look like.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Any text of one line.
        case text
        /// Letters, digits, `-`, `_`, `.` and `~`: a part of a URL's path.
        case word
        /// Words with `/` between them.
        case path
        /// An http or https address without query and without `/` at its end.
        case url
        /// The name of a column of comma-separated values.
        case column
        /// A JSONPath.
        case jsonPath = "json_path"
        /// Texts.
        case list
        /// Credits for one unit: a number, rates with dates, or one of them for each unit.
        case rate
        /// `{env: NAME}` or `{file: PATH}`.
        case secret
    }

    /// Name under `with`.
    package let name: String
    /// What it is, for people.
    package let description: String
    /// What its value must look like.
    package let kind: Kind
    /// The words that it may be; nil when it is not a choice.
    package let choices: [String]?
    /// Its value when the user says nothing; nil when the user has to.
    package let standard: YAMLNode?

    /// Whether the user must say it.
    package var isRequired: Bool { standard == nil }
}

extension PresetParameter {
    /// Decodes a parameter of a preset's file; nil after a mistake.
    static func decode(
        from entry: inout MappingDecoder, name: String, choices variants: [String]?
    ) -> PresetParameter? {
        let description = entry.requiredString("description")
        let word = entry.choice("type", of: Kind.allCases.map(\.rawValue))
        let written = entry.strings("one_of")?.map(\.value)
        let standard = entry.node("default")
        entry.finish()
        guard let description else { return nil }
        return PresetParameter(
            name: name, description: description.value,
            kind: word.flatMap { Kind(rawValue: $0.value) } ?? .text,
            choices: variants ?? written, standard: standard)
    }

    /// What is wrong with a value, or nil. The decoder of sources looks at rates, secrets and
    /// paths itself, where they stand.
    func mistake(in node: YAMLNode) -> String? {
        switch kind {
        case .secret: return nil
        case .rate:
            return node.isNull ? "expected a number such as 100" : nil
        case .list:
            guard let elements = node.elements, !elements.isEmpty,
                elements.allSatisfy({ $0.text != nil && !$0.isNull })
            else { return "expected a list of texts, found \(node.found)" }
            return nil
        default: break
        }
        guard let text = node.text, !node.isNull else {
            return "expected a text, found \(node.found)"
        }
        if let choices {
            if choices.contains(text) { return nil }
            let list = choices.map { "`\($0)`" }.joined(separator: ", ")
            let near = NearestWord.nearest(to: text, among: choices)
            return "expected one of \(list), found \(node.found)"
                + (near.map { "; did you mean `\($0)`?" } ?? "")
        }
        guard let expected = expectation(text) else { return nil }
        return "expected \(expected), found \(node.found)"
    }

    /// What a text should have been, or nil when it is fine.
    private func expectation(_ text: String) -> String? {
        let isLine =
            !text.isEmpty && !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
        switch kind {
        case .word:
            return Self.isWord(text) ? nil : "letters, digits and any of - _ . ~"
        case .path:
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            return parts.allSatisfy { Self.isWord(String($0)) }
                ? nil : "words with / between them, without one at the ends"
        case .url:
            guard let url = try? HTTPURL(text), url.query == nil, !text.hasSuffix("/") else {
                return "an address such as https://api.example.com, without / at its end"
            }
            return nil
        case .column:
            return isLine && !text.contains("'") && !text.contains("\\")
                ? nil : "the name of a column, without ' and \\"
        case .jsonPath:
            return text.hasPrefix("$") ? nil : "a path such as $.credits"
        default:
            return isLine ? nil : "a text of one line"
        }
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".."
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"),
                    UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }
}
