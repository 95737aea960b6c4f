// The simulator on a loopback address.

import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Serves a simulation and tells of the story's stages.
package enum SimulatorServer {
    /// Runs until the server fails or the task is cancelled.
    ///
    /// - Parameter onListening: called once with the base address, such as `http://127.0.0.1:4711`.
    package static func run(
        _ simulation: Simulation, at address: ListenAddress, logger: Logger,
        onListening: @escaping @Sendable (String) -> Void
    ) async throws {
        let (listening, started) = AsyncStream<Void>.makeStream()
        let application = Application(
            router: SimulatorRouter.build(simulation),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [DateOverride()])),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), backlog: 1024),
            onServerRunning: { channel in
                onListening(address.url(port: channel.localAddress?.port ?? address.port))
                started.finish()
            },
            logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                // The address is told before the first stage.
                for await _ in listening {}
                while true {
                    await simulation.tellStage()
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
            defer { group.cancelAll() }
            do {
                try await group.next()
            } catch let error as IOError {
                throw ListenAddressError(
                    description: "cannot listen on \(address.host):\(address.port): "
                        + "system error \(error.errnoCode), usually because the port is in use")
            }
        }
    }
}
