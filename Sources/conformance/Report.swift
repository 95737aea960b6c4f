// What the program prints and how it ends.

import ArgumentParser
import ConformanceSuites

/// What every suite can be told.
struct ReportOptions: ParsableArguments {
    @Flag(help: "Print the last line only.")
    var quiet = false

    /// Prints the counts and ends with failure unless every case holds.
    func finish(_ tally: SuiteTally) throws {
        if !quiet {
            for remark in tally.leftOut { print("left out: \(remark)") }
            for failure in tally.failures { print(failure) }
        }
        print(tally.summary)
        if !tally.isClean { throw ExitCode.failure }
    }
}
