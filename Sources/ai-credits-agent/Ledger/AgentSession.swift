// How commands reach the agent: over its control socket, else through the ledger itself.
//
// 1. The ledger is opened under the agent's own exclusive lock, so there is one writer at a time.
// 2. Both ways are answered by the same routes; a command that only looks leaves no trace.

import Agent
import AgentCommands
import AgentConfiguration
import ArgumentParser
import CurlTransport
import ExactJSON
import Ports
import PositionedYAML
import SQLStore
import WebServer

/// The agent of a configuration, running or not.
struct AgentSession {
    private let configuration: AgentConfiguration
    private let transport: CurlTransport

    /// Runs a command with a session.
    static func with<Value>(
        _ configuration: AgentConfiguration, _ body: (AgentSession) async throws -> Value
    ) async throws -> Value {
        let transport = try CurlTransport(userAgent: BuildInformation.userAgent)
        let session = AgentSession(configuration: configuration, transport: transport)
        do {
            let value = try await body(session)
            await transport.shutdown()
            return value
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    /// Asks the agent: the running one, else one that is started on the ledger for this alone.
    ///
    /// - Throws: `CommandFailure` with the agent's refusal, or what keeps the ledger closed.
    func ask(_ request: ControlRequest) async throws -> JSONValue {
        do throws(ControlFailure) {
            if let answer = try await askRunning(request) { return answer }
        } catch {
            throw CommandFailure(error.description)
        }
        let response = try await answerFromLedger(request)
        do throws(ControlFailure) {
            return try ControlClient.data(
                of: request, status: response.status, body: response.body)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// The answer of the running agent; nil when none runs.
    private func askRunning(
        _ request: ControlRequest
    ) async throws(ControlFailure) -> JSONValue? {
        let path = configuration.controlSocket
        switch ControlSocketFile(path: path, group: nil).reachability {
        case .absent: return nil
        case .forbidden:
            throw .refused(
                "the control socket \(path) may not be used by \(OperatingSystemUser.name); run "
                    + "this as the agent's user, or set `control_socket_group` to a group of yours")
        case .present: break
        }
        do throws(ControlFailure) {
            return try await ControlClient(transport: transport, socketPath: path).send(request)
        } catch {
            // A stale socket: whoever made it is gone, so the ledger's lock decides.
            if case .notRunning = error { return nil }
            throw error
        }
    }

    /// Starts an agent without loops on the ledger and asks that one.
    private func answerFromLedger(_ request: ControlRequest) async throws -> WebResponse {
        let store: any Store
        do {
            store = try await AgentLedger.open(configuration, .existing)
        } catch StoreError.held(let holder) {
            throw CommandFailure(
                "the ledger is in use by \(holder), which does not answer on the control socket "
                    + "\(configuration.controlSocket): it is starting, or runs with another "
                    + "configuration; try again, or name its file with --config.file")
        }
        do {
            let assembly = AgentAssembly(
                configuration: configuration, transport: transport,
                store: request.isReading ? RollbackStore(store) : store, externalURL: "",
                logger: LoadedConfiguration.quietLogger)
            try await assembly.core.start()
            let web = AgentWeb(
                core: assembly.core, build: .current, enablesLifecycle: false, reload: { nil })
            let response = await web.control().respond(
                to: WebRequest(
                    method: request.method, path: request.path,
                    parameters: request.parameters, body: request.body?.serialized() ?? [],
                    peerUser: OperatingSystemUser.name))
            try await store.close()
            return response
        } catch {
            try? await store.close()
            throw error
        }
    }
}
