// Decodes the key `map` of a source.

import Credits
import ExactJSON
import PositionedYAML

extension RowMapping {
    /// Decodes the mapping; its `outside_window` belongs to the source.
    static func decode(
        from source: inout MappingDecoder
    ) -> (mapping: RowMapping?, outsideWindow: OutsideWindowRule?) {
        guard var map = source.requiredMapping("map") else { return (nil, nil) }
        let rows = rows(in: &map)
        let isOptional = map.boolean("optional")?.value ?? false
        let day = day(in: &map)
        let product = product(in: &map)
        let measures = measures(in: &map)
        let outside = map.choice("outside_window", of: OutsideWindowRule.allCases.map(\.rawValue))
        if map.node("organization") != nil {
            map.mistake(
                "organization",
                "organizations from rows are not available in this version; "
                    + "write `organization` beside `map`")
        }
        map.refuseLater(["shape", "where", "dims", "balance"])
        map.finish()
        let rule = outside.flatMap { OutsideWindowRule(rawValue: $0.value) }
        guard let rows, let day, let product, let measures else { return (nil, rule) }
        let mapping = RowMapping(
            rows: rows, isOptional: isOptional, day: day, product: product, measures: measures)
        return (mapping, rule)
    }

    private static func rows(in map: inout MappingDecoder) -> JSONPath? {
        guard map.require("rows") else { return nil }
        if map.node("rows")?.elements != nil {
            map.mistake("rows", "levels of rows are not available in this version; write one path")
            return nil
        }
        return map.path("rows", shape: .any)
    }

    private static func day(in map: inout MappingDecoder) -> DayField? {
        guard map.require("day"), let node = map.node("day") else { return nil }
        guard node.pairs != nil, var day = map.mapping("day") else {
            return map.path("day", shape: .singular).map { DayField(path: $0, format: .date) }
        }
        let path = day.requiredPath("path", shape: .singular)
        let type = day.choice("type", of: DayField.Format.allCases.map(\.rawValue))
        day.refuseLater(["of", "from", "end"])
        day.finish()
        let format = type.flatMap { DayField.Format(rawValue: $0.value) } ?? .date
        return path.map { DayField(path: $0, format: format) }
    }

    private static func product(in map: inout MappingDecoder) -> ProductField? {
        guard map.require("product"), let node = map.node("product") else { return nil }
        guard node.pairs != nil, var product = map.mapping("product") else {
            if let text = node.text, !text.hasPrefix("$") {
                map.mistake(
                    "product",
                    "a path begins with `$`; for one fixed product write {value: "
                        + "\(text.prefix(60))}"
                )
                return nil
            }
            return map.path("product", shape: .singular).map { path in
                .path(.init(path: path, names: [:], fallback: nil, nullAs: nil))
            }
        }
        defer { product.finish() }
        if product.contains("value") {
            return product.identifier("value").map(ProductField.constant)
        }
        let path = product.requiredPath("path", shape: .singular)
        let names = names(in: &product)
        let fallback = product.identifier("default")
        let nullAs = product.identifier("null_as")
        product.refuseLater(["of", "key"])
        guard let path else { return nil }
        return .path(.init(path: path, names: names, fallback: fallback, nullAs: nullAs))
    }

    private static func names(in product: inout MappingDecoder) -> [String: String] {
        var names: [String: String] = [:]
        for (vendor, own) in product.stringMap("map") ?? [] {
            if let mistake = Identifier.mistake(in: own.value) {
                product.mistakes.add(
                    "\(product.field(of: "map")).\(vendor.value): the identifier \(mistake)",
                    at: own.position)
            }
            names[vendor.value] = own.value
        }
        return names
    }
}

extension MappingDecoder {
    /// An identifier; nil when absent, or after a mistake.
    fileprivate mutating func identifier(_ key: String) -> String? {
        guard let text = string(key) else {
            // `value:` with nothing behind it chooses nothing.
            if key == "value" { mistake(key, "expected the identifier of a product") }
            return nil
        }
        guard let mistake = Identifier.mistake(in: text.value) else { return text.value }
        self.mistake(key, "the identifier \(mistake)")
        return nil
    }
}
