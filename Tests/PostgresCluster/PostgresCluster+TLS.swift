// TLS and passwords of a cluster.

import Foundation

extension PostgresCluster {
    /// Takes connections of its port over TLS alone, for users with a password.
    package func useTLS(certificate: String, key: String) async throws {
        for (file, name) in [(certificate, "server.crt"), (key, "server.key")] {
            // The key must be its server's own, and nobody else's to read.
            let target = "\(folder)/data/\(name)"
            try await Self.run("/bin/cp", [file, target], folder)
            try await Self.run("/bin/chown", ["--reference=\(folder)/data", target], folder)
            try await Self.run("/bin/chmod", ["600", target], folder)
        }
        try """
        local all all trust
        hostssl all all 127.0.0.1/32 scram-sha-256
        """.appending("\n").write(
            toFile: "\(folder)/data/pg_hba.conf", atomically: false, encoding: .utf8)
        try await query("ALTER SYSTEM SET ssl = on")
        try await query("SELECT pg_reload_conf()")
        while try await query("SHOW ssl") != ["on"] {
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
