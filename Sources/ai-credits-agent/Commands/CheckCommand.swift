// `check`: every mistake of the configuration and the files it names.

import Agent
import AgentCommands
import AgentConfiguration
import Alerting
import ArgumentParser
import PositionedYAML
import Ports
import SQLStore
import UsageSources
import WebServer

/// Checks a configuration.
struct CheckCommand: AsyncParsableCommand {
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

    func run() async throws {
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
            file: options.file, mistakes: mistakes, contents: contents,
            changes: await changes(reading.configuration))
        StandardStream.output.write(report.text)
        if !report.isPassed { throw ExitCode.failure }
    }

    /// What loading it would change about the terms in the ledger; nothing where there is no ledger
    /// yet, or none that can be looked at.
    private func changes(_ configuration: AgentConfiguration?) async -> [String] {
        guard let configuration,
            let store = try? await AgentLedger.open(configuration, .readOnly)
        else { return [] }
        let now = SystemWallClock().now()
        let lines = try? await store.read {
            try TermsForecast.lines(of: configuration, in: $0, at: now)
        }
        try? await store.close()
        return lines ?? []
    }
}
