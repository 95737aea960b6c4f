// The headers of responses: each is sent once.

import Testing

@testable import WebServer

@Suite("Headers of responses")
struct ResponseHeaderTests {
    private static func lines(_ response: WebResponse) -> [String] {
        response.sentHeaders.map { "\($0.name): \($0.value)" }
    }

    @Test("what every response has gives way to what a response says itself")
    func standard() {
        var response = WebResponse.text("x")
        let type = "Content-Type: text/plain; charset=utf-8"
        #expect(
            Self.lines(response) == [
                type, "X-Content-Type-Options: nosniff", "Cache-Control: no-store",
            ])
        response.headers.append(("x-content-type-options", "nosniff"))
        response.headers.append(("cache-control", "max-age=1"))
        #expect(
            Self.lines(response) == [
                type, "x-content-type-options: nosniff", "cache-control: max-age=1",
            ])
    }

    @Test("a replaced header is sent once, in its new value, whatever its case")
    func replaced() async throws {
        let web = try await TestWeb.start()
        var page = await web.web.respond(to: .to("GET", "/"))
        page.replaceHeaders([
            ("x-frame-options", "sameorigin"), ("X-Content-Type-Options", "nosniff"),
            ("Strict-Transport-Security", "max-age=1"),
        ])
        let sent = page.sentHeaders
        #expect(Set(sent.map { $0.name.lowercased() }).count == sent.count, "\(sent)")
        let values = Dictionary(
            sent.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        #expect(values["x-frame-options"] == "sameorigin")
        #expect(values["x-content-type-options"] == "nosniff")
        #expect(values["strict-transport-security"] == "max-age=1")
        #expect(values["content-type"] == "text/html; charset=utf-8")
    }

    @Test("no route sends a header twice")
    func routes() async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens)
        for route in web.faces.routes(isControl: false) {
            let target = route.pattern.replacing("{id}", with: "acme")
                .replacing("{month}", with: "2026-11")
            let sent = await web.web.respond(
                to: .to(route.method, target, token: "owner-token", body: "{}")
            ).sentHeaders
            let names = Set(sent.map { $0.name.lowercased() })
            #expect(names.count == sent.count, "\(route.method) \(route.pattern): \(sent)")
        }
    }
}
