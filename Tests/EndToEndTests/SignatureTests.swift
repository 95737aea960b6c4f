// The reference library of Standard Webhooks accepts what the agent signs, also while a secret is
// being replaced.

import ExactJSON
import Foundation
import Testing

/// Python with the reference library.
private enum ReferenceLibrary {
    /// A Python that has the library; nil when none has.
    static let python: String? = {
        let places =
            [Programs.repository.appending(path: ".build/test-python/bin/python3").path()]
            + [Programs.installed("python3")].compactMap(\.self)
        return places.first { place in
            guard FileManager.default.isExecutableFile(atPath: place),
                let folder = try? TemporaryFolder()
            else { return false }
            return has(place, in: folder)
        }
    }()

    private static func has(_ python: String, in folder: TemporaryFolder) -> Bool {
        guard
            let process = try? RunningProcess(
                python, ["-c", "import standardwebhooks"], in: folder, name: "python")
        else { return false }
        while process.ended == nil { usleep(10_000) }
        return process.ended == .exited(0)
    }

    /// Reads lines of JSON, says `accepted` or `refused` to each.
    static let program = """
        import json, sys
        from standardwebhooks import Webhook, WebhookVerificationError
        for line in open(sys.argv[1]):
            sent = json.loads(line)
            headers = {name: sent[name] for name in
                       ("webhook-id", "webhook-timestamp", "webhook-signature")}
            try:
                Webhook(sent["secret"]).verify(sent["body"], headers)
                print("accepted")
            except WebhookVerificationError:
                print("refused")
        """
}

@Suite("Signatures", .timeLimit(.minutes(3)))
struct SignatureTests {
    private static let former = AgentFile.signingSecret
    private static let new = "whsec_bmV3LXNlY3JldC1vZi10aGUtcm90YXRpb24tMDAwMg=="
    private static let foreign = "whsec_c29tZWJvZHktZWxzZS1zaWduZWQtd2l0aC10aGlzLTM="

    @Test(
        "the reference library accepts every signature, with the former and with the new secret",
        .enabled(
            if: ReferenceLibrary.python != nil,
            "needs Python with `standardwebhooks`; `.ci/install-packages test` installs it"))
    func rotation() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        try folder.write(Self.new + "\n", to: "new-secret")
        let configuration = AgentFile.text(
            organizations: AgentFile.organization("acme", base: "1000"),
            sources: AgentFile.source("usage", of: "acme", at: simulator.url + "/v1/usage"),
            notifications: AgentFile.notifications(simulator).replacing(
                "signing_secret: {env: HOOK_SECRET}",
                with: "signing_secret: [{file: new-secret}, {env: HOOK_SECRET}]"))
        try folder.write(configuration, to: "agent.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await simulator.state("1000", of: "assistant", on: simulator.today())
        var webhooks = try await eventually("alerts and events arrive") { () -> [Webhook]? in
            let alerts = try await simulator.webhooks(at: "oncall")
            let events = try await simulator.webhooks(at: "events")
            return alerts.count >= 4 && !events.isEmpty ? alerts + events : nil
        }
        #expect(try await agent.stop() == .exited(0))
        #expect(webhooks.allSatisfy { $0.signature.split(separator: " ").count == 2 })
        webhooks.sort { $0.id < $1.id }
        for (secret, answer) in [
            (Self.new, "accepted"), (Self.former, "accepted"), (Self.foreign, "refused"),
        ] {
            let answers = try await verify(webhooks, with: secret, in: folder)
            #expect(answers == Array(repeating: answer, count: webhooks.count))
        }
    }

    private func verify(
        _ webhooks: [Webhook], with secret: String, in folder: TemporaryFolder
    ) async throws -> [String] {
        let lines = webhooks.map { webhook in
            JSONValue.object(
                JSONObject([
                    ("secret", .string(secret)), ("body", .string(webhook.body)),
                    ("webhook-id", .string(webhook.id)),
                    ("webhook-timestamp", .string(webhook.timestamp)),
                    ("webhook-signature", .string(webhook.signature)),
                ])
            ).text(.compact)
        }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "webhooks.jsonl")
        guard let python = ReferenceLibrary.python else { throw Missing("no Python") }
        let result = try await RunningProcess.run(
            python, ["-c", ReferenceLibrary.program, folder.file("webhooks.jsonl")], in: folder)
        #expect(result.end == .exited(0), "\(result.text)")
        return result.output.split(separator: "\n").map(String.init)
    }
}
