// Decodes the key `prometheus` of a source.

import Credits
import ExactJSON
import PositionedYAML

extension PrometheusRules {
    /// Decodes the rules and the rate of their unit; nil after a mistake.
    static func decode(
        from source: inout MappingDecoder
    ) -> (rules: PrometheusRules, rate: RateTable)? {
        if source.contains("map") {
            source.mistake("map", "style `prometheus` reads `prometheus` instead; remove it")
        }
        guard var prometheus = source.requiredMapping("prometheus") else { return nil }
        defer { prometheus.finish() }
        let metric = metric(in: &prometheus)
        let conditions =
            conditions("match", isNegated: false, in: &prometheus)
            + conditions("except", isNegated: true, in: &prometheus)
        let product = product(in: &prometheus)
        let unit = prometheus.string("unit")?.value ?? RowMapping.creditsUnit
        if let mistake = Identifier.mistake(in: unit) {
            prometheus.mistake("unit", "the unit \(mistake)")
        }
        let scale = prometheus.positiveDecimal("scale")
        let written = prometheus.rates("credits_per_unit")
        let counter = CounterRules.decode(from: &prometheus, .prometheus)
        let rate = written ?? (unit == RowMapping.creditsUnit ? .one : nil)
        if rate == nil, !prometheus.contains("credits_per_unit") {
            prometheus.mistake("unit", "no rate for `\(unit)`: write `credits_per_unit` here")
        }
        guard let metric, let product, let rate else { return nil }
        let rules = PrometheusRules(
            metric: metric, conditions: conditions, product: product, unit: unit,
            scale: scale ?? .one, counter: counter)
        return (rules, rate)
    }

    private static func metric(in mapping: inout MappingDecoder) -> String? {
        guard let metric = mapping.requiredString("metric") else { return nil }
        let isName =
            metric.value.first.map { !$0.isNumber } ?? false
            && metric.value.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
                default: false
                }
            }
        if isName { return metric.value }
        mapping.mistake(
            "metric",
            "expected the name of a counter's samples, such as requests_total; labels are chosen "
                + "by `match` and `except`")
        return nil
    }

    private static func conditions(
        _ key: String, isNegated: Bool, in mapping: inout MappingDecoder
    ) -> [LabelCondition] {
        guard var labels = mapping.mapping(key) else { return [] }
        defer { labels.finish() }
        return labels.keys.compactMap { name in
            let isList = labels.node(name.value)?.elements != nil
            let values =
                isList
                ? labels.strings(name.value)?.map(\.value)
                : labels.string(name.value).map { [$0.value] }
            return values.map {
                LabelCondition(name: name.value, values: $0, isNegated: isNegated)
            }
        }
    }

    private static func product(in mapping: inout MappingDecoder) -> SeriesProduct? {
        guard var product = mapping.requiredMapping("product") else { return nil }
        defer { product.finish() }
        let value = product.string("value")
        let label = product.string("label")
        switch (value, label) {
        case (let value?, nil):
            if let mistake = Identifier.mistake(in: value.value) {
                product.mistake("value", "the identifier \(mistake)")
                return nil
            }
            return .constant(value.value)
        case (nil, let label?):
            var names: [String: String] = [:]
            for (vendor, own) in product.stringMap("map") ?? [] {
                names[vendor.value] = own.value
            }
            let fallback = product.string("default")?.value
            for identifier in names.values.sorted() + (fallback.map { [$0] } ?? []) {
                if let mistake = Identifier.mistake(in: identifier) {
                    product.mistake("label", "the identifier \(shown(identifier)) \(mistake)")
                }
            }
            return .label(.init(name: label.value, names: names, fallback: fallback))
        default:
            product.mistakes.add(
                "\(product.field): expected exactly one of `value` and `label`",
                at: product.position)
            return nil
        }
    }
}
