// What a valid configuration decodes to, and what stands in for what it leaves out.

import Alerting
import Credits
import PositionedYAML
import PromQL
import Testing
import UsageSources

@testable import AgentConfiguration

@Suite("A valid configuration")
struct ValidConfigurationTests {
    /// The sample of the contract, with every key written.
    static let sample = """
        ledger:
          url: sqlite:ledger.db

        organizations:
          - id: acme
            name: Acme Inc.
            time_zone: Europe/Berlin
            base_allocation: 100000
            limit: {mode: soft, allowance: 20000}
            pricing: {currency: USD, base: "0.010", overage: "0.015"}
            stale_after: 45m
            settle_after: 5d
            when_stale: block
            daily_series: 40d
            products:
              - {id: brand-kit, name: Brand Kit, enabled: true, cap: "250.5"}
              - {id: legacy, enabled: false}

        sources:
          - id: assistant-usage
            organization: acme
            style: daily
            every: 90s
            poll_deadline: 7s
            replaces: [old-usage]
            request:
              url: "https://api.example.com/v1/usage?from={window.start:date}&to={window.end:date}"
              headers: {Accept: application/json}
              auth: {bearer: {env: USAGE_TOKEN}}
            map:
              rows: "$.usage[*]"
              day: "$.date"
              product: "$.product"
              credits: "$.credits"

        rule_files: [alerts.yml]
        evaluation_interval: 20s
        scrape_labels: {job: agent, instance: "here:1"}
        external_labels: {region: north}
        query_retention: 10d

        notifications:
          route: {receiver: oncall, group_by: [alertname, organization], repeat_interval: 2h}
          receivers:
            - name: oncall
              webhook_configs:
                - {url: "https://oncall.example.com/hook", signing_secret: {env: HOOK_SECRET}}
          alertmanagers: []

        api_tokens:
          - {name: ci, role: admin, sha256: \(String(repeating: "aB", count: 32))}
        anonymous_access: [metrics, gate]
        control_socket: run/agent.sock
        control_socket_group: credits
        """

    private static let rules = """
        groups:
          - name: usage
            rules: [{alert: High, expr: ai_credits_usage_percent >= 75}]
        """

    private func read(
        _ yaml: String, path: String = "agent.yml", variables: [String: String] = [:]
    ) throws -> AgentConfiguration {
        var files = TestFiles([path: yaml, "./alerts.yml": Self.rules])
        files.variables = variables
        let reading = ConfigurationReader(files: files).read(path, checksSecrets: false)
        #expect(reading.mistakes.isEmpty, "\(reading.mistakes)")
        return try #require(reading.configuration)
    }

