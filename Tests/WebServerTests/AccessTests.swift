// Who may ask what: every route, method and bearer against a table of its own.

import AgentConfiguration
import Testing

@testable import WebServer

@Suite("Access")
struct AccessTests {
    /// The routes of the web and who may use them, by the contract's section 5.
    static let routes: [String: RouteAccess] = [
        "GET /": .read, "GET /metrics": .metrics, "* /api/v1/gate": .gate,
        "GET /-/healthy": .open, "GET /-/ready": .open, "POST /-/reload": .reload,
        "PUT /-/reload": .reload, "GET /api/v1/organizations": .read,
        "GET /api/v1/organizations/{id}": .read, "GET /api/v1/organizations/{id}/usage": .read,
        "GET /api/v1/organizations/{id}/limit": .read,
        "PUT /api/v1/organizations/{id}/limit": .change,
        "GET /api/v1/organizations/{id}/entries": .ledger,
        "GET /api/v1/organizations/{id}/statements/{month}": .ledger,
        "POST /api/v1/organizations/{id}/adjustments": .change,
        "GET /api/v1/organizations/{id}/products/{product}/cap": .read,
        "PUT /api/v1/organizations/{id}/products/{product}/cap": .change,
        "GET /api/v1/organizations/{id}/audit": .ledger,
        "GET /api/v1/organizations/{id}/transitions": .ledger, "GET /api/v1/audit": .ledger,
        "GET /api/v1/holds": .hold,
        "POST /api/v1/holds": .hold, "GET /api/v1/holds/{id}": .hold,
        "POST /api/v1/holds/{id}/settle": .hold, "POST /api/v1/holds/{id}/void": .hold,
        "GET /api/v1/query": .read, "POST /api/v1/query": .read,
        "GET /api/v1/query_range": .read, "POST /api/v1/query_range": .read,
        "GET /api/v1/series": .read, "POST /api/v1/series": .read, "GET /api/v1/labels": .read,
        "POST /api/v1/labels": .read, "GET /api/v1/label/{name}/values": .read,
        "GET /api/v1/metadata": .read, "GET /api/v1/rules": .read, "GET /api/v1/alerts": .read,
        "GET /api/v1/status/buildinfo": .read, "GET /api/v2/silences": .read,
        "POST /api/v2/silences": .change, "GET /api/v2/silence/{id}": .read,
        "DELETE /api/v2/silence/{id}": .change, "GET /api/v2/status": .read,
        "GET /api/v2/alerts": .read, "GET /api/v2/receivers": .read,
    ]

    /// What the control socket alone has.
    static let controlRoutes: [String: RouteAccess] = [
        "GET /api/v1/notifications": .change,
        "POST /api/v1/notifications/{id}/replay": .change,
    ]

    enum Bearer: String, Sendable, CaseIterable {
        case nobody, viewer, gate, admin, owner, wrong, malformed
    }

    struct Setting: Sendable, CustomTestStringConvertible {
        let hasTokens: Bool
        let anonymous: [String]

        var testDescription: String {
            "\(hasTokens ? "tokens" : "no token"), anonymous \(anonymous)"
        }

        var yaml: String {
            (hasTokens ? TestWeb.tokens : "")
                + "anonymous_access: [\(anonymous.joined(separator: ", "))]\n"
        }
    }

    static let settings = [
        Setting(hasTokens: false, anonymous: ["metrics", "gate", "read"]),
        Setting(hasTokens: false, anonymous: []),
        Setting(hasTokens: true, anonymous: ["metrics", "gate", "read"]),
        Setting(hasTokens: true, anonymous: []),
        Setting(hasTokens: true, anonymous: ["metrics"]),
        Setting(hasTokens: true, anonymous: ["gate"]),
        Setting(hasTokens: true, anonymous: ["read"]),
    ]

    /// 0 when the request may go on, else the status of the refusal.
    static func expected(_ access: RouteAccess, _ bearer: Bearer, _ setting: Setting) -> Int {
        if access == .open || setting.anonymous.contains(access.rawValue) { return 0 }
        guard setting.hasTokens else { return access == .reload ? 0 : 403 }
        switch bearer {
        case .nobody, .wrong, .malformed: return 401
        case .admin, .owner: return 0
        case .viewer: return [.metrics, .gate, .read, .ledger].contains(access) ? 0 : 403
        case .gate: return [.gate, .hold].contains(access) ? 0 : 403
        }
    }

    @Test("the table of routes is the one that is judged here")
    func table() async throws {
        let faces = try await TestWeb.start().faces
        for isControl in [false, true] {
            let routes = faces.routes(isControl: isControl)
            let found = Dictionary(
                routes.map { ("\($0.method) \($0.pattern)", $0.access) },
                uniquingKeysWith: { first, _ in first })
            let expected = Self.routes.merging(isControl ? Self.controlRoutes : [:]) { $1 }
            #expect(found == expected)
            #expect(routes.count == expected.count, "a route appears twice")
        }
    }

