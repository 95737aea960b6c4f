// nginx before a toy API: a caller is stopped within a poll of 100 %, and goes on at once when the
// limit was raised.

import Foundation
import Testing

@Suite("A gateway obeys in time", .timeLimit(.minutes(3)))
struct GatewayStoryTests {
    private static let api = """
        import http.server, sys
        class API(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")
            def log_message(self, *arguments):
                pass
        http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), API).serve_forever()
        """

    private static func configuration(_ simulator: Simulator) -> String {
        AgentFile.text(
            organizations: AgentFile.organization("acme", base: "1000"),
            sources: AgentFile.source(
                "usage", of: "acme", at: simulator.url + "/v1/usage", every: "1s"),
            more: "api_tokens:\n  - {name: boss, role: admin, sha256: "
                + "\(AgentFile.sha256(of: "boss-token"))}\n")
    }

    /// The shipped configuration with this test's addresses.
    private static func gateway(
        in folder: TemporaryFolder, agent: String, api: UInt16, port: UInt16
    ) throws -> RunningProcess {
        let shipped = Programs.repository.appending(path: "deploy/gateways/nginx.conf")
        let site = try String(contentsOf: shipped, encoding: .utf8)
            .replacing("127.0.0.1:10190", with: agent.dropFirst("http://".count))
            .replacing("127.0.0.1:8000", with: "127.0.0.1:\(api)")
            .replacing("127.0.0.1:8080", with: "127.0.0.1:\(port)")
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "    \($0)_temp_path \(folder.file("temporary-\($0)"));\n"
        }
        try folder.write(
            "daemon off;\npid \(folder.file("nginx.pid"));\nerror_log stderr;\nevents {}\n"
                + "http {\n    access_log off;\n" + paths.joined() + site + "}\n",
            to: "nginx.conf")
        return try RunningProcess(
            Programs.needed("nginx"), ["-p", folder.path, "-c", folder.file("nginx.conf")],
            in: folder, name: "nginx")
    }

    /// Polls that succeeded so far.
    private static func polls(_ agent: Agent) async throws -> Int {
        let metrics = try await agent.metrics()
        func sum(_ name: String) -> Int {
            metrics.series(beginningWith: "ai_credits_source_\(name)_total{")
                .compactMap { Int($0.value) }.reduce(0, +)
        }
        return sum("polls") - sum("poll_failures")
    }

    /// Asks until the gateway refuses. Of the polls that end after the change the first may have
    /// begun before it; once the second has ended, nothing passes any more.
    private static func refusal(_ url: String, _ agent: Agent) async throws -> HTTPAnswer {
        let first = try await polls(agent)
        return try await eventually("the gateway refuses") {
            let ended = try await polls(agent)
            let answer = try await HTTPClient.send("GET", url)
            if answer.status == 403 { return answer }
            #expect(answer.status == 200, "\(answer.text)")
            #expect(ended < first + 2, "it passes after a whole poll")
            return nil
        }
    }

    @Test(
        "403 with the reason within a poll of 100 %, allowed as soon as the limit was raised",
        .enabled(
            if: Programs.installed("nginx") != nil && Programs.installed("python3") != nil,
            "nginx or python3 is not installed"))
    func story() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let day = try await simulator.today()
        try await simulator.state("999.999999", of: "assistant", on: day)
        try folder.write(Self.configuration(simulator), to: "agent.yml")
        try folder.write(Self.api, to: "api.py")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        let (apiPort, port) = (try LoopbackSocket.freePort(), try LoopbackSocket.freePort())
        let api = try RunningProcess(
            Programs.needed("python3"), [folder.file("api.py"), "\(apiPort)"], in: folder,
            name: "api")
        defer { api.kill() }
        let nginx = try Self.gateway(in: folder, agent: agent.url, api: apiPort, port: port)
        defer { nginx.kill() }
        let url = "http://127.0.0.1:\(port)/v1/assistant/chat"
        let used = "ai_credits_used_credits{organization=\"acme\"}"
        try await agent.waitFor(used, is: "999.999999")
        try await eventually("the gateway is there") { detail in
            detail = nginx.error
            return try await HTTPClient.send("GET", url).text == "ok"
        }

        try await simulator.state("1000", of: "assistant", on: day)
        let refusal = try await Self.refusal(url, agent)
        #expect(refusal.text.contains("\"reason\":\"limit_reached\""))
        #expect(refusal.header("X-AI-Credits-Reason") == "limit_reached")
        let pause = try #require(refusal.header("Retry-After").flatMap { Int($0) })
        #expect((1...60).contains(pause))

        let raised = try await HTTPClient.send(
            "PUT", agent.url + "/api/v1/organizations/acme/limit",
            headers: [
                ("Authorization", "Bearer boss-token"), ("Content-Type", "application/json"),
            ], body: #"{"mode":"soft","allowance":1,"reason":"one more"}"#)
        #expect(raised.status == 200, "\(raised.text)")
        // The change is in force before it is answered.
        #expect(try await HTTPClient.send("GET", url).text == "ok")
        let metrics = try await agent.metrics()
        #expect(
            metrics["ai_credits_limit_response_seconds_count{organization=\"acme\"}"] == "2")
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
    }
}
