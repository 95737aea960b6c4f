// Tokens for signed assertions: what is signed, what is sent, what is refused.

import Credits
import ExactJSON
import Foundation
import PositionedYAML
import Testing

@testable import UsageSources

/// Signs with the length of the message, so that a test sees what was signed.
private struct CountingSigner: AssertionSigning {
    func signature(of message: [UInt8], key: Secret) throws(PollFailure) -> [UInt8] {
        if key.exposed != "pem" { throw PollFailure(.unauthorized, "no key") }
        return Array("\(message.count)".utf8)
    }
}

@Suite struct AssertionTests {
    static let auth =
        "{jwt_bearer: {token_url: https://login.example/token, issuer: robot@example.com, "
        + "scopes: [usage.read, cost.read], key_id: k1, lifetime: 10m, key: {env: KEY}}}"

    private func machine(key: String = "pem", signs: Bool = true) throws -> PollMachine {
        let source = try SourceFixture.definition(
            "request: {url: https://a.example/u, auth: \(Self.auth)}", SourceFixture.map)
        let authentication = source.request.authentication.resolved { _ in Secret(key) }
        return PollMachine(
            definition: source, authentication: authentication, organizationCalendar: .utc,
            now: PollScript.now, signer: signs ? CountingSigner() : nil, nonce: "n")
    }

    private func fields(of request: SourceRequest) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in String(decoding: request.body ?? [], as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            fields[parts[0]] = parts[1].removingPercentEncoding
        }
        return fields
    }

    private func decoded(_ part: String) throws -> JSONValue {
        var text = part.replacing("-", with: "+").replacing("_", with: "/")
        while text.utf8.count % 4 != 0 { text += "=" }
        return try JSONReader.read(Array(try #require(Data(base64Encoded: text))))
    }

    @Test func anAssertionIsSignedAndTheTokenUsed() throws {
        var machine = try machine()
        let first = machine.start()
        let request = try #require(first.request)
        #expect(request.method == "POST")
        #expect(request.url == "https://login.example/token")
        #expect(request.basic == nil)
        let fields = fields(of: request)
        #expect(fields["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
        #expect(fields["scope"] == "usage.read cost.read")
        let parts = try #require(fields["assertion"]).split(separator: ".").map(String.init)
        #expect(parts.count == 3)
        #expect(try decoded(parts[0]) == ["alg": "RS256", "typ": "JWT", "kid": "k1"])
        let seconds = PollScript.now.milliseconds / 1000
        #expect(
            try decoded(parts[1]) == [
                "iss": "robot@example.com", "aud": "https://login.example/token",
                "iat": .integer(seconds), "exp": .integer(seconds + 600),
                "scope": "usage.read cost.read", "jti": "n-0",
            ])
        let signed = parts[0].utf8.count + 1 + parts[1].utf8.count
        #expect(parts[2] == AssertionClient.encoded(Array("\(signed)".utf8)))
        let second = machine.handle(
            .json(#"{"access_token": "t0ken", "expires_in": 3600}"#), elapsedMilliseconds: 5,
            random: 0)
        #expect(
            second.request?.headers.contains(SourceHeader("Authorization", "Bearer t0ken")) == true)
        #expect(machine.grant?.token.usableMilliseconds == 3_540_000)
    }

    @Test func aKeyThatCannotSignFailsThePollBeforeAnythingIsSent() throws {
        var wrong = try machine(key: "other")
        #expect(wrong.start().failure?.reason == .unauthorized)
        var empty = try machine(key: "")
        #expect(empty.start().failure?.message == "the key of `jwt_bearer` is empty")
        var none = try machine(signs: false)
        #expect(none.start().failure?.reason == .internal)
    }

    @Test func aRefusedAssertionNamesItsKey() throws {
        var machine = try machine()
        _ = machine.start()
        let failure = machine.handle(.status(400), elapsedMilliseconds: 1, random: 0).failure
        #expect(
            failure?.message
                == "token: POST https://login.example/token answered 400 Bad Request; check the "
                + "client in `auth.jwt_bearer`")
    }

    @Test func aTokenThatRanOutWhileThePollWaitedIsRenewed() throws {
        var machine = try machine()
        _ = machine.start()
        _ = machine.handle(
            .json(#"{"access_token": "one", "expires_in": 120}"#), elapsedMilliseconds: 1,
            random: 0)
        var late = machine
        let again = late.handle(
            .status(401), elapsedMilliseconds: 2, waitedMilliseconds: 60_000, random: 0)
        #expect(again.request?.url == "https://login.example/token")
        let soon = machine.handle(.status(401), elapsedMilliseconds: 2, random: 0)
        #expect(soon.failure?.reason == .unauthorized)
    }

    @Test(arguments: [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("\u{7F}??", "fz8_")])
    func bytesAreEncodedForURLs(_ text: String, _ encoded: String) {
        #expect(AssertionClient.encoded(Array(text.utf8)) == encoded)
    }

    static let mistakes: [(auth: String, message: String)] = [
        (
            "token_url: 'https://l.example/', key: {env: K}",
            "3:55: sources[0].request.auth.jwt_bearer: missing required key `issuer`"
        ),
        (
            "token_url: 'https://l.example/', issuer: a",
            "3:55: sources[0].request.auth.jwt_bearer: missing required key `key`"
        ),
        (
            "token_url: 'https://l.example/', issuer: a, key: {env: K}, lifetime: 2h",
            "3:125: sources[0].request.auth.jwt_bearer.lifetime: must be from 30s to 1h"
        ),
        (
            "token_url: 'https://l.example/', issuer: a, key: {env: K}, endpoint_params: "
                + "{assertion: x}",
            "3:133: sources[0].request.auth.jwt_bearer.endpoint_params.assertion: is set by the "
                + "agent; remove it"
        ),
        (
            "token_url: 'https://l.example/', issuer: a, key: {env: K}, audience: ''",
            "3:125: sources[0].request.auth.jwt_bearer.audience: is empty"
        ),
    ]

    @Test(arguments: mistakes)
    func wrongKeysAreRefused(_ auth: String, _ message: String) throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml(
                "request: {url: https://a.example/, auth: {jwt_bearer: {\(auth)}}}",
                SourceFixture.map))
        #expect(decoded.mistakes == [message], "\(decoded.mistakes)")
    }
}
