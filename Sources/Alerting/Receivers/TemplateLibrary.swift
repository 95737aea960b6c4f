// The templates that notifications can name: our defaults, and those of `templates` files.

/// Where a tree was written, for error messages.
struct TemplateOrigin: Sendable {
    let name: String
    let text: [UInt8]
}

/// Named templates; a later definition replaces an earlier one, as in Alertmanager.
package struct TemplateLibrary: Sendable {
    /// A template and the text that it stands in.
    struct Entry: Sendable {
        let tree: TemplateTree
        let origin: TemplateOrigin
    }

    /// The most bytes of one file.
    package static let maximumFileBytes = 1 << 20

    private var entries: [String: Entry] = [:]

    private init() {}

    /// No templates.
    static let empty = TemplateLibrary()

    /// The defaults of every kind of receiver.
    package static let standard: TemplateLibrary = {
        var library = TemplateLibrary()
        for text in DefaultTemplates.all {
            // They are part of the program: a test parses them.
            try? library.add(name: "default.tmpl", text: text)
        }
        return library
    }()

    /// The template of a name.
    subscript(name: String) -> Entry? { entries[name] }

    /// Whether there is a template of that name.
    func contains(_ name: String) -> Bool { entries[name] != nil }

    /// Names of all templates, sorted.
    var names: [String] { entries.keys.sorted() }

    /// Adds the definitions of a file.
    ///
    /// - Parameter name: the file's name, which error messages show.
    /// - Throws: `GoTemplateError` in the words of Go's text/template.
    package mutating func add(name: String, text: String) throws(GoTemplateError) {
        let origin = TemplateOrigin(name: name, text: Array(text.utf8))
        for (word, tree) in try NotificationTemplate.trees(name: name, text: text) {
            // What stands outside of `define` is a template of the file's own name, as in Go; an
            // empty one replaces nothing.
            if tree.isEmpty, entries[word] != nil || word == name { continue }
            entries[word] = Entry(tree: tree, origin: origin)
        }
    }
}
