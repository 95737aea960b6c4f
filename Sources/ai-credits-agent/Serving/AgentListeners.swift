// All listeners together: the web's addresses and the control socket.
//
// 1. The body runs once every listener accepts connections.
// 2. The first listener, or the body, to end ends all.

import AgentCommands
import Logging
import WebServer

/// The agent's listeners.
struct AgentListeners: Sendable {
    private let addresses: [ListenAddress]
    private let responder: WebResponder
    private let control: ControlSocketFile
    private let controlPath: String
    private let controlResponder: WebResponder
    /// The framework calls every closed connection and each stop an error, so it is not heard:
    /// what matters is thrown, counted or logged here.
    private let logger = Logger(label: "listeners") { _ in SwiftLogNoOpLogHandler() }

    /// Listeners of the web's addresses and of the control socket.
    init(
        addresses: [ListenAddress], responder: WebResponder, control: ControlSocketFile,
        controlPath: String, controlResponder: WebResponder
    ) {
        self.addresses = addresses
        self.responder = responder
        self.control = control
        self.controlPath = controlPath
        self.controlResponder = controlResponder
    }

    /// Which listener listens, and where.
    private struct Arrival: Sendable {
        let index: Int
        let address: String
    }

    /// Listens, then runs the body with the addresses in use, until cancelled.
    ///
    /// - Throws: `ListenError`, `ControlSocketError`, or what the body throws.
    func run(_ body: @escaping @Sendable ([String]) async throws -> Void) async throws {
        let (arrivals, announce) = AsyncThrowingStream.makeStream(of: Arrival.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, address) in addresses.enumerated() {
                let listener = WebListener(
                    address: address, responder: responder, logger: logger)
                group.addTask {
                    try await listener.run { address in
                        announce.yield(Arrival(index: index, address: address))
                    }
                }
            }
            group.addTask { try await runControl(index: addresses.count, announce) }
            group.addTask {
                let listening = try await Self.all(addresses.count + 1, arrivals)
                // The control socket comes last and is known by its path.
                try await body(Array(listening.dropLast()))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        // Listeners end without an error only when they were told to.
        guard Task.isCancelled else {
            throw CommandFailure("a listener ended by itself; see the lines above")
        }
    }

    private func runControl(
        index: Int, _ announce: AsyncThrowingStream<Arrival, any Error>.Continuation
    ) async throws {
        let listener = WebListener(
            address: .unix(path: controlPath), responder: controlResponder, logger: logger)
        try await listener.run { address in
            do throws(ControlSocketError) {
                try control.protect()
                announce.yield(Arrival(index: index, address: address))
            } catch {
                announce.finish(throwing: error)
            }
        }
    }

    /// Waits for every listener; the addresses in the order of the command line.
    private static func all(
        _ count: Int, _ arrivals: AsyncThrowingStream<Arrival, any Error>
    ) async throws -> [String] {
        var addresses = [String?](repeating: nil, count: count)
        for try await arrival in arrivals {
            addresses[arrival.index] = arrival.address
            let known = addresses.compactMap { $0 }
            if known.count == count { return known }
        }
        throw CancellationError()
    }
}
