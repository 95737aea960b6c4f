// Where the ledger lives: `ledger.url`.

import PositionedYAML

/// The place of the ledger.
package enum LedgerLocation: Sendable, Hashable {
    /// An SQLite file.
    case sqlite(path: String)
    /// A PostgreSQL database; its URL may hold a password.
    case postgresql(url: Secret)

    private static let forms =
        "expected sqlite:PATH, such as sqlite:ledger.db, or postgresql://USER@HOST/DATABASE"

    /// Decodes the section `ledger`.
    ///
    /// A relative path is relative to `$STATE_DIRECTORY` when set, else to the configuration file.
    static func decode(
        _ mapping: MappingDecoder?, directory: String, stateDirectory: String?
    ) -> LedgerLocation? {
        let state = stateDirectory ?? ""
        let base = state.isEmpty ? directory : state
        guard var mapping else {
            return .sqlite(path: FilePathText.resolve("ledger.db", in: base))
        }
        let url = mapping.requiredString("url")
        defer { mapping.finish() }
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
        return url.mistakes.isEmpty ? .postgresql(url: Secret(text)) : nil
    }
}