    @Test("every route, method and bearer", arguments: settings)
    func matrix(_ setting: Setting) async throws {
        let web = try await TestWeb.start(rest: setting.yaml)
        for route in web.faces.routes(isControl: false) {
            for bearer in Bearer.allCases {
                let response = await web.web.respond(to: request(route, bearer))
                let expected = Self.expected(route.access, bearer, setting)
                let what = "\(route.method) \(route.pattern) by \(bearer.rawValue)"
                let isRefused = [401, 403].contains(response.status) && response.failure != nil
                #expect(isRefused == (expected != 0), "\(what): \(response.status)")
                guard expected != 0 else { continue }
                #expect(response.status == expected, "\(what)")
                #expect((response.header("WWW-Authenticate") == "Bearer") == (expected == 401))
            }
        }
    }

    private func request(_ route: Route, _ bearer: Bearer) -> WebRequest {
        let target = route.pattern.replacing("{id}", with: "acme")
        let query = route.pattern.hasSuffix("gate") ? "?organization=acme" : ""
        switch bearer {
        case .nobody: return .to(route.method, target + query, body: "{}")
        case .malformed:
            return .to(
                route.method, target + query, headers: [("Authorization", "Basic admin-token")])
        default: return .to(route.method, target + query, token: "\(bearer.rawValue)-token")
        }
    }

    @Test(
        "a bearer token is read as RFC 6750 writes it",
        arguments: [
            ("Bearer admin-token", true), ("bearer admin-token", true),
            ("BEARER admin-token", true), ("Bearer  admin-token", true), ("Bearer", false),
            ("Bearer ", false), ("admin-token", false), ("Bearer admin-token2", false),
            ("Bearer Admin-token", false), ("Bearer \(TestWeb.hash("admin-token"))", false),
        ])
    func bearer(_ header: String, _ isAccepted: Bool) async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens + "anonymous_access: []\n")
        let response = await web.web.respond(
            to: .to("GET", "/metrics", headers: [("authorization", header)]))
        #expect((response.status == 200) == isAccepted, "\(response.status)")
        if !isAccepted { #expect(response.status == 401) }
    }

    @Test("every route has a bound for its body and its time")
    func bounds() async throws {
        for route in try await TestWeb.start().faces.routes(isControl: true) {
            #expect((0...(1 << 20)).contains(route.maximumBodyBytes ?? 0), "\(route.pattern)")
            #expect((1...150).contains(route.deadlineSeconds), "\(route.pattern)")
        }
    }

    @Test("without any token changes are refused with the way to configure one")
    func noToken() async throws {
        let web = try await TestWeb.start()
        let response = await web.web.respond(
            to: .to("PUT", "/api/v1/organizations/acme/limit", body: #"{"mode":"hard"}"#))
        #expect(response.status == 403)
        #expect(response.failure?.contains("`api_tokens`") == true)
    }

    @Test("a reloaded configuration's tokens are in force at once")
    func replaced() async throws {
        let web = try await TestWeb.start(rest: "anonymous_access: []\n")
        let request = WebRequest.to("GET", "/metrics", token: "admin-token")
        #expect(await web.web.respond(to: request).status == 403)
        let other = try await TestWeb.start(rest: TestWeb.tokens + "anonymous_access: []\n")
        #expect(await other.web.respond(to: request).status == 200)
        let reading = ConfigurationReader(
            files: TestFiles(contents: [
                "agent.yml": "organizations: [{id: acme, base_allocation: 1}]\n" + TestWeb.tokens
                    + "anonymous_access: []\n"
            ])
        ).read("agent.yml", checksSecrets: false)
        let configuration = try #require(reading.configuration)
        web.web.replaceAccess(AccessControl(configuration))
        #expect(await web.web.respond(to: request).status == 200)
    }

    @Test("the control socket asks for no token and takes changes")
    func control() async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens + "anonymous_access: []\n")
        for route in web.faces.routes(isControl: true) {
            let response = await web.control.respond(to: request(route, .nobody))
            #expect(![401, 403].contains(response.status), "\(route.method) \(route.pattern)")
        }
    }

    // MARK: Reload

    @Test("reload over HTTP is off unless it is enabled; SIGHUP and control socket work")
    func lifecycle() async throws {
        let off = try await TestWeb.start(lifecycle: false)
        let refused = await off.web.respond(to: .to("POST", "/-/reload"))
        #expect(refused.status == 403)
        #expect(refused.failure?.contains("--web.enable-lifecycle") == true)
        #expect(await off.control.respond(to: .to("POST", "/-/reload")).status == 200)
        let on = try await TestWeb.start(lifecycle: true)
        #expect(await on.web.respond(to: .to("PUT", "/-/reload")).status == 200)
    }

    @Test("a refused reload says why")
    func refusedReload() async throws {
        let web = try await TestWeb.start(reload: { "agent.yml:3:1: wrong" })
        let response = await web.web.respond(to: .to("POST", "/-/reload"))
        #expect(response.status == 500)
        #expect(response.text == "failed to reload the configuration: agent.yml:3:1: wrong\n")
    }
}
