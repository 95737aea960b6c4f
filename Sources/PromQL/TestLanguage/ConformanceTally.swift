// Counting what holds of a public test table.

/// What became of the cases of a test file.
package struct ConformanceTally: Sendable, Equatable {
    /// Cases that hold.
    package internal(set) var passed = 0
    /// One line per case that does not hold: place, case, expectation and answer.
    package internal(set) var failures: [String] = []

    /// One line per case that asks for what the language has only as an experiment, and that was
    /// refused by name; neither passed nor failed.
    package internal(set) var leftOut: [String] = []

    /// Nothing counted yet.
    package init() {}

    /// Number of cases that do not hold.
    package var failed: Int { failures.count }

    /// Adds the counts of another file.
    package mutating func add(_ other: ConformanceTally) {
        passed += other.passed
        failures += other.failures
        leftOut += other.leftOut
    }

    mutating func record(_ failure: String?) {
        if let failure {
            failures.append(failure)
        } else {
            passed += 1
        }
    }
}
