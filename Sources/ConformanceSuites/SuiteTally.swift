// Counting the cases of a suite and saying in one line each what does not hold.

import PromQL

/// What became of the cases of a suite.
package struct SuiteTally: Sendable, Equatable {
    /// The most characters of one failure that are shown.
    private static let longestFailure = 1_000

    /// Cases that hold.
    package private(set) var passed = 0
    /// One line per case that does not hold: where it stands, what was wrong.
    package private(set) var failures: [String] = []

    /// One line per case that was not counted, with the reason.
    package private(set) var leftOut: [String] = []

    /// Nothing counted yet.
    package init() {}

    /// Counts of the PromQL room; `place` goes before each of its failures.
    init(_ tally: ConformanceTally, place: String? = nil) {
        passed = tally.passed
        leftOut = tally.leftOut
        for failure in tally.failures {
            fail(place.map { "\($0): \(failure)" } ?? failure)
        }
    }

    /// Whether every case holds.
    package var isClean: Bool { failures.isEmpty }

    /// Cases counted so far.
    package var count: Int { passed + failures.count }

    /// `N passed, N failed`.
    package var summary: String { "\(passed) passed, \(failures.count) failed" }

    /// Adds the counts of another file.
    package mutating func add(_ other: SuiteTally) {
        passed += other.passed
        failures += other.failures
        leftOut += other.leftOut
    }

    /// Counts a case that does not hold, or data that cannot be used.
    ///
    /// Line breaks and other control characters are written as escapes.
    package mutating func fail(_ failure: String) {
        var line = ""
        for scalar in failure.unicodeScalars.prefix(Self.longestFailure) {
            let isControl = scalar.value < 0x20 || scalar.value == 0x7F
            line += isControl ? scalar.escaped(asASCII: true) : String(scalar)
        }
        if failure.unicodeScalars.count > Self.longestFailure { line += "…" }
        failures.append(line)
    }

    /// Counts one case: `problem` is nil when it holds.
    mutating func record(_ place: String, _ problem: String?) {
        if let problem {
            fail("\(place): \(problem)")
        } else {
            passed += 1
        }
    }

    /// A suite without a case proves nothing and is a failure of its own.
    mutating func requireCases(_ place: String) {
        if count == 0 { fail("\(place): holds no case of this suite") }
    }
}
