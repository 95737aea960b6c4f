// The flags of the command line, as Prometheus writes them.

import ArgumentParser
import Credits
import Logging
import Ports
import Testing

@testable import AgentCommands

@Suite("Options")
struct OptionsTests {
    @Test("without flags the defaults hold")
    func defaults() throws {
        let options = try ServeOptions.parse([])
        #expect(options.configuration.file == "agent.yml")
        #expect(options.listenAddresses == [":10190"])
        #expect(options.externalURL == nil)
        #expect(!options.enablesLifecycle)
        #expect(options.logLevel == .info)
        #expect(options.logFormat == .logfmt)
    }

    @Test(
        "a flag takes its value after = or after a space",
        arguments: [["--config.file=etc/a.yml"], ["--config.file", "etc/a.yml"]])
    func bothForms(_ arguments: [String]) throws {
        #expect(try ServeOptions.parse(arguments).configuration.file == "etc/a.yml")
        #expect(try ConfigurationOptions.parse(arguments).file == "etc/a.yml")
    }

    @Test("all flags together, the listen address repeated")
    func all() throws {
        let options = try ServeOptions.parse([
            "--web.listen-address=127.0.0.1:1", "--web.listen-address", "[::1]:2",
            "--web.external-url=https://agent.example.com/credits", "--web.enable-lifecycle",
            "--web.config.file=web.yml",
            "--log.level=warn", "--log.format", "json",
        ])
        #expect(options.listenAddresses == ["127.0.0.1:1", "[::1]:2"])
        #expect(options.externalURL == "https://agent.example.com/credits")
        #expect(options.enablesLifecycle)
        #expect(options.webConfigurationFile == "web.yml")
        #expect(options.logLevel.level == .warning)
        #expect(options.logFormat == .json)
    }

    @Test(
        "a wrong command line ends with 64 and says what is wrong",
        arguments: [
            (["--web.external-url=agent.example.com"], "expected a URL"),
            (["--web.external-url=http:///x"], "expected a URL"),
            (["--log.level=loud"], "log.level"), (["--log.format=xml"], "log.format"),
            (["--config-file=x"], "--config-file"), (["statement"], "statement"),
            (["--config.file"], "config.file"),
        ])
    func refused(_ arguments: [String], _ words: String) {
        do {
            _ = try ServeOptions.parse(arguments)
            Issue.record("\(arguments) was accepted")
        } catch {
            #expect(ServeOptions.exitCode(for: error).rawValue == 64)
            #expect(ServeOptions.fullMessage(for: error).contains(words))
        }
    }

    @Test(
        "a client of the web names certificate with key and user with password",
        arguments: [
            (["--cert-file=a"], "--cert-file and --key-file go together"),
            (["--key-file=a"], "--cert-file and --key-file go together"),
            (["--username=a"], "--username and --password-file go together"),
        ])
    func webClient(_ arguments: [String], _ words: String) throws {
        do {
            _ = try WebClientOptions.parse(arguments)
            Issue.record("\(arguments) was accepted")
        } catch {
            #expect(WebClientOptions.fullMessage(for: error).contains(words))
        }
        let whole = try WebClientOptions.parse([
            "--ca-file=ca", "--cert-file=c", "--key-file=k", "--insecure-skip-verify",
        ])
        #expect(whole.connection.certificateAuthorityFile == "ca")
        #expect(whole.connection.clientCertificateFile == "c")
        #expect(whole.connection.clientKeyFile == "k")
        #expect(whole.connection.skipsCertificateVerification)
    }

    @Test("a cap is an amount or none")
    func cap() throws {
        #expect(try CapArgument(reading: "0.5").amount == CreditAmount(microCredits: 500_000))
        #expect(try CapArgument(reading: "none").amount == nil)
        for text in ["-1", "much", "", "0.0000001"] {
            #expect(throws: (any Error).self) { try CapArgument(reading: text) }
        }
    }

    @Test("a change of a limit: reason and end")
    func limitChange() throws {
        let options = try LimitChangeOptions.parse([
            "--reason", "launch week", "--until=2026-12-01T00:00:00Z",
        ])
        #expect(options.reason == "launch week")
        #expect(options.until == Timestamp(rfc3339: "2026-12-01T00:00:00Z"))
        #expect(throws: (any Error).self) {
            try LimitChangeOptions.parse(["--until=tomorrow"])
        }
    }

    @Test(
        "credits on the command line are exact and never negative",
        arguments: [
            ("5000", 5_000_000_000), ("0", 0), ("12.5", 12_500_000), ("-1", nil), ("many", nil),
            ("0.0000001", nil), ("0.1000000", 100_000),
            ("1e400", nil), ("", nil), ("NaN", nil),
        ] as [(String, Int64?)])
    func allowance(_ text: String, _ expected: Int64?) {
        #expect((try? AllowanceArgument(reading: text))?.amount.microCredits == expected)
    }
}
