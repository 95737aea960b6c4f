// What comes back: status, headers, bodies in every coding, redirects, Retry-After.

import CurlTransport
import Foundation
import Ports
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CurlTransportResponseTests {
    private func response(
        _ steps: [ServerStep], path: String = "/", maximumBodyBytes: Int = 1 << 20
    ) async throws -> TransportResponse {
        let server = try ScriptedServer { _ in steps }
        defer { server.stop() }
        let request = TransportRequest(
            url: server.url(path), maximumBodyBytes: maximumBodyBytes)
        return try await CurlTransport.with { try await $0.send(request) }
    }

    @Test(arguments: [200, 204, 304, 400, 401, 403, 404, 429, 500, 503])
    func `every status is a response`(status: Int) async throws {
        #expect(try await response([.response("\(status) Words")]).status == status)
    }

    @Test func `headers keep order, case and repetition, and lose only their spaces`() async throws
    {
        let headers = ["Set-Cookie: a=1", "set-cookie: b=2", "X-Spaces:  \t x y \t", "X-Empty:"]
        let response = try await response([.response(headers: headers)])
        #expect(
            response.headers == [
                HTTPHeader("Content-Length", "0"), HTTPHeader("Set-Cookie", "a=1"),
                HTTPHeader("set-cookie", "b=2"), HTTPHeader("X-Spaces", "x y"),
                HTTPHeader("X-Empty", ""),
            ])
        #expect(response.header("x-SPACES") == "x y")
    }

    @Test func `a cookie is not sent back`() async throws {
        let server = try ScriptedServer(.response(headers: ["Set-Cookie: a=1; Path=/"]))
        defer { server.stop() }
        try await CurlTransport.with { transport async throws in
            for _ in 0..<2 { _ = try await transport.send(TransportRequest(url: server.url())) }
        }
        #expect(server.requests.map { $0.header("Cookie") } == [nil, nil])
    }

    @Test func `headers of interim responses and trailers are not the response's`() async throws {
        let response = try await response([
            .text("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"),
            .text("HTTP/1.1 200 OK\r\nX-Final: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            .text("2\r\nhi\r\n0\r\nX-Trailer: 1\r\n\r\n"),
        ])
        #expect(response.headers.map(\.name) == ["X-Final", "Transfer-Encoding"])
        #expect(response.text == "hi")
    }

    @Test func `a compressed body arrives decoded`() async throws {
        let text = String(repeating: "credits ", count: 10_000)
        let packed = Gzip.packed(Array(text.utf8))
        #expect(packed.count < text.utf8.count / 10)
        let response = try await response([
            .response(headers: ["Content-Encoding: gzip"], body: packed)
        ])
        #expect(response.text == text)
    }

    @Test func `a body of exactly the limit is accepted`() async throws {
        let body = [UInt8](repeating: 7, count: 65_536)
        let response = try await response([.response(body: body)], maximumBodyBytes: body.count)
        #expect(response.body == body)
    }

    @Test func `an empty body passes a limit of nothing`() async throws {
        #expect(try await response([.response()], maximumBodyBytes: 0).body.isEmpty)
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is a response with its resolved target`(status: Int) async throws {
        let server = try ScriptedServer {
            $0.target.hasPrefix("/a")
                ? [.response("\(status) Moved", headers: ["Location: ../next?page=2"])]
                : [.response(text: "followed")]
        }
        defer { server.stop() }
        let request = TransportRequest(url: server.url("/a/b/c"))
        let response = try await CurlTransport.with { try await $0.send(request) }
        #expect(response.status == status)
        #expect(response.redirectURL == server.url("/a/next?page=2"))
        #expect(server.requests.count == 1)
    }

    @Test func `a response without a redirect has no target`() async throws {
        let response = try await response([.response("201 Created", headers: ["Location: /x"])])
        #expect(response.redirectURL == nil)
    }

    @Test(arguments: [
        ("120", 120), ("0", 0), ("20261123", 20_261_123), ("99999999999999999999", Int.max),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0), ("soon", nil), ("-5", nil), ("", nil), ("1.5", nil),
    ])
    func `Retry-After in seconds or in the past`(value: String, seconds: Int?) async throws {
        let steps = [ServerStep.response("429 Slow", headers: ["Retry-After: \(value)"])]
        #expect(try await response(steps).retryAfterSeconds == seconds)
    }

    @Test func `Retry-After as a date counts from now`() async throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let date = formatter.string(from: Date(timeIntervalSinceNow: 3_600))
        let steps = [ServerStep.response("503 Slow", headers: ["Retry-After: \(date)"])]
        let seconds = try #require(try await response(steps).retryAfterSeconds)
        #expect((3_000...3_600).contains(seconds))
    }

    @Test func `a response without Retry-After asks for nothing`() async throws {
        #expect(try await response([.response("503 Slow")]).retryAfterSeconds == nil)
    }
}
