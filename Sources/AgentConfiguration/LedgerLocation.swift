// Where the ledger lives: `ledger.url`.

import PositionedYAML

/// The place of the ledger.
package enum LedgerLocation: Sendable, Hashable {
    /// An SQLite file.
    case sqlite(path: String)
    /// A PostgreSQL database; its URL may hold a password, or stand elsewhere.
    case postgresql(url: SecretReference)

    private static let forms =
        "expected sqlite:PATH, such as sqlite:ledger.db, or postgresql://USER@HOST/DATABASE"

    /// Decodes the section `ledger`.
    ///
    /// A relative path is relative to `$STATE_DIRECTORY` when set, else to the configuration file.
    /// With a resolver, a URL that stands elsewhere is looked at.
    static func decode(
        _ mapping: MappingDecoder?, directory: String, stateDirectory: String?,
        secrets: SecretResolver?
    ) -> LedgerLocation? {
        let state = stateDirectory ?? ""
        let base = state.isEmpty ? directory : state
        guard var mapping else {
            return .sqlite(path: FilePathText.resolve("ledger.db", in: base))
        }
        defer { mapping.finish() }
        if mapping.node("url")?.pairs != nil { return reference(in: &mapping, secrets) }
        let url = mapping.requiredString("url")
        guard let url else { return nil }
        if url.value.hasPrefix("sqlite:") {
            var path = String(url.value.dropFirst("sqlite:".count))
            if path.hasPrefix("///") { path.removeFirst(2) }
            guard !path.isEmpty, !path.hasPrefix("//") else {
                mapping.mistake("url", "expected sqlite:PATH, such as sqlite:ledger.db")
                return nil
            }
            return .sqlite(path: FilePathText.resolve(path, in: base))
        }
        if url.value.hasPrefix("postgresql://") || url.value.hasPrefix("postgres://") {
            return postgresql(url.value, in: mapping)
        }
        mapping.mistake("url", forms)
        return nil
    }

    private static func postgresql(_ text: String, in mapping: MappingDecoder) -> LedgerLocation? {
        let url = PostgresURLText(text)
        for mistake in url.mistakes { mapping.mistake("url", mistake) }
        if url.hasPassword {
            mapping.warning(
                "url",
                "the password stands in the configuration; put it into the file that PGPASSFILE "
                    + "names, or use certificates")
        }
        return url.mistakes.isEmpty ? .postgresql(url: .literal(Secret(text))) : nil
    }

    /// `{env: NAME}` or `{file: PATH}`, which hold a URL.
    private static func reference(
        in mapping: inout MappingDecoder, _ secrets: SecretResolver?
    ) -> LedgerLocation? {
        guard let reference = mapping.secret("url")?.value else { return nil }
        if let secrets {
            do throws(FileAccessError) {
                _ = try url(of: reference, secrets)
            } catch {
                mapping.mistake("url", error.description)
            }
        }
        return .postgresql(url: reference)
    }

    /// The URL of a PostgreSQL database, secrets included.
    ///
    /// - Throws: `FileAccessError` that says what cannot be read, or what is wrong with the URL.
    package static func url(
        of reference: SecretReference, _ secrets: SecretResolver
    ) throws(FileAccessError) -> Secret {
        let secret = try secrets.resolve(reference)
        let text = secret.exposed
        guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") else {
            throw FileAccessError(
                "what it names is no URL of PostgreSQL; write postgresql://USER@HOST/DATABASE")
        }
        if let mistake = PostgresURLText(text).mistakes.first {
            throw FileAccessError("the URL that it names: \(mistake)")
        }
        return secret
    }
}
