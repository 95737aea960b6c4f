// PostgreSQL over TLS with a password: reached when all is right, refused with plain words when not.

import Foundation
import PostgresCluster
import Testing

@Suite(
    "PostgreSQL over TLS",
    .enabled(
        if: PostgresCluster.isInstalled && Certificates.program != nil,
        "postgresql or openssl is not installed"), .timeLimit(.minutes(5)))
struct SecuredPostgresTests {
    private static let password = "k7-only-for-tests"

    /// A server that takes one user over TLS, and what that user needs.
    private struct Server {
        let cluster: PostgresCluster
        let folder: TemporaryFolder
        let port: UInt16

        static func start() async throws -> Server {
            let port = try LoopbackSocket.freePort()
            let cluster = try await PostgresCluster.start(port: port)
            let folder = try TemporaryFolder()
            let certificates = Certificates(folder: folder)
            try await certificates.authority("authority")
            try await certificates.authority("stranger")
            try await certificates.certificate("server", by: "authority")
            try await cluster.useTLS(
                certificate: folder.file("server.crt"), key: folder.file("server.key"))
            // Its own database is all that it needs.
            try await cluster.query("CREATE ROLE agent LOGIN PASSWORD '\(password)'")
            try await cluster.query("CREATE DATABASE books OWNER agent")
            return Server(cluster: cluster, folder: folder, port: port)
        }

        func url(
            host: String = "localhost", authority: String = "authority.crt", more: String = ""
        ) -> String {
            "postgresql://agent@\(host):\(port)/books?sslmode=verify-full"
                + "&sslrootcert=\(folder.file(authority))\(more)"
        }

        /// The environment with a file of passwords.
        func passwords(mode: Int = 0o600) throws -> [String: String] {
            try folder.write("localhost:\(port):books:agent:\(password)\n", to: "passwords")
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: folder.file("passwords"))
            return ["PGPASSFILE": folder.file("passwords")]
        }

        /// Begins to serve a ledger.
        func launch(
            _ ledger: String, environment: [String: String], name: String
        ) throws -> RunningProcess {
            try folder.write(
                AgentFile.text(
                    organizations: AgentFile.organization("acme", base: "1000"), ledger: ledger,
                    hasRules: false), to: "agent.yml")
            return try Agent.launch(in: folder, environment: environment, name: name)
        }
    }

    @Test("a server of the right authority is reached, its password read from PGPASSFILE")
    func reached() async throws {
        let server = try await Server.start()
        let agent = try await Agent.ready(
            try server.launch(server.url(), environment: server.passwords(), name: "agent"))
        defer { agent.process.kill() }
        try await agent.waitFor("ai_credits_ledger_lease_held", is: "1")
        let sessions = try await server.cluster.query(
            """
            SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
            WHERE usename = 'agent'
            """)
        #expect(sessions == ["t"])
        #expect(!agent.process.error.contains(Self.password))
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
        await server.cluster.remove()
    }

    @Test("the whole URL, password and all, may stand in a variable, and is never shown")
    func urlElsewhere() async throws {
        let server = try await Server.start()
        try server.folder.write(
            """
            ledger: {url: {env: LEDGER_URL}}
            organizations:
            \(AgentFile.organization("acme", base: "1000"))
            """, to: "agent.yml")
        func launch(_ url: String, name: String) throws -> RunningProcess {
            try Agent.launch(in: server.folder, environment: ["LEDGER_URL": url], name: name)
        }
        let url = server.url().replacing("agent@", with: "agent:\(Self.password)@")
        let agent = try await Agent.ready(try launch(url, name: "agent"))
        defer { agent.process.kill() }
        try await agent.waitFor("ai_credits_ledger_lease_held", is: "1")
        #expect(agent.process.error.contains("postgresql://agent@localhost:"))
        #expect(!agent.process.error.contains(Self.password), "\(agent.process.error)")
        #expect(try await agent.stop() == .exited(0))
        for (name, wrong, words) in [
            ("file", "sqlite:\(Self.password).db", "no URL of PostgreSQL"),
            ("typo", url + "&sslmod=require", "did you mean `sslmode`?"),
        ] {
            let refused = try launch(wrong, name: name)
            defer { refused.kill() }
            #expect(try await refused.waitForEnd() != .exited(0))
            #expect(refused.error.contains("ledger.url"), "\(refused.error)")
            #expect(refused.error.contains(words), "\(refused.error)")
            #expect(!refused.error.contains(Self.password), "\(refused.error)")
        }
        await server.cluster.remove()
    }

    @Test("what does not fit is refused, and the refusal says what to do")
    func refusals() async throws {
        let server = try await Server.start()
        let password = ["PGPASSWORD": Self.password]
        let cases: [(name: String, url: String, environment: [String: String], words: String)] = [
            (
                "another authority", server.url(authority: "stranger.crt"), password,
                "not signed by an authority of sslrootcert"
            ),
            (
                "another host", server.url(host: "db.example.com", more: "&hostaddr=127.0.0.1"),
                password, "certificate is for another host"
            ),
            (
                "no authority", server.url(authority: "nothing.crt"), password,
                "name their file with sslrootcert"
            ),
            (
                "plain", server.url().replacing("verify-full", with: "disable"), password,
                "allow this user and host in the server's pg_hba.conf"
            ),
            (
                "wrong password", server.url(), ["PGPASSWORD": "wrong"],
                "does not take the password: look at the file that PGPASSFILE names"
            ),
            ("no password", server.url(), [:], "it wants a password"),
            (
                "everybody's password", server.url(), try server.passwords(mode: 0o644),
                "PGPASSFILE (mode 0600"
            ),
        ]
        for one in cases {
            try await expect(server, one.url, one.environment, refusedWith: one.words, one.name)
        }
        try await server.cluster.query("ALTER SYSTEM SET ssl = off")
        try await server.cluster.query("SELECT pg_reload_conf()")
        try await expect(
            server, server.url(), password, refusedWith: "switch ssl on there", "no TLS")
        await server.cluster.remove()
    }

    private func expect(
        _ server: Server, _ url: String, _ environment: [String: String],
        refusedWith words: String, _ name: String
    ) async throws {
        // Neither the user's own files nor variables may help.
        let all = ["PGPASSFILE": "/nonexistent", "HOME": server.folder.path]
            .merging(environment) { _, own in own }
        let agent = try server.launch(url, environment: all, name: name)
        defer { agent.kill() }
        #expect(try await agent.waitForEnd() == .exited(1), "\(name)")
        #expect(agent.error.contains(words), "\(name): \(agent.error)")
        #expect(agent.error.contains("the ledger postgresql://agent@"), "\(name)")
        #expect(!agent.error.contains(Self.password), "\(name): \(agent.error)")
    }
}
