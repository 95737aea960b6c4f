// Short ways to write families down.

import Credits
import Exposition

/// Gathers families and drops those without samples.
struct FamilyBuilder {
    private(set) var families: [MetricFamily] = []

    /// Adds a family; one without samples is left out.
    mutating func add(
        _ name: String, _ type: MetricType, _ help: String, unit: String? = nil,
        _ samples: [MetricSample]
    ) {
        guard !samples.isEmpty else { return }
        families.append(
            MetricFamily(name: name, help: help, type: type, unit: unit, samples: samples))
    }
}

extension MetricSample {
    /// A sample with an exact amount of credits.
    static func credits(_ labels: [Label], _ amount: CreditAmount) -> MetricSample {
        MetricSample(
            labels: labels, value: .decimal(scaled: amount.microCredits, places: 6))
    }

    /// A sample with a whole number.
    static func count(_ labels: [Label], _ value: Int64) -> MetricSample {
        MetricSample(labels: labels, value: .integer(value))
    }

    /// A sample that is 1 or 0.
    static func flag(_ labels: [Label], _ value: Bool) -> MetricSample {
        MetricSample(labels: labels, value: .integer(value ? 1 : 0))
    }

    /// A sample with a floating-point number.
    static func number(_ labels: [Label], _ value: Double) -> MetricSample {
        MetricSample(labels: labels, value: .double(value))
    }

    /// A sample with an instant, in seconds since 1970.
    static func instant(_ labels: [Label], _ value: Timestamp) -> MetricSample {
        MetricSample(labels: labels, value: .decimal(scaled: value.milliseconds, places: 3))
    }
}
