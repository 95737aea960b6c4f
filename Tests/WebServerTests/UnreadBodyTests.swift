// Bodies that mean nothing: they are not read, not bounded, and do not disturb the next request.

import Testing

@testable import WebServer

@Suite("Bodies that are not looked at", .serialized)
struct UnreadBodyTests {
    @Test("no route of GET or DELETE looks at a body; every other one but the gate bounds it")
    func table() async throws {
        for route in try await TestWeb.start().faces.routes(isControl: true) {
            let isLookedAt = !["GET", "DELETE", Route.anyMethod].contains(route.method)
            #expect(
                (route.maximumBodyBytes != nil) == isLookedAt, "\(route.method) \(route.pattern)")
        }
    }

    @Test(
        "a body of any size is passed over, and the connection goes on", .timeLimit(.minutes(1)),
        arguments: [
            ("GET", "/metrics", "200 OK"), ("GET", "/-/healthy", "200 OK"),
            ("GET", "/api/v1/organizations", "200 OK"),
            ("GET", "/api/v1/query?query=1", "200 OK"),
            ("DELETE", "/api/v2/silence/x", "403 Forbidden"),
        ])
    func passedOver(_ method: String, _ target: String, _ status: String) async throws {
        let web = try await TestWeb.start()
        let size = 300_000
        let bytes =
            Array("\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n".utf8)
            + Array("Content-Length: \(size)\r\n\r\n".utf8)
            + [UInt8](repeating: 0x78, count: size)
            + Array("GET /-/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        let answer = try await TestListener.serving(web.web) { port in
            try await RawClient.exchange(port: port, bytes)
        }
        #expect(answer.hasPrefix("HTTP/1.1 \(status)\r\n"), "\(answer.prefix(300))")
        #expect(answer.hasSuffix("AI credits agent is Ready.\n"), "\(answer.suffix(300))")
    }
}
