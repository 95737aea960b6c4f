// The model of what /metrics says: families of samples, independent of the text format.

/// What a family measures.
package enum MetricType: Sendable, Hashable {
    /// A total that never falls.
    case counter
    /// A value that goes up and down.
    case gauge
    /// Counts of observations by size.
    case histogram
    /// Constant facts in labels; the value is 1.
    case info
    /// One series per state, 0 or 1; the label named like the family holds the state.
    case stateset
    /// Anything else.
    case unknown
}

/// A family of series under one name.
package struct MetricFamily: Sendable, Equatable {
    /// The name as in text 0.0.4: `x_total` for counters, `x_info` for info.
    package var name: String
    /// What the family means, one sentence; empty writes no HELP line.
    package var help: String
    /// What the family measures.
    package var type: MetricType
    /// The unit, for example `seconds`. Written in OpenMetrics when the name ends in it.
    package var unit: String?
    /// The samples. A histogram's samples of one series stay together in the order given.
    package var samples: [MetricSample]

    /// A family.
    package init(
        name: String, help: String, type: MetricType, unit: String? = nil,
        samples: [MetricSample] = []
    ) {
        self.name = name
        self.help = help
        self.type = type
        self.unit = unit
        self.samples = samples
    }
}

/// One sample of a family.
package struct MetricSample: Sendable, Equatable {
    /// What follows the family's name: empty, `_bucket`, `_sum` or `_count`.
    package var suffix: String
    /// The labels in the order in which they are written.
    package var labels: [Label]
    /// The value.
    package var value: MetricValue

    /// A sample.
    package init(suffix: String = "", labels: [Label] = [], value: MetricValue) {
        self.suffix = suffix
        self.labels = labels
        self.value = value
    }
}

/// The value of a sample.
package enum MetricValue: Sendable, Equatable {
    /// A whole number, written plainly.
    case integer(Int64)
    /// Exactly `scaled` / 10^`places`, written without rounding and without exponent.
    ///
    /// `places` is from 0 to 18; micro-credits have 6.
    case decimal(scaled: Int64, places: Int)
    /// A floating-point number, written as Prometheus writes it.
    case double(Double)

    /// The value as a floating-point number, rounded to nearest when it has to be.
    package var double: Double {
        switch self {
        case .integer(let value): Double(value)
        case .decimal(let scaled, let places): NumberText.quotient(scaled, places: places)
        case .double(let value): value
        }
    }
}
