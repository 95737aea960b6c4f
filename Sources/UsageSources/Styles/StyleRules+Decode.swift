// Decodes what a source's style asks for beyond the common keys, and refuses what belongs to
// another style.

import Credits
import ExactJSON
import PositionedYAML

extension StyleRules {
    /// The rules of a style and the mapping that goes with it; nil after a mistake.
    static func decode(
        _ style: SourceStyle, from source: inout MappingDecoder
    ) -> (rules: StyleRules, mapping: RowMapping, outsideWindow: OutsideWindowRule?)? {
        refuseForeignKeys(style, in: &source)
        if style == .prometheus { return prometheus(from: &source) }
        let rows = RowMapping.decode(from: &source, style: style)
        let rules: StyleRules?
        switch style {
        case .daily, .prometheus: rules = .daily
        case .counter:
            var counter = CounterRules()
            if var keys = source.mapping("counter") {
                counter = CounterRules.decode(from: &keys, .counter)
                keys.finish()
            }
            rules = .counter(counter)
        case .events:
            rules = .events(EventRules.decode(from: &source, day: rows.mapping?.day))
        case .balance:
            rules = rows.balance.map { .balance(BalanceRules.decode(from: &source, $0)) }
        }
        guard let rules, let mapping = rows.mapping else { return nil }
        return (rules, mapping, rows.outsideWindow)
    }

    private static func prometheus(
        from source: inout MappingDecoder
    ) -> (rules: StyleRules, mapping: RowMapping, outsideWindow: OutsideWindowRule?)? {
        guard let decoded = PrometheusRules.decode(from: &source) else { return nil }
        let rules = decoded.rules
        return RowMapping.exposition(rules, rate: decoded.rate)
            .map { (.prometheus(rules), $0, nil) }
    }

    private static func refuseForeignKeys(_ style: SourceStyle, in source: inout MappingDecoder) {
        let written = Set(source.keys.map(\.value))
        for other in [SourceStyle.counter, .events, .balance, .prometheus]
        where other != style && written.contains(other.rawValue) {
            _ = source.contains(other.rawValue)
            source.mistake(other.rawValue, "goes with `style: \(other.rawValue)`; remove it")
        }
        guard style != .daily, style != .events else { return }
        for key in ["absent", "outside_window"] where written.contains(key) {
            _ = source.contains(key)
            source.mistake(key, "goes with rows of days; style `\(style.rawValue)` has none")
        }
        if style == .prometheus, written.contains("paginate") {
            source.mistake("paginate", "an exposition is one page; remove it")
        }
    }
}

extension SourceDefinition {
    /// What a request says it accepts when it names nothing itself.
    var accept: String {
        // OpenMetrics first: its end mark proves the body whole.
        if case .prometheus = rules {
            return "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
        }
        return mapping.shape.accept
    }

    /// The content type that a saved answer had, as far as it shows.
    package func savedType(of body: [UInt8]) -> String {
        guard case .prometheus = rules else { return mapping.shape.accept }
        let end = Array("# EOF".utf8)
        let rest = body.reversed().drop { $0 == 0x0A || $0 == 0x0D || $0 == 0x20 }
        return rest.starts(with: end.reversed())
            ? "application/openmetrics-text; version=1.0.0" : "text/plain; version=0.0.4"
    }
}

extension RowMapping {
    /// The mapping of expositions, which have series instead of rows.
    static func exposition(_ rules: PrometheusRules, rate: RateTable) -> RowMapping? {
        guard let root = try? JSONPath("$") else { return nil }
        let source = FieldSource(level: 0, place: .path(root))
        let product: ProductField =
            if case .constant(let product) = rules.product {
                .constant(product)
            } else {
                .path(
                    TextField(
                        source: source, names: [:], fallback: nil, nullAs: nil, isOptional: false))
            }
        let measure = Measure(
            unit: rules.unit, terms: [source], kind: .decimal, scale: rules.scale, nullAs: nil,
            isOptional: false, creditsPerUnit: rate)
        return RowMapping(
            shape: .json, levels: [RowLevel(name: "", path: root, isOptional: true)], filters: [],
            day: DayField(start: nil, end: nil, zone: nil), product: product, dimensions: [],
            measures: [measure])
    }

    /// The day of a row; rows of totals and balances have none.
    static func undatedDay(_ style: SourceStyle, in map: inout MappingDecoder) -> DayField? {
        if map.keys.contains(where: { $0.value == "day" }), map.contains("day") {
            map.mistake(
                "day",
                "style `\(style.rawValue)` counts when it is polled; remove it, or use style "
                    + "`daily` or `events`")
        }
        return DayField(start: nil, end: nil, zone: nil)
    }

    /// Decodes `map.balance` for the style that reads it; any other one refuses it.
    static func balance(
        in map: inout MappingDecoder, _ known: LevelNames, style: SourceStyle
    ) -> BalanceMapping? {
        if style == .balance { return BalanceMapping.decode(from: &map, known) }
        if map.keys.contains(where: { $0.value == "balance" }), map.contains("balance") {
            map.mistake("balance", "goes with `style: balance`; remove it")
        }
        return nil
    }
}
