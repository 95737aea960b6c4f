// The dashboards find their data, at a real Prometheus and at the agent itself.

import Foundation
import Testing

@Suite("Dashboards", .timeLimit(.minutes(4)))
struct DashboardTests {
    private static let hasPrograms = ["bash", "curl", "prometheus", "python3"].allSatisfy {
        Programs.installed($0) != nil
    }

    @Test(
        "every query of every panel finds the same series at Prometheus and at the agent",
        .enabled(if: hasPrograms, "prometheus, python3, curl or bash is not installed"))
    func queries() async throws {
        let folder = try TemporaryFolder()
        let script = Programs.repository.appending(path: "deploy/grafana/prove.sh").path()
        let proof = try RunningProcess(
            Programs.needed("bash"),
            [script, "--agent", Programs.agent(), "--simulator", Programs.simulator()],
            in: folder,
            environment: ["TMPDIR": folder.path, "PYTHONDONTWRITEBYTECODE": "1"], name: "proof")
        defer { proof.kill() }
        #expect(try await proof.waitForEnd(within: 200) == .exited(0), "\(proof.error)")
        let table = proof.output.split(separator: "\n")
        let same = table.filter { $0.hasSuffix(" same") }
        // A line for the heading and one for the verdict.
        #expect(same.count == table.count - 2, "\(proof.output)")
        #expect(same.count > 45, "\(proof.output)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!left.contains { $0.hasPrefix("ai-credits-") }, "\(left)")
    }
}
