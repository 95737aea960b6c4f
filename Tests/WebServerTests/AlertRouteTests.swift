// Alertmanager's API v2 for alerts: what is shown, to whom it goes, what silences it.

import ExactJSON
import Ports
import SimulatedPorts
import Testing

@testable import WebServer

@Suite("Alerts over HTTP")
struct AlertRouteTests {
    private static let rules = """
        groups:
          - name: g
            rules:
              - alert: Tenth
                expr: ai_credits_usage_percent{organization="acme"} >= 10
                labels: {severity: info}
                annotations: {summary: s}
              - {alert: Always, expr: vector(1)}
              - {alert: Never, expr: vector(1) > 2}
              - {alert: Later, expr: vector(1), for: 1h}

        """
    private static let notifications = """
        rule_files: [alerts.yml]
        notifications:
          route:
            receiver: oncall
            routes:
              - {receiver: office, matchers: [severity="info"], continue: true}
              - {receiver: archive, matchers: [severity="info"]}
          receivers: [{name: oncall}, {name: office}, {name: archive}]

        """

    private func start() async throws -> TestWeb {
        try await TestWeb.start(rest: Self.notifications, rules: Self.rules)
    }

    private func get(_ web: TestWeb, _ target: String) async -> WebResponse {
        await web.web.respond(to: .to("GET", target))
    }

    private func names(_ web: TestWeb, _ query: String) async throws -> [String] {
        let answer = await get(web, "/api/v2/alerts" + query)
        #expect(answer.status == 200, "\(answer.text)")
        let list = try JSONReader.read(answer.body).arrayValue ?? []
        return list.compactMap { $0["labels"]?["alertname"]?.stringValue }.sorted()
    }

    private func silence(_ web: TestWeb, _ name: String) async throws -> String {
        let body =
            #"{"matchers":[{"name":"alertname","value":"\#(name)","isRegex":false}],"#
            + #""startsAt":"2026-11-10T12:00:00Z","endsAt":"2026-11-10T13:00:00Z","#
            + #""createdBy":"alice@example.com","comment":"c"}"#
        let answer = await web.control.respond(
            to: .to("POST", "/api/v2/silences", body: body, user: "root"))
        return try #require(try JSONReader.read(answer.body)["silenceID"]?.stringValue)
    }

    @Test("an alert as Alertmanager shows it, byte by byte, before and after its silence")
    func shape() async throws {
        let web = try await start()
        func shown(_ state: String, by silences: String) -> String {
            #"[{"annotations":{"summary":"s"},"endsAt":"2026-11-10T12:04:00.000Z","#
                + #""fingerprint":"FINGERPRINT","receivers":[{"name":"office"},{"name":"archive"}],"#
                + #""startsAt":"2026-11-10T12:00:00.000Z","status":{"inhibitedBy":[],"#
                + #""silencedBy":[\#(silences)],"state":"\#(state)"},"#
                + #""updatedAt":"2026-11-10T12:00:00.000Z","generatorURL":"#
                + #""http://agent.example/graph?g0.expr=ai_credits_usage_percent%7Borganization%3D"#
                + #"%22acme%22%7D+%3E%3D+10&g0.tab=1","labels":{"alertname":"Tenth","#
                + #""instance":"localhost:10190","job":"ai-credits-agent","organization":"acme","#
                + #""severity":"info"}}]"# + "\n"
        }
        func answer() async throws -> String {
            let answer = await get(web, "/api/v2/alerts?filter=alertname%3DTenth")
            let fingerprint = try JSONReader.read(answer.body)[0]?["fingerprint"]?.stringValue
            #expect(fingerprint?.utf8.count == 16)
            return answer.text.replacing(fingerprint ?? "none", with: "FINGERPRINT")
        }
        #expect(try await answer() == shown("active", by: ""))
        let id = try await silence(web, "Tenth")
        #expect(try await answer() == shown("suppressed", by: "\"\(id)\""))
    }

    @Test("only what fires is listed, and of that what is asked for")
    func filters() async throws {
        let web = try await start()
        let cases: [(String, [String])] = [
            ("", ["Always", "Tenth"]), ("?filter=severity%3Dinfo", ["Tenth"]),
            ("?filter=%7Bseverity!%3Dinfo%7D", ["Always"]),
            ("?filter=severity%3Dinfo&filter=alertname%3DAlways", []),
            ("?receiver=oncall", ["Always"]), ("?receiver=arch.*", ["Tenth"]),
            ("?receiver=arch", []), ("?receiver=", ["Always", "Tenth"]),
            ("?active=false", []), ("?silenced=false&inhibited=false", ["Always", "Tenth"]),
            ("?unprocessed=false", ["Always", "Tenth"]),
        ]
        for (query, expected) in cases {
            #expect(try await names(web, query) == expected, "\(query)")
        }
        _ = try await silence(web, "Tenth")
        let silenced: [(String, [String])] = [
            ("", ["Always", "Tenth"]), ("?active=false", ["Tenth"]),
            ("?silenced=false", ["Always"]), ("?silenced=FALSE&active=0", []),
            ("?active=false&silenced=true", ["Tenth"]),
        ]
        for (query, expected) in silenced {
            #expect(try await names(web, query) == expected, "\(query)")
        }
        web.clock.advance(milliseconds: 3_600_000)
        #expect(try await names(web, "?silenced=false") == ["Always", "Tenth"])
    }

    @Test("what cannot be read is refused with a text")
    func refused() async throws {
        let web = try await start()
        let matcher = await get(web, "/api/v2/alerts?filter=%3D%3D")
        #expect(matcher.status == 400 && matcher.text == "\"bad matcher format: ==\"\n")
        let receiver = await get(web, "/api/v2/alerts?receiver=(")
        #expect(receiver.status == 400)
        #expect(receiver.text.hasPrefix("\"failed to parse receiver param: "))
        let posted = await web.web.respond(to: .to("POST", "/api/v2/alerts", body: "[]"))
        #expect(posted.status == 405, "alerts come from the rules alone")
    }

    @Test("receivers are listed; without notifications there are none, and alerts go nowhere")
    func receivers() async throws {
        let web = try await start()
        #expect(
            await get(web, "/api/v2/receivers").text
                == #"[{"name":"oncall"},{"name":"office"},{"name":"archive"}]"# + "\n")
        let bare = try await TestWeb.start(rest: "rule_files: [alerts.yml]\n", rules: Self.rules)
        #expect(await get(bare, "/api/v2/receivers").text == "[]\n")
        let alerts = try JSONReader.read(await get(bare, "/api/v2/alerts").body)
        #expect(alerts.arrayValue?.count == 2)
        #expect(alerts[0]?["receivers"]?.arrayValue?.isEmpty == true)
        #expect(try await names(bare, "?receiver=.*") == [])
    }

    @Test("alerts are read by whoever may read, as silences are")
    func access() async throws {
        let closed = try await TestWeb.start(
            rest: "anonymous_access: [metrics]\n" + TestWeb.tokens)
        for path in ["/api/v2/alerts", "/api/v2/receivers"] {
            #expect(await get(closed, path).status == 401)
            let gate = await closed.web.respond(to: .to("GET", path, token: "gate-token"))
            #expect(gate.status == 403)
            let viewer = await closed.web.respond(to: .to("GET", path, token: "viewer-token"))
            #expect(viewer.status == 200)
        }
    }
}
