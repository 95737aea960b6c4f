// What tells one total of a source from another.

import Credits
import ExactJSON

/// The identity of a total through all polls of its source.
package struct SeriesKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Identifier of the product.
    package let product: String
    /// Unit of the quantity.
    package let unit: String
    /// Further dimensions of the ledger's key, sorted by name.
    package let dimensions: [ReadingDimension]
    /// What tells totals of one product and unit apart; empty when there is one.
    package let name: String

    /// A total of a product.
    package init(
        product: String, unit: String, dimensions: [ReadingDimension] = [], name: String = ""
    ) {
        self.product = product
        self.unit = unit
        self.dimensions = dimensions.sorted()
        self.name = name
    }

    package static func < (left: SeriesKey, right: SeriesKey) -> Bool {
        if (left.product, left.unit) != (right.product, right.unit) {
            return (left.product, left.unit) < (right.product, right.unit)
        }
        if left.dimensions != right.dimensions {
            return left.dimensions.lexicographicallyPrecedes(right.dimensions)
        }
        return left.name < right.name
    }

    /// `chat tokens`, and the name in quotes when there is one.
    package var description: String {
        let names = dimensions.map(\.value) + (name.isEmpty ? [] : [name])
        return ([product, unit] + names.map(shown)).joined(separator: " ")
    }
}

extension SeriesKey {
    /// The columns that `json` writes.
    static let width = 4

    /// `product, unit, [dimension, value, …], name`.
    var json: [JSONValue] {
        [
            .string(product), .string(unit), ReadingDimension.json(dimensions), .string(name),
        ]
    }

    /// Reads what `json` wrote at the beginning of a row.
    init(_ row: [JSONValue], _ reader: StateReader) throws(PollFailure) {
        self.init(
            product: try reader.text(row[0]), unit: try reader.text(row[1]),
            dimensions: try reader.dimensions(row[2]), name: try reader.text(row[3]))
    }
}

extension ReadingDimension {
    /// `[name, value, name, value …]`.
    static func json(_ dimensions: [ReadingDimension]) -> JSONValue {
        .array(dimensions.flatMap { [.string($0.name), .string($0.value)] })
    }
}

extension StateReader {
    /// Reads what `ReadingDimension.json` wrote.
    func dimensions(_ value: JSONValue) throws(PollFailure) -> [ReadingDimension] {
        let texts = value.arrayValue ?? []
        var dimensions: [ReadingDimension] = []
        for index in stride(from: 0, to: texts.count - 1, by: 2) {
            dimensions.append(
                ReadingDimension(name: try text(texts[index]), value: try text(texts[index + 1])))
        }
        return dimensions
    }
}
