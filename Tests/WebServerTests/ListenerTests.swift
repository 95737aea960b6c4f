// The listener over a real socket: what is refused before any route sees it.

import Agent
import Foundation
import Logging
import Synchronization
import Testing

@testable import WebServer

@Suite("The listener", .serialized)
struct ListenerTests {
    /// Runs a listener on a free port of the loopback while the body runs.
    private func serving<Value: Sendable>(
        limits: ConnectionLimits = ConnectionLimits(),
        _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let web = try await TestWeb.start()
        return try await TestListener.serving(web.web, limits: limits, body)
    }

    private static func request(
        _ line: String, _ headers: [String], body: [UInt8] = []
    ) -> [UInt8] {
        Array(([line] + headers).joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8) + body
    }

    private static let close = ["Host: localhost", "Connection: close"]

    @Test("serves what the responder answers", .timeLimit(.minutes(1)))
    func serves() async throws {
        try await serving { port in
            let healthy = try await RawClient.exchange(
                port: port, Self.request("GET /-/healthy HTTP/1.1", Self.close))
            #expect(healthy.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(healthy.hasSuffix("\r\n\r\nAI credits agent is Healthy.\n"))
            let gate = try await RawClient.exchange(
                port: port,
                Self.request("GET /api/v1/gate?organization=ac%6De HTTP/1.1", Self.close))
            #expect(gate.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(gate.contains("X-AI-Credits-Decision: allow\r\n"))
            #expect(gate.contains(#""used":100.5"#))
        }
    }

