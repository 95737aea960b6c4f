// Decodes one mapping strictly: every key must be asked for, every mistake is gathered.
//
// 1. A method returns nil when the key is absent or null (no mistake) or wrong (one mistake).
// 2. `finish` reports the keys that were never asked for; call it last.

/// A strict reader of one mapping of a configuration file.
package struct MappingDecoder {
    /// Where the mapping begins.
    package let position: SourcePosition
    /// The mapping's own name, for example `sources[0].request`; empty at the top.
    package let field: String
    /// Where mistakes go.
    package let mistakes: MistakeCollector

    private let pairs: [YAMLPair]
    private let indices: [[UInt8]: Int]
    private var asked: [String] = []

    /// Begins to decode `node`; records a mistake and returns nil when it is not a mapping.
    ///
    /// - Parameter field: the mapping's name in messages, for example `sources[0].request`.
    package init?(_ node: YAMLNode, field: String, into mistakes: MistakeCollector) {
        guard let pairs = node.pairs else {
            let name = field.isEmpty ? "" : "\(field): "
            mistakes.add("\(name)expected a mapping, found \(node.found)", at: node.position)
            return nil
        }
        self.position = node.position
        self.field = field
        self.mistakes = mistakes
        self.pairs = pairs
        var indices: [[UInt8]: Int] = [:]
        for (index, pair) in pairs.enumerated() {
            indices[Array((pair.key.text ?? "").utf8)] = index
        }
        self.indices = indices
    }

    /// All keys in the order of the file, null values included.
    package var keys: [Positioned<String>] {
        pairs.map { Positioned($0.key.text ?? "", at: $0.key.position) }
    }

    /// Where the key itself stands, nil when it is absent.
    package func position(of key: String) -> SourcePosition? {
        pair(key)?.key.position
    }

    /// The full name of a key, for example `sources[0].request.url`.
    package func field(of key: String) -> String {
        field.isEmpty ? key : "\(field).\(key)"
    }

    /// Whether the key is written, even with nothing as value. Counts as asking for it.
    package mutating func contains(_ key: String) -> Bool {
        ask(key)
        return pair(key) != nil
    }

    /// The value of a key as it stands; nil when absent or null.
    package mutating func node(_ key: String) -> YAMLNode? {
        ask(key)
        guard let value = pair(key)?.value, !value.isNull else { return nil }
        return value
    }

    /// Records a mistake about a key: at its value, or at the mapping when the key is absent.
    package func mistake(_ key: String, _ message: String) {
        mistakes.add("\(field(of: key)): \(message)", at: pair(key)?.value.position ?? position)
    }

    /// Records a warning about a key: at its value, or at the mapping when the key is absent.
    package func warning(_ key: String, _ message: String) {
        mistakes.warn("\(field(of: key)): \(message)", at: pair(key)?.value.position ?? position)
    }

    /// Reports the keys that were never asked for, with the nearest one that was.
    package func finish() {
        let known = Set(asked.map { Array($0.utf8) })
        for pair in pairs {
            let name = pair.key.text ?? ""
            guard !known.contains(Array(name.utf8)) else { continue }
            var message = "field `\(name)` is not known"
            message += field.isEmpty ? " at the top level" : " in `\(field)`"
            let candidates = asked.filter { self.pair($0) == nil }
            if let nearest = NearestWord.nearest(to: name, among: candidates) {
                message += "; did you mean `\(nearest)`?"
            }
            mistakes.add(message, at: pair.key.position)
        }
    }

    /// Records that `key` is missing unless it has a value.
    ///
    /// - Returns: whether there is a value.
    package mutating func require(_ key: String) -> Bool {
        ask(key)
        guard let pair = pair(key) else {
            let name = field.isEmpty ? "" : "\(field): "
            mistakes.add("\(name)missing required key `\(key)`", at: position)
            return false
        }
        guard !pair.value.isNull else {
            mistakes.add("\(field(of: key)): a value is required", at: pair.key.position)
            return false
        }
        return true
    }

    private mutating func ask(_ key: String) {
        if !asked.contains(key) { asked.append(key) }
    }

    private func pair(_ key: String) -> YAMLPair? {
        indices[Array(key.utf8)].map { pairs[$0] }
    }
}
