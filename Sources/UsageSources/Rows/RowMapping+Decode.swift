// Decodes the key `map` of a source.

import Credits
import ExactJSON
import PositionedYAML

/// What the fields of a mapping may name: its levels.
struct LevelNames {
    /// Names in order, the innermost last; "" for one that cannot be named.
    let names: [String]

    /// The index of the innermost level.
    var innermost: Int { names.count - 1 }
}

extension RowMapping {
    /// The names of the levels, as fields may name them.
    var levelNames: LevelNames {
        if case .zip = shape { return LevelNames(names: levels.map(\.name) + [""]) }
        return LevelNames(names: levels.map(\.name))
    }

    /// Decodes the mapping; its `outside_window` belongs to the source.
    static func decode(
        from source: inout MappingDecoder, style: SourceStyle
    ) -> (
        mapping: RowMapping?, outsideWindow: OutsideWindowRule?, balance: BalanceMapping?
    ) {
        guard var map = source.requiredMapping("map") else { return (nil, nil, nil) }
        let shape = shape(in: &map)
        let levels = levels(in: &map, shape: shape)
        var names = levels?.map(\.name) ?? [""]
        if case .zip = shape { names.append("") }
        let known = LevelNames(names: names)
        let filters = filters(in: &map, known)
        let day = style.hasDays ? day(in: &map, known) : undatedDay(style, in: &map)
        let product = product(in: &map, known)
        let dimensions = dimensions(in: &map, known)
        let balance = balance(in: &map, known, style: style)
        let measures =
            style == .balance ? balance.map { [$0.measure] } : measures(in: &map, known)
        let outside = map.choice("outside_window", of: OutsideWindowRule.allCases.map(\.rawValue))
        if map.node("organization") != nil {
            map.mistake(
                "organization",
                "organizations from rows are not available in this version; "
                    + "write `organization` beside `map`")
        }
        map.refuseRenamed("dimensions", to: "dims")
        map.finish()
        let rule = outside.flatMap { OutsideWindowRule(rawValue: $0.value) }
        guard let shape, let levels, let filters, let day, let product, let dimensions,
            let measures
        else { return (nil, rule, balance) }
        let mapping = RowMapping(
            shape: shape, levels: levels, filters: filters, day: day, product: product,
            dimensions: dimensions, measures: measures)
        return (mapping, rule, balance)
    }

    // MARK: Levels

    private static func levels(in map: inout MappingDecoder, shape: RowShape?) -> [RowLevel]? {
        let isOptional = map.boolean("optional")?.value ?? false
        let standard: String? =
            switch shape {
            case .zip: "$"
            case .lines, .csv: "$[*]"
            default: nil
            }
        if let standard, !map.contains("rows") {
            let path = try? JSONPath(standard)
            return path.map { [RowLevel(name: "", path: $0, isOptional: isOptional)] }
        }
        guard map.require("rows") else { return nil }
        guard map.node("rows")?.elements != nil else {
            let path = map.path("rows", shape: .any)
            return path.map { [RowLevel(name: "", path: $0, isOptional: isOptional)] }
        }
        guard let entries = map.mappings("rows") else { return nil }
        if entries.isEmpty || entries.count > 8 {
            map.mistake("rows", "expected from 1 to 8 levels")
            return nil
        }
        var levels: [RowLevel] = []
        for (index, var entry) in entries.enumerated() {
            let name = entry.requiredString("as")
            let path = entry.requiredPath("path", shape: .any)
            let mayLack = entry.boolean("optional")?.value ?? (index == 0 && isOptional)
            entry.finish()
            if let name, name.value.isEmpty { entry.mistake("as", "is empty") }
            if let name, levels.contains(where: { $0.name == name.value }) {
                entry.mistake("as", "`\(name.value)` names another level already")
                continue
            }
            guard let name, let path else { continue }
            levels.append(RowLevel(name: name.value, path: path, isOptional: mayLack))
        }
        return levels.count == entries.count ? levels : nil
    }

    // MARK: Filters

    private static func filters(
        in map: inout MappingDecoder, _ known: LevelNames
    ) -> [RowFilter]? {
        guard map.node("where") != nil else { return [] }
        guard let entries = map.mappings("where") else { return nil }
        var filters: [RowFilter] = []
        for var entry in entries {
            let source = entry.fieldSource(known)
            let condition = ValueCondition.decode(from: &entry, fillsIn: false)
            let isOptional = entry.boolean("optional")?.value ?? false
            let rule = entry.choice("else", of: ["reject", "ignore"])
            entry.finish()
            guard let source, let condition else { continue }
            filters.append(
                RowFilter(
                    source: source, condition: condition, isOptional: isOptional,
                    rejects: rule?.value != "ignore"))
        }
        return filters.count == entries.count ? filters : nil
    }

    // MARK: Day

    private static func day(in map: inout MappingDecoder, _ known: LevelNames) -> DayField? {
        guard map.require("day"), let node = map.node("day") else { return nil }
        guard node.pairs != nil, var day = map.mapping("day") else {
            return map.path("day", shape: .singular).map { path in
                let source = FieldSource(level: known.innermost, place: .path(path))
                return DayField(start: .init(source: source, format: .date), end: nil, zone: nil)
            }
        }
        if day.contains("from") {
            let word = day.requiredChoice("from", of: ["request"])
            day.finish()
            return word.map { _ in DayField(start: nil, end: nil, zone: nil) }
        }
        let source = day.fieldSource(known)
        let format = format(in: &day)
        let zone = day.timeZone("time_zone")
        let isAligned = day.boolean("aligned")?.value ?? false
        var end: DayField.Written?
        var isValid = true
        if day.node("end") != nil {
            let level = source?.level ?? known.innermost
            end = self.end(in: &day, known, level: level, format: format)
            isValid = end != nil
        }
        day.refuseRenamed("tz", to: "time_zone")
        day.finish()
        guard let source, isValid else { return nil }
        return DayField(
            start: .init(source: source, format: format), end: end, zone: zone,
            isAligned: isAligned)
    }

    private static func format(in day: inout MappingDecoder) -> DayField.Format {
        let type = day.choice("type", of: DayField.Format.allCases.map(\.rawValue))
        return type.flatMap { DayField.Format(rawValue: $0.value) } ?? .date
    }

    private static func end(
        in day: inout MappingDecoder, _ known: LevelNames, level: Int, format: DayField.Format
    ) -> DayField.Written? {
        guard day.node("end")?.pairs != nil, var end = day.mapping("end") else {
            // A path alone is written as the start is, and stands on the same level.
            return day.path("end", shape: .singular).map { path in
                .init(source: FieldSource(level: level, place: .path(path)), format: format)
            }
        }
        let hasOwnLevel = end.contains("of")
        let source = end.fieldSource(known)
        let hasOwnFormat = end.contains("type")
        let own = self.format(in: &end)
        end.finish()
        guard let source else { return nil }
        return .init(
            source: FieldSource(
                level: hasOwnLevel ? source.level : level, place: source.place),
            format: hasOwnFormat ? own : format)
    }
}
