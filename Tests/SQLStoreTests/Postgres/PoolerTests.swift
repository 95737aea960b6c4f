// The ledger behind PgBouncer in transaction mode, where every transaction may run in another
// session.

import Foundation
import Ledger
import Ports
import PostgresCluster
import Testing

@testable import SQLStore

@Suite(
    "PgBouncer in transaction mode",
    .enabled(
        if: PostgresCluster.isInstalled
            && FileManager.default.isExecutableFile(atPath: "/usr/sbin/pgbouncer"),
        "postgresql or pgbouncer is not installed"), .timeLimit(.minutes(2)))
struct PoolerTests {
    private static func withPooler(
        _ body: (_ cluster: PostgresCluster, _ url: String, _ direct: String) async throws -> Void
    ) async throws {
        let cluster = try await PostgresCluster.shared()
        let name = "p" + UUID().uuidString.filter(\.isHexDigit).lowercased()
        try await cluster.query("CREATE DATABASE \(name)")
        let folder = "\(cluster.folder)/\(name)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o777])
        try """
        [databases]
        * = host=\(cluster.folder) user=ledger
        [pgbouncer]
        listen_addr =
        listen_port = 5432
        unix_socket_dir = \(folder)
        auth_type = any
        pool_mode = transaction
        default_pool_size = 2
        server_idle_timeout = 1
        logfile = \(folder)/log
        pidfile = \(folder)/pid
        """.write(toFile: folder + "/ini", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: folder + "/ini")
        try await PostgresCluster.runUnprivileged(
            ["/bin/sh", "-c", "/usr/sbin/pgbouncer -q -d ini </dev/null >/dev/null 2>&1"],
            in: folder)
        defer {
            let text = try? String(contentsOfFile: folder + "/pid", encoding: .utf8)
            if let pid = text.flatMap({ Int32($0.filter(\.isNumber)) }) { kill(pid, SIGKILL) }
        }
        try await body(
            cluster, "postgresql://ledger@/\(name)?host=\(folder)",
            "postgresql://ledger@/\(name)?host=\(cluster.folder)")
    }

    @Test("writes, reads and the lease work as without it")
    func works() async throws {
        try await Self.withPooler { cluster, url, direct in
            let store = try await openPostgresStore(url: url)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        try await store.write { rows in
                            let head = try rows.chainHead(of: "acme")
                            let draft = Sample.Draft(
                                credits: 1, key: "k", revision: head.sequence + 1)
                            try rows.append(
                                Sample.entries([draft], behind: head), posted: [],
                                poll: Sample.poll("poll-\(number)"))
                        }
                        _ = try await store.read { try $0.entries(of: "acme", after: 0, limit: 9) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.read { try $0.chainHead(of: "acme").sequence } == 20)
            await #expect {
                _ = try await openPostgresStore(url: direct)
            } throws: { error in
                guard case StoreError.held = error else { return false }
                return true
            }
            // Nothing is left in the server's sessions: no lock, no setting, no statement.
            let locks = try await cluster.query(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            #expect(locks == ["0"])
            let statements = try await cluster.query(
                "SELECT count(*) FROM pg_prepared_statements; SHOW statement_timeout", in: url)
            #expect(statements == ["0", "0"])
            try await store.close()
            let next = try await openPostgresStore(url: direct)
            #expect(try await next.read { try $0.chainHead(of: "acme").sequence } == 20)
            try await next.close()
        }
    }

    @Test("sessions that end between two transactions are not noticed")
    func lostSessions() async throws {
        try await Self.withPooler { cluster, url, _ in
            let store = try await openPostgresStore(url: url)
            for number in 0..<10 {
                try await store.write {
                    try $0.recordSourceSuccess("s\(number)", at: Sample.instant)
                }
                let name = url.split(separator: "/")[2].prefix { $0 != "?" }
                try await cluster.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'"
                )
            }
            #expect(try await store.read { try $0.sourceSuccesses() }.count == 10)
            try await store.close()
        }
    }
}
