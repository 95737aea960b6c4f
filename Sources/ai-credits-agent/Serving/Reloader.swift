// Puts a changed configuration in force, whole or not at all.

import Agent
import AgentCommands
import AgentConfiguration
import Logging
import PositionedYAML
import WebServer

/// Reloads the configuration of a running agent.
struct Reloader: Sendable {
    let file: String
    let controlSocket: String
    let runtime: AgentRuntime
    let responder: WebResponder
    let guardian: WebGuard?
    let logger: Logger

    /// Reads the file again and puts it in force.
    ///
    /// - Returns: why it was refused; nil when it is in force.
    func reload() async -> String? {
        let files = SystemFileAccess()
        let reading = ConfigurationReader(files: files).read(file, checksSecrets: true)
        guard let configuration = reading.configuration, !reading.hasErrors else {
            return await refuse(reading.mistakes.map(\.description))
        }
        if let mistakes = guardian?.reload(), !mistakes.isEmpty {
            return await refuse(mistakes.map(\.description))
        }
        do {
            try await runtime.reload(try ResolvedConfiguration(configuration, files: files))
        } catch let mistakes as Mistakes {
            return await refuse(mistakes.list.map(\.description))
        } catch {
            return await refuse(["\(error)"])
        }
        responder.replaceAccess(AccessControl(configuration))
        for warning in reading.mistakes {
            logger.warning("\(warning)", source: "configuration")
        }
        if configuration.controlSocket != controlSocket {
            logger.warning(
                "`control_socket` changed; it stays \(controlSocket) until the agent is restarted",
                source: "configuration")
        }
        logger.info("configuration reloaded", source: "configuration")
        return nil
    }

    private func refuse(_ reasons: [String]) async -> String {
        await runtime.core.noteRefusedReload()
        for reason in reasons { logger.error("\(reason)", source: "configuration") }
        logger.error(
            "the reload was refused, the former configuration stays in force",
            source: "configuration")
        return reasons.joined(separator: "\n")
    }
}
