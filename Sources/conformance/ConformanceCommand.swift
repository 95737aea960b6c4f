// The command line that runs public test data against the rooms.
//
// 1. Standard output: one line per failing case, then `N passed, N failed`.
// 2. Exit codes: 0 nothing failed; 1 something failed or could not be read; 64 wrong command line.

import ArgumentParser

/// `conformance`: runs public test data and counts what holds.
@main
struct ConformanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Runs public test data against the modules of the agent.",
        discussion: "Prints one line per failing case and, last, `N passed, N failed`.",
        subcommands: [
            PromQLCommand.self, PromQLParserCommand.self, PromQLGoldenCommand.self,
            TemplateCommand.self, JSONPathCommand.self, JSONCommand.self,
            OpenMetricsCommand.self,
        ])

    func run() throws {
        throw ValidationError("name a suite, for example `conformance promql FILE`")
    }
}
