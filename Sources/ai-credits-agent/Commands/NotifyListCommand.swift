// `notify list` and `notify replay`: what the outbox holds, and sending again what was given up.

import AgentCommands
import ArgumentParser
import ExactJSON

extension NotifyCommand {
    /// Shows the outbox.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show pending, sent and failed notifications, the newest first.")

        @OptionGroup var options: ConfigurationOptions

        @Option(help: ArgumentHelp("Only this receiver.", valueName: "name"))
        var receiver: String?

        @Option(help: ArgumentHelp("Only pending, sent or failed.", valueName: "state"))
        var state: String?

        @Option(help: ArgumentHelp("The most that are shown.", valueName: "number"))
        var limit = 100

        @Option(help: ArgumentHelp("table, json or csv.", valueName: "format"))
        var format = UsageFormat.table

        func run() async throws {
            let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
            let answer = try await AgentSession.with(configuration) { session in
                try await session.ask(
                    .notifications(receiver: receiver, state: state, limit: limit))
            }
            guard let list = answer.arrayValue else {
                throw CommandFailure("the agent's answer is no list of notifications")
            }
            StandardStream.output.write(NotificationReport(list).text(format))
        }
    }

    /// Sends again what was given up.
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a failed notification again, with its id and bytes.")

        @Argument(help: ArgumentHelp("The notification, see `notify list`.", valueName: "id"))
        var id: String

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
            let row = try await AgentSession.with(configuration) { session in
                try await session.ask(.replay(id))
            }
            StandardStream.output.write(NotificationReport([row]).text(.table))
        }
    }
}
