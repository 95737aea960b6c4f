// A receiver that reads a request and resets the connection.

import Foundation
import Glibc
import Synchronization

/// Takes connections on a port of loopback, one after the other.
final class ResettingServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let requests = Mutex(0)

    /// How many requests began to arrive.
    var requestCount: Int { requests.withLock { $0 } }

    init() throws {
        let descriptor = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Missing("no socket") }
        listener = descriptor
        port = try LoopbackSocket.bind(descriptor)
        guard listen(descriptor, 16) == 0 else { throw Missing("the socket does not listen") }
        Thread.detachNewThread { self.serve() }
    }

    /// Ends it; the thread goes once its wait is over.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func serve() {
        defer { close(listener) }
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            var buffer = [UInt8](repeating: 0, count: 4096)
            if recv(connection, &buffer, buffer.count, 0) > 0 { requests.withLock { $0 += 1 } }
            // Closing without lingering sends a reset.
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            close(connection)
        }
    }
}
