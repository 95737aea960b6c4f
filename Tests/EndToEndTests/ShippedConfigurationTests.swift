// The configurations that come with package, image, Compose and manifests are right.

import Foundation
import Testing

@Suite("Shipped configurations", .timeLimit(.minutes(1)))
struct ShippedConfigurationTests {
    private static func text(_ path: String) throws -> String {
        try String(contentsOf: Programs.repository.appending(path: path), encoding: .utf8)
    }

    /// The block `agent.yml` of the ConfigMap.
    private static func manifest() throws -> String {
        let lines = try text("deploy/kubernetes/configmap.yaml").components(separatedBy: "\n")
        let block = lines.drop { $0 != "  agent.yml: |" }.dropFirst()
            .prefix { $0.hasPrefix("    ") || $0.isEmpty }
        return block.map { String($0.dropFirst(4)) }.joined(separator: "\n")
    }

    @Test(
        "`check` takes them",
        arguments: [
            "deploy/debian/agent.yml", "deploy/image/agent.yml", "deploy/compose/agent.yml",
            "deploy/compose/agent-postgres.yml", "deploy/kubernetes/configmap.yaml",
        ])
    func areRight(_ path: String) async throws {
        let folder = try TemporaryFolder()
        var text = path.hasSuffix("configmap.yaml") ? try Self.manifest() : try Self.text(path)
        #expect(text.contains("organizations:"), "\(text)")
        text = text.replacing("/var/lib/ai-credits-agent", with: folder.path)
            .replacing("/etc/ai-credits-agent", with: folder.path)
            .replacing("/run/ai-credits-agent", with: folder.path)
        try folder.write(text, to: "agent.yml")
        try folder.write(
            String(contentsOf: Programs.alertRules, encoding: .utf8), to: "alerts.yml")
        let result = try await RunningProcess.run(
            Programs.agent(), ["check", "--config.file", folder.file("agent.yml")], in: folder,
            environment: [
                "DEMO_TOKEN": "demonstration", "DEMO_SIGNING_SECRET": AgentFile.signingSecret,
                "LEDGER_URL": "postgresql://agent:demonstration@postgres/credits",
            ])
        #expect(result.end == .exited(0), "\(result.text)")
    }
}
