// web.config.file with real clients: TLS both ways, passwords, rotation, Prometheus.

import ExactJSON
import Foundation
import Testing

@Suite("TLS and passwords", .timeLimit(.minutes(3)))
struct WebGuardTests {
    private static let isPossible =
        Certificates.program != nil && Programs.installed("curl") != nil

    /// The hash of `scrape-secret`.
    private static let users = """
        basic_auth_users:
          scraper: $2y$10$abcdefghijklmnopqrstuuNbpIbZWkPkiE.GCrxGGUhWTADyWUMCG

        """
    private static let mutual = """
        tls_server_config:
          cert_file: server.crt
          key_file: server.key
          client_auth_type: RequireAndVerifyClientCert
          client_ca_file: ca.crt
          client_allowed_sans: [scraper.example.com]
        http_server_config:
          headers: {X-Content-Type-Options: nosniff}

        """

    /// What curl said: its exit code, and the answer with its headers.
    private struct Answer {
        let code: ProcessEnd
        let text: String
        let error: String
    }

    /// An agent behind the guard, and clients of it.
    private struct Guarded {
        let folder: TemporaryFolder
        let process: RunningProcess
        let address: String
        let scheme: String
        var url: String { "\(scheme)://\(address)" }

        func curl(
            _ path: String, client: String? = "client", authority: String = "ca",
            user: String? = "scraper:scrape-secret", _ more: [String] = []
        ) async throws -> Answer {
            var arguments = [
                "--silent", "--show-error", "--include", "--noproxy", "*", "--max-time", "20",
                "--cacert", folder.file("\(authority).crt"),
            ]
            if let client {
                arguments += [
                    "--cert", folder.file("\(client).crt"), "--key", folder.file("\(client).key"),
                ]
            }
            if let user { arguments += ["--user", user] }
            let result = try await RunningProcess.run(
                Programs.needed("curl"), arguments + more + [url + path], in: folder)
            return Answer(code: result.end, text: result.output, error: result.error)
        }

        func metric(_ series: String) async throws -> String? {
            MetricsText(try await curl("/metrics").text)[series]
        }
    }

    private func start(_ folder: TemporaryFolder, _ web: String) async throws -> Guarded {
        try folder.write(
            "organizations: [{id: acme, base_allocation: 1000}]\n"
                + "rule_files: [\"\(Programs.alertRules.path())\"]\n"
                + "api_tokens: [{name: a, role: admin, sha256: \(Self.tokenHash)}]\n",
            to: "agent.yml")
        try folder.write(web, to: "web.yml")
        let process = try Agent.launch(
            in: folder, ["--web.config.file", folder.file("web.yml"), "--web.enable-lifecycle"])
        let line = try await process.waitForLine(containing: "msg=listening")
        let field = line.split(separator: " ").first { $0.hasPrefix("address=") }
        let guarded = Guarded(
            folder: folder, process: process,
            address: String((field ?? "").dropFirst("address=".count)),
            scheme: web.contains("tls_server_config") ? "https" : "http")
        try await eventually("the agent is ready") { detail in
            let answer = try await guarded.curl("/-/ready")
            detail = answer.text + answer.error + process.error
            return answer.text.contains("is Ready")
        }
        return guarded
    }

    /// SHA-256 of `admin-token`.
    private static let tokenHash =
        "10a4c7c9fc5206d6f36dc6944a81bb6f4a3cb0e25014ae3b12e6c3e52712292a"

    private func certificates(_ folder: TemporaryFolder) async throws -> Certificates {
        let made = Certificates(folder: folder)
        try await made.authority("ca")
        try await made.authority("other-ca")
        try await made.certificate("server", by: "ca")
        try await made.certificate("client", by: "ca", names: "DNS:scraper.example.com")
        try await made.certificate("stranger", by: "ca", names: "DNS:stranger.example.com")
        try await made.certificate("forged", by: "other-ca", names: "DNS:scraper.example.com")
        return made
    }

