// `healthcheck`: asks a running agent whether it is ready; for containers and scripts.

import Agent
import AgentCommands
import ArgumentParser
import CurlTransport

/// Asks `/-/ready`.
struct HealthcheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck", abstract: "Ask a running agent whether it is ready.")

    @Option(help: ArgumentHelp("Where the agent is.", valueName: "url"))
    var url = "http://127.0.0.1:10190"

    @OptionGroup var client: WebClientOptions

    func run() async throws {
        let credentials = try client.credentials(SystemFileAccess())
        let transport = try CurlTransport(userAgent: BuildInformation.userAgent)
        let probe = await HealthProbe.ask(
            url, credentials: credentials, connection: client.connection, over: transport)
        await transport.shutdown()
        let stream: StandardStream = probe.isReady ? .output : .error
        stream.write(probe.message + "\n")
        if !probe.isReady { throw ExitCode.failure }
    }
}
