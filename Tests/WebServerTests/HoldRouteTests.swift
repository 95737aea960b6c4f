// Holds over HTTP: bodies in, statuses and bodies out.

import Agent
import Credits
import ExactJSON
import Ledger
import SimulatedPorts
import Testing

@testable import WebServer

@Suite("Routes of holds")
struct HoldRouteTests {
    private static let path = "/api/v1/holds"
    private static let wish =
        #"{"organization":"acme","product":"chat","credits":"12.5","ttl":"90s","idempotency_key":"k1"}"#

    private static func start(used: String? = "100.25") async throws -> TestWeb {
        try await TestWeb.start(rest: TestWeb.tokens, used: used)
    }

    private static func post(
        _ web: TestWeb, _ body: String, to path: String = path, token: String? = "gate-token"
    ) async -> WebResponse {
        await web.web.respond(to: .to("POST", path, token: token, body: body))
    }

    private static func id(_ response: WebResponse) throws -> String {
        let json = try JSONReader.read(response.body)
        return try #require(json["id"]?.stringValue)
    }

    @Test("a hold is made once, found again, settled once")
    func life() async throws {
        let web = try await Self.start()
        let made = await Self.post(web, Self.wish)
        #expect(made.status == 201)
        let id = try Self.id(made)
        let expected =
            "{\"id\":\"\(id)\",\"state\":\"held\",\"credits\":12.5,"
            + "\"expires_at\":\"2026-11-10T12:01:30Z\"}\n"
        #expect(made.text == expected)
        let again = await Self.post(web, Self.wish)
        #expect(again.status == 200 && again.text == expected)
        let other = await Self.post(web, Self.wish.replacing("12.5", with: "13"))
        #expect(other.status == 409 && other.failure?.hasPrefix("conflict: ") == true)
        let settled = await Self.post(
            web, #"{"credits":11.000001}"#, to: Self.path + "/\(id)/settle")
        #expect(settled.status == 200)
        #expect(settled.text.contains(#""state":"settled","credits":11.000001"#))
        for end in ["settle", "void"] {
            let late = await Self.post(
                web, end == "settle" ? #"{"credits":1}"# : "", to: Self.path + "/\(id)/\(end)")
            #expect(late.status == 409)
            #expect(late.failure?.contains("was settled with 11.000001 credits") == true)
        }
        let shown = await web.web.respond(
            to: .to("GET", Self.path + "/\(id)", token: "gate-token"))
        #expect(
            shown.text.contains(
                #""organization":"acme","product":"chat","reserved":12.5,"reported":false"#),
            "\(shown.text)")
        #expect(shown.text.contains(#""created_by":"g""#))
    }

    @Test("a hold is voided, with or without a body")
    func void() async throws {
        let web = try await Self.start()
        for body in ["", "{}"] {
            let id = try Self.id(
                await Self.post(web, #"{"organization":"acme","product":"chat","credits":1}"#))
            let voided = await Self.post(web, body, to: Self.path + "/\(id)/void")
            #expect(voided.status == 200 && voided.text.contains(#""state":"voided""#))
        }
    }

    @Test("what does not fit is answered as the gate answers")
    func refused() async throws {
        let web = try await Self.start()
        let refused = await Self.post(web, Self.wish.replacing("12.5", with: "900"))
        #expect(refused.status == 403)
        #expect(
            refused.text
                == #"{"decision":"block","reason":"limit_reached","organization":"acme","product":"chat","used":100.5,"limit":1000,"remaining":899.5,"resets_at":"2026-12-01T00:00:00Z"}"#
                + "\n")
        #expect(refused.header("X-AI-Credits-Reason") == "limit_reached")
        #expect(refused.header("Retry-After") == "60")
        for (name, reason) in [("other", "unknown_organization"), ("acme", "product_disabled")] {
            let response = await Self.post(
                web, "{\"organization\":\"\(name)\",\"product\":\"old\",\"credits\":1}")
            #expect(response.status == 403 && response.text.contains("\"reason\":\"\(reason)\""))
        }
    }

    @Test("what nobody made is not found", arguments: ["x", "%00", "..", "é"])
    func notFound(_ id: String) async throws {
        let web = try await Self.start()
        for (path, body) in [("/settle", #"{"credits":0}"#), ("/void", "")] {
            let response = await Self.post(web, body, to: Self.path + "/\(id)\(path)")
            #expect(response.status == 404, "\(response.text)")
        }
        let shown = await web.web.respond(
            to: .to("GET", Self.path + "/\(id)", token: "gate-token"))
        #expect(shown.status == 404)
    }

    @Test(
        "a body that is no wish is refused with its reason",
        arguments: [
            ("", "no JSON"), ("[]", "must be an object"), ("{}", "`credits` is missing"),
            (
                #"{"credits":0,"organization":"acme","product":"a"}"#,
                "`credits` is 0; it must be more than 0"
            ),
            (
                #"{"credits":-1,"organization":"acme","product":"a"}"#,
                "`credits` is -1; it must be more than 0"
            ),
            (#"{"credits":0.0000001,"organization":"acme","product":"a"}"#, "six decimals"),
            (#"{"credits":true,"organization":"acme","product":"a"}"#, "must be a number"),
            (#"{"credits":1e30,"organization":"acme","product":"a"}"#, "out of range"),
            (#"{"credits":1,"product":"a"}"#, "`organization` is missing"),
            (#"{"credits":1,"organization":"acme"}"#, "`product` is missing"),
            (#"{"credits":1,"organization":"acme","product":""}"#, "`product` is empty"),
            (#"{"credits":1,"organization":"acme","product":"a\u0000"}"#, "control character"),
            (#"{"credits":1,"organization":"acme","product":"a","ttl":60}"#, "must be a text"),
            (#"{"credits":1,"organization":"acme","product":"a","ttl":"0s"}"#, "`ttl`"),
            (#"{"credits":1,"organization":"acme","product":"a","ttl":"8d"}"#, "`ttl`"),
            (#"{"credits":1,"organization":"acme","product":"a","ttl":"soon"}"#, "`ttl`"),
            (
                #"{"credits":1,"organization":"acme","product":"a","idempotency_key":""}"#,
                "`idempotency_key`"
            ),
            (
                #"{"credits":1,"organization":"acme","product":"a","tll":"1s"}"#,
                "`tll` is not known"
            ),
        ])
    func badWish(_ body: String, _ words: String) async throws {
        let web = try await Self.start()
        let response = await Self.post(web, body)
        #expect(response.status == 400)
        #expect(response.failure?.contains(words) == true, "\(response.text)")
        #expect(web.core.snapshots.value.holds.isEmpty)
    }

    @Test(
        "a settlement says its credits",
        arguments: [
            ("", "no JSON"), ("{}", "`credits` is missing"),
            (#"{"credits":-1}"#, "`credits` is -1; it must be 0 or more"),
            (#"{"credit":1}"#, "`credit` is not known"),
        ])
    func badSettlement(_ body: String, _ words: String) async throws {
        let web = try await Self.start()
        let id = try Self.id(await Self.post(web, Self.wish))
        let response = await Self.post(web, body, to: Self.path + "/\(id)/settle")
        #expect(response.status == 400)
        #expect(response.failure?.contains(words) == true, "\(response.text)")
    }

    private static func list(_ web: TestWeb, _ query: String) async throws -> JSONValue {
        let response = await web.web.respond(
            to: .to("GET", path + "?" + query, token: "gate-token"))
        #expect(response.status == 200, "\(response.text)")
        return try JSONReader.read(response.body)
    }

    @Test("holds are listed by state, page by page, filtered by organization and product")
    func list() async throws {
        let web = try await Self.start()
        var ids: [String] = []
        for (product, ttl) in [
            ("chat", "60s"), ("images", "50s"), ("chat", "40s"), ("chat", "30s"),
        ] {
            let made = await Self.post(
                web,
                "{\"organization\":\"acme\",\"product\":\"\(product)\",\"credits\":1,\"ttl\":\"\(ttl)\"}"
            )
            ids.append(try Self.id(made))
        }
        func names(_ page: JSONValue) -> [String] {
            (page["holds"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
        }
        let first = try await Self.list(web, "product=chat&organization=acme&limit=2")
        #expect(names(first) == [ids[3], ids[2]])
        let next = try #require(first["next"]?.stringValue)
        let second = try await Self.list(web, "product=chat&limit=2&after=\(next)")
        #expect(names(second) == [ids[0]])
        #expect(second["next"]?.isNull == true)
        #expect(names(try await Self.list(web, "organization=other")).isEmpty)
        _ = await Self.post(web, "", to: Self.path + "/\(ids[1])/void")
        #expect(names(try await Self.list(web, "state=held")) == [ids[3], ids[2], ids[0]])
        let voided = try await Self.list(web, "state=voided")
        #expect(names(voided) == [ids[1]])
        #expect(voided["holds"]?[0]?["created_by"]?.stringValue == "g")
    }

    @Test(
        "a list that is none is refused",
        arguments: [
            "state=open", "state=", "limit=0", "limit=1001", "after=x", "after=-1-a", "after=1-",
            "after=-a", "after=1-%00",
        ])
    func badList(_ query: String) async throws {
        let web = try await Self.start()
        let response = await web.web.respond(
            to: .to("GET", Self.path + "?" + query, token: "gate-token"))
        #expect(response.status == 400, "\(response.text)")
    }

    @Test("a ledger that cannot be written is unavailable, and the wish may be repeated")
    func notWritten() async throws {
        let web = try await Self.start()
        await web.store.fail(nextWrites: 1)
        let response = await Self.post(web, Self.wish)
        #expect(response.status == 503 && response.failure?.hasPrefix("unavailable: ") == true)
        #expect(await Self.post(web, Self.wish).status == 201)
    }

    @Test("without tokens holds are refused with the way to configure one")
    func noToken() async throws {
        let web = try await TestWeb.start()
        let response = await Self.post(web, Self.wish, token: nil)
        #expect(response.status == 403)
        #expect(response.failure?.contains("token new --role gate") == true)
    }
}
