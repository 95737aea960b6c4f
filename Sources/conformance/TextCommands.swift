// The suites of templates, JSON, JSONPath and expositions.

import ArgumentParser
import ConformanceSuites

/// `conformance template FILE…`
struct TemplateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Compares expanded templates with the text of a Prometheus server.")

    @OptionGroup var report: ReportOptions

    @Argument(help: ArgumentHelp("Templates with their output, JSON lines.", valueName: "file"))
    var files: [String]

    func run() throws {
        try report.finish(TestData.run(files: files, TemplateSuite.run))
    }
}

/// `conformance jsonpath FILE…`
struct JSONPathCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jsonpath", abstract: "Runs the JSONPath compliance suite (RFC 9535).")

    @OptionGroup var report: ReportOptions

    @Argument(help: ArgumentHelp("Suite files, JSON.", valueName: "file"))
    var files: [String]

    func run() throws {
        try report.finish(TestData.run(files: files, JSONPathSuite.run))
    }
}

/// `conformance json DIR`
struct JSONCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "json",
        abstract: "Reads JSON texts: y_ must be accepted, n_ refused, i_ may go either way.")

    @OptionGroup var report: ReportOptions

    @Argument(help: ArgumentHelp("Folder of texts.", valueName: "dir"))
    var folder: String

    func run() throws {
        let tally = TestData.run(folder: folder) { path, name in
            guard JSONParserSuite.isCase(name) else { return nil }
            return TestData.run(file: path) { JSONParserSuite.run($0, name: name) }
        }
        try report.finish(tally)
    }
}

/// `conformance openmetrics DIR`
struct OpenMetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openmetrics",
        abstract: "Decides expositions: folders with `metrics` and `test.json`.")

    @OptionGroup var report: ReportOptions

    @Argument(help: ArgumentHelp("Folder of the cases' folders.", valueName: "dir"))
    var folder: String

    func run() throws {
        let tally = TestData.run(folder: folder) { path, name in
            guard TestData.isFolder(path) else { return nil }
            return TestData.run(file: "\(path)/test.json") { expectation in
                TestData.run(file: "\(path)/metrics") { metrics in
                    OpenMetricsSuite.run(metrics: metrics, expectation: expectation, name: name)
                }
            }
        }
        try report.finish(tally)
    }
}
