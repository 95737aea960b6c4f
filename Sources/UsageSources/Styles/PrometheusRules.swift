// The rules of expositions: the key `prometheus` of a source.

import Credits

/// A condition on a label.
package struct LabelCondition: Sendable, Hashable {
    /// Name of the label.
    package let name: String
    /// The values that are taken; an empty one takes samples without the label.
    package let values: [String]
    /// Whether all other values are taken instead.
    package let isNegated: Bool

    /// A condition on a label.
    package init(name: String, values: [String], isNegated: Bool = false) {
        self.name = name
        self.values = values
        self.isNegated = isNegated
    }
}

/// What the product of a series is.
package enum SeriesProduct: Sendable, Hashable {
    /// Every series is about this product.
    case constant(String)
    /// A label says it.
    case label(Label)

    /// A product that a label says, under the vendor's name.
    package struct Label: Sendable, Hashable {
        /// Name of the label.
        package let name: String
        /// The vendor's names and ours.
        package let names: [String: String]
        /// The product of names that `names` lacks; nil takes them as they are.
        package let fallback: String?
    }
}

/// The rules of an exposition. Source: reference on sources, section 2.5.
package struct PrometheusRules: Sendable, Equatable {
    /// The sample name, as in text 0.0.4 (`requests_total`). Key `metric`.
    package let metric: String
    /// Which series are taken; all conditions must hold. Keys `match` and `except`.
    package let conditions: [LabelCondition]
    /// The product of a series. Key `product`.
    package let product: SeriesProduct
    /// Unit of the quantity. Key `unit`, default `credits`.
    package let unit: String
    /// What a sample is multiplied by to count units. Key `scale`, default 1.
    package let scale: ExactDecimal
    /// How the totals count: `first`, `midnight`, `forget_after`. A total that falls began anew.
    package let counter: CounterRules
}
