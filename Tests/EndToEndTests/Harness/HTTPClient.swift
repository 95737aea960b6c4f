// A small HTTP client over plain sockets, so that nothing of the product tests itself.

import Dispatch
import ExactJSON
import Foundation
import Glibc

/// An answer.
struct HTTPAnswer: Sendable {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    func json() throws -> JSONValue { try JSONReader.read(body) }
}

/// A request that got no answer.
struct HTTPFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Sends requests to loopback.
enum HTTPClient {
    /// Sends one request on a connection of its own.
    ///
    /// - Parameter url: `http://127.0.0.1:PORT/…`.
    static func send(
        _ method: String = "GET", _ url: String, headers: [(name: String, value: String)] = [],
        body: String? = nil
    ) async throws -> HTTPAnswer {
        let rest = url.dropFirst("http://127.0.0.1:".count)
        let path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
        guard url.hasPrefix("http://127.0.0.1:"), let port = UInt16(rest.prefix { $0 != "/" })
        else { throw HTTPFailure("\(url) is not on loopback") }
        var request = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
        request += "Connection: close\r\n"
        for header in headers { request += "\(header.name): \(header.value)\r\n" }
        if let body { request += "Content-Length: \(body.utf8.count)\r\n\r\n" + body }
        if body == nil { request += "\r\n" }
        let bytes = Array(request.utf8)
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        try HTTPParser.answer(LoopbackSocket.exchange(bytes, port: port))
                    })
            }
        }
    }
}

/// One exchange of bytes with a port of loopback.
enum LoopbackSocket {
    static func exchange(_ request: [UInt8], port: UInt16) throws -> [UInt8] {
        let descriptor = try connected(to: port)
        defer { close(descriptor) }
        try sendAll(request, to: descriptor)
        return try receive(descriptor)
    }

    /// A connection whose reads and writes wait at most 15 s.
    static func connected(to port: UInt16) throws -> Int32 {
        let descriptor = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("socket") }
        var time = timeval(tv_sec: 15, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(
                descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = address(port: port)
        let connected = withUnsafeBytes(of: &address) { bytes in
            connect(
                descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(bytes.count))
        }
        guard connected == 0 else {
            let error = failure("connect to port \(port)")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Sends all bytes.
    static func sendAll(_ request: [UInt8], to descriptor: Int32) throws {
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw failure("send") }
            sent += count
        }
    }

    /// A port that was free a moment ago.
    static func freePort() throws -> UInt16 {
        let descriptor = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("socket") }
        defer { close(descriptor) }
        return try bind(descriptor)
    }

    /// Binds to a free port of loopback.
    static func bind(_ descriptor: Int32) throws -> UInt16 {
        var address = address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutableBytes(of: &address) { bytes -> Bool in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return Glibc.bind(descriptor, pointer, length) == 0
                && getsockname(descriptor, pointer, &length) == 0
        }
        guard isBound else { throw failure("bind") }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func receive(_ descriptor: Int32) throws -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 { return received }
            guard count > 0 else { throw failure("receive") }
            received += buffer[..<count]
        }
    }

    private static func failure(_ call: String) -> HTTPFailure {
        HTTPFailure("\(call): \(String(cString: strerror(errno)))")
    }
}

/// Reads answers.
enum HTTPParser {
    static func answer(_ bytes: [UInt8]) throws -> HTTPAnswer {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            throw HTTPFailure("no answer: \(String(decoding: bytes.prefix(200), as: UTF8.self))")
        }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
            .components(separatedBy: "\r\n")
        let words = head[0].split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else {
            throw HTTPFailure("no status: \(head[0])")
        }
        let headers = head.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                name: String(parts.first ?? ""),
                value: parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            )
        }
        let isChunked = headers.contains {
            $0.name.lowercased() == "transfer-encoding" && $0.value.lowercased() == "chunked"
        }
        let rest = Array(bytes[end.upperBound...])
        return HTTPAnswer(
            status: status, headers: headers, body: isChunked ? try joined(rest) : rest)
    }

    private static func joined(_ bytes: [UInt8]) throws -> [UInt8] {
        var joined: [UInt8] = []
        var rest = bytes[...]
        while let line = rest.firstRange(of: Array("\r\n".utf8)) {
            let size = String(decoding: rest[rest.startIndex..<line.lowerBound], as: UTF8.self)
            guard let count = Int(size, radix: 16), rest.endIndex - line.upperBound >= count else {
                throw HTTPFailure("a broken chunk")
            }
            if count == 0 { return joined }
            joined += rest[line.upperBound..<(line.upperBound + count)]
            rest = rest[(line.upperBound + count)...].dropFirst(2)
        }
        throw HTTPFailure("the last chunk is missing")
    }
}