    @Test("HEAD has the length of GET and no body", .timeLimit(.minutes(1)))
    func head() async throws {
        try await serving { port in
            let head = try await RawClient.exchange(
                port: port, Self.request("HEAD /-/healthy HTTP/1.1", Self.close))
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(head.lowercased().contains("content-length: 29\r\n"))
            #expect(head.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(
        "a request without exactly one Host is refused", .timeLimit(.minutes(1)),
        arguments: [
            ["Connection: close"], ["Host:", "Connection: close"],
            ["Host: a", "Host: b", "Connection: close"],
        ])
    func host(_ headers: [String]) async throws {
        try await serving { port in
            let answer = try await RawClient.exchange(
                port: port, Self.request("GET /-/healthy HTTP/1.1", headers))
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(answer)")
        }
    }

    @Test("HTTP/1.0 needs no Host", .timeLimit(.minutes(1)))
    func oldVersion() async throws {
        try await serving { port in
            for headers in [[], ["Connection: close", "Host: localhost"]] {
                let answer = try await RawClient.exchange(
                    port: port,
                    Self.request("GET /-/healthy HTTP/1.0", headers))
                #expect(answer.contains(" 200 OK\r\n"), "\(answer)")
            }
        }
    }

    /// Times short enough for a test.
    private static let short = ConnectionLimits(
        head: 300, request: 600, grace: 300, bodyRate: 1000, route: 5000, answer: 1000,
        farewell: 300, connectionsPerPeer: 256)

    @Test(
        "a request that does not come along is answered 408 and cut", .timeLimit(.minutes(1)),
        arguments: [
            "GET /-/healthy HTTP/1.1\r\nHost: x\r\n", "G",
            "POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nabc",
            "POST /-/reload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        ])
    func slowRequest(_ text: String) async throws {
        try await serving(limits: Self.short) { port in
            let start = ContinuousClock.now
            let answer = try await RawClient.exchange(port: port, Array(text.utf8))
            #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"), "\(answer)")
            #expect(ContinuousClock.now - start < .seconds(10))
            // The listener is there for the next one.
            let next = try await RawClient.exchange(
                port: port, Self.request("GET /-/healthy HTTP/1.1", Self.close))
            #expect(next.hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test("a connection that is kept has its time for each request", .timeLimit(.minutes(1)))
    func kept() async throws {
        try await serving(limits: Self.short) { port in
            // Both requests at once, and the connection lives longer than any time of one.
            let two =
                Self.request("GET /-/healthy HTTP/1.1", ["Host: x"])
                + Self.request("GET /-/healthy HTTP/1.1", Self.close)
            let answer = try await RawClient.exchange(port: port, two)
            #expect(answer.components(separatedBy: "is Healthy.").count == 3, "\(answer)")
        }
    }

    @Test(
        "a peer that asks on and on and reads nothing is not answered further, then cut",
        .timeLimit(.minutes(1)), arguments: [true, false])
    func slowReader(_ promptly: Bool) async throws {
        let web = try await TestWeb.start()
        let count = 40_000
        let request = Self.request(
            "GET /api/v1/gate?organization=acme HTTP/1.1", ["Host: localhost"])
        let bytes = [[UInt8]](repeating: request, count: count).flatMap(\.self)
        try await TestListener.serving(
            web.web, limits: Self.short, answersPromptly: promptly
        ) { port in try await RawClient.send(port: port, bytes) }
        let counts = web.core.meters.current
        #expect(counts.httpConnectionCuts["slow_reader"] == 1)
        let answered = counts.gateDecisions.values.reduce(0, +)
        #expect(answered > 100 && answered < count, "\(answered) of \(count)")
    }

    @Test("a malformed path is refused", .timeLimit(.minutes(1)))
    func malformedPath() async throws {
        try await serving { port in
            let answer = try await RawClient.exchange(
                port: port, Self.request("GET /api/%zz HTTP/1.1", Self.close))
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(answer)")
        }
    }

    @Test(
        "a header block beyond its bounds is refused", .timeLimit(.minutes(1)),
        arguments: [
            ["X-Large: " + String(repeating: "x", count: 20_000)],
            (0..<20).map { "X-\($0): " + String(repeating: "x", count: 1000) },
            (0..<150).map { "X-\($0): x" },
        ])
    func largeHeaders(_ headers: [String]) async throws {
        try await serving { port in
            let answer = try await RawClient.exchange(
                port: port, Self.request("GET /-/healthy HTTP/1.1", Self.close + headers))
            #expect(
                answer.hasPrefix("HTTP/1.1 431 Request Header Fields Too Large\r\n"), "\(answer)")
            #expect(answer.contains(#""errorType":"too_large""#))
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answer)")
            // The listener is there for the next one.
            let next = try await RawClient.exchange(
                port: port, Self.request("GET /-/healthy HTTP/1.1", Self.close))
            #expect(next.hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test(
        "what is no HTTP is answered 400 in words, once, after what came before it",
        .timeLimit(.minutes(1)),
        arguments: [
            "nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        ])
    func nonsense(_ text: String) async throws {
        let web = try await TestWeb.start()
        try await TestListener.serving(web.web) { port in
            let gate = "GET /api/v1/gate?organization=acme HTTP/1.1\r\nHost: x\r\n\r\n"
            let answer = try await RawClient.exchange(port: port, Array((gate + text).utf8))
            let parts = answer.components(separatedBy: "HTTP/1.1 ").dropFirst()
            #expect(parts.map { String($0.prefix(3)) } == ["200", "400"], "\(answer)")
            #expect(
                answer.contains(#"{"status":"error","errorType":"bad_data","error":"the request"#))
        }
        #expect(web.core.meters.current.httpRequests.contains { $0.key.code == 400 })
    }

    @Test(
        "a request that nothing can follow ends its connection", .timeLimit(.minutes(1)),
        arguments: [
            "Connection: Close", "Connection: x, CLOSE",
            "Connection: keep-alive\r\nConnection: close",
            "Connection: Upgrade\r\nUpgrade: h2c",
        ])
    func ends(_ headers: String) async throws {
        try await serving { port in
            for path in ["/-/healthy", "/api/v1/gate?organization=acme"] {
                let request = "GET \(path) HTTP/1.1\r\nHost: x\r\n\(headers)\r\n\r\n"
                let start = ContinuousClock.now
                let answer = try await RawClient.exchange(port: port, Array(request.utf8))
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
                #expect(answer.lowercased().contains("connection: close\r\n"), "\(answer)")
                #expect(ContinuousClock.now - start < .seconds(4), "before the farewell of 5 s")
            }
        }
    }

    @Test("a tunnel is refused, and its connection ends", .timeLimit(.minutes(1)))
    func tunnel() async throws {
        try await serving { port in
            for target in ["/api/v1/gate?organization=acme", "example.com:443"] {
                let answer = try await RawClient.exchange(
                    port: port, Array("CONNECT \(target) HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
                #expect(answer.hasPrefix("HTTP/1.1 4"), "\(answer)")
            }
        }
    }

    @Test("HTTP/1.0 with a transfer coding ends its connection", .timeLimit(.minutes(1)))
    func oldChunks() async throws {
        try await serving { port in
            let request =
                "POST /-/reload HTTP/1.0\r\nConnection: keep-alive\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            let answer = try await RawClient.exchange(port: port, Array((request + request).utf8))
            #expect(answer.components(separatedBy: "HTTP/1.").count == 2, "\(answer)")
        }
    }

    @Test("a body that breaks off or is malformed is 400, not 413", .timeLimit(.minutes(1)))
    func brokenBody() async throws {
        try await serving { port in
            for body in ["zz\r\n", "5\r\nabcdefgh\r\n0\r\n\r\n"] {
                let request = Self.request(
                    "POST /-/reload HTTP/1.1", Self.close + ["Transfer-Encoding: chunked"],
                    body: Array(body.utf8))
                let answer = try await RawClient.exchange(port: port, request)
                #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
            }
        }
    }

    @Test(
        "a body that does not end after its answer is cut without another answer",
        .timeLimit(.minutes(1)))
    func lateBody() async throws {
        try await serving(limits: Self.short) { port in
            let request =
                "POST /api/v1/gate?organization=acme HTTP/1.1\r\nHost: x\r\n"
                + "Content-Length: 4000\r\n\r\nabc"
            let answer = try await RawClient.exchange(port: port, Array(request.utf8))
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answer)")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test(
        "a gateway's POST is answered by its address, whatever its body says",
        .timeLimit(.minutes(1)))
    func gatePost() async throws {
        let body = Array("organization=other&product=old".utf8)
        let headers =
            Self.close + [
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Length: \(body.count)",
            ]
        try await serving { port in
            let gate = try await RawClient.exchange(
                port: port,
                Self.request(
                    "POST /api/v1/gate?organization=acme HTTP/1.1", headers, body: body))
            #expect(gate.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(gate.contains(#""product":null"#))
        }
    }

    @Test(
        "what may not be done, or is said to be too large, is refused before its body has come",
        .timeLimit(.minutes(1)),
        arguments: [
            ("PUT /api/v1/organizations/acme/limit", 10, 403), ("POST /-/reload", 65_537, 413),
        ])
    func earlyRefusal(_ target: String, _ length: Int, _ status: Int) async throws {
        try await serving { port in
            let answer = try await RawClient.exchange(
                port: port,
                Self.request(
                    "\(target) HTTP/1.1", Self.close + ["Content-Length: \(length)"], body: []))
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(200))")
        }
    }

    @Test("a body beyond its bound is 413; one at the bound is read", .timeLimit(.minutes(1)))
    func largeBody() async throws {
        try await serving { port in
            for (size, status) in [(65_537, "413"), (65_536, "405"), (10, "405")] {
                let path = status == "413" ? "/-/reload" : "/-/healthy"
                let answer = try await RawClient.exchange(
                    port: port,
                    Self.request(
                        "POST \(path) HTTP/1.1", Self.close + ["Content-Length: \(size)"],
                        body: [UInt8](repeating: 0x20, count: size)))
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(size): \(answer.prefix(80))")
            }
            let accepted = try await RawClient.exchange(
                port: port,
                Self.request(
                    "POST /-/reload HTTP/1.1", Self.close + ["Content-Length: 65536"],
                    body: [UInt8](repeating: 0x20, count: 65_536)))
            #expect(accepted.hasPrefix("HTTP/1.1 200 "), "\(accepted.prefix(80))")
        }
    }

    @Test(
        "a body that is held back is asked for where it is read, and nowhere else",
        .timeLimit(.minutes(1)),
        arguments: [
            ("POST /-/reload HTTP/1.1", "100-Continue", "100 Continue", "200 OK"),
            ("POST /-/reload HTTP/1.1", "something", "200 OK", nil),
            ("POST /-/reload HTTP/1.0", "100-continue", "200 OK", nil),
            ("PUT /api/v1/organizations/acme/limit HTTP/1.1", "100-continue", "403 Forbidden", nil),
            ("POST /-/healthy HTTP/1.1", "100-continue", "405 Method Not Allowed", nil),
        ])
    func heldBack(_ line: String, _ expect: String, _ first: String, _ second: String?) async throws
    {
        try await serving { port in
            let answer = try await RawClient.exchange(
                port: port,
                Self.request(
                    line, Self.close + ["Expect: \(expect)", "Content-Length: 1"], body: [0x20]))
            let lines = answer.components(separatedBy: "\r\n").filter { $0.hasPrefix("HTTP/1.1 ") }
            #expect(lines == [first, second].compactMap { $0.map { "HTTP/1.1 \($0)" } })
        }
    }

    @Test("a form's fields are parameters", .timeLimit(.minutes(1)))
    func form() async throws {
        try await serving { port in
            let body = Array("query=vector(40%2B2)".utf8)
            let answer = try await RawClient.exchange(
                port: port,
                Self.request(
                    "POST /api/v1/query HTTP/1.1",
                    Self.close + [
                        "Content-Type: application/x-www-form-urlencoded",
                        "Content-Length: \(body.count)",
                    ], body: body))
            #expect(answer.contains(#""42""#), "\(answer)")
        }
    }

    @Test("an address without a host is reached over IPv4 and, where there is one, IPv6")
    func allAddresses() async throws {
        let web = try await TestWeb.start()
        let text = try await TestListener.serving(web.web, at: ":0") { port in
            try await RawClient.exchange(
                port: port, Self.request("GET /-/healthy HTTP/1.1", Self.close))
        }
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        let hasIPv6 = (try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8)) ?? ""
        #expect(AllAddresses.text == (hasIPv6.isEmpty ? "0.0.0.0" : "::"))
    }

    @Test("an address in use is said to be", .timeLimit(.minutes(1)))
    func addressInUse() async throws {
        try await serving { port in
            let web = try await TestWeb.start()
            let listener = WebListener(
                address: .tcp(host: "127.0.0.1", port: port), responder: web.web,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            do {
                try await listener.run { _ in }
                Issue.record("two listeners on one port")
            } catch let error as ListenError {
                #expect(error.description.contains("127.0.0.1:\(port)"))
                #expect(error.description.contains("in use by another program"))
            }
        }
    }
}
