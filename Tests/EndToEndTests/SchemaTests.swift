// A running agent against openapi.yaml: requests made from the document, by schemathesis. No 5xx, no
// answer that is not documented, none that breaks its schema.

import Foundation
import Testing

@Suite("The API against its document", .timeLimit(.minutes(60)))
struct SchemaTests {
    private static let isLong = ProcessInfo.processInfo.environment["AI_CREDITS_SOAK"] != nil
    private static let program = Programs.repository
        .appending(path: ".build/test-tools/bin/schemathesis").path()
    private static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

    private static func configuration(_ simulator: Simulator) -> String {
        let roles = ["viewer", "gate", "admin"]
        let tokens = roles.map { role in
            "  - {name: \(role), role: \(role), sha256: \(AgentFile.sha256(of: role + "-token"))}\n"
        }
        return AgentFile.text(
            organizations: AgentFile.organization("acme", base: "1000000")
                + AgentFile.organization(
                    "filed", base: "10",
                    ", limit: {mode: hard}, products: [{id: chat, cap: 5}, {id: assistant}]"),
            sources: AgentFile.source("usage", of: "acme", at: simulator.url + "/v1/usage"),
            more: "api_tokens:\n" + tokens.joined() + "anonymous_access: [metrics]\n")
    }

    /// Names what there is, so that not everything ends as 404; no tokens beside the caller's, so
    /// that not everything ends as 401.
    private static func settings(_ organization: String) -> String {
        """
        [generation]
        with-security-parameters = false

        [[operations]]
        include-path-regex = "^/api/v1/organizations/"
        parameters = {"path.id" = "\(organization)", "path.product" = "assistant"}
        """
    }

    /// An organization whose limit may be changed by the API, and one whose limit is the file's.
    private static let callers = [
        ("admin", "acme"), ("admin", "filed"), ("gate", "acme"), ("nobody", "acme"),
    ]

    @Test(
        "every kind of caller gets only documented answers",
        .enabled(if: isInstalled, "the packages of .ci/requirements.txt are not installed"),
        arguments: callers)
    func answers(_ role: String, _ organization: String) async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try folder.write(Self.configuration(simulator), to: "agent.yml")
        try folder.write(Self.settings(organization), to: "schemathesis.toml")
        let agent = try await Agent.start(in: folder, ["--web.enable-lifecycle"])
        defer { agent.process.kill() }
        let document = Programs.repository.appending(path: "openapi.yaml").path()
        let checks = [
            "not_a_server_error", "status_code_conformance", "content_type_conformance",
            "response_schema_conformance", "response_headers_conformance",
        ]
        let outcome = try await RunningProcess.run(
            Self.program,
            [
                "--config-file", folder.file("schemathesis.toml"), "run", document, "--url",
                agent.url, "--header", "Authorization: Bearer \(role)-token", "--checks",
                checks.joined(separator: ","), "--max-examples", Self.isLong ? "200" : "15",
                "--phases", "examples,coverage,fuzzing,stateful", "--seed", "7", "--workers", "1",
                "--suppress-health-check", "all", "--no-color",
            ], in: folder, within: Self.isLong ? 3000 : 400)
        #expect(outcome.end == .exited(0), "\(outcome.output.suffix(6000))\(outcome.error)")
        let counts = try await agent.metrics().series(
            beginningWith: "ai_credits_http_requests_total{")
        let refused = counts.filter { $0.series.contains("code=\"5") }
        #expect(refused.isEmpty, "\(refused)")
        // The core was reached.
        let found = counts.filter {
            $0.series.contains(#"route="/api/v1/organizations/{id}/limit",code="200""#)
        }
        #expect(found.isEmpty == (role != "admin"), "\(found)")
        #expect(try await agent.stop() == .exited(0))
        let verified = try await Agent.run(["ledger", "verify"], in: folder)
        #expect(verified.end == .exited(0), "\(verified.text)")
    }
}
