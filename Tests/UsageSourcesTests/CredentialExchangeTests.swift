// Credentials that take more than a header: OAuth clients, AWS signatures, client certificates.

import Credits
import ExactJSON
import PositionedYAML
import Testing

@testable import UsageSources

@Suite struct CredentialExchangeTests {
    private static let oauth = """
        request:
          url: https://a.example/u
          auth:
            oauth2: {token_url: "https://login.example/token", client_id: me, client_secret: {env: S}, scopes: [a, b], endpoint_params: {audience: x}}
        """

    private func script(token: Secret? = nil, usesBasic: Bool = false) throws -> PollScript {
        let request =
            usesBasic
            ? Self.oauth.replacing("scopes: [a, b]", with: "client_authentication: basic")
            : Self.oauth
        let source = try SourceFixture.definition(request, SourceFixture.map)
        let authentication = source.request.authentication.resolved { reference in
            if case .literal(let secret) = reference { secret } else { Secret("s3cret/&") }
        }
        var script = PollScript(source, authentication: authentication)
        script.machine = PollMachine(
            definition: source, authentication: authentication, organizationCalendar: .utc,
            now: PollScript.now, token: token)
        return script
    }

    private static let good = PollEvent.json(#"{"usage": []}"#)
    private static let token = PollEvent.json(
        #"{"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600}"#)

    @Test func aTokenIsAskedForFirstAndHandedBack() throws {
        var script = try script()
        let step = script.run([Self.token, Self.good])
        #expect(step.result?.requestCount == 2)
        let request = try #require(script.requests.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://login.example/token")
        #expect(
            String(decoding: request.body ?? [], as: UTF8.self)
                == "grant_type=client_credentials&client_id=me&client_secret=s3cret%2F%26&"
                + "scope=a%20b&audience=x")
        #expect(
            request.headers.contains(
                SourceHeader("Content-Type", "application/x-www-form-urlencoded")))
        #expect(
            script.requests.last?.headers.last == SourceHeader("Authorization", "Bearer t0ken"))
        #expect(script.machine.grant?.token.usableMilliseconds == 3_540_000)
        #expect(script.machine.grant?.elapsedMilliseconds == 1)
        #expect(!"\(script.requests)".contains("s3cret"))
    }

    @Test func theClientMayBeNamedByBasic() throws {
        var script = try script(usesBasic: true)
        _ = script.run([Self.token, Self.good])
        let request = try #require(script.requests.first)
        #expect(request.basic == SourceCredentials(user: "me", password: "s3cret%2F%26"))
        #expect(
            String(decoding: request.body ?? [], as: UTF8.self)
                == "grant_type=client_credentials&audience=x")
    }

    @Test func aKeptTokenIsUsedAndRefreshedOnceWhenItIsRefused() throws {
        var script = try script(token: Secret("old"))
        let step = script.run([.status(401), Self.token, Self.good])
        #expect(step.result?.requestCount == 3)
        #expect(script.machine.refusedToken)
        #expect(
            script.requests.map { $0.headers.last?.value } == [
                "Bearer old", "application/x-www-form-urlencoded", "Bearer t0ken",
            ])
        var stubborn = try self.script(token: Secret("old"))
        let failure = try stubborn.failure([.status(401), Self.token, .status(401)])
        #expect(failure.reason == .unauthorized)
        #expect(
            failure.message
                == "page 1: GET https://a.example/u answered 401 Unauthorized; check the "
                + "credentials in `auth`")
    }

    static let refusals: [(event: PollEvent, reason: PollFailureReason, clause: String)] = [
        (
            .response(
                SourceResponse(status: 400, body: Array(#"{"error": "invalid_client"}"#.utf8))),
            .unauthorized, "400 Bad Request (invalid_client); check the client in `auth.oauth2`"
        ),
        (.status(401), .unauthorized, "401 Unauthorized; check the client in `auth.oauth2`"),
        (.status(404), .httpStatus, "404 Not Found; check `auth.oauth2.token_url`"),
        (.json("{}"), .unauthorized, "the answer holds no `access_token`"),
        (
            .json(#"{"access_token": "a b"}"#), .unauthorized,
            "the answer holds an `access_token` that no header can carry"
        ),
        (
            .json(#"{"access_token": "a", "token_type": "mac"}"#), .unauthorized,
            "the answer gives a token of type \"mac\", which is not available here"
        ),
        (
            .redirect(302, to: "https://login.example/t"), .httpStatus,
            "a POST is not sent elsewhere"
        ),
    ]

    @Test(arguments: refusals)
    func aTokenThatIsNotGivenFailsThePoll(
        _ event: PollEvent, _ reason: PollFailureReason, _ clause: String
    ) throws {
        var script = try script()
        let failure = try script.failure([event])
        #expect(failure.reason == reason)
        #expect(failure.message.hasPrefix("token: POST https://login.example/token"))
        #expect(failure.message.contains(clause), "\(failure.message)")
        #expect(script.machine.grant == nil)
    }

    @Test func tokensAreKeptUntilTheirLastMinute() throws {
        var cache = TokenCache()
        #expect(cache.token(at: 0) == nil)
        let answer: JSONValue = ["access_token": "t", "expires_in": "120"]
        let token = try #require(AccessToken.read(answer).token)
        cache.store(token, at: 1000)
        #expect(cache.token(at: 60_999)?.exposed == "t")
        #expect(cache.token(at: 61_000) == nil)
        cache.store(token, at: 1000)
        cache.clear()
        #expect(cache.token(at: 1000) == nil)
        let endless: JSONValue = ["access_token": "t", "expires_in": 9_223_372_036_854_775_807]
        #expect(
            AccessToken.read(endless).token?.usableMilliseconds == 315_359_940_000)
    }

    @Test func aSignedRequestCarriesItsKeyApart() throws {
        let source = try SourceFixture.definition(
            """
            request:
              method: POST
              url: https://ce.us-east-1.amazonaws.com/
              headers: {Content-Type: application/x-amz-json-1.1, X-Amz-Target: A.B}
              json: {a: 1}
              auth: {sigv4: {region: us-east-1, service: ce, access_key_id: AKIA, secret_access_key: {env: K}, session_token: {env: T}}}
            """, SourceFixture.map)
        let authentication = source.request.authentication.resolved { _ in Secret("s3cret") }
        var script = PollScript(source, authentication: authentication)
        _ = script.run([Self.good])
        let request = try #require(script.requests.first)
        #expect(request.awsSignature == "aws:amz:us-east-1:ce")
        #expect(request.basic == SourceCredentials(user: "s3cret", password: "s3cret"))
        #expect(request.headers.last == SourceHeader("X-Amz-Security-Token", "s3cret"))
        #expect(
            request.headers.contains(SourceHeader("Content-Type", "application/x-amz-json-1.1")))
        #expect(!request.redacted.contains("s3cret"))
    }

    @Test(arguments: [
        "auth: {mtls: {cert_file: c.pem, key_file: k.pem}}",
        "auth: {bearer: {env: T}}, tls: {cert_file: c.pem, key_file: k.pem}",
    ])
    func aClientCertificateGoesWithOrWithoutCredentials(_ rest: String) throws {
        let source = try SourceFixture.definition(
            "request: {url: https://a.example/u, \(rest)}", SourceFixture.map)
        var script = PollScript(source)
        _ = script.run([Self.good])
        #expect(
            script.requests.first?.clientCertificate
                == ClientCertificateFiles(certificate: "c.pem", key: "k.pem"))
    }

    static let mistakes: [(request: String, message: String)] = [
        (
            "auth: {oauth2: {client_id: a, client_secret: {env: S}}}",
            "3:51: sources[0].request.auth.oauth2: missing required key `token_url`"
        ),
        (
            "auth: {oauth2: {token_url: x, client_id: a, client_secret: {env: S}}}",
            "3:63: sources[0].request.auth.oauth2.token_url: must be an absolute URL such as "
                + "https://api.example.com/usage"
        ),
        (
            "auth: {oauth2: {token_url: 'https://l.example/', client_id: a, client_secret: "
                + "{env: S}, endpoint_params: {scope: x}}}",
            "3:142: sources[0].request.auth.oauth2.endpoint_params.scope: is set by the agent; "
                + "remove it"
        ),
        (
            "auth: {sigv4: {region: 'a:b', service: ce, access_key_id: a, secret_access_key: "
                + "{env: S}}}",
            "3:59: sources[0].request.auth.sigv4.region: expected letters, digits and `-`, as "
                + "us-east-1"
        ),
        (
            "auth: {sigv4: {region: a, service: ce, access_key_id: a, secret_access_key: {env: S}}}",
            "3:42: sources[0].request.auth: `sigv4` signs requests with `method: POST` and without "
                + "a query only"
        ),
        (
            "auth: {mtls: {cert_file: a}}",
            "3:49: sources[0].request.auth.mtls: missing required key `key_file`"
        ),
        (
            "auth: {mtls: {cert_file: a, key_file: b}}, tls: {cert_file: a, key_file: b}",
            "3:84: sources[0].request.tls: the client certificate is set by `auth.mtls`; keep one"
        ),
    ]

    @Test(arguments: mistakes)
    func wrongCredentialsAreRefused(_ request: String, _ message: String) throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml("request: {url: https://a.example/, \(request)}", SourceFixture.map))
        #expect(decoded.mistakes.contains(message), "\(decoded.mistakes)")
        #expect(decoded.definition == nil)
    }
}
