// A new token and its line for the configuration.

import AgentConfiguration
import Crypto
import Ports
import SimulatedPorts
import Testing

@testable import AgentCommands

@Suite("New tokens")
struct NewTokenTests {
    private struct Files: FileAccess {
        let text: String

        func bytes(of path: String) throws -> [UInt8] { Array(text.utf8) }
        func paths(matching pattern: String) -> [String] { [] }
        func environment(_ name: String) -> String? { nil }
    }

    @Test(
        "the printed line is one of the configuration, and its hash is the token's",
        arguments: ["checkout", #"a "quoted" name: #1"#, "größe 🧮", "- dash", "null"])
    func line(_ name: String) throws {
        let token = NewToken(name: name, role: .gate, random: SeededRandom(seed: 3))
        let lines = token.text.split(separator: "\n")
        #expect(String(try #require(lines.first)) == token.secret)
        let yaml =
            "organizations: [{id: acme, base_allocation: 1}]\napi_tokens:\n"
            + (lines.last.map(String.init) ?? "") + "\n"
        let reading = ConfigurationReader(files: Files(text: yaml))
            .read("agent.yml", checksSecrets: true)
        let read = try #require(reading.configuration?.apiTokens.first, "\(reading.mistakes)")
        #expect(read.name == name && read.role == .gate)
        #expect(read.sha256 == Array(SHA256.hash(data: Array(token.secret.utf8))))
    }

    @Test("a token has 256 random bits behind its prefix, and no two are alike")
    func chance() {
        let tokens = (0..<100).map { _ in
            NewToken(name: "n", role: .viewer, random: SystemRandomSource()).secret
        }
        #expect(Set(tokens).count == 100)
        for token in tokens {
            #expect(token.hasPrefix("aicredits_"))
            #expect(token.dropFirst("aicredits_".count).utf8.count == 64)
        }
    }

    @Test("a name that means another author is refused", arguments: ["", "file", "user:x", "a\nb"])
    func names(_ name: String) {
        #expect(APIToken.mistake(inName: name) != nil)
    }
}
