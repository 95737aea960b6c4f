// Reads the texts of receivers that are templates.

import PositionedYAML

/// Reads templates out of a mapping.
struct TemplateFields {
    let library: TemplateLibrary

    /// The template of a key, or a default of ours.
    func read(
        _ decoder: inout MappingDecoder, _ key: String, _ standard: String = ""
    ) -> NotificationTemplate {
        let field = decoder.field(of: key)
        guard let text = decoder.string(key) else {
            return NotificationTemplate(builtIn: standard, name: field, library: library)
        }
        return parse(text, field, decoder)
    }

    /// The template of a key that must be there and not be empty.
    func require(_ decoder: inout MappingDecoder, _ key: String) -> NotificationTemplate? {
        guard let text = decoder.requiredString(key) else { return nil }
        if text.value.isEmpty { decoder.mistake(key, "the text is empty") }
        return parse(text, decoder.field(of: key), decoder)
    }

    /// A free mapping of templates, sorted by name.
    func map(
        _ decoder: inout MappingDecoder, _ key: String
    ) -> [NamedTemplate] {
        let field = decoder.field(of: key)
        let pairs = decoder.stringMap(key) ?? []
        return pairs.map { name, text in
            NamedTemplate(
                name: name.value, template: parse(text, "\(field).\(name.value)", decoder))
        }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private func parse(
        _ text: Positioned<String>, _ field: String, _ decoder: MappingDecoder
    ) -> NotificationTemplate {
        do {
            return try NotificationTemplate(name: field, source: text.value, library: library)
        } catch {
            decoder.mistakes.add("\(field): \(error.message)", at: text.position)
            return NotificationTemplate(builtIn: "", name: field, library: library)
        }
    }
}

/// A template under a name: a detail, or a header of a mail.
package struct NamedTemplate: Sendable, Hashable {
    let name: String
    let template: NotificationTemplate
}
