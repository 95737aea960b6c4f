// `silence add`, `silence list`, `silence expire`, in amtool's manner.

import AgentCommands
import AgentConfiguration
import ArgumentParser
import Credits
import ExactJSON
import Ports

/// Keeps alerts from being told for a while.
struct SilenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence", abstract: "Keep alerts from being told for a while.",
        subcommands: [Add.self, List.self, Expire.self])

    /// Sets a silence and prints its identifier.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Silence the alerts that match, and print the silence's identifier.",
            discussion: """
                Matchers are Alertmanager's: alertname="X", severity=~"info|warning", team!="a". \
                All of them must match. A first word without an operator is an alert's name.
                """)

        @Argument(help: ArgumentHelp("What an alert must match.", valueName: "matcher"))
        var matchers: [String]

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var silence: SilenceOptions

        func run() async throws {
            let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
            let request: SilenceRequest
            do throws(SilenceRequestError) {
                request = try SilenceRequest(
                    matchers: matchers, options: silence, now: SystemWallClock().now(),
                    user: OperatingSystemUser.name)
            } catch {
                throw ValidationError(error.description)
            }
            let answer = try await AgentSession.with(configuration) { session in
                try await session.ask(.putSilence(request.body))
            }
            guard let id = answer["silenceID"]?.stringValue else {
                throw CommandFailure("the agent's answer names no silence")
            }
            StandardStream.output.write(LineText.printable(id) + "\n")
        }
    }

    /// Prints silences.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the silences that are in force or to come.")

        @OptionGroup var options: ConfigurationOptions

        @Flag(help: "Show those that are over instead; they are kept for five days.")
        var expired = false

        @Option(help: ArgumentHelp("table or json.", valueName: "format"))
        var format = SilenceFormat.table

        func run() async throws {
            let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
            let answer = try await AgentSession.with(configuration) { session in
                try await session.ask(.silences)
            }
            guard let list = answer.arrayValue else {
                throw CommandFailure("the agent's answer is no list of silences")
            }
            StandardStream.output.write(SilenceReport(list, expired: expired).text(format))
        }
    }

    /// Ends silences.
    struct Expire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End silences.")

        @Argument(help: ArgumentHelp("Identifiers of silences.", valueName: "id"))
        var ids: [String]

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
            try await AgentSession.with(configuration) { session in
                for id in ids {
                    do {
                        _ = try await session.ask(.expireSilence(id))
                    } catch let failure as CommandFailure {
                        throw CommandFailure("\(LineText.printable(id)): \(failure.description)")
                    }
                }
            }
        }
    }
}
