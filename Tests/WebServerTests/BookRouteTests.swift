// Entries, statements and adjustments over HTTP: shapes, pages, refusals.

import Agent
import ExactJSON
import SimulatedPorts
import Testing

@testable import WebServer

@Suite("Book routes")
struct BookRouteTests {
    private static let root = "/api/v1/organizations/acme"

    private func data(_ response: WebResponse) throws -> JSONValue {
        #expect(response.status == 200, "\(response.text)")
        let json = try JSONReader.read(response.body)
        #expect(json["status"]?.stringValue == "success")
        return try #require(json["data"])
    }

    @Test("entries carry the contract's fields, credits as exact numbers")
    func entries() async throws {
        let web = try await TestWeb.start()
        let list = try data(
            await web.control.respond(to: .to("GET", Self.root + "/entries")))
        let entry = try #require(list[1])
        #expect(
            entry.objectValue?.names == [
                "sequence", "day", "product", "kind", "credits", "quantity", "unit", "rate",
                "source", "key", "revision", "poll", "recorded_at", "note", "hash",
            ])
        #expect(entry["sequence"]?.numberLexeme == "2")
        #expect(entry["credits"]?.numberLexeme == "100.25")
        #expect(entry["quantity"]?.numberLexeme == "100.25")
        #expect(entry["rate"]?.numberLexeme == "1")
        #expect(entry["revision"]?.numberLexeme == "1")
        #expect(entry["day"]?.stringValue == "2026-11-10")
        #expect(entry["kind"]?.stringValue == "usage")
        #expect(entry["recorded_at"]?.stringValue == "2026-11-10T12:00:00Z")
        #expect(entry["key"]?.stringValue == "usage/acme/chat/credits/2026-11-10/P1D")
        #expect(entry["hash"]?.stringValue?.count == 64)
    }

    @Test("the sequence of the last entry is the cursor")
    func pages() async throws {
        let web = try await TestWeb.start()
        func sequences(_ query: String) async throws -> [String] {
            let answer = await web.control.respond(
                to: .to("GET", Self.root + "/entries" + query))
            return try data(answer).arrayValue?.compactMap { $0["sequence"]?.numberLexeme } ?? []
        }
        #expect(try await sequences("?limit=1") == ["1"])
        #expect(try await sequences("?after=1&limit=1") == ["2"])
        #expect(try await sequences("?after=2") == [])
    }

    @Test(
        "a cursor or size that is none is refused",
        arguments: ["after=-1", "after=x", "limit=0", "limit=1001", "limit=", "after=1e3"])
    func badPages(_ query: String) async throws {
        let web = try await TestWeb.start()
        let response = await web.control.respond(
            to: .to("GET", Self.root + "/entries?" + query))
        #expect(response.status == 400)
        #expect(response.failure?.hasPrefix("bad_data: `") == true)
    }

    @Test("without a token entries and statements are refused with the way to configure one")
    func refused() async throws {
        let web = try await TestWeb.start()
        for path in ["/entries", "/statements/2026-11"] {
            let response = await web.web.respond(to: .to("GET", Self.root + path))
            #expect(response.status == 403)
            #expect(response.failure?.contains("`api_tokens`") == true)
            #expect(response.failure?.contains("anonymous_access") == false)
        }
    }

    @Test("the statement of the month in progress")
    func statement() async throws {
        let web = try await TestWeb.start(
            organization: ", pricing: {currency: EUR, base: \"0.01\", overage: \"0.02\"}")
        let response = await web.control.respond(
            to: .to("GET", Self.root + "/statements/2026-11"))
        let entries = try data(
            await web.control.respond(to: .to("GET", Self.root + "/entries")))
        let hashes = entries.arrayValue?.compactMap { $0["hash"]?.stringValue } ?? []
        try #require(hashes.count == 2)
        #expect(
            response.text
                == #"{"status":"success","data":{"organization":"acme","month":"2026-11","status":"open","revision":0,"period":{"start":"2026-11-01T00:00:00Z","reset":"2026-12-01T00:00:00Z"},"closes_at":"2026-12-04T00:00:00Z","as_known_at":null,"base_allocation":1000,"used":100.5,"within_base":100.5,"overage":0,"cost":{"currency":"EUR","base_rate":0.01,"overage_rate":0.02,"base":1.005,"overage":0,"total":1.005},"products":[{"product":"chat","total":100.5,"days":[{"day":"2026-11-09","credits":0.25},{"day":"2026-11-10","credits":100.25}]}],"entries":2,"corrections":0,"adjustments":0,"first_entry":{"sequence":1,"recorded_at":"2026-11-10T12:00:00Z","hash":"\#(hashes[0])"},"last_entry":{"sequence":2,"recorded_at":"2026-11-10T12:00:00Z","hash":"\#(hashes[1])"}}}"#
                + "\n")
    }

    @Test("after its settle time the month is closed, and a late adjustment revises it")
    func revisions() async throws {
        let web = try await TestWeb.start(organization: ", settle_after: 1d")
        web.clock.advance(milliseconds: 22 * 86_400_000)
        func statement(_ query: String = "") async throws -> [String] {
            let answer = try data(
                await web.control.respond(
                    to: .to("GET", Self.root + "/statements/2026-11" + query)))
            return ["status", "used", "revision", "as_known_at"].map {
                answer[$0]?.stringValue ?? answer[$0]?.numberLexeme ?? "null"
            }
        }
        #expect(try await statement() == ["closed", "100.5", "1", "null"])
        let body = #"{"product":"chat","credits":"-0.5","reason":"r","day":"2026-11-30"}"#
        let adjusted = await web.control.respond(
            to: .to("POST", Self.root + "/adjustments", body: body, user: "root"))
        #expect(try data(adjusted)["note"]?.stringValue == "user:root: r")
        #expect(try await statement() == ["closed", "100", "2", "null"])
        #expect(
            try await statement("?as_known_at=2026-12-02T00:00:00Z")
                == ["closed", "100.5", "1", "2026-12-02T00:00:00Z"])
        #expect(
            try await statement("?as_known_at=2026-11-20T00:00:00%2B01:00")
                == ["open", "100.5", "0", "2026-11-19T23:00:00Z"])
    }

    @Test(
        "a statement that is none is refused",
        arguments: [
            ("/statements/2026-12", 404), ("/statements/2026-13", 400),
            ("/statements/2026-1", 400), ("/statements/2026-11?as_known_at=yesterday", 400),
            ("/statements/2026-11?as_known_at=2026-11-10T12:00:01Z", 400),
            ("/statements/2026-11?as_known_at=2026-10-31T23:59:59Z", 404),
        ])
    func noStatement(_ path: String, _ status: Int) async throws {
        let web = try await TestWeb.start()
        let response = await web.control.respond(to: .to("GET", Self.root + path))
        #expect(response.status == status)
    }

    @Test("an unknown organization is 404 everywhere")
    func unknown() async throws {
        let web = try await TestWeb.start()
        let body = #"{"product":"chat","credits":1,"reason":"r"}"#
        for (method, path) in [
            ("GET", "entries"), ("GET", "statements/2026-11"), ("POST", "adjustments"),
        ] {
            let response = await web.control.respond(
                to: .to(method, "/api/v1/organizations/zeta/\(path)", body: body))
            #expect(response.status == 404, "\(path)")
        }
    }

    @Test(
        "an adjustment that is none is refused in words",
        arguments: [
            ("", "no JSON"), ("[]", "must be an object"), ("{}", "`credits` is missing"),
            (#"{"credits":1}"#, "`product` is missing"),
            (#"{"product":"chat","credits":true}"#, "`credits` must be a number"),
            (#"{"product":"chat","credits":"many"}"#, "`credits`: "),
            (#"{"product":"chat","credits":1,"why":"x"}"#, "`why` is not known"),
            (#"{"product":"chat","credits":1,"day":"today"}"#, "`day` is"),
            (#"{"product":"chat","credits":1,"kind":"usage"}"#, "`kind` must be"),
            (#"{"product":"chat","credits":1}"#, "needs a reason"),
            (#"{"product":"kit","credits":1,"reason":"r"}"#, "has no product `kit`"),
        ])
    func badAdjustment(_ body: String, _ words: String) async throws {
        let web = try await TestWeb.start()
        let response = await web.control.respond(
            to: .to("POST", Self.root + "/adjustments", body: body, user: "root"))
        #expect(response.status == 400)
        #expect(response.failure?.contains(words) == true, "\(response.text)")
    }

    @Test("an adjustment with a key is posted once; another one under the key is a conflict")
    func repeatedAdjustment() async throws {
        let web = try await TestWeb.start()
        func post(_ credits: String, _ key: String) async -> WebResponse {
            let body =
                "{\"product\":\"chat\",\"credits\":\(credits),\"reason\":\"r\","
                + "\"idempotency_key\":\(key)}"
            return await web.control.respond(
                to: .to("POST", Self.root + "/adjustments", body: body, user: "root"))
        }
        let first = await post("-1", "\"k\"")
        #expect(try data(first)["sequence"]?.numberLexeme == "3")
        #expect(await post("-1.0", "\"k\"").text == first.text)
        #expect(await post("-2", "\"k\"").status == 409)
        for key in ["\"\"", "5", "\"a\\u0000\""] {
            #expect(await post("-1", key).status == 400)
        }
        #expect(try data(await post("-1", "null"))["sequence"]?.numberLexeme == "4")
    }

    @Test("an opening balance is an entry of its own kind")
    func opening() async throws {
        let web = try await TestWeb.start()
        let body = #"{"product":"chat","credits":50,"reason":"former agent","kind":"opening"}"#
        let entry = try data(
            await web.control.respond(
                to: .to("POST", Self.root + "/adjustments", body: body, user: "root")))
        #expect(entry["kind"]?.stringValue == "opening")
        #expect(entry["sequence"]?.numberLexeme == "3")
    }
}
