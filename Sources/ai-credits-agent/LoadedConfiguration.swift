// Reading the configuration for a command, with its mistakes on standard error.

import Agent
import AgentCommands
import AgentConfiguration
import ArgumentParser
import PositionedYAML
import Logging
import Ports

/// Reads configurations for commands.
enum LoadedConfiguration {
    /// The configuration of a file.
    ///
    /// - Throws: `ExitCode.failure` after every mistake was printed.
    static func read(_ path: String, checksSecrets: Bool) throws -> AgentConfiguration {
        let reading = ConfigurationReader(files: SystemFileAccess())
            .read(path, checksSecrets: checksSecrets)
        guard let configuration = reading.configuration else {
            report(reading.mistakes)
            throw ExitCode.failure
        }
        return configuration
    }

    /// Prints mistakes, one a line.
    static func report(_ mistakes: [Mistake]) {
        for mistake in mistakes {
            StandardStream.error.write(LineText.printable(mistake.description) + "\n")
        }
    }

    /// The organization that a command is about.
    ///
    /// - Throws: `ValidationError` when none was named and there are several, `CommandFailure`
    ///   when there is no such organization.
    static func organization(
        _ named: String?, in configuration: AgentConfiguration
    ) throws -> String {
        let known = configuration.organizations.map(\.id)
        guard let named else {
            if let only = known.first, known.count == 1 { return only }
            throw ValidationError(
                "there are \(known.count) organizations; name one with --organization: "
                    + known.joined(separator: ", "))
        }
        guard known.contains(named) else { throw unknown("organization", named, known: known) }
        return named
    }

    /// That a name leads nowhere, with the nearest one that does.
    static func unknown(_ kind: String, _ name: String, known: [String]) -> CommandFailure {
        var message = "there is no \(kind) `\(LineText.printable(name))` in the configuration"
        if let near = NearestWord.nearest(to: name, among: known) {
            message += "; did you mean `\(near)`?"
        } else if !known.isEmpty {
            message += "; there are: " + known.prefix(20).joined(separator: ", ")
        }
        return CommandFailure(message)
    }

    /// A logger for commands that end: errors only.
    static var quietLogger: Logger { logger(level: .error, format: .logfmt) }

    /// A logger to standard error.
    static func logger(level: Logger.Level, format: LogFormat) -> Logger {
        Logger(label: "ai-credits-agent") { _ in
            LineLogHandler(
                level: level, format: format, clock: { SystemWallClock().now() },
                write: { StandardStream.error.write($0) })
        }
    }
}
