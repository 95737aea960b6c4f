// Fields of rows in a configuration file: where they stand, and zones.

import Credits
import ExactJSON
import PositionedYAML

extension MappingDecoder {
    /// The level that `of` names, the innermost without it; a wrong name is a mistake.
    mutating func level(_ known: LevelNames) -> Int {
        guard let name = string("of") else { return known.innermost }
        if !name.value.isEmpty, let level = known.names.firstIndex(of: name.value) { return level }
        let names = known.names.filter { !$0.isEmpty }.map { "`\($0)`" }
        mistake(
            "of",
            names.isEmpty
                ? "names a level of `rows`, which has none; write `rows` as a list of {as, path}"
                : "`\(name.value)` is no level of `rows`; there is \(names.joined(separator: ", "))"
        )
        return known.innermost
    }

    /// `path` or `key: true`, with `of`; nil after a mistake.
    mutating func fieldSource(_ known: LevelNames) -> FieldSource? {
        let level = level(known)
        guard contains("key") else {
            return requiredPath("path", shape: .singular)
                .map { FieldSource(level: level, place: .path($0)) }
        }
        if contains("path") {
            mistake("key", "goes without `path`: the value is the name of the node itself")
            return nil
        }
        guard let flag = requiredBoolean("key") else { return nil }
        guard flag.value else {
            mistake("key", "can only be true; otherwise write `path`")
            return nil
        }
        return FieldSource(level: level, place: .key)
    }

    /// The calendar of an IANA zone; nil when absent, or after a mistake.
    mutating func timeZone(_ key: String) -> ZonedCalendar? {
        guard let zone = string(key) else { return nil }
        if let calendar = ZonedCalendar(identifier: zone.value) { return calendar }
        mistake(key, "\"\(zone.value)\" is no IANA time zone; write one such as Europe/Berlin")
        return nil
    }

    /// An identifier; nil when absent, or after a mistake.
    mutating func identifier(_ key: String, of what: String) -> String? {
        guard let text = string(key) else {
            // `value:` with nothing behind it chooses nothing.
            if key == "value" { mistake(key, "expected the identifier of a \(what)") }
            return nil
        }
        guard let mistake = Identifier.mistake(in: text.value) else { return text.value }
        self.mistake(key, "the identifier \(mistake)")
        return nil
    }
}
