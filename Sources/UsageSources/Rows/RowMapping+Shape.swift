// Decodes how a body holds its rows: `shape` and the keys that go with it.

import ExactJSON
import PositionedYAML

extension RowMapping {
    private static let shapes = ["json", "table", "zip", "ndjson", "csv"]

    /// The keys of shapes, with the shape that each belongs to.
    private static let keys = [
        (key: "columns", shape: "table"), (key: "axis", shape: "zip"),
        (key: "values", shape: "zip"), (key: "csv", shape: "csv"),
    ]

    /// Decodes the shape; nil after a mistake.
    static func shape(in map: inout MappingDecoder) -> RowShape? {
        let word = map.choice("shape", of: shapes)
        if word == nil, map.node("shape") != nil { return nil }
        let name = word?.value ?? "json"
        for (key, shape) in keys where shape != name && map.node(key) != nil {
            map.mistake(key, "goes with `shape: \(shape)`")
        }
        switch name {
        case "table":
            return map.requiredPath("columns", shape: .any).map(RowShape.table)
        case "zip":
            let axis = map.requiredPath("axis", shape: .singular)
            let values = map.requiredPath("values", shape: .singular)
            guard let axis, let values else { return nil }
            return .zip(axis: axis, values: values)
        case "ndjson": return .lines
        case "csv": return csv(in: &map).map(RowShape.csv)
        default: return .json
        }
    }

    private static func csv(in map: inout MappingDecoder) -> CSVFormat? {
        let standard = CSVFormat(delimiter: UInt8(ascii: ","), decimalMark: ".")
        guard map.node("csv") != nil else { return standard }
        guard var csv = map.mapping("csv") else { return nil }
        let delimiter = csv.string("delimiter")
        let mark = csv.choice("decimal_mark", of: [".", ","])
        csv.finish()
        let bytes = delimiter.map { Array($0.value.utf8) } ?? [standard.delimiter]
        let allowed = ",;\t|:".utf8
        guard bytes.count == 1, allowed.contains(bytes[0]) else {
            csv.mistake("delimiter", "expected one of `,` `;` `|` `:` and a tab (\"\\t\")")
            return nil
        }
        let format = CSVFormat(
            delimiter: bytes[0],
            decimalMark: mark?.value.first ?? standard.decimalMark)
        return format
    }
}
