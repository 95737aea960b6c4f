// Bytes over a TCP connection: what a well-behaved client library would not send.

import Foundation
import Glibc
import NIOCore

/// Why the test's own connection failed.
struct RawClientError: Error {
    let what: String
}

/// Sends raw requests to a loopback port.
enum RawClient {
    /// Sends bytes and gives everything that comes back until the connection is closed, on a
    /// thread of its own, so that the server's tasks are not held up.
    static func exchange(port: Int, _ bytes: [UInt8]) async throws -> String {
        try await onThread { try exchangeBlocking(port: port, bytes) }
    }

    /// Sends bytes and reads nothing until the connection is closed.
    static func send(port: Int, _ bytes: [UInt8]) async throws {
        try await onThread {
            let descriptor = try connection(port: port, receiveBufferBytes: 4096)
            defer { close(descriptor) }
            send(bytes, descriptor)
            var wait = pollfd(fd: descriptor, events: 0x2000 /* POLLRDHUP */, revents: 0)
            guard poll(&wait, 1, 20_000) == 1 else { throw RawClientError(what: "not closed") }
        }
    }

    private static func onThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
        }
    }

    private static func exchangeBlocking(port: Int, _ bytes: [UInt8]) throws -> String {
        let descriptor = try connection(port: port)
        defer { close(descriptor) }
        send(bytes, descriptor)
        return String(decoding: answer(descriptor), as: UTF8.self)
    }

    private static func connection(port: Int, receiveBufferBytes: Int32? = nil) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw RawClientError(what: "socket") }
        if var size = receiveBufferBytes {
            setsockopt(
                descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        let connected = address.withSockAddr { connect(descriptor, $0, socklen_t($1)) }
        guard connected == 0 else {
            defer { close(descriptor) }
            throw RawClientError(what: "connect: \(errno)")
        }
        return descriptor
    }

    private static func send(_ bytes: [UInt8], _ descriptor: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // A server that refuses early closes its end: what it said is still to be read.
            guard count > 0 else { break }
            sent += count
        }
    }

    private static func answer(_ descriptor: Int32) -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return received }
            received += buffer[..<count]
        }
    }
}
