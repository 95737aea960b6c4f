// The demonstration runs as a newcomer runs it.

import Foundation
import Testing

@Suite("Demonstration", .timeLimit(.minutes(3)))
struct DemonstrationTests {
    @Test(
        "it tells polls, thresholds and webhooks, ends with 0 and leaves nothing behind",
        .enabled(if: Programs.installed("curl") != nil, "curl is not installed"))
    func demonstration() async throws {
        let folder = try TemporaryFolder()
        let script = Programs.repository.appending(path: "deploy/demo/run.sh").path()
        let demo = try RunningProcess(
            Programs.needed("bash"),
            [
                script, "--seconds", "20", "--any-port", "--agent", Programs.agent(),
                "--simulator", Programs.simulator(),
            ], in: folder, environment: ["TMPDIR": folder.path], name: "demo")
        defer { demo.kill() }
        #expect(try await demo.waitForEnd(within: 120) == .exited(0), "\(demo.error)")
        let told = demo.output
        #expect(told.contains("story above-75-percent"), "\(told)")
        #expect(told.contains("webhook oncall: firing AICreditsUsageAbove75Percent"), "\(told)")
        #expect(told.contains("gate ") && told.contains("allow (within_base)"), "\(told)")
        #expect(told.contains("usage after "), "\(told)")
        #expect(told.contains("received: "), "\(told)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!left.contains { $0.hasPrefix("ai-credits-demo") }, "\(left)")
    }
}
