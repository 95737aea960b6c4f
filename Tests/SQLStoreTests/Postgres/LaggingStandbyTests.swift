// A standby that lags, named first in the URL: it is neither written nor believed.

import Ports
import PostgresCluster
import SQLStore
import Testing

@Suite(
    "A standby that lags",
    .enabled(if: PostgresCluster.isInstalled, "postgresql is not installed"),
    .timeLimit(.minutes(2)))
struct LaggingStandbyTests {
    @Test("what was written is read, from whatever server the URL names first")
    func readsOwnWrites() async throws {
        let cluster = try await PostgresCluster.start(settings: PostgresCluster.streaming)
        let schema = PostgresCluster.schema(of: try await cluster.newLedger())
        let standby = try await cluster.startStandby(isSynchronous: false)
        let url = cluster.url(schema: schema, through: "\(standby.socket),\(cluster.folder)")
        let store = try await openPostgresStore(url: url)
        let caughtUp = "SELECT count(*) FROM ledger_lease WHERE holder != ''"
        let direct = cluster.url(schema: schema, through: standby.socket)
        while (try? await cluster.query(caughtUp, in: direct)) != ["1"] {
            try await Task.sleep(for: .milliseconds(50))
        }
        try await cluster.query("SELECT pg_wal_replay_pause()", in: direct)
        for number in 1...5 {
            try await store.write {
                try $0.recordSourceSuccess("s\(number)", at: Sample.instant)
            }
            // Enough at once for every connection that reads.
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 {
                    group.addTask { try await store.read { try $0.sourceSuccesses() }.count }
                }
                for try await count in group { #expect(count == number) }
            }
        }
        try await store.close()
        await cluster.remove()
    }
}
