// The presets of the program, and what becomes of a source that names one.

import PositionedYAML

/// A set of presets.
package struct PresetLibrary: Sendable {
    /// A preset's file.
    package struct File: Sendable {
        /// Name of the preset.
        package let name: String
        /// What it holds.
        package let bytes: [UInt8]

        /// A file of a name.
        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }

        /// Its text.
        package var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// The presets that come with the program.
    package static let shipped = PresetLibrary(ShippedPresets.files)

    /// The files in the order in which they are listed.
    package let files: [File]

    /// A library of files.
    package init(_ files: [File]) {
        self.files = files
    }

    /// The names of all presets.
    package var names: [String] { files.map(\.name) }

    /// The file of a preset.
    package func file(named name: String) -> File? { files.first { $0.name == name } }

    /// A preset; nil when there is none of that name.
    package func preset(named name: String) throws(Mistakes) -> SourcePreset? {
        guard let file = file(named: name) else { return nil }
        return try SourcePreset.read(file.bytes, name: name)
    }

    /// An entry of `sources` with its preset written out; one without a preset as it is.
    ///
    /// - Parameter field: the entry's name in messages, such as `sources[0]`.
    /// - Returns: nil after a mistake.
    package func expanded(
        _ entry: YAMLNode, field: String, into mistakes: MistakeCollector
    ) -> YAMLNode? {
        guard let pairs = entry.pairs else { return entry }
        let named = pairs.first { $0.key.text == "preset" }
        let with = pairs.first { $0.key.text == "with" }
        guard named != nil || with != nil else { return entry }
        guard let named else {
            let place = with?.key.position ?? entry.position
            mistakes.add(
                "\(field).with: goes with `preset: NAME`; name one, or remove it", at: place)
            return nil
        }
        guard let preset = preset(of: named, field: field, into: mistakes) else { return nil }
        let scope = PresetScope(
            preset: preset, field: field, place: with?.key.position ?? named.value.position,
            mistakes: mistakes)
        guard let values = scope.values(with?.value) else { return nil }
        let own = pairs.filter { $0.key.text != "preset" && $0.key.text != "with" }
        return scope.source(values, under: YAMLNode(.mapping(own), at: entry.position))
    }

    private func preset(
        of pair: YAMLPair, field: String, into mistakes: MistakeCollector
    ) -> SourcePreset? {
        guard let name = pair.value.text, !pair.value.isNull else {
            mistakes.add(
                "\(field).preset: expected the name of a preset, found \(pair.value.found)",
                at: pair.value.position)
            return nil
        }
        do throws(Mistakes) {
            if let preset = try preset(named: name) { return preset }
            mistakes.add(
                "\(field).preset: \(unknown(name))", at: pair.value.position)
        } catch {
            mistakes.add(error)
        }
        return nil
    }

    /// That there is no preset of a name, with the nearest one.
    package func unknown(_ name: String) -> String {
        let near = NearestWord.nearest(to: name, among: names)
        let shown = YAMLNode(
            .scalar(text: name, isPlain: true), at: .init(file: "", line: 1, column: 1))
        return "there is no preset \(shown.found)"
            + (near.map { "; did you mean `\($0)`?" } ?? "; `source presets` lists them")
    }
}

/// A preset in use by one source.
private struct PresetScope {
    let preset: SourcePreset
    let field: String
    /// Where a parameter that the user left out is reported.
    let place: SourcePosition
    let mistakes: MistakeCollector

    /// The values of all parameters; nil after a mistake.
    func values(_ with: YAMLNode?) -> [String: PresetValues.Value]? {
        let written = with.flatMap { $0.isNull ? nil : $0 }
        if let written, written.pairs == nil {
            mistakes.add(
                "\(field).with: expected a mapping, found \(written.found)", at: written.position)
            return nil
        }
        let pairs = written?.pairs ?? []
        var isFine = true
        for pair in pairs where !preset.parameters.contains(where: { $0.name == pair.key.text }) {
            mistakes.add(unknown(pair.key), at: pair.key.position)
            isFine = false
        }
        var values: [String: PresetValues.Value] = [:]
        for parameter in preset.parameters {
            let own = pairs.first { $0.key.text == parameter.name }?.value
            guard let node = own ?? parameter.standard else {
                mistakes.add(missing(parameter), at: place)
                isFine = false
                continue
            }
            if let mistake = parameter.mistake(in: node) {
                mistakes.add("\(field).with.\(parameter.name): \(mistake)", at: node.position)
                isFine = false
            }
            values[parameter.name] = .init(
                node: own ?? standing(parameter, node), isWritten: own != nil)
        }
        return isFine ? values : nil
    }

    /// A secret that the user left to the preset stands in the user's file: what is missing is
    /// missing there.
    private func standing(_ parameter: PresetParameter, _ node: YAMLNode) -> YAMLNode {
        parameter.kind == .secret ? YAMLNode(node.kind, at: place) : node
    }

    private func unknown(_ key: YAMLNode) -> String {
        let names = preset.parameters.map(\.name)
        let near = NearestWord.nearest(to: key.text ?? "", among: names)
        let list = names.map { "`\($0)`" }.joined(separator: ", ")
        return "\(field).with: preset `\(preset.name)` has no parameter \(key.found)"
            + (near.map { "; did you mean `\($0)`?" } ?? "; there are \(list)")
    }

    private func missing(_ parameter: PresetParameter) -> String {
        "\(field).with: preset `\(preset.name)` needs `\(parameter.name)`: "
            + parameter.description
    }

    /// The source written out.
    func source(_ values: [String: PresetValues.Value], under own: YAMLNode) -> YAMLNode? {
        var source = preset.source
        if let variants = preset.variants, let value = values[variants.parameter]?.node.text,
            let overlay = variants.overlay(value)
        {
            source = PresetMerge.merged(source, under: overlay)
        }
        let filler = PresetValues(values, into: mistakes)
        return PresetMerge.merged(filler.filled(source), under: own)
    }
}
