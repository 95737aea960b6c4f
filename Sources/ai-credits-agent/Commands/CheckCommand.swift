// `check`: every mistake of the configuration and the files it names.

import Agent
import AgentCommands
import AgentConfiguration
import Alerting
import ArgumentParser
import PositionedYAML
import UsageSources
import WebServer

/// Checks a configuration.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Print every mistake of the configuration.")

    @OptionGroup var options: ConfigurationOptions

    @Option(
        name: .customLong("web.config.file"),
        help: ArgumentHelp("The web's configuration, to be checked as well.", valueName: "path"))
    var webConfigurationFile: String?

    @Flag(help: "Do not look for secrets.")
    var syntaxOnly = false

    @Flag(help: "Fail on rules that can never fire here, too.")
    var strict = false

    func run() throws {
        let reading = ConfigurationReader(files: SystemFileAccess())
            .read(options.file, checksSecrets: !syntaxOnly)
        var mistakes = reading.mistakes
        var contents: ConfigurationContents?
        if let configuration = reading.configuration {
            mistakes += configuration.ruleFiles.flatMap(\.warnings)
            let unreachable = RuleReach(configuration).mistakes(in: configuration)
            mistakes += strict ? unreachable : unreachable.map(\.asWarning)
            contents = ConfigurationContents(
                organizations: configuration.organizations.count,
                sources: configuration.sources.count,
                rules: configuration.ruleFiles.flatMap(\.groups).flatMap(\.rules).count)
        }
        if let webConfigurationFile {
            mistakes += WebGuard.mistakes(in: webConfigurationFile, files: SystemFileAccess())
        }
        let report = CheckReport(
            file: options.file, mistakes: mistakes, contents: contents)
        StandardStream.output.write(report.text)
        if !report.isPassed { throw ExitCode.failure }
    }
}
