// `usage`: where every organization stands.

import AgentCommands
import AgentConfiguration
import ArgumentParser
import ExactJSON

/// Prints usage.
struct UsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Show where the organizations stand this month.")

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("Only this organization.", valueName: "id"))
    var organization: String?

    @Option(help: ArgumentHelp("table, json or csv.", valueName: "format"))
    var format = UsageFormat.table

    func run() async throws {
        let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
        let answer = try await AgentSession.with(configuration) { session in
            try await session.ask(.organizations)
        }
        guard let list = answer.arrayValue else {
            throw CommandFailure("the agent's answer is no list of organizations")
        }
        var report = UsageReport(list)
        if let organization {
            guard report.identifiers.contains(organization) else {
                throw LoadedConfiguration.unknown(
                    "organization", organization, known: report.identifiers)
            }
            report = report.limited(to: organization)
        }
        StandardStream.output.write(report.text(format))
    }
}
