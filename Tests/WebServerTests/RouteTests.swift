// The answers of the routes: shapes, exact figures, refusals.

import Agent
import Credits
import CZlib
import Exposition
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import WebServer

@Suite("Routes")
struct RouteTests {
    // MARK: Gate

    private func headers(_ response: WebResponse) -> [String] {
        response.headers.map { "\($0.name): \($0.value)" }
    }

    @Test("the gate allows: body and headers")
    func gateAllows() async throws {
        let web = try await TestWeb.start()
        let response = await web.web.respond(
            to: .to("GET", "/api/v1/gate?organization=acme&product=chat"))
        #expect(response.status == 200)
        #expect(
            response.text
                == #"{"decision":"allow","reason":"within_base","organization":"acme","product":"chat","used":100.5,"limit":1000,"remaining":899.5,"resets_at":"2026-12-01T00:00:00Z"}"#
                + "\n")
        #expect(
            headers(response) == [
                "Content-Type: application/json", "X-AI-Credits-Decision: allow",
                "X-AI-Credits-Reason: within_base", "X-AI-Credits-Remaining: 899.5",
                "X-AI-Credits-Resets-At: 2026-12-01T00:00:00Z", "Cache-Control: no-store",
            ])
    }

    @Test("the gate blocks: 403, and when to ask again")
    func gateBlocks() async throws {
        let web = try await TestWeb.start(used: "1200")
        let response = await web.web.respond(to: .to("GET", "/api/v1/gate?organization=acme"))
        #expect(response.status == 403)
        #expect(
            response.text
                == #"{"decision":"block","reason":"limit_reached","organization":"acme","product":null,"used":1200.25,"limit":1000,"remaining":0,"resets_at":"2026-12-01T00:00:00Z"}"#
                + "\n")
        #expect(
            headers(response) == [
                "Content-Type: application/json", "X-AI-Credits-Decision: block",
                "X-AI-Credits-Reason: limit_reached", "X-AI-Credits-Remaining: 0",
                "X-AI-Credits-Resets-At: 2026-12-01T00:00:00Z", "Retry-After: 60",
                "Cache-Control: no-store",
            ])
        web.clock.advance(milliseconds: 1_771_180_000)
        let last = await web.web.respond(to: .to("GET", "/api/v1/gate?organization=acme"))
        #expect(last.header("Retry-After") == "20")
    }

    @Test("what the gate does not know is null, not 0")
    func gateUnknown() async throws {
        let web = try await TestWeb.start(used: nil)
        let stale = await web.web.respond(to: .to("GET", "/api/v1/gate?organization=acme"))
        #expect(stale.status == 200)
        #expect(
            stale.text
                == #"{"decision":"allow","reason":"usage_stale","organization":"acme","product":null,"used":null,"limit":1000,"remaining":null,"resets_at":"2026-12-01T00:00:00Z"}"#
                + "\n")
        #expect(stale.header("X-AI-Credits-Remaining") == nil)
        let unknown = await web.web.respond(to: .to("GET", "/api/v1/gate?organization=x%2Fy"))
        #expect(unknown.status == 403)
        #expect(
            unknown.text
                == #"{"decision":"block","reason":"unknown_organization","organization":"x/y","product":null,"used":null,"limit":null,"remaining":null,"resets_at":null}"#
                + "\n")
        #expect(unknown.header("Retry-After") == "60")
        #expect(unknown.header("X-AI-Credits-Resets-At") == nil)
    }

    @Test(
        "the gate needs an organization; an empty product is none",
        arguments: [
            ("/api/v1/gate", 400), ("/api/v1/gate?organization=", 400),
            ("/api/v1/gate?product=chat", 400), ("/api/v1/gate?organization=acme&product=", 200),
            ("/api/v1/gate?organization=acme&product=old", 403),
            ("/api/v1/gate?organization=acme&product=new", 200),
        ])
    func gateParameters(_ target: String, _ status: Int) async throws {
        let web = try await TestWeb.start()
        let response = await web.web.respond(to: .to("GET", target))
        #expect(response.status == status)
        if status == 400 { #expect(response.failure?.hasPrefix("bad_data: ") == true) }
    }

    @Test("decisions are counted, an unknown organization under no name")
    func gateCounts() async throws {
        let web = try await TestWeb.start()
        for target in ["acme", "acme", "x", "y"] {
            _ = await web.web.respond(to: .to("GET", "/api/v1/gate?organization=\(target)"))
        }
        let metrics = await web.web.respond(to: .to("GET", "/metrics")).text
        #expect(
            metrics.contains(
                #"ai_credits_gate_decisions_total{organization="acme",decision="allow",reason="within_base"} 2"#
            ))
        #expect(
            metrics.contains(
                #"ai_credits_gate_decisions_total{organization="",decision="block",reason="unknown_organization"} 2"#
            ))
        #expect(
            metrics.contains(
                #"ai_credits_http_requests_total{route="/api/v1/gate",code="403"} 2"#))
    }

    // MARK: Organizations

    static let acme =
        #"{"id":"acme","name":"A & B <c>","time_zone":"UTC","period":{"start":"2026-11-01T00:00:00Z","reset":"2026-12-01T00:00:00Z"},"base_allocation":1000,"limit":{"mode":"hard","allowance":0,"owner":"api"},"used":100.5,"overage":0,"remaining":899.5,"usage_percent":10.05,"days_until_reset":21,"blocked":false,"stale":false,"products":[{"id":"chat","name":"Chat","enabled":true,"used":100.5},{"id":"images","name":"images","enabled":true,"used":0},{"id":"old","name":"old","enabled":false,"used":0}]}"#

    static let unknown =
        #"{"id":"acme","name":"A & B <c>","time_zone":"UTC","period":{"start":"2026-11-01T00:00:00Z","reset":"2026-12-01T00:00:00Z"},"base_allocation":1000,"limit":{"mode":"soft","allowance":50,"owner":"file"},"used":null,"overage":null,"remaining":null,"usage_percent":null,"days_until_reset":21,"blocked":false,"stale":true,"products":[{"id":"chat","name":"Chat","enabled":true,"used":null},{"id":"old","name":"old","enabled":false,"used":null}]}"#

    private func success(_ data: String) -> String {
        "{\"status\":\"success\",\"data\":\(data)}\n"
    }

    @Test("organizations as JSON")
    func organizations() async throws {
        let web = try await TestWeb.start()
        let all = await web.web.respond(to: .to("GET", "/api/v1/organizations"))
        #expect(all.status == 200)
        #expect(all.header("Content-Type") == "application/json")
        #expect(all.text == success("[\(Self.acme)]"))
        let one = await web.web.respond(to: .to("GET", "/api/v1/organizations/acme"))
        #expect(one.text == success(Self.acme))
        let silent = try await TestWeb.start(
            organization: ", limit: {mode: soft, allowance: 50}", used: nil)
        let other = await silent.web.respond(to: .to("GET", "/api/v1/organizations/acme"))
        #expect(other.text == success(Self.unknown))
    }

    @Test("usage by product and day")
    func usage() async throws {
        let web = try await TestWeb.start()
        let expected = success(
            #"{"organization":"acme","month":"2026-11","total":100.5,"products":[{"product":"chat","total":100.5,"days":[{"day":"2026-11-09","credits":0.25},{"day":"2026-11-10","credits":100.25}]},{"product":"images","total":0,"days":[]},{"product":"old","total":0,"days":[]}]}"#
        )
        for query in ["", "?month=2026-11"] {
            let response = await web.web.respond(
                to: .to("GET", "/api/v1/organizations/acme/usage\(query)"))
            #expect(response.text == expected)
        }
        let other = await web.web.respond(
            to: .to("GET", "/api/v1/organizations/acme/usage?month=2026-10"))
        #expect(
            other.text
                == success(
                    #"{"organization":"acme","month":"2026-10","total":0,"products":[{"product":"chat","total":0,"days":[]},{"product":"images","total":0,"days":[]},{"product":"old","total":0,"days":[]}]}"#
                ))
    }

    @Test("sums that are not known yet are null")
    func unknownUsage() async throws {
        let web = try await TestWeb.start(used: nil)
        let response = await web.web.respond(to: .to("GET", "/api/v1/organizations/acme/usage"))
        #expect(
            response.text
                == success(
                    #"{"organization":"acme","month":"2026-11","total":null,"products":[{"product":"chat","total":null,"days":[]},{"product":"old","total":null,"days":[]}]}"#
                ))
    }

    @Test(
        "a month that is none is refused",
        arguments: ["2026", "2026-13", "2026-1", "11-2026", "", "2026-11-01", "%FF"])
    func badMonth(_ month: String) async throws {
        let web = try await TestWeb.start()
        let response = await web.web.respond(
            to: .to("GET", "/api/v1/organizations/acme/usage?month=\(month)"))
        #expect(response.status == 400)
        #expect(response.failure?.contains("YYYY-MM") == true)
    }

    @Test(
        "an organization that is not there is 404",
        arguments: ["", "/usage", "/limit"])
    func noOrganization(_ path: String) async throws {
        let web = try await TestWeb.start()
        let response = await web.web.respond(
            to: .to("GET", "/api/v1/organizations/other%2Fone\(path)"))
        #expect(response.status == 404)
        #expect(response.failure == "not_found: there is no organization `other/one`")
    }

    // MARK: Limit

    private static let limit = "/api/v1/organizations/acme/limit"

    @Test("the web takes a change by an admin's token, in the token's name")
    func webAccepts() async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens)
        web.clock.advance(milliseconds: 60_000)
        for (token, name) in [("admin-token", "a"), ("owner-token", "o")] {
            let response = await web.web.respond(
                to: .to("PUT", Self.limit, token: token, body: #"{"mode":"hard"}"#))
            #expect(response.status == 200, "\(response.text)")
            #expect(response.text.contains("\"changed_by\":\"\(name)\""))
            let adjusted = await web.web.respond(
                to: .to(
                    "POST", "/api/v1/organizations/acme/adjustments", token: token,
                    body: #"{"product":"chat","credits":-1,"reason":"goodwill"}"#))
            #expect(adjusted.status == 200, "\(adjusted.text)")
            #expect(adjusted.text.contains("\"note\":\"\(name): goodwill\""))
            let audits = try await web.store.read { try $0.audits(of: "acme", limit: 2) }
            #expect(audits.map(\.actor) == [name, name])
            #expect(audits.map(\.action) == ["ledger.adjusted", "limit.changed"])
        }
        let refused = await web.web.respond(
            to: .to("PUT", Self.limit, token: "viewer-token", body: #"{"mode":"hard"}"#))
        #expect(refused.status == 403)
    }

    @Test("the control socket takes it, in the name of the peer")
    func controlAccepts() async throws {
        let web = try await TestWeb.start()
        web.clock.advance(milliseconds: 60_000)
        let response = await web.control.respond(
            to: .to(
                "PUT", Self.limit,
                body:
                    #"{"mode":"soft","allowance":"0.5","reason":"launch","until":"2026-11-12T00:00:00Z"}"#,
                user: "ada"))
        #expect(response.status == 200)
        let expected = success(
            #"{"mode":"soft","allowance":0.5,"owner":"api","changed_at":"2026-11-10T12:01:00Z","changed_by":"user:ada","until":"2026-11-12T00:00:00Z"}"#
        )
        #expect(response.text == expected)
        #expect(await web.web.respond(to: .to("GET", Self.limit)).text == expected)
        let audit = try await web.store.read { try $0.audits(of: "acme", limit: 1) }
        #expect(audit.first?.reason == "launch")
    }

    @Test(
        "a body that is no limit is refused with its reason",
        arguments: [
            ("", "the body is no JSON"), ("{", "the body is no JSON"),
            (#"{"mode":"hard","mode":"soft"}"#, "the body is no JSON"),
            ("[]", "must be an object"), (#""hard""#, "must be an object"),
            ("{}", "`mode` must be \"hard\" or \"soft\""),
            (#"{"mode":"medium"}"#, "`mode` must be"), (#"{"mode":1}"#, "`mode` must be"),
            (#"{"mode":"soft"}"#, "a soft limit needs `allowance`"),
            (#"{"mode":"soft","allowance":null}"#, "a soft limit needs `allowance`"),
            (#"{"mode":"soft","allowance":-1}"#, "`allowance` is -1; it must be 0 or more"),
            (#"{"mode":"soft","allowance":"many"}"#, "`allowance`: "),
            (#"{"mode":"soft","allowance":1e30}"#, "`allowance`: "),
            (#"{"mode":"soft","allowance":0.0000001}"#, "more than six decimals"),
            (#"{"mode":"soft","allowance":true}"#, "`allowance` must be a number"),
            (#"{"mode":"soft","allowance":[5]}"#, "`allowance` must be a number"),
            (#"{"mode":"hard","allowance":5}"#, "a hard limit has no allowance"),
            (#"{"mode":"hard","reason":5}"#, "`reason` must be a text"),
            (#"{"mode":"hard","reason":"a\u0000b"}"#, "`reason` must be text"),
            (#"{"mode":"hard","until":"tomorrow"}"#, "`until` is \"tomorrow\""),
            (
                #"{"mode":"hard","until":"9999-12-31T23:59:59-12:00"}"#,
                "`until` is \"9999-12-31T23:59:59-12:00\""
            ),
            (#"{"mode":"hard","until":5}"#, "`until` must be a text"),
            (#"{"mode":"hard","until":"2026-11-10T12:00:00Z"}"#, "has passed already"),
            (#"{"mode":"hard","allowence":5}"#, "`allowence` is not known"),
        ])
    func badBody(_ body: String, _ words: String) async throws {
        let web = try await TestWeb.start()
        let before = await web.control.respond(to: .to("GET", Self.limit)).text
        let response = await web.control.respond(to: .to("PUT", Self.limit, body: body))
        #expect(response.status == 400)
        #expect(response.failure?.hasPrefix("bad_data: ") == true)
        #expect(response.failure?.contains(words) == true, "\(response.text)")
        #expect(await web.control.respond(to: .to("GET", Self.limit)).text == before)
    }

    @Test("a limit that the file owns is a conflict; an unknown organization is not found")
    func conflict() async throws {
        let web = try await TestWeb.start(organization: ", limit: {mode: hard}")
        let body = #"{"mode":"hard"}"#
        let owned = await web.control.respond(to: .to("PUT", Self.limit, body: body))
        #expect(owned.status == 409)
        #expect(owned.failure?.hasPrefix("conflict: ") == true)
        let unknown = await web.control.respond(
            to: .to("PUT", "/api/v1/organizations/x/limit", body: body))
        #expect(unknown.status == 404)
    }

    @Test("a ledger that cannot be written is unavailable")
    func notWritten() async throws {
        let web = try await TestWeb.start()
        await web.store.fail(nextWrites: 1)
        let response = await web.control.respond(
            to: .to("PUT", Self.limit, body: #"{"mode":"soft","allowance":1}"#))
        #expect(response.status == 503)
        #expect(response.failure?.hasPrefix("unavailable: ") == true)
    }

    // MARK: Paths and methods

    @Test(
        "what is not there is 404",
        arguments: [
            "/x", "/api", "/api/v1", "/api/v1/organizations/acme/limits", "/api/v1/gates",
            "/api/v1/organizations/acme/limit/x", "/metrics/x", "/-/", "/METRICS",
        ])
    func notFound(_ path: String) async throws {
        let web = try await TestWeb.start()
        let response = await web.web.respond(to: .to("GET", path))
        #expect(response.status == 404)
        #expect(response.failure?.hasPrefix("not_found: ") == true)
    }

    @Test("another method is 405 and says which ones there are")
    func wrongMethod() async throws {
        let web = try await TestWeb.start()
        for (pattern, routes) in Dictionary(
            grouping: web.faces.routes(isControl: false), by: \.pattern)
        {
            let path = pattern.replacing("{id}", with: "acme")
            let methods = Set(routes.map(\.method))
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "get"] {
                let isThere =
                    methods.contains(method == "HEAD" ? "GET" : method)
                    || methods.contains(Route.anyMethod)
                let response = await web.web.respond(to: .to(method, path))
                #expect((response.status == 405) == !isThere, "\(method) \(path)")
                guard !isThere else { continue }
                let allowed = response.header("Allow") ?? ""
                for known in methods { #expect(allowed.contains(known), "\(method) \(path)") }
                #expect(allowed.contains("HEAD") == methods.contains("GET"), "\(method) \(path)")
                #expect(!allowed.contains(method))
            }
        }
    }

    @Test(
        "a gateway may ask with the method of the request that it holds back",
        arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
    func gateMethods(_ method: String) async throws {
        let web = try await TestWeb.start()
        let allowed = await web.web.respond(
            to: .to(method, "/api/v1/gate?organization=acme", body: "organization=other"))
        #expect(allowed.status == 200)
        #expect(allowed.header("X-AI-Credits-Decision") == "allow")
        let unknown = await web.web.respond(to: .to(method, "/api/v1/gate?organization=other"))
        #expect(unknown.status == 403)
        #expect(web.web.bounds(method: method, path: ["api", "v1", "gate"])?.bytes == nil)
    }

    @Test("HEAD is answered as GET is")
    func head() async throws {
        let web = try await TestWeb.start()
        for path in ["/", "/-/healthy", "/api/v1/gate?organization=acme", "/api/v1/organizations"] {
            let get = await web.web.respond(to: .to("GET", path))
            let head = await web.web.respond(to: .to("HEAD", path))
            #expect(head.status == get.status)
            #expect(headers(head) == headers(get))
            #expect(head.body == get.body, "the listener leaves the body out")
        }
    }

    @Test("health and readiness")
    func health() async throws {
        let web = try await TestWeb.start(used: nil)
        let healthy = await web.web.respond(to: .to("GET", "/-/healthy"))
        #expect(healthy.status == 200)
        #expect(healthy.text == "AI credits agent is Healthy.\n")
        let ready = await web.web.respond(to: .to("GET", "/-/ready"))
        #expect(ready.status == 200)
        #expect(ready.text == "AI credits agent is Ready.\n")
        web.core.snapshots.publish(AgentSnapshot())
        #expect(await web.web.respond(to: .to("GET", "/-/ready")).status == 503)
        #expect(await web.web.respond(to: .to("GET", "/-/healthy")).status == 200)
    }

    // MARK: Landing page

    @Test("the landing page shows organizations and escapes what they are called")
    func landingPage() async throws {
        let web = try await TestWeb.start()
        let page = await web.web.respond(to: .to("GET", "/"))
        #expect(page.status == 200)
        #expect(page.header("Content-Type") == "text/html; charset=utf-8")
        #expect(page.header("X-Frame-Options") == "DENY")
        #expect(page.header("Content-Security-Policy")?.contains("default-src 'none'") == true)
        #expect(page.text.contains("<td>A &amp; B &lt;c&gt;</td><td>100.5</td><td>1000</td>"))
        #expect(page.text.contains("revision &lt;b&gt;"))
        #expect(!page.text.contains("<c>"))
        #expect(page.text.contains("<td>10.05 %</td>"))
        for link in ["/metrics", "/api/v1/organizations", "/-/healthy", "/-/ready"] {
            #expect(page.text.contains("href=\"\(link)\""))
        }
        let silent = try await TestWeb.start(used: nil)
        let other = await silent.web.respond(to: .to("GET", "/"))
        #expect(other.text.contains("<td>unknown</td>"))
        let blocked = try await TestWeb.start(used: "1000")
        #expect(
            await blocked.web.respond(to: .to("GET", "/")).text.contains(
                "<span class=\"blocked\">blocked</span>"))
    }

    // MARK: Metrics

    @Test(
        "the format is the one that the client prefers",
        arguments: [
            (nil, ExpositionFormat.text004), ("*/*", .text004),
            ("text/plain;version=0.0.4", .text004),
            ("application/openmetrics-text;version=1.0.0", .openMetrics100),
            (
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3",
                .openMetrics100
            ),
        ] as [(String?, ExpositionFormat)])
    func negotiation(_ accept: String?, _ format: ExpositionFormat) async throws {
        let web = try await TestWeb.start()
        let headers = accept.map { [(name: "Accept", value: $0)] } ?? []
        let response = await web.web.respond(to: .to("GET", "/metrics", headers: headers))
        #expect(response.status == 200)
        #expect(response.header("Content-Type") == format.contentType)
        #expect(response.header("Vary") == "Accept, Accept-Encoding")
        #expect(response.text.hasSuffix("# EOF\n") == (format == .openMetrics100))
        let families = try ExpositionReader.read(response.body, format: format)
        let used = families.flatMap(\.samples).first { $0.name == "ai_credits_used_credits" }
        #expect(used?.lexeme == "100.5")
    }

    @Test(
        "gzip when it is offered",
        arguments: [
            ("gzip", true), ("gzip;q=0", false), ("identity", false), ("deflate, gzip", true),
        ])
    func gzip(_ encoding: String, _ isPacked: Bool) async throws {
        let web = try await TestWeb.start()
        // The first request is counted: both that are compared come after it.
        _ = await web.web.respond(to: .to("GET", "/metrics"))
        let packed = await web.web.respond(
            to: .to("GET", "/metrics", headers: [("Accept-Encoding", encoding)]))
        #expect((packed.header("Content-Encoding") == "gzip") == isPacked)
        let bytes = isPacked ? try #require(unpacked(packed.body)) : packed.body
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("ai_credits_used_credits{organization=\"acme\"} 100.5\n"))
        #expect(text.hasSuffix("\n"))
        if isPacked { #expect(packed.body.count < bytes.count / 3) }
    }

    private func unpacked(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard ai_credits_inflate_init_gzip(&stream) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: 1 << 20)
        let status = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        return status == Z_STREAM_END ? Array(output.prefix(Int(stream.total_out))) : nil
    }
}

@Suite("Request targets")
struct RequestTargetTests {
    @Test(
        "paths are decoded segment by segment",
        arguments: [
            ("/", []), ("", []), ("/metrics", ["metrics"]), ("/a/b", ["a", "b"]),
            ("/a//b/", ["a", "b"]), ("/a%2Fb", ["a/b"]), ("/a%2fb/c", ["a/b", "c"]),
            ("/a+b", ["a+b"]), ("/%C3%A9", ["é"]), ("/%25", ["%"]), ("/a%", nil), ("/a%2", nil),
            ("/a%zz", nil), ("/%FF", nil), ("/%C3/x", nil), ("/..", [".."]),
            ("/%2e%2e/a", ["..", "a"]),
        ] as [(String, [String]?)])
    func segments(_ path: String, _ expected: [String]?) {
        #expect(RequestTarget.segments(of: path) == expected)
    }

    @Test(
        "queries keep their order; what is malformed is taken as written",
        arguments: [
            ("", []), ("a=1", ["a=1"]), ("a=1&b=2&a=3", ["a=1", "b=2", "a=3"]), ("a", ["a="]),
            ("a=", ["a="]), ("=1", ["=1"]), ("a=b=c", ["a=b=c"]), ("a=x+y", ["a=x y"]),
            ("a=x%2By", ["a=x+y"]), ("%61=%62", ["a=b"]), ("a=%", ["a=%"]), ("a=%FF", ["a=%FF"]),
            ("&&a=1&", ["a=1"]), ("a=%26b", ["a=&b"]),
        ])
    func parameters(_ query: String, _ expected: [String]) {
        #expect(
            RequestTarget.parameters(of: query).map { "\($0.name)=\($0.value)" } == expected)
    }

    @Test(
        "listen addresses",
        arguments: [
            (":10190", ":10190"), ("localhost:1", "localhost:1"), ("127.0.0.1:0", "127.0.0.1:0"),
            ("[::1]:65535", "[::1]:65535"), ("10190", nil), ("", nil), (":65536", nil),
            (":-1", nil), ("::1:80", nil), (":x", nil), ("host:", nil),
        ] as [(String, String?)])
    func listenAddresses(_ text: String, _ expected: String?) {
        #expect(ListenAddress(text)?.description == expected)
    }
}
