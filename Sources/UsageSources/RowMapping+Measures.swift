// The quantities of a row: `credits`, or `measures` with their rates.

import Credits
import ExactJSON
import PositionedYAML

extension RowMapping {
    /// Decodes `credits`, or `measures` and `credits_per_unit`; nil after a mistake.
    static func measures(in map: inout MappingDecoder) -> [Measure]? {
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
            return credits(in: &map).map { [$0] }
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
            guard let measure = measure(entry, rates: rates, units: &units) else { continue }
            measures.append(measure)
        }
        rates.reportUnused(units, in: map)
        return measures.count == list.count ? measures : nil
    }

    private static func credits(in map: inout MappingDecoder) -> Measure? {
        guard let node = map.node("credits") else {
            map.mistake("credits", "expected a path such as $.credits")
            return nil
        }
        guard node.pairs != nil, var credits = map.mapping("credits") else {
            return map.path("credits", shape: .singular).map { path in
                Measure(unit: creditsUnit, path: path, scale: .one, creditsPerUnit: .one)
            }
        }
        let path = credits.requiredPath("path", shape: .singular)
        let scale = credits.rate("scale")
        _ = credits.choice("type", of: ["decimal"])
        credits.refuseLater(["of", "sum"])
        credits.finish()
        return path.map {
            Measure(unit: creditsUnit, path: $0, scale: scale ?? .one, creditsPerUnit: .one)
        }
    }

    private static func measure(
        _ entry: MappingDecoder, rates: Rates, units: inout Set<String>
    ) -> Measure? {
        var entry = entry
        let unit = entry.requiredString("unit")
        let path = entry.requiredPath("path", shape: .singular)
        let scale = entry.rate("scale")
        let ownRate = entry.rate("credits_per_unit")
        let isRateWritten = entry.contains("credits_per_unit")
        _ = entry.choice("type", of: ["decimal"])
        entry.refuseLater(["of", "sum"])
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
        let standard: ExactDecimal? = unit.value == creditsUnit ? .one : nil
        guard let rate = ownRate ?? rates.rate(of: unit.value) ?? standard else {
            if !isRateWritten {
                entry.mistake(
                    "unit",
                    "no rate for `\(unit.value)`: write `credits_per_unit` here or under `map`")
            }
            return nil
        }
        return path.map {
            Measure(unit: unit.value, path: $0, scale: scale ?? .one, creditsPerUnit: rate)
        }
    }
}

/// The key `credits_per_unit` of a mapping: one rate for all units, or one for each.
private struct Rates {
    private var common: ExactDecimal?
    private var byUnit: [(unit: Positioned<String>, rate: ExactDecimal)] = []

    init(in map: inout MappingDecoder) {
        guard let node = map.node("credits_per_unit") else { return }
        guard node.pairs != nil, var rates = map.mapping("credits_per_unit") else {
            common = map.rate("credits_per_unit")
            return
        }
        for key in rates.keys {
            guard let rate = rates.rate(key.value) else { continue }
            byUnit.append((key, rate))
        }
        rates.finish()
    }

    func rate(of unit: String) -> ExactDecimal? {
        byUnit.first { $0.unit.value == unit }?.rate ?? common
    }

    func reportUnused(_ units: Set<String>, in map: MappingDecoder) {
        for (unit, _) in byUnit where !units.contains(unit.value) {
            map.mistakes.add(
                "\(map.field(of: "credits_per_unit")).\(unit.value): no measure has this unit",
                at: unit.position)
        }
    }
}

extension MappingDecoder {
    /// An exact number of 0 or more; nil when absent, or after a mistake.
    fileprivate mutating func rate(_ key: String) -> ExactDecimal? {
        guard let text = decimal(key) else { return nil }
        do throws(AmountError) {
            let rate = try ExactDecimal(text.value)
            if !rate.isNegative { return rate }
            mistake(key, "must be 0 or more, found \(text.value)")
        } catch {
            mistake(key, error.description)
        }
        return nil
    }
}
