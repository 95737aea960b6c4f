// Sums of lines that agree in what a request groups by.

/// Lines that are reported as one row.
package struct VendorGroup {
    /// The values of the dimensions, in the order asked for; nil: the vendor says null.
    package let values: [String?]
    /// The lines, at least one.
    package var lines: [VendorLine]

    /// The sum of a figure.
    package func sum(_ figure: (VendorLine) -> Int64) -> Int64 {
        lines.reduce(0) { $0 + figure($1) }
    }

    /// The price.
    package var cost: SimulatedAmount { SimulatedAmount(micros: sum { $0.cost.micros }) }

    /// The credits.
    package var credits: SimulatedAmount { SimulatedAmount(micros: sum { $0.credits.micros }) }

    /// The groups of lines, in the order in which they first occur.
    package static func groups(
        of lines: [VendorLine], by dimensions: [(VendorLine) -> String?]
    ) -> [VendorGroup] {
        var groups: [VendorGroup] = []
        for line in lines {
            let values = dimensions.map { $0(line) }
            if let index = groups.firstIndex(where: { $0.values == values }) {
                groups[index].lines.append(line)
            } else {
                groups.append(VendorGroup(values: values, lines: [line]))
            }
        }
        return groups
    }
}

extension JSONText {
    /// A JSON string, or null.
    static func optional(_ text: String?) -> String { text.map(quoted) ?? "null" }

    /// A JSON boolean.
    static func flag(_ flag: Bool) -> String { flag ? "true" : "false" }
}
