// Fills parameters into the texts of a preset.
//
// 1. A text that is one placeholder and nothing else becomes the value itself, whatever its kind,
//    and stands where the value was written.
// 2. A text with a placeholder in it stands where the first value that the user wrote stands: what
//    the preset says around it is tested, so a mistake in it is the user's.
// 3. Values are filled in once: what they hold is never looked at for placeholders.

import PositionedYAML

/// The values of a preset's parameters.
struct PresetValues {
    /// A value and whether the user wrote it.
    struct Value {
        let node: YAMLNode
        let isWritten: Bool
    }

    private static let opening = "{param."

    private var values: [String: Value] = [:]
    let mistakes: MistakeCollector

    init(_ values: [String: Value], into mistakes: MistakeCollector) {
        self.values = values
        self.mistakes = mistakes
    }

    /// The node with every placeholder filled in; the depth is that of the preset's file.
    func filled(_ node: YAMLNode) -> YAMLNode {
        switch node.kind {
        case .scalar(let text, _):
            return text.contains(Self.opening) ? filled(text, of: node) : node
        case .sequence(let elements):
            return YAMLNode(.sequence(elements.map(filled)), at: node.position)
        case .mapping(let pairs):
            let pairs = pairs.map { YAMLPair(key: $0.key, value: filled($0.value)) }
            return YAMLNode(.mapping(pairs), at: node.position)
        }
    }

    private func filled(_ text: String, of node: YAMLNode) -> YAMLNode {
        var output = ""
        var position: SourcePosition?
        var rest = Substring(text)
        while let start = rest.firstRange(of: Self.opening) {
            let after = rest[start.upperBound...]
            guard let end = after.firstIndex(of: "}"), let value = values[String(after[..<end])]
            else {
                mistakes.add("`\(text)` names no parameter of this preset", at: node.position)
                return node
            }
            let tail = after[after.index(after: end)...]
            if rest[..<start.lowerBound].isEmpty, output.isEmpty, tail.isEmpty {
                return value.node
            }
            guard let filling = value.node.text else {
                mistakes.add("`\(text)` has room for a text only", at: node.position)
                return node
            }
            output += rest[..<start.lowerBound] + filling
            if position == nil, value.isWritten { position = value.node.position }
            rest = tail
        }
        return YAMLNode(
            .scalar(text: output + rest, isPlain: false), at: position ?? node.position)
    }
}
