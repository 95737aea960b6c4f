// The command line of the product. Without a command it serves.
//
// 1. Exit codes: 0 fine; 1 the world said no; 64 wrong command line.
// 2. Whatever this program creates belongs to its user alone.

import Agent
import AgentCommands
import ArgumentParser
import Glibc
import Ports

/// `ai-credits-agent`: counts AI credits, serves metrics, raises alerts.
@main
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ai-credits-agent",
        abstract: "Counts AI credits against an allocation, exports metrics, raises alerts.",
        version: BuildInformation.versionText,
        subcommands: [
            ServeCommand.self, CheckCommand.self, UsageCommand.self, LimitCommand.self,
            LedgerCommand.self, StatementCommand.self, SourceCommand.self, RulesCommand.self,
            NotifyCommand.self, SilenceCommand.self, TokenCommand.self, HealthcheckCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)

    static func main() async {
        umask(0o077)
        SystemMemory.limitArenas()
        // A peer that goes away is an error of a write, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        await main(nil)
    }
}

/// Why a command failed, in words for the person who gave it; the exit code is 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
