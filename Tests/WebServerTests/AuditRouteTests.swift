// Changes, blocks and resumes over HTTP: who, when, before, after, why.

import Agent
import ExactJSON
import SimulatedPorts
import Testing

@testable import WebServer

@Suite("Audit routes")
struct AuditRouteTests {
    private static let root = "/api/v1/organizations/acme"

    private static func get(
        _ web: TestWeb, _ path: String, token: String = "viewer-token"
    ) async throws -> [JSONValue] {
        let response = await web.web.respond(to: .to("GET", path, token: token))
        #expect(response.status == 200, "\(response.text)")
        return try JSONReader.read(response.body)["data"]?.arrayValue ?? []
    }

    private static func put(_ web: TestWeb, _ path: String, _ body: String) async -> WebResponse {
        await web.web.respond(to: .to("PUT", root + path, token: "admin-token", body: body))
    }

    @Test("every change is there with its author and reason, newest first, page by page")
    func audit() async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens)
        web.clock.advance(milliseconds: 60_000)
        _ = await Self.put(
            web, "/limit", #"{"mode":"soft","allowance":5,"reason":"launch"}"#)
        _ = await Self.put(web, "/products/chat/cap", #"{"cap":"0.5","reason":"trial"}"#)
        let newest = try await Self.get(web, Self.root + "/audit?limit=2")
        #expect(
            newest.map { $0["action"]?.stringValue } == ["product_cap.changed", "limit.changed"])
        #expect(newest.map { $0["reason"]?.stringValue } == ["trial", "launch"])
        #expect(newest.map { $0["actor"]?.stringValue } == ["a", "a"])
        #expect(newest[0]["before"]?.stringValue == "chat: none")
        #expect(newest[0]["after"]?.stringValue == "chat: 0.5")
        #expect(newest[1]["at"]?.stringValue == "2026-11-10T12:01:00Z")
        #expect(newest[1]["before"]?.stringValue == "hard (owned by api)")
        let last = try #require(newest[1]["sequence"]?.numberLexeme)
        let rest = try await Self.get(web, Self.root + "/audit?before=\(last)")
        #expect(rest.allSatisfy { $0["actor"]?.stringValue == "file" })
        #expect(rest.contains { $0["action"]?.stringValue == "base_allocation.changed" })
        let end = try #require(rest.last?["sequence"]?.numberLexeme)
        #expect(try await Self.get(web, Self.root + "/audit?before=\(end)").isEmpty)
        #expect(try await Self.get(web, "/api/v1/audit").isEmpty)
    }

    @Test("a block and its end name what caused them")
    func transitions() async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens, used: "1000")
        _ = await Self.put(web, "/limit", #"{"mode":"soft","allowance":50,"reason":"launch"}"#)
        let found = try await Self.get(web, Self.root + "/transitions")
        #expect(found.map { $0["kind"]?.stringValue } == ["resumed", "blocked"])
        #expect(
            found.map { $0["cause"]?.stringValue } == ["limit changed by a", "entry 2"])
        #expect(found.map { $0["limit"]?.numberLexeme } == ["1050", "1000"])
        let before = try #require(found[0]["sequence"]?.numberLexeme)
        let former = try await Self.get(web, Self.root + "/transitions?before=\(before)&limit=1")
        #expect(former.map { $0["kind"]?.stringValue } == ["blocked"])
    }

    @Test(
        "what is no list is refused",
        arguments: [
            ("/audit?before=0", 400), ("/audit?before=x", 400), ("/transitions?limit=0", 400),
            ("/audit?limit=1001", 400),
        ])
    func refused(_ path: String, _ status: Int) async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens)
        let response = await web.web.respond(
            to: .to("GET", Self.root + path, token: "viewer-token"))
        #expect(response.status == status)
        let unknown = await web.web.respond(
            to: .to("GET", "/api/v1/organizations/x/audit", token: "viewer-token"))
        #expect(unknown.status == 404)
    }

    // MARK: Caps

    @Test("a cap is set, seen by the gate, ends by itself, and is lifted")
    func caps() async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens)
        let path = "/products/chat/cap"
        func gate() async -> Int {
            await web.web.respond(
                to: .to("GET", "/api/v1/gate?organization=acme&product=chat")
            ).status
        }
        let none =
            #"{"status":"success","data":{"product":"chat","cap":null,"owner":"api","changed_at":null,"changed_by":null,"until":null}}"#
            + "\n"
        #expect(await web.web.respond(to: .to("GET", Self.root + path)).text == none)
        let lasting = await Self.put(web, path, #"{"cap":100.5}"#)
        #expect(lasting.text.contains(#""cap":100.5,"owner":"api""#), "\(lasting.text)")
        #expect(await gate() == 403)
        web.clock.advance(milliseconds: 60_000)
        let raised = await Self.put(web, path, #"{"cap":200,"until":"2026-11-10T13:00:00Z"}"#)
        #expect(raised.text.contains(#""until":"2026-11-10T13:00:00Z""#), "\(raised.text)")
        #expect(await gate() == 200)
        let limit = await web.web.respond(to: .to("GET", Self.root + "/limit"))
        #expect(limit.text.contains(#""caps":[{"product":"chat","cap":200,"owner":"api""#))
        web.clock.advance(milliseconds: 3_600_000)
        #expect(await gate() == 403)
        #expect(await Self.put(web, path, #"{"cap":null}"#).status == 200)
        #expect(await gate() == 200)
    }

    @Test(
        "a cap that is none is refused in words",
        arguments: [
            ("{}", 400, "`cap` is missing"), (#"{"cap":-1}"#, 400, "`cap` is -1;"),
            (#"{"cap":true}"#, 400, "must be a number"),
            (#"{"cap":1,"until":"2026-11-10T11:00:00Z"}"#, 400, "has passed already"),
            (#"{"cap":1,"mode":"hard"}"#, 400, "`mode` is not known"),
        ])
    func badCap(_ body: String, _ status: Int, _ words: String) async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens)
        let response = await Self.put(web, "/products/chat/cap", body)
        #expect(response.status == status)
        #expect(response.failure?.contains(words) == true, "\(response.text)")
    }

    @Test("a cap that the file owns is a conflict; what does not exist is not found")
    func notOurs() async throws {
        let owned = try await TestWeb.start(
            organization: "}\n  - {id: filed, base_allocation: 5, products: [{id: a, cap: 1}]",
            rest: TestWeb.tokens)
        let path = "/api/v1/organizations/filed/products/a/cap"
        let conflict = await owned.web.respond(
            to: .to("PUT", path, token: "admin-token", body: #"{"cap":2}"#))
        #expect(conflict.status == 409)
        #expect(conflict.failure?.contains("remove `cap` from the file") == true)
        #expect(await Self.put(owned, "/products/nothing/cap", #"{"cap":2}"#).status == 404)
        for path in ["/api/v1/organizations/x/products/a/cap", Self.root + "/products/x/cap"] {
            #expect(await owned.web.respond(to: .to("GET", path)).status == 404)
        }
    }

    // MARK: Types of bodies

    @Test(
        "a change comes as JSON; a form only where no browser can have sent it unasked",
        arguments: [
            ("application/json", "", 200), ("Application/JSON; charset=utf-8", "", 200),
            ("application/merge-patch+json", "", 200), ("", "", 200),
            ("application/x-www-form-urlencoded", "", 200), ("text/plain", "", 415),
            ("multipart/form-data; boundary=x", "", 415),
            ("application/json, text/plain", "", 415), ("json", "", 415),
            ("application/json", "http://localhost", 200),
            ("application/x-www-form-urlencoded", "http://localhost", 415),
            ("text/plain", "http://localhost", 415),
        ])
    func bodyType(_ type: String, _ origin: String, _ status: Int) async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens)
        var headers = [(name: "Host", value: "localhost")]
        if !type.isEmpty { headers.append(("Content-Type", type)) }
        if !origin.isEmpty { headers.append(("Origin", origin)) }
        let response = await web.web.respond(
            to: .to(
                "PUT", Self.root + "/limit", token: "admin-token", headers: headers,
                body: #"{"mode":"hard"}"#))
        #expect(response.status == status, "\(response.text)")
        if status == 415 {
            #expect(response.failure?.hasPrefix("unsupported_media_type: ") == true)
        }
    }
}
