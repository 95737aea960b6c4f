// Decodes what names a row's key: `product` and `dims`.

import Credits
import ExactJSON
import PositionedYAML

extension RowMapping {
    /// The most dimensions of a key.
    private static let maximumDimensions = 8

    static func product(in map: inout MappingDecoder, _ known: LevelNames) -> ProductField? {
        guard map.require("product"), let node = map.node("product") else { return nil }
        guard node.pairs != nil, var product = map.mapping("product") else {
            return plainPath("product", of: "product", in: &map, known).map(ProductField.path)
        }
        defer { product.finish() }
        if product.contains("value") {
            return product.identifier("value", of: "product").map(ProductField.constant)
        }
        return text(in: &product, known, of: "product").map(ProductField.path)
    }

    static func dimensions(
        in map: inout MappingDecoder, _ known: LevelNames
    ) -> [DimensionField]? {
        guard map.node("dims") != nil else { return [] }
        guard var dims = map.mapping("dims") else { return nil }
        if dims.keys.count > maximumDimensions {
            map.mistake("dims", "holds more than \(maximumDimensions) dimensions")
            return nil
        }
        var fields: [DimensionField] = []
        for key in dims.keys {
            if let mistake = Identifier.mistake(in: key.value) {
                dims.mistakes.add("\(dims.field): the name \(mistake)", at: key.position)
                continue
            }
            guard dims.require(key.value) else { continue }
            guard dims.node(key.value)?.pairs != nil, var dim = dims.mapping(key.value) else {
                let text = plainPath(key.value, of: "value", in: &dims, known)
                guard let text else { continue }
                fields.append(DimensionField(name: key.value, constant: nil, text: text))
                continue
            }
            if dim.contains("value") {
                let value = dim.identifier("value", of: "dimension")
                dim.finish()
                guard let value else { continue }
                fields.append(DimensionField(name: key.value, constant: value, text: nil))
                continue
            }
            let text = text(in: &dim, known, of: "dimension")
            dim.finish()
            guard let text else { continue }
            fields.append(DimensionField(name: key.value, constant: nil, text: text))
        }
        dims.finish()
        return fields.count == dims.keys.count ? fields.sorted { $0.name < $1.name } : nil
    }

    /// A string is a path of the innermost level.
    private static func plainPath(
        _ key: String, of what: String, in map: inout MappingDecoder, _ known: LevelNames
    ) -> TextField? {
        if let text = map.node(key)?.text, !text.hasPrefix("$") {
            map.mistake(
                key,
                "a path begins with `$`; for one fixed \(what) write {value: \(text.prefix(60))}")
            return nil
        }
        return map.path(key, shape: .singular).map { path in
            TextField(
                source: FieldSource(level: known.innermost, place: .path(path)), names: [:],
                fallback: nil, nullAs: nil, isOptional: false)
        }
    }

    private static func text(
        in field: inout MappingDecoder, _ known: LevelNames, of what: String
    ) -> TextField? {
        let source = field.fieldSource(known)
        let names = names(in: &field)
        let fallback = field.identifier("default", of: what)
        let nullAs = field.identifier("null_as", of: what)
        let isOptional = field.boolean("optional")?.value ?? false
        return source.map {
            TextField(
                source: $0, names: names, fallback: fallback, nullAs: nullAs,
                isOptional: isOptional)
        }
    }

    private static func names(in field: inout MappingDecoder) -> [String: String] {
        var names: [String: String] = [:]
        for (vendor, own) in field.stringMap("map") ?? [] {
            if let mistake = Identifier.mistake(in: own.value) {
                field.mistakes.add(
                    "\(field.field(of: "map")).\(vendor.value): the identifier \(mistake)",
                    at: own.position)
            }
            names[vendor.value] = own.value
        }
        return names
    }
}
