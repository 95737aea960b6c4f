// Answers given on the connection's own thread are those that the framework would have given.

import Agent
import Foundation
import Testing

@testable import WebServer

@Suite("Prompt answers", .serialized)
struct PromptAnswerTests {
    private static let gate = "/api/v1/gate?organization=acme"
    private static let host = "Host: localhost"

    /// A request line, headers beside Host, and a body.
    struct Case: Sendable, CustomTestStringConvertible {
        var line: String
        var headers = [host]
        var body = ""

        var testDescription: String {
            ([line] + headers.dropFirst() + [body]).joined(separator: " ")
        }

        var text: String {
            ([line] + headers).joined(separator: "\r\n") + "\r\n\r\n" + body
        }
    }

    private static func to(_ line: String, _ headers: String..., body: String = "") -> Case {
        Case(line: "\(line) HTTP/1.1", headers: [host] + headers, body: body)
    }

    static let targets = [
        to("GET \(gate)"), to("GET \(gate)&product=chat"), to("GET \(gate)&product=old"),
        to("GET \(gate)&product="), to("GET \(gate)&product=a+b%20c%2b"),
        to("GET \(gate)&product=%zz"), to("GET \(gate)&product=%ff"),
        to("GET \(gate)&product=%C3%A9\"<"), to("GET \(gate)#&product=old"),
        to("GET \(gate)?product=old"), to("GET \(gate)&&product=old&product=chat"),
        to("GET /api/v1/gate?organization=nobody"), to("GET /api/v1/gate?organization="),
        to("GET /api/v1/gate"), to("GET /api/v1/gate?"), to("GET /api/v1/gate/?organization=acme"),
        to("GET //api//v1/gate?organization=acme"), to("GET /api/v1/g%61te?organization=ac%6De"),
        to("GET /api/v1/%zz?organization=acme"), to("GET /api/v1/gate%00?organization=acme"),
        to("GET http://localhost\(gate)"), to("GET http://other:1/api/v1/gate?organization=acme"),
        to("OPTIONS *"), to("GET /api/v1/gates"), to("GET /-/healthy"), to("GET /"),
    ]

    static let methods = [
        to("HEAD \(gate)"), to("HEAD /api/v1/gate"), to("PUT \(gate)"), to("DELETE \(gate)"),
        to("OPTIONS \(gate)"), to("PATCH \(gate)"), to("M-SEARCH \(gate)"), to("PROPFIND \(gate)"),
        to("POST \(gate)"), to("POST \(gate)", "Content-Length: 0"),
        to("POST \(gate)", "Content-Length: 3", body: "abc"),
        to("POST \(gate)", "Transfer-Encoding: chunked", body: "3\r\nabc\r\n0\r\n\r\n"),
        to(
            "POST /api/v1/gate", "Content-Type: application/x-www-form-urlencoded",
            "Content-Length: 17", body: "organization=acme"),
        to("GET \(gate)", "Content-Length: 1", body: "x"),
    ]

    static let headers = [
        to("GET \(gate)", "Connection: keep-alive"), to("GET \(gate)", "connection: Keep-Alive"),
        to("GET \(gate)", "Connection: x-other"),
        to("GET \(gate)", "Expect: 100-continue"), to("GET \(gate)", "Cookie: a=b; c=d"),
        to("GET \(gate)", "Accept-Encoding: gzip", "Accept: text/html", "Origin: http://evil"),
        to("GET \(gate)", "Authorization: Bearer gate-token"),
        to("GET \(gate)", "authorization: bearer   viewer-token  "),
        to("GET \(gate)", "Authorization: Bearer wrong"),
        to("GET \(gate)", "Authorization: Basic eDp5"), to("GET \(gate)", "Authorization:"),
        to("GET \(gate)", "X-AI-Credits-Token: admin-token"),
        to("GET \(gate)", "Authorization: Bearer gate-token", "Authorization: Bearer gate-token"),
        to("HEAD \(gate)", "Authorization: Bearer wrong"),
        Case(line: "GET \(gate) HTTP/1.1", headers: []),
        Case(line: "GET \(gate) HTTP/1.1", headers: ["Host: localhost \t "]),
        to("GET \(gate)", "X-AI-Credits-Token:\t gate-token\t"), to("GET \(gate)", "Cookie:   "),
        to("GET \(gate)", "Connection: keep-alive "), to("GET \(gate)", "Content-Length: 0 "),
        Case(line: "GET \(gate) HTTP/1.1", headers: ["Host:"]),
        Case(line: "GET \(gate) HTTP/1.1", headers: ["hOST: [::1]:80"]),
        Case(line: "GET \(gate) HTTP/1.1", headers: ["Host: a b"]),
        Case(line: "GET \(gate) HTTP/1.1", headers: [host, "Host: other"]),
        Case(line: "GET \(gate) HTTP/1.1", headers: [host, host]),
        Case(line: "GET \(gate) HTTP/1.0", headers: ["Connection: keep-alive"]),
        Case(line: "GET \(gate) HTTP/1.0"),
        Case(line: "GET \(gate) HTTP/9.9"), Case(line: "GET gate HTTP/1.1"),
    ]

