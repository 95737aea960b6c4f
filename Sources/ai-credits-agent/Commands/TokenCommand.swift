// `token new`: a token for the HTTP API.

import AgentCommands
import AgentConfiguration
import ArgumentParser
import Ports

/// Makes tokens.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make tokens for the HTTP API.", subcommands: [New.self])

    /// Prints a new token.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a new token once, and its line for the configuration.",
            discussion: """
                Roles: a viewer reads everything, a gate asks the gate and holds credits, an admin \
                also changes limits, balances and silences and reloads, as does an owner. Nothing \
                is stored: the token is in force once its line is in `api_tokens` and the \
                configuration is reloaded.
                """)

        @Option(help: ArgumentHelp("viewer, gate, admin or owner.", valueName: "role"))
        var role: APITokenRole

        @Option(
            help: ArgumentHelp(
                "Who bears it; the audit names it as author of changes.", valueName: "name"))
        var name: String

        func validate() throws {
            if let mistake = APIToken.mistake(inName: name) {
                throw ValidationError("--name: \(mistake)")
            }
        }

        func run() throws {
            StandardStream.output.write(
                NewToken(name: name, role: role, random: SystemRandomSource()).text)
        }
    }
}

extension APITokenRole: ExpressibleByArgument {}
