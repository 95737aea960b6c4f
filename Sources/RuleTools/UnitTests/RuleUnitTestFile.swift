// Unit tests of rules as promtool's files describe them, decoded.

import PositionedYAML
import PromQL

/// A file of unit tests.
///
/// - Source: prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules
package struct RuleUnitTestFile: Sendable {
    /// The file as it was named.
    package let file: String
    /// Paths and glob patterns of rule files, relative to the file's directory.
    package let ruleFiles: [Positioned<String>]
    /// Milliseconds between two evaluations.
    package let evaluationInterval: Int64
    /// Names of groups in the order of their evaluation; groups not named come first.
    package let groupOrder: [String]
    /// Whether neighbouring floating-point numbers count as equal.
    package let comparesFuzzily: Bool
    /// The tests in the order of the file.
    package let tests: [RuleUnitTest]
    /// Remarks that do not keep the tests from running.
    package let warnings: [Mistake]

    /// Reads a file of unit tests.
    ///
    /// - Parameters:
    ///   - bytes: the content; only the first YAML document counts.
    ///   - file: the name for messages.
    /// - Throws: every mistake of the file.
    package static func read(
        _ bytes: [UInt8], file: String
    ) throws(Mistakes) -> RuleUnitTestFile {
        let mistakes = MistakeCollector()
        let root = try YAMLReader.read(bytes, file: file)
        let reader = RuleUnitTestReader(file: file, mistakes: mistakes)
        let read = reader.read(root)
        try mistakes.throwErrors()
        return read
    }
}

/// Input series and what is expected of rules and expressions over them.
package struct RuleUnitTest: Sendable {
    /// The test's name, or empty.
    package let name: String
    /// Milliseconds between two values of an input series.
    package let interval: Int64
    /// When the series and the evaluations begin, milliseconds since 1970.
    package let start: Int64
    /// The series, each once.
    package let series: [SeriesDescription]
    /// `$externalLabels` of the templates.
    package let externalLabels: SeriesLabels
    /// `$externalURL` of the templates.
    package let externalURL: String
    /// What is expected of alerts.
    package let alertTests: [AlertTest]
    /// What is expected of expressions.
    package let expressionTests: [ExpressionTest]

    /// The alerts of one name that fire at one time.
    package struct AlertTest: Sendable {
        /// Milliseconds after the start.
        package let time: Int64
        /// The alerts' name.
        package let alertName: String
        /// The alerts expected.
        package let expected: [FiringAlert]
    }

    /// The value of an expression at one time.
    package struct ExpressionTest: Sendable {
        /// The expression as written.
        package let expression: String
        /// Milliseconds after the start.
        package let time: Int64
        /// Labels as written, and values.
        package let expected: [(labels: String, value: Double)]
    }

    /// Milliseconds from the start to the last time that is looked at.
    package var lastTime: Int64 {
        max(alertTests.map(\.time).max() ?? 0, expressionTests.map(\.time).max() ?? 0)
    }
}

/// A firing alert: its labels with `alertname`, and its annotations, each sorted by name.
///
/// Values may be empty, as a test may expect them to be.
package struct FiringAlert: Sendable, Equatable {
    let labels: [LabelPair]
    let annotations: [LabelPair]

    init(labels: [LabelPair], annotations: [LabelPair]) {
        self.labels = Self.sorted(labels)
        self.annotations = Self.sorted(annotations)
    }

    private static func sorted(_ pairs: [LabelPair]) -> [LabelPair] {
        pairs.sorted { ByteOrder.compare($0.name, $1.name) < 0 }
    }
}
