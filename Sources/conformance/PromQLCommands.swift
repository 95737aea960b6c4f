// The suites of the query language.

import ArgumentParser
import ConformanceSuites

/// `conformance promql FILE…`
struct PromQLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promql", abstract: "Runs evaluation scripts (*.test).")

    @OptionGroup var report: ReportOptions

    @Argument(help: ArgumentHelp("Scripts of the test language.", valueName: "file"))
    var files: [String]

    func run() throws {
        try report.finish(TestData.run(files: files, PromQLSuite.script))
    }
}

/// `conformance promql-parser FILE…`
struct PromQLParserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promql-parser",
        abstract: "Runs tables of the parser, the printer, the lexer and the series notation.",
        discussion: "What a table holds is told by its entries.")

    @OptionGroup var report: ReportOptions

    @Argument(help: ArgumentHelp("Tables, JSON lines.", valueName: "file"))
    var files: [String]

    func run() throws {
        try report.finish(TestData.run(files: files, PromQLSuite.table))
    }
}

/// `conformance promql-golden FILE…`
struct PromQLGoldenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promql-golden",
        abstract: "Replays questions that a Prometheus 2.x answered.",
        discussion: "Ranges are closed at both ends; numbers agree within a relative 1e-9.")

    @OptionGroup var report: ReportOptions

    @Argument(
        help: ArgumentHelp(
            "JSON lines: the series, then questions with answers.", valueName: "file"))
    var files: [String]

    func run() throws {
        try report.finish(TestData.run(files: files, PromQLSuite.golden))
    }
}
