// The answer to a query.

/// One element of an instant vector.
package struct VectorElement: Sendable, Equatable {
    /// The element's labels.
    package let labels: SeriesLabels
    /// Its value.
    package let value: Double
    /// The evaluation time, milliseconds since 1970.
    package let timestamp: Int64

    /// Makes an element.
    package init(labels: SeriesLabels, value: Double, timestamp: Int64) {
        self.labels = labels
        self.value = value
        self.timestamp = timestamp
    }
}

/// One series of a range vector.
package struct MatrixSeries: Sendable, Equatable {
    /// The series' labels.
    package let labels: SeriesLabels
    /// Its points, oldest first.
    package let samples: SampleBuffer

    /// Makes a series.
    package init(labels: SeriesLabels, samples: SampleBuffer) {
        self.labels = labels
        self.samples = samples
    }
}

/// A value of one of PromQL's four types.
package enum QueryValue: Sendable, Equatable {
    case scalar(Double)
    case string(String)
    /// An instant vector, in the order the expression gives.
    case vector([VectorElement])
    /// A range vector; of a range query, sorted by labels.
    case matrix([MatrixSeries])
}

/// The answer to a query with Prometheus' remarks about it.
package struct QueryResult: Sendable, Equatable {
    /// The value.
    package let value: QueryValue
    /// `PromQL warning: … (line:column)`, without repetition, in order of first appearance.
    package let warnings: [String]
    /// `PromQL info: … (line:column)`, without repetition, in order of first appearance.
    package let infos: [String]
}
