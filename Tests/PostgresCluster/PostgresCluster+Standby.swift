// A standby of a cluster: streams from it, and takes over when it is told to.
//
// 1. It is stopped and removed with its cluster.

import Foundation

extension PostgresCluster {
    /// What a cluster needs so that standbys can stream from it.
    package static let streaming = ["wal_level = replica", "max_wal_senders = 5"]

    /// Makes a standby that streams from this server.
    ///
    /// - Parameter isSynchronous: whether a commit waits until the standby has it.
    package func startStandby(isSynchronous: Bool) async throws -> PostgresStandby {
        // Made by PostgreSQL's user, who can write nothing else here.
        try await Self.runUnprivileged(["/bin/mkdir", "-m", "755", "\(folder)/s"], in: folder)
        try await Self.runUnprivileged(
            [
                "\(programs)/pg_basebackup", "-h", folder, "-U", "ledger", "-D",
                "\(folder)/standby", "-R", "-X", "stream", "-c", "fast", "--no-sync",
            ], in: folder)
        try await Self.runUnprivileged(
            [
                "/bin/sh", "-c",
                "echo \"unix_socket_directories = '\(folder)/s'\" >> standby/postgresql.conf",
            ], in: folder)
        let standby = PostgresStandby(cluster: self)
        try await standby.start()
        if isSynchronous {
            try await query("ALTER SYSTEM SET synchronous_standby_names = '*'")
            try await query("SELECT pg_reload_conf()")
            while try await query("SELECT sync_state FROM pg_stat_replication") != ["sync"] {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        return standby
    }
}

/// A server that follows another one.
package struct PostgresStandby: Sendable {
    private let cluster: PostgresCluster

    init(cluster: PostgresCluster) {
        self.cluster = cluster
    }

    /// The folder of its socket.
    package var socket: String { "\(cluster.folder)/s" }

    /// The ledger's URL with both servers, the first one first.
    package func url(withBoth schema: String) -> String {
        cluster.url(schema: schema, through: "\(cluster.folder),\(socket)")
    }

    /// Starts it; it follows until it is promoted.
    package func start() async throws {
        try await cluster.control(["-w", "-l", "\(cluster.folder)/s/log", "start"], of: "standby")
    }

    /// Stops it, so that it falls behind.
    package func stop() async throws {
        try await cluster.control(["-m", "fast", "-w", "stop"], of: "standby")
    }

    /// Makes it the server that writes.
    package func promote() async throws {
        try await cluster.control(["-w", "promote"], of: "standby")
    }
}
