// A figure that a report speaks of.

/// One unit of a report and where it comes from.
package struct VendorMeasure: Sendable {
    /// The unit, as users of the report would call it.
    package let unit: String
    /// The figure of a line.
    package let amount: @Sendable (VendorLine) -> SimulatedAmount

    /// A unit and its figure.
    package init(_ unit: String, _ amount: @escaping @Sendable (VendorLine) -> SimulatedAmount) {
        self.unit = unit
        self.amount = amount
    }

    /// A unit that is counted.
    package init(_ unit: String, count: @escaping @Sendable (VendorLine) -> Int64) {
        self.init(unit) { SimulatedAmount(micros: count($0) * 1_000_000) }
    }

    /// The price in US dollars.
    static let cost = VendorMeasure("usd") { $0.cost }
    /// The vendor's own credits.
    static let credits = VendorMeasure("credits") { $0.credits }
    /// Input tokens, cached ones included.
    static let input = VendorMeasure("input_tokens", count: \.inputTokens)
    /// Output tokens.
    static let output = VendorMeasure("output_tokens", count: \.outputTokens)
    /// Requests.
    static let requests = VendorMeasure("requests", count: \.requests)
}
