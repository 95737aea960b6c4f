// The gateways' configurations do what they say: allow, block, resume; whatever the agent answers.

import Foundation
import Testing

@Suite("Gateways", .timeLimit(.minutes(4)))
struct GatewayTests {
    private static let installed = ["nginx", "haproxy", "caddy"].filter {
        Programs.installed($0) != nil
    }

    @Test(
        "a gateway obeys the gate, cannot be got round, and has its own rule for an undecided agent",
        .enabled(
            if: Programs.installed("python3") != nil && Programs.installed("curl") != nil,
            "python3 or curl is not installed"),
        arguments: installed)
    func gateway(_ name: String) async throws {
        let folder = try TemporaryFolder()
        let script = Programs.repository.appending(path: "deploy/gateways/prove.sh").path()
        let proof = try RunningProcess(
            Programs.needed("bash"),
            [script, name, "--agent", Programs.agent(), "--simulator", Programs.simulator()],
            in: folder,
            environment: [
                "TMPDIR": folder.path,
                "PATH": "/usr/bin:/usr/sbin:/bin:/sbin",
            ], name: "proof")
        defer { proof.kill() }
        #expect(try await proof.waitForEnd(within: 180) == .exited(0), "\(proof.error)")
        #expect(proof.output.hasSuffix("\(name): every answer is the right one\n"))
        #expect(proof.output.components(separatedBy: "limit_reached").count > 2)
        for proven in ["no way round", "the agent is down, fail closed", "429, fail open"] {
            #expect(proof.output.contains("== \(proven)"))
        }
        #expect(proof.output.contains("== the agent hangs, fail closed"))
    }
}
