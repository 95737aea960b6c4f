// Servers that fail in every way: each ends with its own reason, and soon.

import CurlTransport
import Foundation
import Ports
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CurlTransportFaultTests {
    /// A way to fail, and what it must be called.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [ServerStep]
        let reason: TransportError.Reason

        init(_ name: String, _ reason: TransportError.Reason, _ steps: ServerStep...) {
            self.testDescription = name
            self.reason = reason
            self.steps = steps
        }
    }

    private static let chunked = ServerStep.text(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    private static let chunk =
        Array("1000\r\n".utf8) + [UInt8](repeating: 97, count: 4_096)
        + Array("\r\n".utf8)
    private static let bomb = Gzip.packed([UInt8](repeating: 0, count: 64 << 20))

    private static let faults: [Fault] = [
        Fault("hang before the headers", .timeout, .hang),
        Fault("hang within the headers", .timeout, .text("HTTP/1.1 200 OK\r\nX-A: "), .hang),
        Fault(
            "hang within the body", .timeout,
            .text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), .hang),
        Fault(
            "trickle", .timeout,
            .text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"),
            .trickle([UInt8](repeating: 97, count: 100), milliseconds: 20)),
        Fault("endless chunks", .tooLarge, chunked, .sendForever(chunk)),
        Fault(
            "endless body without a length", .tooLarge,
            .text("HTTP/1.1 200 OK\r\n\r\n"), .sendForever(chunk)),
        Fault(
            "gzip bomb", .tooLarge,
            .response(headers: ["Content-Encoding: gzip"], body: bomb)),
        Fault(
            "header flood", .tooLarge,
            .text("HTTP/1.1 200 OK\r\n"), .sendForever(Array("X-N: 1\r\n".utf8))),
        Fault(
            "long headers", .tooLarge, .text("HTTP/1.1 200 OK\r\n"),
            .sendForever(Array(("X-N: " + String(repeating: "n", count: 8_000) + "\r\n").utf8))),
        Fault(
            "interim response flood", .tooLarge,
            .sendForever(Array("HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\n".utf8))),
        Fault("not HTTP", .protocol, .text("220 mail ready\r\n"), .close),
        Fault(
            "unknown content encoding", .protocol,
            .response(headers: ["Content-Encoding: squeeze"], body: [1, 2, 3])),
        Fault(
            "broken gzip", .protocol,
            .response(headers: ["Content-Encoding: gzip"], body: Array("not packed".utf8))),
        Fault(
            "broken chunk", .connect, chunked, .text("zz\r\n"), .close),
        Fault("close without an answer", .connect, .close),
        Fault("reset without an answer", .connect, .reset),
        Fault(
            "close within the body", .connect,
            .text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), .close),
        Fault("close within the chunks", .connect, chunked, .text("5\r\nab"), .close),
    ]

    @Test(arguments: [
        [ServerStep.text("HTTP/1.1 202 Accepted\r\n\r\n"), .sendForever(chunk)],
        [
            .text("HTTP/1.1 202 Accepted\r\nContent-Length: 1000000000\r\n\r\n"),
            .sendForever(chunk),
        ],
        [
            .text("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n"),
            .sendForever(chunk),
        ],
    ])
    func `a long answer is cut where only its status is asked for`(
        steps: [ServerStep]
    ) async throws {
        let server = try ScriptedServer { _ in steps }
        defer { server.stop() }
        var request = TransportRequest(
            url: server.url("/"), maximumBodyBytes: 5000, timeoutMilliseconds: 20_000)
        request.cutsLongBody = true
        let ready = request
        let response = try await CurlTransport.with { try await $0.send(ready) }
        #expect(response.status == 202)
        #expect(response.body.count == 5000)
    }

    @Test(arguments: faults)
    func `a fault has its reason`(fault: Fault) async throws {
        let server = try ScriptedServer { _ in fault.steps }
        defer { server.stop() }
        let limit = fault.reason == .timeout ? 200 : 20_000
        let request = TransportRequest(
            url: server.url("/secret?token=abc"), maximumBodyBytes: 1 << 20,
            timeoutMilliseconds: limit)
        let error = try await CurlTransport.with { try await $0.failure(request) }
        #expect(error.reason == fault.reason, "\(error)")
        #expect(error.message.hasPrefix("127.0.0.1:\(server.port): "), "\(error)")
        #expect(!error.message.contains("abc"))
    }

    @Test func `a transfer that is too slow ends before its time limit`() async throws {
        let server = try ScriptedServer(
            .text("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
            .trickle([UInt8](repeating: 97, count: 100_000), milliseconds: 50))
        defer { server.stop() }
        var request = TransportRequest(url: server.url(), timeoutMilliseconds: 3_600_000)
        request.connection.lowSpeedBytesPerSecond = 10_000
        request.connection.lowSpeedSeconds = 1
        let ready = request
        let error = try await CurlTransport.with { try await $0.failure(ready) }
        #expect(error.reason == .timeout)
    }

    @Test func `a port on which nobody listens is refused`() async throws {
        let port = try ServerSocket.refusingPort()
        let request = TransportRequest(url: "http://127.0.0.1:\(port)/")
        let error = try await CurlTransport.with { try await $0.failure(request) }
        #expect(error.reason == .connect)
        #expect(error.message.contains("127.0.0.1:\(port)"))
    }

    @Test func `a name that does not exist is a connect error`() async throws {
        let request = TransportRequest(
            url: "http://nowhere.invalid/x?key=abc", timeoutMilliseconds: 20_000)
        let error = try await CurlTransport.with { try await $0.failure(request) }
        #expect(error.reason == .connect)
        #expect(error.message.contains("nowhere.invalid:80"))
        #expect(!error.message.contains("abc"))
    }

    @Test func `a Unix socket that does not exist is a connect error`() async throws {
        let request = TransportRequest(
            url: "http://control/", unixSocketPath: "/nonexistent/control.sock")
        let error = try await CurlTransport.with { try await $0.failure(request) }
        #expect(error.reason == .connect)
        #expect(error.message.contains("/nonexistent/control.sock"))
    }

    @Test func `a limit of zero or below still ends`() async throws {
        let server = try ScriptedServer(.hang)
        defer { server.stop() }
        for milliseconds in [0, -1, Int.min] {
            let request = TransportRequest.brief(server.url(), milliseconds: milliseconds)
            let error = try await CurlTransport.with { try await $0.failure(request) }
            #expect(error.reason == .timeout)
        }
    }

    @Test func `a fault leaves the transport fit for the next request`() async throws {
        let server = try ScriptedServer {
            $0.target == "/good" ? [.response(text: "good")] : [.text("HTTP/1.1 2"), .close]
        }
        defer { server.stop() }
        try await CurlTransport.with { transport async throws in
            for _ in 0..<5 {
                _ = try await transport.failure(TransportRequest(url: server.url("/bad")))
                let response = try await transport.send(
                    TransportRequest(url: server.url("/good")))
                #expect(response.text == "good")
            }
        }
    }
}
