// Which changes a browser may make.

import Testing

@testable import WebServer

@Suite("Origins of changes")
struct OriginPolicyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let headers: [(name: String, value: String)]
        let isAllowed: Bool

        init(_ isAllowed: Bool, _ headers: (String, String)...) {
            self.isAllowed = isAllowed
            self.headers = headers.map { (name: $0.0, value: $0.1) }
        }

        var testDescription: String { "\(headers) \(isAllowed)" }
    }

    static let cases = [
        Case(true, ("Host", "anything.example")),
        Case(true, ("Host", "localhost:1"), ("Origin", "http://localhost:1")),
        Case(true, ("Host", "127.0.0.1:1"), ("Origin", "http://127.0.0.1:1")),
        Case(true, ("Host", "[::1]:1"), ("Origin", "http://[::1]:1")),
        Case(true, ("Host", "Agent.example"), ("Origin", "https://agent.example")),
        Case(true, ("Host", "agent.example"), ("Sec-Fetch-Site", "same-origin")),
        Case(false, ("Host", "agent.example"), ("Sec-Fetch-Site", "cross-site")),
        Case(false, ("Host", "agent.example"), ("Sec-Fetch-Site", "same-site")),
        Case(false, ("Host", "agent.example"), ("Origin", "https://evil.example")),
        Case(false, ("Host", "agent.example"), ("Origin", "null")),
        Case(false, ("Host", "localhost:1"), ("Origin", "http://localhost:2")),
        // A name that was made to lead here.
        Case(false, ("Host", "evil.example:1"), ("Origin", "http://evil.example:1")),
        Case(false, ("Host", "evil.example:1"), ("Sec-Fetch-Site", "same-origin")),
        Case(false, ("Host", "1.2.3.evil"), ("Origin", "http://1.2.3.evil")),
    ]

    @Test("a browser's change must come from the agent's own pages", arguments: cases)
    func policy(_ example: Case) {
        let policy = OriginPolicy(externalURL: "https://agent.example/credits")
        let request = WebRequest(method: "PUT", path: [], headers: example.headers)
        #expect((policy.refusal(of: request) == nil) == example.isAllowed)
    }

    @Test("a change from elsewhere is refused before its token is looked at; reading is not")
    func routes() async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens)
        let headers = [
            (name: "Host", value: "localhost"), (name: "Sec-Fetch-Site", value: "cross-site"),
        ]
        for route in web.faces.routes(isControl: false) where !route.pattern.contains("{name}") {
            let target = route.pattern.replacing("{id}", with: "acme")
                .replacing("{month}", with: "2026-11")
            let response = await web.web.respond(
                to: .to(route.method, target, token: "owner-token", headers: headers, body: "{}"))
            let isRefused = response.failure?.contains("another site") == true
            #expect(isRefused == route.access.isChange, "\(route.method) \(route.pattern)")
        }
    }

    @Test(
        "a Host header has a name or an address, and perhaps a port",
        arguments: [
            ("localhost", true), ("a-b.example:8080", true), ("[2001:db8::1]:1", true), ("", false),
            ("a b", false), ("a/b", false), ("a@b", false), ("<script>", false), ("a\u{7F}", false),
        ])
    func host(_ text: String, _ isValid: Bool) {
        #expect(HostHeader.isValid(text) == isValid)
    }
}
