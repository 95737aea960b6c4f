// One HTTP connection that is kept: many requests, one after the other, from a thread of its own.

import Foundation
import Glibc

/// A connection to a port of loopback. Not for several threads at once.
final class KeptConnection {
    private let port: UInt16
    private var descriptor: Int32 = -1
    private var received: [UInt8] = []

    init(port: UInt16) {
        self.port = port
    }

    deinit { drop() }

    /// Sends a request and waits for its answer; connects first when there is no connection.
    ///
    /// - Throws: `HTTPFailure` when the connection ends; what became of the request is not known.
    func post(_ path: String, token: String, body: String) throws -> HTTPAnswer {
        let request =
            "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAuthorization: Bearer \(token)\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        do {
            if descriptor < 0 { descriptor = try LoopbackSocket.connected(to: port) }
            try LoopbackSocket.sendAll(Array(request.utf8), to: descriptor)
            return try answer()
        } catch {
            drop()
            throw error
        }
    }

    private func drop() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        received = []
    }

    private func answer() throws -> HTTPAnswer {
        let separator = Array("\r\n\r\n".utf8)
        while true {
            if let end = received.firstRange(of: separator) {
                let head = try HTTPParser.answer(Array(received[..<end.upperBound]))
                guard let length = head.header("Content-Length").flatMap({ Int($0) }) else {
                    throw HTTPFailure("an answer without a length")
                }
                if received.count >= end.upperBound + length {
                    let whole = Array(received[..<(end.upperBound + length)])
                    received.removeFirst(whole.count)
                    return try HTTPParser.answer(whole)
                }
            }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw HTTPFailure("the connection ended") }
            received += buffer[..<count]
        }
    }
}
