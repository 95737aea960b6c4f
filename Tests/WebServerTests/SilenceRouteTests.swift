// Alertmanager's API v2 for silences: shapes, status codes and words.

import ExactJSON
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import WebServer

@Suite("Silences over HTTP")
struct SilenceRouteTests {
    private static let json = [(name: "Content-Type", value: "application/json")]
    private static let unknown = "00000000-0000-4000-8000-000000000000"

    private func body(
        _ matchers: String = #"[{"name":"alertname","value":"X","isRegex":false}]"#,
        from start: String = "2026-11-10T11:00:00Z", to end: String = "2026-11-10T13:00:00+00:00",
        more: String = ""
    ) -> String {
        #"{"matchers":\#(matchers),"startsAt":"\#(start)","endsAt":"\#(end)","#
            + #""createdBy":"alice@example.com","comment":"c"\#(more)}"#
    }

    private func post(_ web: TestWeb, _ body: String) async -> WebResponse {
        await web.control.respond(
            to: .to("POST", "/api/v2/silences", headers: Self.json, body: body, user: "root"))
    }

    private func set(_ web: TestWeb, _ body: String) async throws -> String {
        let response = await post(web, body)
        #expect(response.status == 200, "\(response.text)")
        return try #require(try JSONReader.read(response.body)["silenceID"]?.stringValue)
    }

    private func get(_ web: TestWeb, _ target: String) async -> WebResponse {
        await web.web.respond(to: .to("GET", target))
    }

    @Test("a silence from its birth to its end, byte by byte")
    func life() async throws {
        let web = try await TestWeb.start()
        #expect(await get(web, "/api/v2/silences").text == "[]\n")
        let id = try await set(web, body())
        func shown(_ state: String, to end: String, updated: String) -> String {
            #"{"id":"\#(id)","status":{"state":"\#(state)"},"updatedAt":"\#(updated)","#
                + #""comment":"c","createdBy":"alice@example.com","endsAt":"\#(end)","#
                + #""matchers":[{"isEqual":true,"isRegex":false,"name":"alertname","value":"X"}],"#
                + #""startsAt":"2026-11-10T12:00:00.000Z"}"#
        }
        let active = shown(
            "active", to: "2026-11-10T13:00:00.000Z", updated: "2026-11-10T12:00:00.000Z")
        #expect(await get(web, "/api/v2/silences").text == "[\(active)]\n")
        let one = await get(web, "/api/v2/silence/\(id.uppercased())")
        #expect(one.text == active + "\n")
        #expect(one.header("Content-Type") == "application/json")
        web.clock.advance(milliseconds: 250)
        let ended = await web.control.respond(to: .to("DELETE", "/api/v2/silence/\(id)"))
        #expect(ended.status == 200)
        #expect(ended.body.isEmpty && ended.headers.isEmpty)
        let again = await web.control.respond(to: .to("DELETE", "/api/v2/silence/\(id)"))
        #expect(again.status == 200, "ending twice is no mistake")
        let expired = shown(
            "expired", to: "2026-11-10T12:00:00.250Z", updated: "2026-11-10T12:00:00.250Z")
        #expect(await get(web, "/api/v2/silence/\(id)").text == expired + "\n")
    }

