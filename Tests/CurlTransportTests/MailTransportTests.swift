// Mail through libcurl: commands, credentials, refusals, TLS.

import CurlTransport
import Foundation
import Glibc
import Ports
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct MailTransportTests {
    private static let body = "Subject: x\r\n\r\nfirst\r\n.\r\n..two\r\nlast\r\n"

    private func request(
        _ url: String, body: String = body, recipients: [String] = ["a@example.com"],
        requiresTLS: Bool = false, login: MailLogin? = nil, milliseconds: Int = 10_000
    ) -> TransportRequest {
        TransportRequest(
            method: "POST", url: url, body: Array(body.utf8), timeoutMilliseconds: milliseconds,
            mail: MailEnvelope(
                sender: "agent@example.com", recipients: recipients, hello: "agent.example.com",
                requiresTLS: requiresTLS, login: login))
    }

    @Test func `a mail arrives as it was, dots and all`() async throws {
        let server = try MailServer()
        defer { server.stop() }
        let response = try await CurlTransport.with {
            try await $0.send(request(server.url, recipients: ["a@example.com", "b@example.com"]))
        }
        #expect(response.status == 250)
        #expect(response.text == "250 2.0.0 taken")
        let mail = try #require(server.mails.first)
        #expect(
            mail.commands.prefix(5) == [
                "EHLO agent.example.com", "MAIL FROM:<agent@example.com>",
                "RCPT TO:<a@example.com>", "RCPT TO:<b@example.com>", "DATA",
            ])
        #expect(mail.text + "\r\n" == Self.body)
    }

    @Test(arguments: [
        (
            ["AUTH PLAIN"], MailLogin(user: "u", password: "p", identity: "", usesChallenge: false),
            ["AUTH PLAIN", "AHUAcA=="]
        ),
        (
            ["AUTH LOGIN"], MailLogin(user: "u", password: "p", identity: "", usesChallenge: false),
            ["AUTH LOGIN", "dQ==", "cA=="]
        ),
        (
            ["AUTH CRAM-MD5 PLAIN"],
            MailLogin(user: "u", password: "p", identity: "other", usesChallenge: false),
            ["AUTH PLAIN", "b3RoZXIAdQBw"]
        ),
    ])
    func `who logs in says so`(
        extensions: [String], login: MailLogin, commands: [String]
    ) async throws {
        var script = MailScript()
        script.extensions = extensions
        let server = try MailServer(script)
        defer { server.stop() }
        let response = try await CurlTransport.with {
            try await $0.send(request(server.url, login: login))
        }
        #expect(response.status == 250)
        let mail = try #require(server.mails.first)
        #expect(Array(mail.commands.dropFirst().prefix(commands.count)) == commands)
    }

    @Test(arguments: [
        ("MAIL", "550 5.7.1 go away", 550), ("RCPT TO:<a", "451 4.2.0 later", 451),
        ("DATA", "554 no", 554), ("EHLO", "502 no", 502),
    ])
    func `a refusal comes with its words`(
        command: String, reply: String, status: Int
    ) async throws {
        var script = MailScript()
        script.replies = [command: reply]
        if command == "EHLO" { script.replies["HELO"] = reply }
        let server = try MailServer(script)
        defer { server.stop() }
        let response = try await CurlTransport.with {
            try await $0.send(request(server.url))
        }
        #expect(response.status == status)
        #expect(response.text == reply)
    }

    @Test func `a mail that is not taken, or a login that fails, is no success`() async throws {
        var script = MailScript()
        script.taken = "552 5.3.4 too big"
        let full = try MailServer(script)
        script.replies = ["AUTH": "535 5.7.8 wrong"]
        let strict = try MailServer(script)
        defer {
            full.stop()
            strict.stop()
        }
        let login = MailLogin(user: "u", password: "p", identity: "", usesChallenge: false)
        try await CurlTransport.with { transport in
            let first = try await transport.send(request(full.url))
            #expect(first.status == 552)
            let second = try await transport.send(request(strict.url, login: login))
            #expect(second.status == 535)
        }
    }

    @Test func `without STARTTLS nothing is said where TLS is required`() async throws {
        let server = try MailServer()
        defer { server.stop() }
        let error = try await CurlTransport.with {
            try await $0.failure(request(server.url, requiresTLS: true))
        }
        #expect(error.reason == .tls)
        #expect(server.mails.first?.commands.contains { $0.hasPrefix("MAIL") } == false)
    }

    @Test func `a server that hangs ends with the time limit`() async throws {
        var script = MailScript()
        script.taken = "350 what?"
        script.replies = ["RCPT": ""]
        let server = try MailServer(script)
        defer { server.stop() }
        let error = try await CurlTransport.with {
            try await $0.failure(request(server.url, milliseconds: 300))
        }
        #expect(error.reason == .timeout)
    }

    @Test func `a server that never says goodbye delays nobody else`() async throws {
        var script = MailScript()
        script.replies = ["QUIT": ""]
        let silent = try MailServer(script)
        let web = try ScriptedServer(.response(text: "fine"))
        defer {
            silent.stop()
            web.stop()
        }
        let clock = ContinuousClock()
        try await CurlTransport.with { transport in
            // Without a shorter farewell each mail would take its whole time limit.
            let mails = request(silent.url, milliseconds: 200_000)
            async let mail = transport.send(mails)
            let began = clock.now
            for _ in 0..<20 {
                _ = try await transport.send(.brief(web.url(), milliseconds: 60_000))
            }
            #expect(clock.now - began < .seconds(100))
            let taken = try await mail.status
            #expect(taken == 250)
            let second = try await transport.send(mails)
            #expect(second.status == 250)
            #expect(clock.now - began < .seconds(190))
        }
        #expect(silent.mails.count == 2)
    }

    @Test(arguments: [
        "a@example.com>\r\nDATA", "", "a b@example.com", "<a@example.com", "ä@example.com",
    ])
    func `an address that could be a command is refused`(address: String) async throws {
        let error = try await CurlTransport.with {
            try await $0.failure(request("smtp://127.0.0.1:9", recipients: [address]))
        }
        #expect(error.reason == .protocol)
        #expect(error.message.contains("mail address"))
    }

    @Test func `mail goes to no web address and the web to no mail server`() async throws {
        try await CurlTransport.with { transport in
            let first = try await transport.failure(request("http://127.0.0.1:9"))
            #expect(first.reason == .protocol)
            let second = try await transport.failure(.brief("smtp://127.0.0.1:9"))
            #expect(second.reason == .protocol)
        }
    }

    @Test(
        .enabled(if: TLSServer.program != nil, "the program openssl is not installed"),
        arguments: [true, false])
    func `TLS from the start and after STARTTLS`(fromStart: Bool) async throws {
        let server = try await TLSMailServer(isEncryptedFromStart: fromStart)
        let strange = try await TLSMailServer(isEncryptedFromStart: fromStart)
        defer {
            server.stop()
            strange.stop()
        }
        func ready(_ server: TLSMailServer, _ authority: String) -> TransportRequest {
            let scheme = fromStart ? "smtps" : "smtp"
            var request = request("\(scheme)://localhost:\(server.port)", requiresTLS: true)
            request.connection.certificateAuthorityFile = authority
            return request
        }
        let good = ready(server, server.certificate)
        let bad = ready(strange, strange.otherCertificate)
        try await CurlTransport.with { transport in
            let response = try await transport.send(good)
            #expect(response.status == 250)
            #expect(server.mail.text + "\r\n" == Self.body)
            let error = try await transport.failure(bad)
            #expect(error.reason == .tls)
            #expect(strange.mail.commands.isEmpty)
        }
    }
}
