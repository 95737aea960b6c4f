// `notify test`: one clearly marked notification to each integration of a receiver.

import Agent
import AgentCommands
import AgentConfiguration
import Alerting
import ArgumentParser
import CurlTransport
import Ports

/// Tries out receivers and shows what became of notifications.
struct NotifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify", abstract: "Try out receivers, look at the outbox, send again.",
        subcommands: [Test.self, List.self, Replay.self])

    /// Sends a test notification.
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send one clearly marked notification to each integration of a receiver.")

        @Argument(help: ArgumentHelp("The receiver.", valueName: "receiver"))
        var receiver: String

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let configuration = try LoadedConfiguration.read(options.file, checksSecrets: true)
            let resolved = try ResolvedConfiguration(configuration, files: SystemFileAccess())
            let endpoints = resolved.endpoints.endpoints(of: receiver)
            guard !endpoints.isEmpty else {
                throw LoadedConfiguration.unknown(
                    "receiver with integrations", receiver, known: resolved.endpoints.receivers)
            }
            let transport = try CurlTransport(userAgent: BuildInformation.userAgent)
            var isGood = true
            for endpoint in endpoints {
                let definition = configuration.notifications.endpoints.first {
                    $0.identity == endpoint.identity
                }
                let outcome = await Self.send(to: endpoint, definition, over: transport)
                isGood = isGood && outcome.isAccepted
                let identity = endpoint.identity
                let place = "\(identity.receiver), \(identity.integration) \(identity.index)"
                StandardStream.output.write(
                    LineText.printable("\(place): \(outcome.text)") + "\n")
            }
            await transport.shutdown()
            if !isGood { throw ExitCode.failure }
        }

        private static func send(
            to endpoint: NotificationEndpoint, _ definition: EndpointDefinition?,
            over transport: any Transport
        ) async -> (isAccepted: Bool, text: String) {
            let now = SystemWallClock().now()
            let waiter = SystemWaiter()
            let user = OperatingSystemUser.name
            let (contentType, body) = TestNotification.content(
                for: endpoint.identity, definition, sentBy: user, now: now)
            let request = WebhookRequest.make(
                id: "msg_" + SystemRandomSource().hexadecimal(bytes: 16), body: body,
                contentType: contentType, to: endpoint, now: now)
            let began = waiter.elapsedMilliseconds()
            do throws(TransportError) {
                let response = try await transport.send(request)
                let isAccepted = endpoint.verdict(on: response).outcome == .sent
                let time = waiter.elapsedMilliseconds() - began
                let isRefused = !isAccepted && (200..<300).contains(response.status)
                let words = isRefused ? " with a body that refuses" : ""
                return (isAccepted, "answered \(response.status)\(words) in \(time) ms")
            } catch {
                let time = waiter.elapsedMilliseconds() - began
                return (false, "failed after \(time) ms: \(error.message)")
            }
        }
    }
}