    @Test("a list is filtered by matchers as they are written, all of them")
    func filters() async throws {
        let web = try await TestWeb.start()
        _ = try await set(
            web,
            body(
                #"[{"name":"a","value":"b","isRegex":false},"#
                    + #"{"name":"c","value":"d|e","isRegex":true,"isEqual":false}]"#))
        for (filter, count) in [
            ("?filter=a%3Db", 1), ("?filter=a%3Db&filter=c!~%22d%7Ce%22", 1),
            ("?filter=a%3Dx", 0), ("?filter=a%3D~b", 0), ("?filter=a%3Db&filter=z%3D1", 0),
        ] {
            let list = try JSONReader.read(await get(web, "/api/v2/silences" + filter).body)
            #expect(list.arrayValue?.count == count, "\(filter)")
        }
        let malformed = await get(web, "/api/v2/silences?filter=%3D%3D")
        #expect(malformed.status == 400)
        #expect(malformed.text == "\"bad matcher format: ==\"\n")
    }

    @Test("a change keeps the identifier while it may, else a new silence replaces it")
    func change() async throws {
        let web = try await TestWeb.start()
        let id = try await set(web, body())
        let longer = body(
            from: "2026-11-10T12:00:00.000Z", to: "2026-11-10T18:00:00Z", more: ",\"id\":\"\(id)\"")
        #expect(try await set(web, longer) == id)
        let other = try await set(
            web,
            body(
                #"[{"name":"alertname","value":"Y","isRegex":false}]"#, more: ",\"id\":\"\(id)\""))
        #expect(other != id)
        let former = try JSONReader.read(await get(web, "/api/v2/silence/\(id)").body)
        #expect(former["status"]?["state"] == "expired")
        let audits = try await web.store.read { try $0.audits(of: "", limit: 10) }
        #expect(audits.map(\.action) == ["silence.created", "silence.changed", "silence.created"])
        #expect(Set(audits.map(\.actor)) == ["user:root"])
    }

    @Test(
        "bodies are refused as Alertmanager refuses them",
        arguments: [
            ("", 422, #"{"code":602,"message":"silence in body is required"}"#),
            ("{}", 422, #"{"code":602,"message":"comment in body is required"}"#),
            (#"{"comment":"c"}"#, 422, #"{"code":602,"message":"createdBy in body is required"}"#),
            (
                #"{"comment":"","createdBy":""}"#, 422,
                #"{"code":602,"message":"endsAt in body is required"}"#
            ),
            (
                #"{"comment":"","createdBy":"","endsAt":"2027-01-01T00:00:00Z","matchers":[]}"#,
                422, #"{"code":612,"message":"matchers in body should have at least 1 items"}"#
            ),
            (
                #"{"comment":"","createdBy":"","endsAt":"2027-01-01T00:00:00Z"}"#, 422,
                #"{"code":602,"message":"matchers in body is required"}"#
            ),
        ])
    func missing(_ body: String, _ status: Int, _ answer: String) async throws {
        let response = await post(try await TestWeb.start(), body)
        #expect(response.status == status)
        #expect(response.text == answer + "\n")
    }

    @Test("wishes are refused with a text")
    func refused() async throws {
        let web = try await TestWeb.start()
        let cases: [(String, Int, String)] = [
            (body(to: "2026-11-10T10:00:00Z"), 400, "start time must be before end time"),
            (
                body(from: "2026-11-09T10:00:00Z", to: "2026-11-10T11:00:00Z"), 400,
                "end time can't be in the past"
            ),
            (body(more: ",\"id\":\"\(Self.unknown)\""), 404, "silence not found"),
            (body(more: ",\"id\":\"x\""), 404, "silence not found"),
            (
                body(#"[{"name":"a","value":"","isRegex":false}]"#), 400,
                "at least one matcher must not match the empty string"
            ),
            (body(#"[{"name":"a","value":"(","isRegex":true}]"#), 400, "invalid label matcher 0"),
            (body(#"[{"name":"","value":"b","isRegex":false}]"#), 400, "invalid label name"),
            (body(#"[{"name":"a","isRegex":false}]"#), 422, "matchers.0.value in body is required"),
            (body(#"[{"name":"a","value":"b"}]"#), 422, "matchers.0.isRegex in body is required"),
            (body(#"[{"name":"a","value":1,"isRegex":false}]"#), 400, "parsing silence body"),
            (body("[1]"), 400, "parsing silence body"), (body("{}"), 400, "parsing silence body"),
            (body(from: "x"), 400, "parsing silence body"), ("nope", 400, "parsing silence body"),
            ("[]", 400, "parsing silence body"),
        ]
        for (body, status, words) in cases {
            let response = await post(web, body)
            #expect(response.status == status, "\(body): \(response.text)")
            #expect(response.text.contains(words), "\(body): \(response.text)")
        }
        #expect(await get(web, "/api/v2/silences").text == "[]\n")
    }

    @Test("another type of body is 415, an unknown silence 404, no UUID 422")
    func otherRefusals() async throws {
        let web = try await TestWeb.start()
        let form = await web.control.respond(
            to: .to(
                "POST", "/api/v2/silences", headers: [("Content-Type", "text/plain")],
                body: body()))
        #expect(form.status == 415)
        for method in ["GET", "DELETE"] {
            let unknown = await web.control.respond(
                to: .to(method, "/api/v2/silence/\(Self.unknown)"))
            #expect(unknown.status == 404 && unknown.body.isEmpty)
            let malformed = await web.control.respond(to: .to(method, "/api/v2/silence/abc"))
            #expect(malformed.status == 422)
            #expect(
                malformed.text
                    == #"{"code":601,"message":"silenceID in path must be of type uuid: \"abc\""}"#
                    + "\n")
        }
    }

    @Test("over the web the audit names the token; a failed write is 500 and changes nothing")
    func actors() async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens)
        let request = WebRequest.to(
            "POST", "/api/v2/silences", token: "admin-token", headers: Self.json, body: body())
        await web.store.fail(nextWrites: 1)
        let failed = await web.web.respond(to: request)
        #expect(failed.status == 500)
        #expect(failed.text.contains("disk full"))
        #expect(await get(web, "/api/v2/silences").text == "[]\n")
        #expect(await web.web.respond(to: request).status == 200)
        let audits = try await web.store.read { try $0.audits(of: "", limit: 10) }
        #expect(audits.map(\.actor) == ["a"])
    }

    @Test("the status has what Alertmanager's clients ask for")
    func status() async throws {
        let web = try await TestWeb.start()
        let status = try JSONReader.read(await get(web, "/api/v2/status").body)
        #expect(status["cluster"]?["status"] == "disabled")
        #expect(status["versionInfo"]?["version"] == "1.2.3")
        #expect(status["uptime"] == "2026-11-10T12:00:00.000Z")
        #expect(status["config"]?["original"]?.stringValue?.isEmpty == false)
    }
}
