// The key `request`: URL, headers, query, credentials.

import Credits
import PositionedYAML
import Testing

@testable import UsageSources

@Suite struct RequestDefinitionTests {
    static let allowed =
        "{window.start:date|unix|rfc3339|unix_ms|y|m|d}, "
        + "{window.end:date|unix|rfc3339|unix_ms|y|m|d}, {day:date|unix|rfc3339|unix_ms|y|m|d}, "
        + "{cursor}, {page}, {job.id}, {org}"

    static let urls: [(url: String, message: String)] = [
        ("api.example.com/usage", "must be an absolute URL such as https://api.example.com/usage"),
        ("ftp://api.example.com/", "the scheme must be http or https, not \"ftp\""),
        ("https:///usage", "has no host"),
        (
            "https://user:pw@api.example.com/",
            "holds user information (before `@`); put credentials into `auth`"
        ),
        ("https://api.example.com:0/", "the port must be from 1 to 65535"),
        ("https://api.example.com:99999/", "the port must be from 1 to 65535"),
        ("https://api.exa$mple.com/", "\"api.exa$mple.com\" is no host name"),
        (
            "https://api.example.com/a b",
            "holds white space or a control character; write it as %20"
        ),
        ("https://api.example.com/ä", "holds a character beyond ASCII; percent-encode it"),
        ("https://api.example.com/#top", "has a fragment (#), which no server sees; remove it"),
        ("https://api.example.com/%zz", "holds `%` without two hexadecimal digits; write %25"),
        ("https://api.example.com/%2", "holds `%` without two hexadecimal digits; write %25"),
        ("https://api.example.com/{}", "holds `{`; percent-encode it"),
        ("https://api.example.com/{day}", "`{day}` is no placeholder; there are \(allowed)"),
        (
            "https://api.example.com/?a={window.start}",
            "`{window.start}` is no placeholder; there are \(allowed)"
        ),
        (
            "https://api.example.com/?a={window.start:iso}",
            "`{window.start:iso}` is no placeholder; there are \(allowed)"
        ),
        (
            "https://api.example.com/?a={window.end:date",
            "the placeholder that begins at `{window.end:date` has no `}`"
        ),
        (
            "https://{window.start:date}.example.com/",
            "placeholders may stand in the path and the query only"
        ),
        ("https://api.example.com/?p={page}", "`{page}` needs `paginate: {kind: page, …}`"),
        ("https://api.example.com/?p={cursor}", "`{cursor}` needs `paginate: {kind: cursor, …}`"),
    ]