    /// Everything that comes back for some requests and one that ends the connection, without the
    /// seconds of the dates, and what was counted.
    private static func answer(
        _ cases: [Case], tokens: Bool, promptly: Bool
    ) async throws -> (text: String, MeterReadings) {
        let web = try await TestWeb.start(
            rest: tokens ? "anonymous_access: [metrics]\n" + TestWeb.tokens : "")
        let last = to("GET /-/healthy", "Connection: close")
        let bytes = Array((cases + [last]).map(\.text).joined().utf8)
        let text = try await TestListener.serving(web.web, answersPromptly: promptly) { port in
            try await RawClient.exchange(port: port, bytes)
        }
        let lines = text.components(separatedBy: "\r\n").map { line in
            guard line.hasPrefix("Date: ") else { return line }
            // Sun, 06 Nov 1994 08:49:37 GMT: all but the time of day.
            return line.utf8.count == 35 && line.hasSuffix(" GMT")
                ? "Date: \(line.prefix(22))" : line
        }
        return (lines.joined(separator: "\n"), web.core.meters.current)
    }

    private static func compare(_ cases: [Case], tokens: Bool) async throws -> String {
        let (prompt, promptCounts) = try await answer(cases, tokens: tokens, promptly: true)
        let (usual, usualCounts) = try await answer(cases, tokens: tokens, promptly: false)
        #expect(prompt == usual)
        #expect(!usual.isEmpty)
        #expect(promptCounts.httpRequests == usualCounts.httpRequests)
        #expect(promptCounts.gateDecisions == usualCounts.gateDecisions)
        #expect(promptCounts.httpConnectionCuts == usualCounts.httpConnectionCuts)
        return prompt
    }

    @Test(
        "are the same byte for byte, and counted the same", .timeLimit(.minutes(1)),
        arguments: targets + methods + headers, [false, true])
    func same(_ example: Case, _ tokens: Bool) async throws {
        _ = try await Self.compare([example], tokens: tokens)
    }

    @Test("keep the order of their requests among others", .timeLimit(.minutes(1)))
    func order() async throws {
        let chat = Self.to("GET \(Self.gate)&product=chat")
        let old = Self.to("GET \(Self.gate)&product=old")
        let body = Self.to("POST \(Self.gate)&product=old", "Content-Length: 3", body: "abc")
        let ready = Self.to("GET /-/ready")
        let cases = [chat, ready, old, chat, body, chat, chat, ready, ready, old, old, chat]
        let text = try await Self.compare(cases, tokens: false)
        let seen = text.components(separatedBy: "\n").compactMap { line -> Character? in
            if line.contains("is Ready") { return "r" }
            if line.contains(#""product":"chat""#) { return "c" }
            return line.contains(#""product":"old""#) ? "o" : nil
        }
        #expect(String(seen) == "crococcrrooc")
    }

    @Test("come for each of a thousand requests sent ahead", .timeLimit(.minutes(1)))
    func many() async throws {
        let cases = [Case](repeating: Self.to("GET \(Self.gate)"), count: 1000)
        let (text, counts) = try await Self.answer(cases, tokens: false, promptly: true)
        #expect(text.components(separatedBy: #""decision":"allow""#).count == 1001)
        #expect(text.hasSuffix("is Healthy.\n"))
        #expect(counts.gateDecisions.values.reduce(0, +) == 1000)
        let requests = counts.httpRequests.map { "\($0.key.route) \($0.key.code): \($0.value)" }
        #expect(requests.sorted() == ["/-/healthy 200: 1", "/api/v1/gate 200: 1000"])
    }

    @Test("are given to the gate alone, whole or not at all")
    func routes() async throws {
        let web = try await TestWeb.start()
        for (path, isPrompt) in [
            ("/api/v1/gate", true), ("/-/healthy", false), ("/metrics", false), ("/", false),
            ("/api/v1/organizations", false), ("/nothing", false),
        ] {
            let request = WebRequest.to("GET", path + "?organization=acme")
            let response = web.web.respondPromptly(method: "GET", path: request.path) { request }
            #expect((response != nil) == isPrompt, "\(path)")
            let none = web.web.respondPromptly(method: "GET", path: request.path) { nil }
            #expect(none == nil)
        }
        #expect(web.core.meters.current.httpRequests.values.reduce(0, +) == 1)
    }
}
