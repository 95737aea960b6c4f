// What a request looks like on the wire, and what is refused before it gets there.

import CurlTransport
import Foundation
import Ports
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CurlTransportRequestTests {
    private func received(
        _ change: (inout TransportRequest) -> Void
    ) async throws -> ReceivedRequest {
        let server = try ScriptedServer(.response(text: "ok"))
        defer { server.stop() }
        var request = TransportRequest(url: server.url("/usage?from=2026-11-01"))
        change(&request)
        let ready = request
        let response = try await CurlTransport.with { try await $0.send(ready) }
        #expect(response.status == 200)
        #expect(response.text == "ok")
        return try #require(server.requests.first)
    }

    @Test func `a GET carries the product's name and offers compression`() async throws {
        let request = try await received { _ in }
        #expect(request.line == "GET /usage?from=2026-11-01 HTTP/1.1")
        #expect(request.header("User-Agent") == "ai-credits-agent/1.2.3")
        #expect(try #require(request.header("Accept-Encoding")).contains("gzip"))
        #expect(request.header("Authorization") == nil)
        #expect(request.header("Cookie") == nil)
    }

    @Test func `headers go out as given, an empty value included`() async throws {
        let request = try await received {
            $0.headers = [
                HTTPHeader("Accept", "application/json"), HTTPHeader("X-Api-Key", "k e y"),
                HTTPHeader("X-Empty", ""), HTTPHeader("User-Agent", "other/2"),
            ]
        }
        #expect(request.header("Accept") == "application/json")
        #expect(request.header("X-Api-Key") == "k e y")
        #expect(request.header("X-Empty") == "")
        #expect(request.header("User-Agent") == "other/2")
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "GET"])
    func `a body goes out with its length and nothing that was not asked for`(
        method: String
    ) async throws {
        let body = [UInt8](repeating: 0, count: 3_000_000) + Array("end".utf8)
        let request = try await received {
            $0.method = method
            $0.body = body
        }
        #expect(request.line.hasPrefix("\(method) /usage"))
        #expect(request.header("Content-Length") == "\(body.count)")
        #expect(request.body == body)
        #expect(request.header("Expect") == nil)
        #expect(request.header("Content-Type") == nil)
    }

    @Test(arguments: [("POST", "0"), ("PUT", "0"), ("DELETE", nil), ("GET", nil)])
    func `a request without a body says so where its method expects one`(
        method: String, length: String?
    ) async throws {
        let request = try await received { $0.method = method }
        #expect(request.line.hasPrefix("\(method) /usage"))
        #expect(request.header("Content-Length") == length)
    }

    @Test func `basic credentials become an Authorization header`() async throws {
        let request = try await received {
            $0.basicCredentials = BasicCredentials(user: "käthe", password: "a:b@c")
        }
        let encoded = Data("käthe:a:b@c".utf8).base64EncodedString()
        #expect(request.header("Authorization") == "Basic \(encoded)")
    }

    @Test(arguments: [
        ([], true), (["other.example"], true), (["10.0.0.0/8", "127.0.0.0/8"], false),
        (["127.0.0.1"], false), (["*"], false),
    ])
    func `the proxy is passed by where an exception says so`(
        exceptions: [String], usesProxy: Bool
    ) async throws {
        let request = try await received {
            // A proxy is asked for the whole address, and this one is nobody's.
            $0.connection.proxyURL = usesProxy ? $0.url : "http://127.0.0.1:1"
            $0.connection.proxyExceptions = exceptions
        }
        #expect(request.line.hasPrefix("GET http://127.0.0.1:") == usesProxy)
    }

    @Test func `a Unix socket is used instead of the host`() async throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("transport-\(UInt32.random(in: 0...UInt32.max)).sock").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let server = try ScriptedServer(unixSocketPath: path) { _ in [.response(text: "local")] }
        defer { server.stop() }
        try await CurlTransport.with { transport async throws in
            var request = TransportRequest(url: "http://control/status", unixSocketPath: path)
            #expect(try await transport.send(request).text == "local")
            #expect(server.requests.first?.header("Host") == "control")
            request.addressPolicy = .publicOnly
            #expect(try await transport.failure(request).reason == .connect)
        }
        #expect(server.requests.count == 1)
    }

    @Test func `a configured proxy is asked for the whole URL`() async throws {
        let server = try ScriptedServer(.response(text: "by proxy"))
        defer { server.stop() }
        var request = TransportRequest(url: "http://usage.invalid/v1")
        request.connection.proxyURL = "http://user:word@127.0.0.1:\(server.port)"
        let ready = request
        let response = try await CurlTransport.with { try await $0.send(ready) }
        #expect(response.text == "by proxy")
        #expect(server.requests.first?.target == "http://usage.invalid/v1")
    }

    // MARK: - Refused before anything is sent

    @Test(arguments: [
        HTTPHeader("X-A\r\nX-B", "1"), HTTPHeader("X-A", "1\r\nX-B: 2"), HTTPHeader("X-A", "1\n2"),
        HTTPHeader("X-A", "1\u{0}"), HTTPHeader("X-A\u{0}", "1"), HTTPHeader("", "1"),
        HTTPHeader("X A", "1"), HTTPHeader("X-A:", "1"), HTTPHeader("X-A", "\u{1B}[31m"),
    ])
    func `a header that could become another header is refused`(header: HTTPHeader) async throws {
        let server = try ScriptedServer(.response())
        defer { server.stop() }
        let request = TransportRequest(url: server.url(), headers: [header])
        let error = try await CurlTransport.with { try await $0.failure(request) }
        #expect(error.reason == .protocol)
        #expect(server.acceptedConnections == 0)
    }

    @Test(arguments: [
        "", "usage", "/v1/usage", "127.0.0.1:80/", "http://", "http:///usage", "https://?x",
        "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:70/_x",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: 1", "http://127.0.0.1/\u{0}",
        "http://127.0.0.1:99999/", "http://[::1/", "http://user:word@127.0.0.1/",
        "http://user@127.0.0.1/",
    ])
    func `a URL that is malformed, of another scheme or with a user is refused`(
        url: String
    ) async throws {
        let request = TransportRequest(url: url)
        let error = try await CurlTransport.with { try await $0.failure(request) }
        #expect(error.reason == .protocol)
        #expect(!error.message.contains("word"))
    }

    @Test(arguments: ["get", "HEAD", "CONNECT", "GET /other HTTP/1.1\r\nX: ", ""])
    func `a method outside the four is refused`(method: String) async throws {
        let request = TransportRequest(method: method, url: "http://127.0.0.1:1/")
        let error = try await CurlTransport.with { try await $0.failure(request) }
        #expect(error.reason == .protocol)
    }

    @Test func `a user agent with a line break is refused`() {
        #expect(throws: TransportError.self) { try CurlTransport(userAgent: "a\r\nX: 1") }
    }

    @Test func `the version of libcurl is three numbers`() throws {
        let version = libcurlVersion()
        #expect(version.split(separator: ".").prefix(2).allSatisfy { Int($0) != nil })
        #expect(version.split(separator: ".").count >= 3)
    }
}