    @Test(arguments: urls)
    func aWrongURLIsRefused(_ url: String, _ message: String) throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml("request: {url: \"\(url)\"}", SourceFixture.map))
        #expect(decoded.mistakes == ["3:16: sources[0].request.url: \(message)"])
        #expect(decoded.definition == nil)
    }

    static let requests: [(rest: String, message: String)] = [
        (
            "method: FETCH",
            "3:44: sources[0].request.method: expected one of `GET`, `POST`, found \"FETCH\""
        ),
        (
            "method: put",
            "3:44: sources[0].request.method: expected one of `GET`, `POST`, found \"put\"; "
                + "did you mean `GET`?"
        ),
        (
            "headers: {\"X Y\": a}",
            "3:46: sources[0].request.headers: \"X Y\" is no header name (letters, digits and "
                + "-_.~!#$%&'*+^`|)"
        ),
        (
            "headers: {Host: a}",
            "3:46: sources[0].request.headers: \"Host\" is set by the agent itself; remove it"
        ),
        (
            "headers: {X-A: \"a\\r\\nX-B: b\"}",
            "3:51: sources[0].request.headers.X-A: holds a line break or another control character"
        ),
        (
            "headers: {X-A: {env: B}}",
            "3:51: sources[0].request.headers.X-A: expected a text; a secret goes into `auth: "
                + "{header: {name: X-A, secret: …}}`"
        ),
        (
            "query: {a: {env: B}}",
            "3:47: sources[0].request.query.a: expected a text or a list of texts, found a "
                + "mapping; a secret goes into `auth`"
        ),
        (
            "query: {a: \"{param.x}\"}",
            "3:47: sources[0].request.query.a: `{param.x}` is no placeholder; there are \(allowed)"
        ),
        (
            "auth: oauth2",
            "3:42: sources[0].request.auth: expected `none` or one of {bearer: SECRET}, "
                + "{header: {name: NAME, secret: SECRET}}, {basic: {user: NAME, password: SECRET}}, "
                + "{oauth2: …}, {jwt_bearer: …}, {sigv4: …}, {mtls: …}"
        ),
        (
            "auth: {}",
            "3:42: sources[0].request.auth: expected exactly one of `bearer`, `header`, `basic`, "
                + "`oauth2`, `jwt_bearer`, `sigv4`, `mtls`"
        ),
        (
            "auth: {jwt_bearer: {}}",
            "3:55: sources[0].request.auth.jwt_bearer: missing required key `token_url`"
        ),
        (
            "auth: {basic: {user: me}}",
            "3:50: sources[0].request.auth.basic: missing required key `password`"
        ),
        (
            "auth: {header: {secret: {env: A}}}",
            "3:51: sources[0].request.auth.header: missing required key `name`"
        ),
        (
            "auth: {header: {name: \"a:b\", secret: {env: A}}}",
            "3:58: sources[0].request.auth.header.name: is no header name (letters, digits and "
                + "-_.~!#$%&'*+^`|)"
        ),
        (
            "auth: {bearer: {env: A}, header: {name: a, secret: {env: A}}}",
            "3:42: sources[0].request.auth: expected exactly one of `bearer`, `header`, `basic`, "
                + "`oauth2`, `jwt_bearer`, `sigv4`, `mtls`"
        ),
        (
            "auth: {bearer: {enw: A}}",
            "3:52: field `enw` is not known in `sources[0].request.auth.bearer`; did you mean "
                + "`env`?"
        ),
        (
            "headers: {X-K: a}, auth: {header: {name: x-k, secret: {env: A}}}",
            "3:45: sources[0].request.headers: x-k is set by `auth`; remove it here"
        ),
        (
            "tls: {ca_file: \"\"}",
            "3:51: sources[0].request.tls.ca_file: expected the path of a file"
        ),
        (
            "tls: {cert_file: a}",
            "3:41: sources[0].request.tls: missing required key `key_file`"
        ),
        (
            "proxy_url: \"http://u:p@proxy:1\"",
            "3:47: sources[0].request.proxy_url: holds user information (before `@`); put "
                + "credentials into `auth`"
        ),
        (
            "json: {}",
            "3:42: sources[0].request.json: needs `method: POST`"
        ),
        (
            "qery: {}",
            "3:36: field `qery` is not known in `sources[0].request`; did you mean `query`?"
        ),
    ]

    @Test(arguments: requests)
    func aWrongRequestIsRefused(_ rest: String, _ message: String) throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml("request: {url: https://a.example/, \(rest)}", SourceFixture.map))
        #expect(decoded.mistakes.contains(message), "\(decoded.mistakes)")
        #expect(decoded.definition == nil)
    }

    @Test func aParameterOfThePaginationIsNotWrittenTwice() throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml(
                "request: {url: \"https://a.example/?page=1\", query: {page: 1}}",
                "paginate: {kind: cursor, next: $.n, into: query.page}", SourceFixture.map))
        #expect(
            decoded.mistakes == [
                "3:16: sources[0].request.url: the parameter `page` is set by `paginate.into`; "
                    + "remove it",
                "3:53: sources[0].request.query.page: is set by `paginate.into`; remove it here",
            ])
    }

    static let warnings: [(request: String, messages: [String])] = [
        (
            "{url: \"http://api.example.com/\", auth: {bearer: {env: A}}}",
            [
                "3:16: warning: sources[0].request.url: the credentials travel over plain http to "
                    + "api.example.com; use https"
            ]
        ),
        ("{url: \"http://127.0.0.1:8080/\", auth: {bearer: {env: A}}}", []),
        ("{url: \"http://localhost/\", auth: {bearer: {env: A}}}", []),
        ("{url: \"http://[::1]:80/\", auth: {bearer: {env: A}}}", []),
        ("{url: \"http://api.example.com/\"}", []),
        ("{url: \"https://api.example.com/\", auth: {bearer: {file: /run/t}}}", []),
        (
            "{url: \"https://api.example.com/\", headers: {authorization: Bearer abc}}",
            [
                "3:69: warning: sources[0].request.headers.authorization: looks like a secret "
                    + "written literally; use `auth` with {env: NAME} or {file: PATH}"
            ]
        ),
        (
            "{url: \"https://api.example.com/?api_key=abc\", query: {token: abc}}",
            [
                "3:16: warning: sources[0].request.url: the parameter `api_key` looks like a "
                    + "secret "
                    + "in the URL, which ends up in logs; use `auth` if the vendor takes a header",
                "3:64: warning: sources[0].request.query.token: looks like a secret in the URL, "
                    + "which ends up in logs; use `auth` if the vendor takes a header",
            ]
        ),
        (
            "{url: \"https://api.example.com/\", auth: {bearer: abc}}",
            [
                "3:59: warning: sources[0].request.auth.bearer: secret is written literally; use "
                    + "{env: NAME} or {file: PATH}"
            ]
        ),
    ]

    @Test(arguments: warnings)
    func whatEndangersSecretsIsWarnedAbout(_ request: String, _ messages: [String]) throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml("request: " + request, SourceFixture.map))
        #expect(decoded.mistakes == messages)
        #expect(decoded.definition != nil)
    }

    static let authentications: [(auth: String, references: [SecretReference])] = [
        ("none", []),
        ("{bearer: {env: A}}", [.environment("A")]),
        ("{header: {name: x-api-key, secret: {file: /run/key}}}", [.file("/run/key")]),
        ("{basic: {user: me, password: {env: P}}}", [.literal(Secret("me")), .environment("P")]),
        ("{basic: {user: {env: KEY}}}", [.environment("KEY")]),
    ]

    @Test(arguments: authentications)
    func credentialsAreReferencesUntilTheyAreResolved(
        _ auth: String, _ references: [SecretReference]
    ) throws {
        let source = try SourceFixture.definition(
            "request: {url: https://a.example/, auth: \(auth)}", SourceFixture.map)
        #expect(source.secretReferences.map(\.value) == references)
    }

    @Test func resolvingTakesEveryReferenceOnce() throws {
        let source = try SourceFixture.definition(
            "request: {url: https://a.example/, auth: {basic: {user: {env: U}, password: {env: "
                + "P}}}}",
            SourceFixture.map)
        let resolved = source.request.authentication.resolved { reference in
            guard case .environment(let name) = reference else { return Secret("?") }
            return Secret("value of \(name)")
        }
        #expect(resolved == .basic(user: Secret("value of U"), password: Secret("value of P")))
        #expect("\(resolved)".contains("value of") == false)
    }
}