    @Test(
        "only the right certificate with the right password comes in",
        .enabled(if: isPossible, "openssl or curl is not installed"))
    func comesIn() async throws {
        let folder = try TemporaryFolder()
        _ = try await certificates(folder)
        let agent = try await start(folder, Self.mutual + Self.users)
        defer { agent.process.kill() }
        let fine = try await agent.curl("/metrics")
        #expect(fine.text.hasPrefix("HTTP/1.1 200"), "\(fine)")
        #expect(fine.text.lowercased().contains("x-content-type-options: nosniff"))
        for client in [nil, "stranger", "forged"] {
            let refused = try await agent.curl("/metrics", client: client)
            #expect(refused.code != .exited(0), "\(client ?? "none"): \(refused)")
            #expect(!refused.text.contains("HTTP/1.1"))
        }
        for path in ["/metrics", "/-/healthy", "/", "/api/v1/gate?organization=acme", "/nothing"] {
            for user in [nil, "scraper:wrong", "nobody:scrape-secret", "scraper:"] {
                let refused = try await agent.curl(path, user: user)
                #expect(refused.text.hasPrefix("HTTP/1.1 401"), "\(path) \(user ?? "none")")
                #expect(refused.text.lowercased().contains("www-authenticate: basic"))
                #expect(refused.text.lowercased().contains("x-content-type-options: nosniff"))
            }
        }
        let wrong = try await agent.metric("ai_credits_web_logins_refused_total{reason=\"wrong\"}")
        #expect(wrong == "15")
        // Three wrong passwords and the right one, each compared once.
        #expect(try await agent.metric("ai_credits_web_password_checks_total") == "4")
        let refusals = try await agent.metric(
            "ai_credits_web_handshakes_refused_total{reason=\"client_certificate\"}")
        #expect(refusals == "3")
        try await changesNeedAToken(agent)
        try await isHealthy(agent)
        agent.process.signal(SIGTERM)
        #expect(try await agent.process.waitForEnd(within: 30) == .exited(0))
    }

    /// The guard lets a user in; the page's own rules hold all the same.
    private func changesNeedAToken(_ agent: Guarded) async throws {
        let post = ["--request", "POST"]
        let without = try await agent.curl("/-/reload", post)
        #expect(without.text.hasPrefix("HTTP/1.1 401"))
        let with = try await agent.curl(
            "/-/reload", post + ["--header", "X-AI-Credits-Token: admin-token"])
        #expect(with.text.hasPrefix("HTTP/1.1 200"), "\(with)")
    }

    private func isHealthy(_ agent: Guarded) async throws {
        let folder = agent.folder
        try folder.write("scrape-secret\n", to: "password")
        let known = [
            "healthcheck", "--url", agent.url, "--ca-file", folder.file("ca.crt"),
            "--cert-file", folder.file("client.crt"), "--key-file", folder.file("client.key"),
        ]
        let fine = try await Agent.run(
            known + ["--username", "scraper", "--password-file", folder.file("password")],
            in: folder, configuration: nil)
        #expect(fine.end == .exited(0), "\(fine.text)")
        let refused = try await Agent.run(known, in: folder, configuration: nil)
        #expect(refused.end == .exited(1))
        #expect(refused.error.contains("401"))
    }

    /// What a mode does with no certificate, a good one, and one of another authority.
    static let modes: [(String, [Bool])] = [
        ("NoClientCert", [true, true, true]), ("RequestClientCert", [true, true, true]),
        ("RequireAnyClientCert", [false, true, true]),
        ("VerifyClientCertIfGiven", [true, true, false]),
        ("RequireAndVerifyClientCert", [false, true, false]),
    ]

    @Test(
        "each client_auth_type takes what its name says",
        .enabled(if: isPossible, "openssl or curl is not installed"), arguments: modes)
    func mode(_ name: String, _ expected: [Bool]) async throws {
        let folder = try TemporaryFolder()
        _ = try await certificates(folder)
        let authority = name.contains("Verify") ? ", client_ca_file: ca.crt" : ""
        let agent = try await start(
            folder,
            "tls_server_config: {cert_file: server.crt, key_file: server.key, "
                + "client_auth_type: \(name)\(authority)}\n")
        defer { agent.process.kill() }
        for (client, isTaken) in zip([nil, "client", "forged"], expected) {
            let answer = try await agent.curl("/-/healthy", client: client, user: nil)
            #expect((answer.code == .exited(0)) == isTaken, "\(client ?? "none"): \(answer)")
        }
    }

