// One preset: a source definition with parameters, as a YAML file of the program.

import PositionedYAML

/// A source definition that a user completes with a few parameters.
package struct SourcePreset: Sendable, Equatable {
    /// What is known about the vendor's side of a preset.
    package enum Standing: String, Sendable, Hashable, CaseIterable {
        /// Requests and answers are those of the vendor's own pages, specification or code.
        case confirmed
        /// Something in it rests on third parties; the comment in the file says what.
        case partly
        /// Nothing in it is confirmed: a template to adapt.
        case unconfirmed
    }

    /// Its name, as written behind `preset:`.
    package let name: String
    /// What it reads, in one line.
    package let summary: String
    /// How sure its facts are.
    package let standing: Standing
    /// The style of its source.
    package let style: String
    /// What the user may or must say, in the order of the file.
    package let parameters: [PresetParameter]
    /// Keys that follow from the value of a parameter.
    let variants: PresetVariants?
    /// The source, without `id` and `organization`.
    let source: YAMLNode
}

/// Keys that follow from the value of one parameter.
struct PresetVariants: Sendable, Equatable {
    /// Name of the parameter.
    let parameter: String
    /// The keys of each of its values, in the order of the file.
    let choices: [YAMLPair]

    /// The keys that go with a value.
    func overlay(_ value: String) -> YAMLNode? {
        choices.first { $0.key.text == value }?.value
    }
}

extension SourcePreset {
    /// Reads a preset's file.
    ///
    /// - Throws: every mistake of the file, positioned at `preset NAME:line:column`.
    package static func read(_ bytes: [UInt8], name: String) throws(Mistakes) -> SourcePreset {
        let file = "preset \(name)"
        let mistakes = MistakeCollector()
        let start = SourcePosition(file: file, line: 1, column: 1)
        guard let root = try YAMLReader.read(bytes, file: file) else {
            throw Mistakes(Mistake("the preset is empty", at: start))
        }
        let preset = MappingDecoder(root, field: "", into: mistakes).flatMap { mapping in
            var mapping = mapping
            return decode(&mapping, name: name)
        }
        try mistakes.throwErrors()
        guard let preset else { throw Mistakes(Mistake("the preset cannot be read", at: start)) }
        return preset
    }

    private static func decode(_ mapping: inout MappingDecoder, name: String) -> SourcePreset? {
        let summary = mapping.requiredString("summary")
        let standing = mapping.requiredChoice("standing", of: Standing.allCases.map(\.rawValue))
        let variants = variants(in: &mapping)
        let parameters = parameters(in: &mapping, variants)
        let source = mapping.requiredNode("source")
        mapping.finish()
        guard let summary, let source,
            let standing = standing.flatMap({ Standing(rawValue: $0.value) })
        else { return nil }
        guard let pairs = source.pairs else {
            mapping.mistake("source", "expected a mapping, found \(source.found)")
            return nil
        }
        return SourcePreset(
            name: name, summary: summary.value, standing: standing,
            style: pairs.first { $0.key.text == "style" }?.value.text ?? "daily",
            parameters: parameters, variants: variants, source: source)
    }

    private static func parameters(
        in mapping: inout MappingDecoder, _ variants: PresetVariants?
    ) -> [PresetParameter] {
        guard var entries = mapping.mapping("params") else { return [] }
        defer { entries.finish() }
        return entries.keys.compactMap { key in
            guard var entry = entries.mapping(key.value) else { return nil }
            let isVariant = variants?.parameter == key.value
            let choices = isVariant ? variants?.choices.compactMap(\.key.text) : nil
            return PresetParameter.decode(from: &entry, name: key.value, choices: choices)
        }
    }

    private static func variants(in mapping: inout MappingDecoder) -> PresetVariants? {
        guard var entries = mapping.mapping("variants") else { return nil }
        defer { entries.finish() }
        guard entries.keys.count == 1, let key = entries.keys.first,
            let choices = entries.node(key.value)?.pairs
        else {
            mapping.mistake("variants", "expected one parameter with the keys of each value")
            return nil
        }
        return PresetVariants(parameter: key.value, choices: choices)
    }
}
