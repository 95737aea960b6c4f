// What a reader found in an exposition.

/// The types of families in expositions.
package enum ScrapedType: String, Sendable, Hashable {
    /// A total that never falls.
    case counter
    /// A value that goes up and down.
    case gauge
    /// Counts of observations by size.
    case histogram
    /// A histogram of current values (OpenMetrics).
    case gaugeHistogram = "gaugehistogram"
    /// One series per state (OpenMetrics).
    case stateset
    /// Constant facts in labels (OpenMetrics).
    case info
    /// Quantiles.
    case summary
    /// No type is written, `untyped` in text 0.0.4, `unknown` in OpenMetrics.
    case unknown

    /// What may follow the family's name in OpenMetrics.
    var suffixes: [String] {
        switch self {
        case .counter: ["_total", "_created"]
        case .summary: ["", "_count", "_sum", "_created"]
        case .histogram: ["_count", "_sum", "_bucket", "_created"]
        case .gaugeHistogram: ["_gcount", "_gsum", "_bucket"]
        case .info: ["_info"]
        case .gauge, .stateset, .unknown: [""]
        }
    }
}

/// A family of an exposition.
package struct ScrapedFamily: Sendable, Equatable {
    /// The name on the family's TYPE line: for a counter `x_total` in text 0.0.4, `x` in
    /// OpenMetrics.
    package let name: String
    /// The type; unknown when none is written.
    package var type: ScrapedType
    /// The help text, escapes resolved; empty when none is written.
    package var help: String
    /// The unit; empty when none is written.
    package var unit: String
    /// The samples in the order of the file.
    package var samples: [ScrapedSample]
}

/// A sample of an exposition.
package struct ScrapedSample: Sendable, Equatable {
    /// The full name, suffix included: `x_total`, `x_bucket`.
    package let name: String
    /// The labels in the order of the file; names differ from each other.
    package let labels: [Label]
    /// The value as the nearest double.
    package let value: Double
    /// The value as written, for exact arithmetic.
    package let lexeme: String
    /// Seconds since the epoch, nil when none is written.
    package let timestamp: Double?
    /// The exemplar (OpenMetrics).
    package let exemplar: ScrapedExemplar?
    /// The line of the file, from 1.
    package let line: Int

    /// The value of a label, nil when the sample has no such label.
    package subscript(label name: String) -> String? {
        labels.first { $0.name == name }?.value
    }
}

/// An exemplar of a sample.
package struct ScrapedExemplar: Sendable, Equatable {
    /// The labels in the order of the file.
    package let labels: [Label]
    /// The value as the nearest double.
    package let value: Double
    /// Seconds since the epoch, nil when none is written.
    package let timestamp: Double?
}

/// Why an exposition was refused.
package struct ExpositionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The line, from 1.
    package let line: Int
    /// What is wrong with it.
    package let message: String

    /// `line N: message`.
    package var description: String { "line \(line): \(message)" }
}