    @Test(
        "a certificate is renewed without a restart; half of one changes nothing",
        .enabled(if: isPossible, "openssl or curl is not installed"))
    func rotation() async throws {
        let folder = try TemporaryFolder()
        let made = try await certificates(folder)
        let agent = try await start(folder, Self.mutual)
        defer { agent.process.kill() }
        let former = try await agent.metric("ai_credits_web_certificate_expiry_timestamp_seconds")
        #expect(former != nil)
        try await made.certificate("next", by: "other-ca")
        try folder.write(folder.read("next.crt"), to: "server.crt")
        // The key is not there yet: what was in force stays so.
        #expect(try await agent.curl("/metrics", user: nil).text.hasPrefix("HTTP/1.1 200"))
        #expect(try await agent.metric("ai_credits_web_config_last_reload_successful") == "0")
        #expect(agent.process.error.contains("tls_server_config.key_file"))
        try folder.write(folder.read("next.key"), to: "server.key")
        let before = try await agent.curl("/metrics", user: nil)
        #expect(before.code != .exited(0), "the former authority is not enough any more")
        let after = try await agent.curl("/metrics", authority: "other-ca", user: nil)
        #expect(after.text.hasPrefix("HTTP/1.1 200"), "\(after)")
        // Users, too.
        try folder.write(Self.mutual + Self.users, to: "web.yml")
        let asked = try await agent.curl("/metrics", authority: "other-ca", user: nil)
        #expect(asked.text.hasPrefix("HTTP/1.1 401"))
        // And the authority of clients.
        try folder.write(folder.read("other-ca.crt"), to: "ca.crt")
        let forged = try await agent.curl("/metrics", client: "forged", authority: "other-ca")
        #expect(forged.text.hasPrefix("HTTP/1.1 200"), "\(forged)")
        #expect(
            try await agent.curl("/metrics", client: "client", authority: "other-ca").code
                != .exited(0))
    }

    @Test(
        "an emptied file lets nobody in",
        .enabled(if: isPossible, "openssl or curl is not installed"), arguments: [true, false])
    func emptied(_ isMutual: Bool) async throws {
        let folder = try TemporaryFolder()
        _ = try await certificates(folder)
        let agent = try await start(folder, (isMutual ? Self.mutual : "") + Self.users)
        defer { agent.process.kill() }
        let client = isMutual ? "client" : nil
        try folder.write("", to: "web.yml")
        for path in ["/metrics", "/api/v1/organizations"] {
            let refused = try await agent.curl(path, client: client, user: nil)
            #expect(refused.text.hasPrefix("HTTP/1.1 401"), "\(refused)")
        }
        #expect(try await agent.curl("/metrics", client: client).text.hasPrefix("HTTP/1.1 200"))
        #expect(agent.process.error.contains("web.yml:1:1: the file is empty"))
        if isMutual { return }
        try folder.write("{}\n", to: "web.yml")
        let open = try await agent.curl("/metrics", client: nil, user: nil)
        #expect(open.text.hasPrefix("HTTP/1.1 200"), "\(open)")
    }

    @Test(
        "one address that guesses passwords keeps nobody else out",
        .enabled(if: isPossible, "openssl or curl is not installed"))
    func guesses() async throws {
        let folder = try TemporaryFolder()
        _ = try await certificates(folder)
        let hash = "$2y$10$abcdefghijklmnopqrstuuNbpIbZWkPkiE.GCrxGGUhWTADyWUMCG"
        let users = (1...12).map { "  user\($0): \(hash)\n" }.joined()
        let agent = try await start(folder, Self.users + users)
        defer { agent.process.kill() }
        let guessing = try RunningProcess(
            Programs.needed("curl"),
            [
                "--silent", "--output", "/dev/null", "--noproxy", "*", "--parallel",
                "--parallel-immediate", "--parallel-max", "60",
                "http://scraper:guess[1-1000000]@\(agent.address)/metrics",
            ], in: folder, name: "guesses")
        defer { guessing.kill() }
        let counter = "ai_credits_web_password_checks_refused_total"
        let other = ["--interface", "127.0.0.2"]
        try await eventually("guesses are refused") { detail in
            let metrics = MetricsText(try await agent.curl("/metrics", client: nil, other).text)
            detail = guessing.error
            return metrics["\(counter){of=\"peer\"}"].flatMap { Int($0) } ?? 0 > 60
        }
        for number in 1...12 {
            let answer = try await agent.curl(
                "/-/healthy", client: nil, user: "user\(number):scrape-secret", other)
            #expect(answer.text.hasPrefix("HTTP/1.1 200"), "\(answer)")
        }
        let metrics = MetricsText(try await agent.curl("/metrics", client: nil, other).text)
        #expect(metrics["\(counter){of=\"all\"}"] == "0")
    }

    @Test(
        "a real Prometheus scrapes over TLS both ways and by name and password",
        .enabled(
            if: isPossible && Programs.installed("prometheus") != nil,
            "openssl, curl or prometheus is not installed"))
    func prometheus() async throws {
        let folder = try TemporaryFolder()
        _ = try await certificates(folder)
        let agent = try await start(folder, Self.mutual + Self.users)
        defer { agent.process.kill() }
        try folder.write("scrape-secret", to: "password")
        let port = try LoopbackSocket.freePort()
        try folder.write(Self.scraping(agent), to: "prometheus.yml")
        let prometheus = try RunningProcess(
            Programs.needed("prometheus"),
            [
                "--config.file=\(folder.file("prometheus.yml"))",
                "--storage.tsdb.path=\(folder.file("data"))",
                "--web.listen-address=127.0.0.1:\(port)",
            ], in: folder, name: "prometheus")
        defer { prometheus.kill() }
        try await eventually("Prometheus has both targets' state", within: 60) { detail in
            let answer = try await HTTPClient.send(
                "GET", "http://127.0.0.1:\(port)/api/v1/query?query=up")
            detail = answer.text + prometheus.error
            let samples = try answer.json()["data"]?["result"]?.arrayValue ?? []
            let up = samples.reduce(into: [String: String]()) { found, sample in
                found[sample["metric"]?["job"]?.stringValue ?? ""] =
                    sample["value"]?[1]?.stringValue
            }
            return up == ["agent": "1", "stranger": "0", "guess": "0"]
        }
        let checks = try await agent.metric("ai_credits_web_password_checks_total")
        #expect(checks == "2", "each of the two passwords was compared once, however often it came")
    }

    private static func scraping(_ agent: Guarded) -> String {
        let file = agent.folder.file
        func job(_ name: String, _ client: String, _ password: String) -> String {
            """
              - job_name: \(name)
                scheme: https
                basic_auth: {username: scraper, \(password)}
                tls_config:
                  ca_file: \(file("ca.crt"))
                  cert_file: \(file("\(client).crt"))
                  key_file: \(file("\(client).key"))
                static_configs: [{targets: ["\(agent.address)"]}]

            """
        }
        return "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n"
            + job("agent", "client", "password_file: \(file("password"))")
            + job("stranger", "stranger", "password_file: \(file("password"))")
            + job("guess", "client", "password: guess")
    }

    @Test(
        "check reads the web's configuration, too",
        .enabled(if: isPossible, "openssl or curl is not installed"))
    func check() async throws {
        let folder = try TemporaryFolder()
        _ = try await certificates(folder)
        try folder.write("organizations: [{id: acme, base_allocation: 1000}]\n", to: "agent.yml")
        for (text, words) in [
            (Self.mutual + Self.users, nil),
            (Self.mutual.replacing("server.key", with: "client.key"), "web.yml:3:13: "),
            (Self.mutual.replacing("nosniff", with: "sniff"), "invalid value"),
        ] as [(String, String?)] {
            try folder.write(text, to: "web.yml")
            let result = try await Agent.run(
                ["check", "--web.config.file", folder.file("web.yml")], in: folder)
            #expect(result.end == .exited(words == nil ? 0 : 1), "\(result.text)")
            if let words { #expect(result.output.contains(words), "\(result.text)") }
        }
        let started = try Agent.launch(
            in: folder, ["--web.config.file", folder.file("web.yml")])
        #expect(try await started.waitForEnd(within: 30) == .exited(1))
        #expect(started.error.contains("invalid value"))
    }
}