    @Test("the sample decodes to what it says")
    func sampleDecodes() throws {
        let configuration = try read(Self.sample)
        #expect(configuration.file == "agent.yml")
        #expect(configuration.ledger == .sqlite(path: "./ledger.db"))
        #expect(configuration.evaluationIntervalMilliseconds == 20_000)
        #expect(
            configuration.scrapeLabels == [
                LabelPair(name: "job", value: "agent"),
                LabelPair(name: "instance", value: "here:1"),
            ])
        #expect(configuration.externalLabels == [LabelPair(name: "region", value: "north")])
        #expect(configuration.queryRetentionMilliseconds == 10 * 86_400_000)
        #expect(configuration.anonymousAccess == [.metrics, .gate])
        #expect(configuration.controlSocket == "./run/agent.sock")
        #expect(configuration.controlSocketGroup == "credits")
        let token = try #require(configuration.apiTokens.first)
        #expect(configuration.apiTokens.count == 1)
        #expect(token.name == "ci")
        #expect(token.role == .admin)
        #expect(token.sha256 == [UInt8](repeating: 0xAB, count: 32))
        #expect(configuration.ruleFiles.flatMap(\.groups).map(\.name) == ["usage"])
    }

    @Test("the sample's organization")
    func organization() throws {
        let organization = try #require(try read(Self.sample).organizations.first)
        #expect(organization.id == "acme")
        #expect(organization.name == "Acme Inc.")
        #expect(organization.calendar.identifier == "Europe/Berlin")
        #expect(organization.baseAllocation == CreditAmount(microCredits: 100_000_000_000))
        #expect(
            organization.limit
                == .soft(allowance: CreditAmount(microCredits: 20_000_000_000)))
        #expect(
            organization.pricing
                == Pricing(
                    currency: "USD", base: try ExactDecimal("0.01"),
                    overage: try ExactDecimal("0.015")))
        #expect(organization.staleAfterMilliseconds == 2_700_000)
        #expect(organization.settleAfterMilliseconds == 5 * 86_400_000)
        #expect(organization.whenStale == .block)
        #expect(organization.dailySeriesDays == 40)
        #expect(
            organization.products == [
                ProductConfiguration(
                    id: "brand-kit", name: "Brand Kit", isEnabled: true,
                    cap: try CreditAmount(decimal: "250.5")),
                ProductConfiguration(id: "legacy", name: "legacy", isEnabled: false),
            ])
    }

    @Test("the sample's source and receiver")
    func sourceAndReceiver() throws {
        let configuration = try read(Self.sample)
        let source = try #require(configuration.sources.first)
        #expect(source.id == "assistant-usage")
        #expect(source.organization == "acme")
        #expect(source.everyMilliseconds == 90_000)
        #expect(source.pollDeadlineMilliseconds == 7000)
        #expect(source.replaces == ["old-usage"])
        let route = try #require(configuration.notifications.route)
        #expect(route.receiver == "oncall")
        #expect(route.repeatInterval == 7_200_000)
        #expect(route.groupWait == 0)
        #expect(route.groupInterval == 60_000)
        let endpoint = try #require(configuration.notifications.endpoints.first)
        #expect(endpoint.receiver == "oncall")
        #expect(endpoint.url == .written("https://oncall.example.com/hook"))
        #expect(endpoint.signingSecrets.map(\.value) == [.environment("HOOK_SECRET")])
    }

    @Test("what is left out has its default")
    func defaults() throws {
        let configuration = try read(
            """
            organizations: [{id: acme, base_allocation: 0}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://api.example/u"}
                map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}
            """)
        #expect(configuration.ledger == .sqlite(path: "./ledger.db"))
        #expect(configuration.evaluationIntervalMilliseconds == 15_000)
        #expect(configuration.queryRetentionMilliseconds == 35 * 86_400_000)
        #expect(
            configuration.scrapeLabels == [
                LabelPair(name: "job", value: "ai-credits-agent"),
                LabelPair(name: "instance", value: "localhost:10190"),
            ])
        #expect(configuration.externalLabels.isEmpty)
        #expect(configuration.ruleFiles.isEmpty)
        #expect(configuration.apiTokens.isEmpty)
        #expect(configuration.anonymousAccess == [.metrics, .gate, .read])
        #expect(configuration.controlSocket == "./control.sock")
        #expect(configuration.controlSocketGroup == nil)
        #expect(configuration.notifications.route == nil)
        let organization = try #require(configuration.organizations.first)
        #expect(organization.name == "acme")
        #expect(organization.calendar == .utc)
        #expect(organization.baseAllocation == .zero)
        #expect(organization.limit == nil)
        #expect(organization.pricing == nil)
        #expect(organization.staleAfterMilliseconds == nil)
        #expect(organization.settleAfterMilliseconds == 3 * 86_400_000)
        #expect(organization.whenStale == .allow)
        #expect(organization.dailySeriesDays == 35)
        #expect(organization.products.isEmpty)
        let source = try #require(configuration.sources.first)
        #expect(source.style == .daily)
        #expect(source.everyMilliseconds == 60_000)
        #expect(source.pollDeadlineMilliseconds == 10_000)
        #expect(source.window == WindowDefinition(calendar: nil, lookbackDays: 3))
        #expect(source.absent == .confirm)
        #expect(source.outsideWindow == .reject)
        #expect(source.reportLagMilliseconds == 900_000)
    }

    @Test(
        "stale_after is the larger of 30m and three times the slowest pace",
        arguments: [
            ([String](), nil, 1_800_000), (["60s"], nil, 1_800_000),
            (["60s", "10m"], nil, 1_800_000), (["11m", "60s"], nil, 1_980_000),
            (["1d"], "5m", 300_000),
        ] as [([String], String?, Int64)])
    func staleAfter(_ paces: [String], _ written: String?, _ expected: Int64) throws {
        var yaml = """
            organizations:
              - {id: acme, base_allocation: 1\(written.map { ", stale_after: \($0)" } ?? "")}
              - {id: other, base_allocation: 1}
            sources:
              - id: elsewhere
                organization: other
                every: 30d
                request: {url: "https://api.example/u"}
                map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}

            """
        for (index, pace) in paces.enumerated() {
            yaml += """
                  - id: usage\(index)
                    organization: acme
                    every: \(pace)
                    request: {url: "https://api.example/u"}
                    map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}

                """
        }
        let configuration = try read(yaml)
        let organization = try #require(configuration.organizations.first)
        #expect(configuration.staleAfterMilliseconds(of: organization) == expected)
    }

    @Test(
        "an amount is exact, in any notation of a number",
        arguments: [
            ("100000", 100_000_000_000), ("\"0.000001\"", 1), ("1e3", 1_000_000_000),
            ("12.5", 12_500_000), ("0", 0),
        ] as [(String, Int64)])
    func amounts(_ written: String, _ micro: Int64) throws {
        let configuration = try read("organizations: [{id: a, base_allocation: \(written)}]")
        #expect(configuration.organizations.first?.baseAllocation.microCredits == micro)
    }

    @Test("a hard limit may state an allowance of 0")
    func hardLimit() throws {
        let configuration = try read(
            "organizations: [{id: a, base_allocation: 1, limit: {mode: hard, allowance: 0}}]")
        #expect(configuration.organizations.first?.limit == .hard)
    }

    @Test("nobody is anonymous when the list is empty")
    func nobody() throws {
        let configuration = try read(
            "organizations: [{id: a, base_allocation: 1}]\nanonymous_access: []")
        #expect(configuration.anonymousAccess.isEmpty)
    }

    // MARK: Places

    struct Place: Sendable {
        let path: String
        let ledger: String?
        let socket: String?
        let variables: [String: String]
        let expectedLedger: String
        let expectedSocket: String

        init(
            _ path: String, ledger: String? = nil, socket: String? = nil,
            state: String? = nil, runtime: String? = nil, _ expectedLedger: String,
            _ expectedSocket: String
        ) {
            self.path = path
            self.ledger = ledger
            self.socket = socket
            var variables: [String: String] = [:]
            variables["STATE_DIRECTORY"] = state
            variables["RUNTIME_DIRECTORY"] = runtime
            self.variables = variables
            self.expectedLedger = expectedLedger
            self.expectedSocket = expectedSocket
        }
    }

    @Test(
        "where ledger and control socket lie",
        arguments: [
            Place("agent.yml", "./ledger.db", "./control.sock"),
            Place("/etc/ai/agent.yml", "/etc/ai/ledger.db", "/etc/ai/control.sock"),
            Place("/agent.yml", "/ledger.db", "/control.sock"),
            Place(
                "etc/agent.yml", ledger: "sqlite:data/l.db", "etc/data/l.db",
                "etc/data/control.sock"),
            Place("agent.yml", ledger: "sqlite:/var/l.db", "/var/l.db", "/var/control.sock"),
            Place("agent.yml", ledger: "sqlite:///var/l.db", "/var/l.db", "/var/control.sock"),
            Place(
                "/etc/a.yml", state: "/var/lib/ai", "/var/lib/ai/ledger.db",
                "/var/lib/ai/control.sock"),
            Place(
                "/etc/a.yml", ledger: "sqlite:/data/l.db", state: "/var/lib/ai", "/data/l.db",
                "/data/control.sock"),
            Place("/etc/a.yml", state: "", "/etc/ledger.db", "/etc/control.sock"),
            Place("/etc/a.yml", runtime: "/run/ai", "/etc/ledger.db", "/run/ai/control.sock"),
            Place("/etc/a.yml", runtime: "", "/etc/ledger.db", "/etc/control.sock"),
            Place(
                "/etc/a.yml", socket: "c.sock", state: "/var/lib/ai", runtime: "/run/ai",
                "/var/lib/ai/ledger.db", "/etc/c.sock"),
            Place("/etc/a.yml", socket: "/srv/c.sock", "/etc/ledger.db", "/srv/c.sock"),
        ])
    func places(_ place: Place) throws {
        var yaml = "organizations: [{id: acme, base_allocation: 1}]\n"
        if let ledger = place.ledger { yaml += "ledger: {url: \"\(ledger)\"}\n" }
        if let socket = place.socket { yaml += "control_socket: \(socket)\n" }
        let configuration = try read(yaml, path: place.path, variables: place.variables)
        #expect(configuration.ledger == .sqlite(path: place.expectedLedger))
        #expect(configuration.controlSocket == place.expectedSocket)
    }

    @Test("a ledger in PostgreSQL is named by its URL, and its control socket lies by this file")
    func postgreSQL() throws {
        let url = "postgresql://agent@[::1]:5433,db.example.com/books?sslmode=verify-full"
        let configuration = try read(
            "ledger: {url: \"\(url)\"}\norganizations: [{id: acme, base_allocation: 1}]\n",
            path: "/etc/a.yml", variables: ["STATE_DIRECTORY": "/var/lib/ai"])
        #expect(configuration.ledger == .postgresql(url: .literal(Secret(url))))
        #expect(configuration.controlSocket == "/etc/control.sock")
    }

    @Test("the URL of a ledger in PostgreSQL may stand in a variable or a file")
    func postgreSQLElsewhere() throws {
        let configuration = try read(
            "ledger: {url: {env: LEDGER_URL}}\norganizations: [{id: acme, base_allocation: 1}]\n",
            path: "/etc/a.yml", variables: ["LEDGER_URL": "postgres://agent:s3cret@db/books"])
        #expect(configuration.ledger == .postgresql(url: .environment("LEDGER_URL")))
        #expect(configuration.controlSocket == "/etc/control.sock")
    }

    @Test("rule files come by name and by glob, each once, in the order named")
    func ruleFiles() throws {
        func file(_ name: String) -> String {
            "groups: [{name: \(name), rules: [{alert: A, expr: up}]}]"
        }
        var files = TestFiles([
            "etc/agent.yml": """
            organizations: [{id: acme, base_allocation: 1}]
            rule_files: [first.yml, "rules/*.yml", /srv/last.yml]
            """,
            "etc/first.yml": file("first"), "etc/rules/a.yml": file("a"),
            "etc/rules/b.yml": file("b"), "/srv/last.yml": file("last"),
        ])
        files.globs["etc/rules/*.yml"] = ["etc/rules/a.yml", "etc/rules/b.yml", "etc/first.yml"]
        let reading = ConfigurationReader(files: files).read("etc/agent.yml", checksSecrets: true)
        let configuration = try #require(reading.configuration)
        let names = configuration.ruleFiles.flatMap(\.groups).map(\.name)
        #expect(names == ["first", "a", "b", "last"])
    }

    // MARK: Secrets

    @Test(
        "a secret file loses one line feed at its end and nothing else",
        arguments: [
            ("key", "key"), ("key\n", "key"), ("key\r\n", "key"), ("key\n\n", "key\n"),
            (" key ", " key "),
        ])
    func secretFiles(_ content: String, _ expected: String) throws {
        let resolver = SecretResolver(
            files: TestFiles(["etc/hook.key": content]), directory: "etc")
        #expect(try resolver.resolve(.file("hook.key")).exposed == expected)
    }

    @Test("a secret never shows itself")
    func secretsAreSilent() throws {
        var files = TestFiles([:])
        files.variables["TOKEN"] = "s3cr3t"
        let secret = try SecretResolver(files: files, directory: "").resolve(.environment("TOKEN"))
        #expect(secret.exposed == "s3cr3t")
        #expect(!"\(secret) \(String(reflecting: secret))".contains("s3cr3t"))
    }
}
