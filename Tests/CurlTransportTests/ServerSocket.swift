// The socket calls of the scripted server.

import Foundation
import Glibc

/// One accepted connection, used by one thread.
struct ServerSocket {
    /// A call on a socket failed.
    struct Failure: Error {
        let call: String
        let number: Int32
    }

    let descriptor: Int32

    // MARK: - Listening

    /// Listens on a free port of 127.0.0.1.
    static func listenOnLoopback() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = try open(AF_INET)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try bindAndListen(descriptor, &address)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutableBytes(of: &address) { bytes in
            getsockname(
                descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &length)
        }
        guard code == 0 else { throw Failure(call: "getsockname", number: errno) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// Listens on a Unix socket.
    static func listen(unixSocketPath path: String) throws -> Int32 {
        let descriptor = try open(AF_UNIX)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        try bindAndListen(descriptor, &address)
        return descriptor
    }

    /// A connection to a port of 127.0.0.1.
    static func connect(toLoopback port: UInt16) throws -> Int32 {
        let descriptor = try open(AF_INET)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let code = withUnsafeBytes(of: &address) { bytes in
            Glibc.connect(
                descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(bytes.count))
        }
        guard code == 0 else { throw Failure(call: "connect", number: errno) }
        return descriptor
    }

    /// A port of 127.0.0.1 on which nobody listens.
    static func refusingPort() throws -> UInt16 {
        let (descriptor, port) = try listenOnLoopback()
        close(descriptor)
        return port
    }

    private static func open(_ family: Int32) throws -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", number: errno) }
        return descriptor
    }

    private static func bindAndListen<Address>(
        _ descriptor: Int32, _ address: inout Address
    ) throws {
        let code = withUnsafeBytes(of: &address) { bytes in
            bind(
                descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(bytes.count))
        }
        guard code == 0 else { throw Failure(call: "bind", number: errno) }
        guard Glibc.listen(descriptor, 1_024) == 0 else {
            throw Failure(call: "listen", number: errno)
        }
    }

    // MARK: - Reading

    /// The next request; nil when the peer is gone.
    func readRequest() -> ReceivedRequest? {
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = bytes.firstRange(of: end) {
                let head = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
                let length = ReceivedRequest(head: head, body: []).header("Content-Length")
                let wanted = range.upperBound + (length.flatMap(Int.init) ?? 0)
                while bytes.count < wanted { guard receive(into: &bytes) else { return nil } }
                return ReceivedRequest(head: head, body: Array(bytes[range.upperBound..<wanted]))
            }
            guard receive(into: &bytes) else { return nil }
        }
    }

    private func receive(into bytes: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        bytes.append(contentsOf: buffer[..<count])
        return true
    }

    // MARK: - Answering

    /// Runs one step; false when the connection is over.
    func run(_ step: ServerStep) -> Bool {
        switch step {
        case .send(let bytes): return send(bytes)
        case .sendForever(let bytes): while send(bytes) {}
        case .trickle(let bytes, let milliseconds):
            return bytes.allSatisfy { send([$0]) && !peerLeaves(within: milliseconds) }
        case .hang: while !peerLeaves(within: -1) {}
        case .close: break
        case .reset:
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                descriptor, SOL_SOCKET, SO_LINGER, &option,
                socklen_t(MemoryLayout<linger>.size))
        }
        return false
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Waits for the peer's end, at most so long; -1 means without a limit.
    private func peerLeaves(within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return false }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) <= 0
    }
}
