// The quantities of a row: `credits`, or `measures` with their rates.

import Credits
import ExactJSON
import PositionedYAML

extension RowMapping {
    /// Decodes `credits`, or `measures` and `credits_per_unit`; nil after a mistake.
    static func measures(in map: inout MappingDecoder, _ known: LevelNames) -> [Measure]? {
        let hasCredits = map.contains("credits")
        let hasMeasures = map.contains("measures")
        guard hasCredits != hasMeasures else {
            map.mistakes.add(
                "\(map.field): expected exactly one of `credits` and `measures`", at: map.position)
            _ = map.contains("credits_per_unit")
            return nil
        }
        if hasCredits {
            if map.contains("credits_per_unit") {
                map.mistake(
                    "credits_per_unit", "goes with `measures`; `credits` are credits already")
            }
            return credits(in: &map, known).map { [$0] }
        }
        let rates = Rates(in: &map)
        guard let list = map.mappings("measures") else { return nil }
        if list.isEmpty {
            map.mistake("measures", "expected at least one measure")
            return nil
        }
        var measures: [Measure] = []
        var units: Set<String> = []
        for entry in list {
            guard let measure = measure(entry, known, rates: rates, units: &units) else {
                continue
            }
            measures.append(measure)
        }
        rates.reportUnused(units, in: map)
        return measures.count == list.count ? measures : nil
    }

    private static func credits(
        in map: inout MappingDecoder, _ known: LevelNames
    ) -> Measure? {
        guard let node = map.node("credits") else {
            map.mistake("credits", "expected a path such as $.credits")
            return nil
        }
        guard node.pairs != nil, var credits = map.mapping("credits") else {
            return map.path("credits", shape: .singular).map { path in
                Measure(
                    unit: creditsUnit,
                    terms: [FieldSource(level: known.innermost, place: .path(path))],
                    kind: .decimal, scale: .one, nullAs: nil, isOptional: false,
                    creditsPerUnit: .one)
            }
        }
        let number = number(in: &credits, known)
        credits.finish()
        return number.map { $0.measure(of: creditsUnit, creditsPerUnit: .one) }
    }

    private static func measure(
        _ entry: MappingDecoder, _ known: LevelNames, rates: Rates, units: inout Set<String>
    ) -> Measure? {
        var entry = entry
        let unit = entry.requiredString("unit")
        let number = number(in: &entry, known)
        let ownRate = entry.rates("credits_per_unit")
        let isRateWritten = entry.contains("credits_per_unit")
        entry.finish()
        guard let unit else { return nil }
        if let mistake = Identifier.mistake(in: unit.value) {
            entry.mistake("unit", "the unit \(mistake)")
            return nil
        }
        guard units.insert(unit.value).inserted else {
            entry.mistake(
                "unit", "`\(unit.value)` is measured twice; give each measure its own unit")
            return nil
        }
        let standard: RateTable? = unit.value == creditsUnit ? .one : nil
        guard let rate = ownRate ?? rates.rate(of: unit.value) ?? standard else {
            if !isRateWritten, !rates.isBroken {
                entry.mistake(
                    "unit",
                    "no rate for `\(unit.value)`: write `credits_per_unit` here or under `map`")
            }
            return nil
        }
        return number?.measure(of: unit.value, creditsPerUnit: rate)
    }

    // MARK: Numbers

    /// A number of a row, without its unit.
    private struct Number {
        let terms: [FieldSource]
        let kind: Measure.Kind
        let scale: ExactDecimal
        let nullAs: ExactDecimal?
        let isOptional: Bool

        func measure(of unit: String, creditsPerUnit: RateTable) -> Measure {
            Measure(
                unit: unit, terms: terms, kind: kind, scale: scale, nullAs: nullAs,
                isOptional: isOptional, creditsPerUnit: creditsPerUnit)
        }
    }

    private static func number(in entry: inout MappingDecoder, _ known: LevelNames) -> Number? {
        let terms = terms(in: &entry, known)
        let scale = entry.nonNegative("scale")
        let type = entry.choice("type", of: Measure.Kind.allCases.map(\.rawValue))
        let nullAs = entry.exact("null_as")
        let isOptional = entry.boolean("optional")?.value ?? false
        return terms.map {
            Number(
                terms: $0, kind: type.flatMap { Measure.Kind(rawValue: $0.value) } ?? .decimal,
                scale: scale ?? .one, nullAs: nullAs, isOptional: isOptional)
        }
    }

    /// `path`, or `sum` of several.
    private static func terms(
        in entry: inout MappingDecoder, _ known: LevelNames
    ) -> [FieldSource]? {
        let level = entry.level(known)
        guard entry.contains("sum") else {
            return entry.requiredPath("path", shape: .singular)
                .map { [FieldSource(level: level, place: .path($0))] }
        }
        if entry.contains("path") {
            entry.mistake("sum", "goes without `path`; list every part under `sum`")
            return nil
        }
        guard entry.require("sum"), let texts = entry.strings("sum") else { return nil }
        if texts.isEmpty || texts.count > 32 {
            entry.mistake("sum", "expected from 1 to 32 paths")
            return nil
        }
        var terms: [FieldSource] = []
        for (index, text) in texts.enumerated() {
            let field = "\(entry.field(of: "sum"))[\(index)]"
            guard
                let path = MappingDecoder.path(
                    text, shape: .singular, field: field, into: entry.mistakes)
            else { continue }
            let term = FieldSource(level: level, place: .path(path))
            if terms.contains(term) {
                entry.mistakes.add("\(field): is listed twice", at: text.position)
                continue
            }
            terms.append(term)
        }
        return terms.count == texts.count ? terms : nil
    }
}

/// The key `credits_per_unit` of a mapping: rates for all units, or for each.
private struct Rates {
    private var common: RateTable?
    private var byUnit: [(unit: Positioned<String>, rate: RateTable?)] = []
    /// Whether a mistake was made, so that a missing rate is not worth another.
    private(set) var isBroken = false

    init(in map: inout MappingDecoder) {
        guard let node = map.node("credits_per_unit") else { return }
        guard node.pairs != nil, var rates = map.mapping("credits_per_unit") else {
            common = map.rates("credits_per_unit")
            isBroken = common == nil
            return
        }
        for key in rates.keys {
            let rate = rates.rates(key.value)
            if rate == nil { isBroken = true }
            byUnit.append((key, rate))
        }
        rates.finish()
    }

    func rate(of unit: String) -> RateTable? {
        byUnit.first { $0.unit.value == unit }?.rate ?? common
    }

    func reportUnused(_ units: Set<String>, in map: MappingDecoder) {
        for (unit, rate) in byUnit where rate != nil && !units.contains(unit.value) {
            map.mistakes.add(
                "\(map.field(of: "credits_per_unit")).\(unit.value): no measure has this unit",
                at: unit.position)
        }
    }
}
