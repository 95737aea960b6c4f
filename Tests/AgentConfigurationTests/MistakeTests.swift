// Every mistake is named with its place, in the order of the file, and all of them at once.

import AgentConfiguration
import PositionedYAML
import Testing

@Suite("Mistakes of a configuration")
struct MistakeTests {
    private func expect(_ files: TestFiles, _ expected: [String], checksSecrets: Bool = false) {
        let reading = ConfigurationReader(files: files).read(
            "agent.yml", checksSecrets: checksSecrets)
        #expect(reading.mistakes.map(\.description) == expected)
        #expect(reading.configuration == nil)
        #expect(reading.hasErrors)
    }

    @Test("of the file", arguments: MistakeCase.files)
    func file(_ mistake: MistakeCase) {
        expect(mistake.files, mistake.expected)
    }

    @Test("of organizations", arguments: MistakeCase.organizations)
    func organizations(_ mistake: MistakeCase) {
        expect(mistake.files, mistake.expected)
    }

    @Test("of sources", arguments: MistakeCase.sources)
    func sources(_ mistake: MistakeCase) {
        expect(mistake.files, mistake.expected)
    }

    @Test("of rule files and small parts", arguments: MistakeCase.rules)
    func rules(_ mistake: MistakeCase) {
        expect(mistake.files, mistake.expected)
    }

    @Test("of notifications", arguments: MistakeCase.notifications)
    func notifications(_ mistake: MistakeCase) {
        expect(mistake.files, mistake.expected)
    }

    @Test("a file that is not there")
    func missingFile() {
        expect(
            TestFiles([:]),
            ["agent.yml:1:1: cannot be read: no such file; name the file with --config.file"])
    }

    @Test("an empty file")
    func emptyFile() {
        expect(
            TestFiles(["agent.yml": ""]),
            ["agent.yml:1:1: the file is empty; it needs at least `organizations`"])
    }

    @Test("bytes that are no UTF-8 text")
    func notUTF8() {
        var files = TestFiles([:])
        files.raw["agent.yml"] = Array("organizations: []\nname: ".utf8) + [0xC3, 0x28, 0x0A]
        expect(files, ["agent.yml:2:7: byte 0xC3 is not UTF-8; save the file as UTF-8"])
    }

    @Test("more products than are kept")
    func tooManyProducts() {
        let products = (0...200).map { "{id: p\($0)}" }.joined(separator: ", ")
        let yaml = """
            organizations:
              - id: acme
                base_allocation: 100
                products: [\(products)]
            """
        expect(
            TestFiles(["agent.yml": yaml]),
            ["agent.yml:4:15: organizations[0].products: at most 200 products, found 201"])
    }

    @Test("exactly 200 products are kept")
    func enoughProducts() {
        let products = (0..<200).map { "{id: p\($0)}" }.joined(separator: ", ")
        let yaml = "organizations: [{id: acme, base_allocation: 1, products: [\(products)]}]"
        let reading = ConfigurationReader(files: TestFiles(["agent.yml": yaml])).read(
            "agent.yml", checksSecrets: false)
        #expect(reading.configuration?.organizations.first?.products.count == 200)
    }

    // MARK: Secrets

    private static let secrets = """
        organizations: [{id: acme, base_allocation: 100}]
        sources:
          - id: usage
            organization: acme
            request:
              url: "https://api.example/u"
              auth: {bearer: {env: USAGE_TOKEN}}
            map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}
        notifications:
          route: {receiver: oncall}
          receivers:
            - name: oncall
              webhook_configs:
                - {url: "https://hooks.example/a", signing_secret: {file: hook.key}}
        """

    @Test("secrets that cannot be read, at their places")
    func missingSecrets() {
        expect(
            TestFiles(["agent.yml": Self.secrets]),
            [
                "agent.yml:7:22: environment variable USAGE_TOKEN is not set; export it",
                "agent.yml:14:60: secret file ./hook.key cannot be read: no such file",
            ], checksSecrets: true)
    }

    @Test("a secret file that is empty or no text")
    func badSecretFiles() {
        var files = TestFiles(["agent.yml": Self.secrets, "./hook.key": "\n"])
        files.variables["USAGE_TOKEN"] = "t"
        expect(
            files, ["agent.yml:14:60: secret file ./hook.key is empty"], checksSecrets: true)
        files.raw["./hook.key"] = [0xFF, 0xFE]
        expect(
            files, ["agent.yml:14:60: secret file ./hook.key is not UTF-8 text"],
            checksSecrets: true)
    }

    @Test("secrets are not asked for when only the syntax is checked")
    func syntaxOnly() {
        let reading = ConfigurationReader(files: TestFiles(["agent.yml": Self.secrets])).read(
            "agent.yml", checksSecrets: false)
        #expect(reading.mistakes.isEmpty)
        #expect(reading.configuration != nil)
    }

    @Test("an environment variable that is set to nothing is not set")
    func emptyVariable() {
        var files = TestFiles(["agent.yml": Self.secrets, "./hook.key": "k\n"])
        files.variables["USAGE_TOKEN"] = ""
        expect(
            files, ["agent.yml:7:22: environment variable USAGE_TOKEN is not set; export it"],
            checksSecrets: true)
    }

    // MARK: Warnings

    @Test(
        "warnings do not stand in the way",
        arguments: [
            (
                """
                organizations: [{id: acme, base_allocation: 100}]
                rule_files: ["rules/*.yml"]
                """, ["agent.yml:2:14: warning: rule_files: no file matches rules/*.yml"]
            ),
            (
                """
                ledger: {url: "postgres://agent:s3cr3t@db/ledger"}
                organizations: [{id: acme, base_allocation: 100}]
                """,
                [
                    "agent.yml:1:15: warning: ledger.url: the password stands in the configuration; put it into the file that PGPASSFILE names, or use certificates"
                ]
            ),
            (
                """
                organizations: [{id: acme, base_allocation: 100}]
                sources:
                  - id: usage
                    organization: acme
                    request: {url: "https://api.example/u", auth: {bearer: s3cr3t}}
                    map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}
                """,
                [
                    "agent.yml:5:60: warning: sources[0].request.auth.bearer: secret is written literally; use {env: NAME} or {file: PATH}"
                ]
            ),
        ])
    func warnings(_ yaml: String, _ expected: [String]) {
        let reading = ConfigurationReader(files: TestFiles(["agent.yml": yaml])).read(
            "agent.yml", checksSecrets: true)
        #expect(reading.mistakes.map(\.description) == expected)
        #expect(!reading.hasErrors)
        #expect(reading.configuration != nil)
        for mistake in reading.mistakes { #expect(!mistake.description.contains("s3cr3t")) }
    }
}
