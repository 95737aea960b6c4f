// The agent is killed again and again by deploy/torture/kill-cycles.py: a few times in every test
// run, 500 times a ledger with AI_CREDITS_SOAK.

import Foundation
import PostgresCluster
import Testing

@Suite("Kill cycles", .serialized, .timeLimit(.minutes(30)))
struct KillCycleSoakTests {
    private static let isLong = ProcessInfo.processInfo.environment["AI_CREDITS_SOAK"] != nil
    private static let hasPython = Programs.installed("python3") != nil

    private static func run(ledger: String) async throws {
        let folder = try TemporaryFolder()
        let cycles = isLong ? 500 : 6
        let result = try await RunningProcess.run(
            Programs.needed("python3"),
            [
                Programs.repository.appending(path: "deploy/torture/kill-cycles.py").path(),
                "--agent", Programs.agent(), "--cycles", String(cycles), "--ledger", ledger,
                "--seed", String(Int.random(in: 1...1_000_000)), "--ready", "30",
            ], in: folder, environment: ["TMPDIR": folder.path], within: isLong ? 1_500 : 120)
        #expect(result.end == .exited(0), "\(result.text)")
        #expect(result.output.contains("\(cycles) kills in"))
        #expect(result.output.contains("nothing lost, nothing doubled"))
        print(result.output)
    }

    @Test(
        "nothing acknowledged is lost or doubled in SQLite", .enabled(if: hasPython, "no python3"))
    func sqlite() async throws {
        try await Self.run(ledger: "sqlite:ledger.db")
    }

    @Test(
        "nothing acknowledged is lost or doubled in PostgreSQL",
        .enabled(
            if: hasPython && PostgresCluster.isInstalled, "postgresql or python3 is not installed"))
    func postgres() async throws {
        let cluster = try await PostgresCluster.start()
        try await Self.run(ledger: try await cluster.newLedger())
        await cluster.remove()
    }
}
