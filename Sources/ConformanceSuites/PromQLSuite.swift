// The three suites of the query language. The PromQL room knows how to run them; here every line
// of a table must count, so that a damaged table cannot pass by being short.

import PromQL

/// Evaluation scripts, language tables and answers of a real server.
package enum PromQLSuite {
    /// Runs an evaluation script: each `eval` is a case.
    ///
    /// A script may hold no `eval` at all.
    package static func script(_ bytes: [UInt8], name: String) -> SuiteTally {
        SuiteTally(TestScriptRunner.run(bytes, name: name))
    }

    /// Runs a table of the parser, the printer, the lexer or the series notation, told apart by
    /// what its entries hold.
    package static func table(_ bytes: [UInt8], name: String) -> SuiteTally {
        counted(SuiteTally(LanguageTables.run(bytes), place: name), lines(bytes), name)
    }

    /// Replays the questions that a Prometheus 2.x answered; the first line holds the series.
    package static func golden(_ bytes: [UInt8], name: String) -> SuiteTally {
        counted(SuiteTally(GoldenReplay.run(bytes, name: name)), lines(bytes) - 1, name)
    }

    private static func lines(_ bytes: [UInt8]) -> Int {
        bytes.split(separator: 0x0A).count
    }

    private static func counted(
        _ tally: SuiteTally, _ expected: Int, _ name: String
    ) -> SuiteTally {
        var tally = tally
        tally.requireCases(name)
        if expected > tally.count {
            tally.fail("\(name): \(expected - tally.count) lines are no JSON objects")
        }
        return tally
    }
}
