// Decodes `map.balance`, and the key `balance` of a source.

import Credits
import ExactJSON
import PositionedYAML

/// What `map.balance` says.
struct BalanceMapping {
    /// Where the figures stand.
    let fields: BalanceRules.Fields
    /// The unit, the scale and the rate.
    let measure: Measure
}

extension BalanceMapping {
    /// Decodes `map.balance`; nil after a mistake.
    static func decode(
        from map: inout MappingDecoder, _ known: LevelNames
    ) -> BalanceMapping? {
        for key in ["credits", "measures"] where map.contains(key) {
            map.mistake(key, "style `balance` reads `map.balance` instead; remove it")
        }
        guard var balance = map.requiredMapping("balance") else { return nil }
        defer { balance.finish() }
        let granted = balance.path("granted", shape: .singular)
        let used = balance.path("used", shape: .singular)
        let remaining = balance.path("remaining", shape: .singular)
        let limit = balance.path("limit", shape: .singular)
        let measure = measure(in: &balance, known, path: used ?? remaining)
        let fields: BalanceRules.Fields
        switch (granted, used, remaining, limit) {
        case (let granted?, let used?, let remaining, nil):
            fields = .granted(granted, used: used, remaining: remaining)
        case (nil, nil, let remaining?, let limit):
            fields = .remaining(remaining, limit: limit)
        default:
            balance.mistakes.add(
                "\(balance.field): expected `granted` and `used` (and `remaining`), or "
                    + "`remaining` (and `limit`)", at: balance.position)
            return nil
        }
        return measure.map { BalanceMapping(fields: fields, measure: $0) }
    }

    private static func measure(
        in balance: inout MappingDecoder, _ known: LevelNames, path: JSONPath?
    ) -> Measure? {
        let unit = balance.string("unit")?.value ?? RowMapping.creditsUnit
        let scale = balance.positiveDecimal("scale")
        let rate = balance.rates("credits_per_unit")
        if let mistake = Identifier.mistake(in: unit) {
            balance.mistake("unit", "the unit \(mistake)")
            return nil
        }
        let level = known.innermost
        guard let table = rate ?? (unit == RowMapping.creditsUnit ? .one : nil) else {
            if !balance.contains("credits_per_unit") {
                balance.mistake("unit", "no rate for `\(unit)`: write `credits_per_unit` here")
            }
            return nil
        }
        return path.map {
            Measure(
                unit: unit, terms: [FieldSource(level: level, place: .path($0))], kind: .decimal,
                scale: scale ?? .one, nullAs: nil, isOptional: false, creditsPerUnit: table)
        }
    }
}

extension BalanceRules {
    /// Decodes the key `balance`: `reset`, `time_zone`, `first`, `on_decrease`, `midnight`,
    /// `series`, `forget_after`.
    static func decode(
        from source: inout MappingDecoder, _ mapping: BalanceMapping
    ) -> BalanceRules {
        var rules = CounterRules()
        if var balance = source.mapping("balance") {
            rules = CounterRules.decode(from: &balance, .balance)
            if case .remaining(_, let limit) = mapping.fields {
                if balance.contains("on_decrease") {
                    balance.mistake(
                        "on_decrease", "goes with `used`; what is left may rise at any time")
                }
                if limit == nil, balance.contains("reset") {
                    balance.mistake(
                        "reset", "needs `map.balance.limit`, or nobody knows what a reset refills")
                }
            }
            balance.finish()
        }
        return BalanceRules(fields: mapping.fields, counter: rules)
    }
}

extension MappingDecoder {
    /// An exact number above 0; nil when absent, or after a mistake.
    mutating func positiveDecimal(_ key: String) -> ExactDecimal? {
        guard let text = decimal(key) else { return nil }
        do throws(AmountError) {
            let value = try ExactDecimal(text.value)
            if !value.isNegative, value != .zero { return value }
            mistake(key, "must be more than 0, found \(text.value)")
        } catch {
            mistake(key, error.description)
        }
        return nil
    }
}
