// A small HTTP server on plain sockets whose answers are scripts of raw bytes, so that faults
// are exact. Knows nothing of the transport under test.
//
// 1. Each connection has its own thread, which alone closes the connection's descriptor.
// 2. `stop()` ends every wait; no thread outlives it by more than the end of its script.

import Foundation
import Glibc
import Synchronization

/// One step of an answer. A script that ends without closing keeps the connection alive.
enum ServerStep: Sendable {
    /// Sends bytes.
    case send([UInt8])
    /// Sends the same bytes until the peer is gone.
    case sendForever([UInt8])
    /// Sends single bytes with pauses until all are sent or the peer is gone.
    case trickle([UInt8], milliseconds: Int32)
    /// Does nothing until the peer is gone or the server stops.
    case hang
    /// Closes the connection in order.
    case close
    /// Closes the connection with a reset.
    case reset

    /// Sends text.
    static func text(_ text: String) -> ServerStep { .send(Array(text.utf8)) }

    /// A whole response with `Content-Length`.
    static func response(
        _ status: String = "200 OK", headers: [String] = [], body: [UInt8] = []
    ) -> ServerStep {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.count)"] + headers
        return .send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    }

    /// A whole response with a text body.
    static func response(_ status: String = "200 OK", text: String) -> ServerStep {
        response(status, body: Array(text.utf8))
    }
}

/// A request as it came over the wire.
struct ReceivedRequest: Sendable {
    /// Request line and headers, as sent.
    let head: String
    let body: [UInt8]

    /// The request line.
    var line: String { lines.first ?? "" }

    /// The target in the request line.
    var target: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "" }

    /// The value of a header, whatever its case.
    func header(_ name: String) -> String? {
        let start = name.lowercased() + ":"
        return lines.first { $0.lowercased().hasPrefix(start) }
            .map { String($0.dropFirst(start.count)).trimmingCharacters(in: .whitespaces) }
    }

    private var lines: [String] { head.components(separatedBy: "\r\n") }
}

/// What a server has seen.
enum ServerEvent: Sendable, Equatable {
    case accepted
    case request(target: String)
    case closed
}

/// A server on loopback or on a Unix socket.
final class ScriptedServer: Sendable {
    private struct State {
        var open: Set<Int32> = []
        var accepted = 0
        var mostAtOnce = 0
        var requests: [ReceivedRequest] = []
        var isStopped = false
    }

    /// Port on 127.0.0.1; 0 for a Unix socket.
    let port: UInt16
    /// What happened, in order; one consumer.
    let events: AsyncStream<ServerEvent>
    private let listener: Int32
    private let report: AsyncStream<ServerEvent>.Continuation
    private let greeting: [ServerStep]
    private let answer: @Sendable (ReceivedRequest) -> [ServerStep]
    private let state = Mutex(State())

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - greeting: run on each new connection, before anything is read.
    ///   - answer: the script for a request.
    init(
        unixSocketPath: String? = nil,
        greeting: [ServerStep] = [],
        answer: @escaping @Sendable (ReceivedRequest) -> [ServerStep]
    ) throws {
        (events, report) = AsyncStream.makeStream()
        self.greeting = greeting
        self.answer = answer
        if let unixSocketPath {
            listener = try ServerSocket.listen(unixSocketPath: unixSocketPath)
            port = 0
        } else {
            (listener, port) = try ServerSocket.listenOnLoopback()
        }
        Thread.detachNewThread { self.acceptConnections() }
    }

    /// A server that gives every request the same answer.
    convenience init(_ steps: ServerStep...) throws {
        try self.init { _ in steps }
    }

    /// The URL of a path.
    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Connections accepted so far.
    var acceptedConnections: Int { state.withLock { $0.accepted } }

    /// The most connections that were open at one time.
    var mostConnectionsAtOnce: Int { state.withLock { $0.mostAtOnce } }

    /// The requests received so far.
    var requests: [ReceivedRequest] { state.withLock { $0.requests } }

    /// Waits until something has happened.
    func waitFor(_ isWanted: (ServerEvent) -> Bool) async {
        for await event in events where isWanted(event) { return }
    }

    /// Waits until a request has arrived.
    func waitForRequest() async {
        await waitFor { if case .request = $0 { true } else { false } }
    }

    /// Ends listening and all connections.
    func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopped = true }
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return !state.isStopped
        }
        if isFirst { shutdown(listener, Int32(SHUT_RDWR)) }
    }

    // MARK: - Threads

    private func acceptConnections() {
        while true {
            let descriptor = accept(listener, nil, nil)
            if descriptor < 0, errno == EINTR || errno == ECONNABORTED { continue }
            guard descriptor >= 0 else { break }
            guard register(descriptor) else { break }
            report.yield(.accepted)
            Thread.detachNewThread { self.serve(descriptor) }
        }
        close(listener)
    }

    private func register(_ descriptor: Int32) -> Bool {
        let isWelcome = state.withLock { state in
            guard !state.isStopped else { return false }
            state.accepted += 1
            state.open.insert(descriptor)
            state.mostAtOnce = max(state.mostAtOnce, state.open.count)
            return true
        }
        if !isWelcome { close(descriptor) }
        return isWelcome
    }

    private func serve(_ descriptor: Int32) {
        let connection = ServerSocket(descriptor: descriptor)
        var goesOn = greeting.allSatisfy { connection.run($0) }
        while goesOn, let request = connection.readRequest() {
            state.withLock { $0.requests.append(request) }
            report.yield(.request(target: request.target))
            goesOn = answer(request).allSatisfy { connection.run($0) }
        }
        state.withLock { state in
            state.open.remove(descriptor)
            close(descriptor)
        }
        report.yield(.closed)
    }
}
