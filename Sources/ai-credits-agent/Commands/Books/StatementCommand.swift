// `statement YYYY-MM`: the statement of a month.

import AgentCommands
import AgentConfiguration
import ArgumentParser
import Credits

/// Prints a statement.
struct StatementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement",
        abstract: "Show what an organization used and owes for a month.")

    @Argument(help: ArgumentHelp("The month, such as 2026-11.", valueName: "month"))
    var month: BillingMonth

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var target: OrganizationOptions

    @Option(
        help: ArgumentHelp(
            "As it was known then, such as 2026-12-05T00:00:00Z.", valueName: "instant"))
    var asKnownAt: Timestamp?

    @Option(help: ArgumentHelp("table, json or csv.", valueName: "format"))
    var format = UsageFormat.table

    func run() async throws {
        let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
        let organization = try LoadedConfiguration.organization(
            target.organization, in: configuration)
        let statement = try await AgentSession.with(configuration) { session in
            try await session.ask(
                .statement(of: organization, month: month, knownAt: asKnownAt))
        }
        StandardStream.output.write(StatementReport(statement).text(format))
    }
}
