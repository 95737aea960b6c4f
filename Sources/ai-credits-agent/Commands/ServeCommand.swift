// `serve`: runs the agent.

import AgentCommands
import ArgumentParser
import WebServer

/// Runs the agent until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the agent (the default).",
        discussion: """
            SIGHUP reloads the configuration; a bad one is refused whole. SIGTERM and SIGINT stop \
            the agent.
            """)

    @OptionGroup var options: ServeOptions

    func validate() throws {
        _ = try addresses()
    }

    func run() async throws {
        let logger = LoadedConfiguration.logger(
            level: options.logLevel.level, format: options.logFormat)
        let process = AgentProcess(
            options: options, addresses: try addresses(), logger: logger)
        guard await process.run() else { throw ExitCode.failure }
    }

    private func addresses() throws -> [ListenAddress] {
        try options.listenAddresses.map { text in
            guard let address = ListenAddress(text) else {
                throw ValidationError(
                    "--web.listen-address: \"\(text)\" is no address; write HOST:PORT, :PORT or "
                        + "[IPv6]:PORT")
            }
            return address
        }
    }
}
