// `webhook_configs`: addresses, secrets, client settings.

import PositionedYAML
import Testing

@testable import Alerting

@Suite struct EndpointDecodingTests {
    private func endpoint(_ lines: String) throws -> EndpointDefinition {
        let configuration = try #require(try read(lines).configuration)
        return try #require(configuration.alertEndpoints.first)
    }

    private func read(
        _ lines: String, kind: String = "webhook_configs"
    ) throws -> ReadNotifications {
        try ReadNotifications(
            """
            notifications:
              route: {receiver: oncall}
              receivers:
                - name: oncall
                  \(kind): [{\(lines)}]
            """)
    }

    @Test func anAddressIsEnough() throws {
        let endpoint = try endpoint("url: 'https://a.example.com/x?y'")
        #expect(endpoint.url == .written("https://a.example.com/x?y"))
        #expect(endpoint.sendResolved)
        #expect(endpoint.maxAlerts == 0)
        #expect(endpoint.timeoutMilliseconds == 15_000)
        #expect(endpoint.client.authorization == nil)
        #expect(endpoint.client.tls == nil)
        #expect(endpoint.client.proxy == nil)
        #expect(endpoint.secretReferences.isEmpty)
        #expect(endpoint.position.line == 5)
        #expect(endpoint.integration == "webhook")
        #expect(endpoint.index == 0)
    }

    @Test func everySettingIsTaken() throws {
        let endpoint = try endpoint(
            """
            url: {env: URL}, signing_secret: [{env: NEW}, {file: /old}], send_resolved: false,
            max_alerts: 5, timeout: 2s, http_config: {authorization: {type: Token,
            credentials_file: /token}, tls_config: {ca_file: ca, cert_file: c, key_file: k},
            proxy_url: 'http://proxy:3128', follow_redirects: false}
            """)
        #expect(!endpoint.sendResolved)
        #expect(endpoint.maxAlerts == 5)
        #expect(endpoint.timeoutMilliseconds == 2000)
        #expect(endpoint.client.proxy == "http://proxy:3128")
        #expect(
            endpoint.client.tls
                == EndpointTLS(
                    authorityFile: "ca", certificateFile: "c", keyFile: "k",
                    skipsVerification: false))
        #expect(
            endpoint.secretReferences.map(\.value) == [
                .environment("URL"), .environment("NEW"), .file("/old"), .file("/token"),
            ])
        guard case .header("Token", let credentials) = endpoint.client.authorization else {
            Issue.record("\(String(describing: endpoint.client.authorization))")
            return
        }
        #expect(credentials.value == .file("/token"))
    }

    @Test func basicAuthenticationIsTaken() throws {
        let endpoint = try endpoint(
            "url: 'https://a', http_config: {basic_auth: {username: u, password: {env: P}}}")
        guard case .basic("u", let password?) = endpoint.client.authorization else {
            Issue.record("\(String(describing: endpoint.client.authorization))")
            return
        }
        #expect(password.value == .environment("P"))
        #expect(endpoint.secretReferences.map(\.value) == [.environment("P")])
    }

    @Test func headersAreAddedInOrder() throws {
        let endpoint = try endpoint(
            """
            url: 'https://a', http_config: {http_headers: {X-Scope: {values: [a, b]},
            X-Key: {secrets: [{env: K}], files: [/key], values: [c]}}}
            """)
        let headers = endpoint.client.headers.map { header in
            switch header.value {
            case .written(let text): "\(header.name): \(text)"
            case .secret(let reference): "\(header.name): \(reference.value)"
            }
        }
        #expect(
            headers == [
                "X-Scope: a", "X-Scope: b", "X-Key: c",
                "X-Key: \(SecretReference.environment("K"))",
                "X-Key: \(SecretReference.file("/key"))",
            ])
        #expect(endpoint.secretReferences.map(\.value) == [.environment("K"), .file("/key")])
    }

    @Test(
        arguments: [
            ("a.example", ["a.example"]),
            (" *.a.example, 10.0.0.0/8 ", ["a.example", "10.0.0.0/8"]),
            (".a.example,fe80::1", [".a.example", "fe80::1"]), ("a,*", nil), ("", []), (" , ", []),
        ] as [(String, [String]?)])
    func someHostsAreReachedWithoutTheProxy(text: String, entries: [String]?) throws {
        let endpoint = try endpoint(
            "url: 'https://a', http_config: {proxy_url: 'http://p:1', no_proxy: '\(text)'}")
        // As Go has it, a list also spares this machine.
        let own = entries?.isEmpty == true ? [] : ["localhost", "127.0.0.0/8", "::1"]
        #expect(endpoint.client.proxyExceptions == (entries.map { $0 + own } ?? ["*"]))
    }

    @Test(arguments: [
        ("max_alerts: 1", "missing required key `url` (or `url_file`)"),
        ("url: 'https://a', url_file: b", "url_file: `url` is set too; keep one of them"),
        ("url_file: ''", "url_file: expected the path of a file"),
        ("url: 'ftp://a'", "url: expected an absolute http:// or https:// URL"),
        ("url: '/hook'", "url: expected an absolute http:// or https:// URL"),
        (
            "url: 'https://u:p@a/'",
            "url: the URL holds a user name or password; use http_config instead"
        ),
        ("url: 'https:///x'", "url: the URL has no host"),
        ("url: 'https://a', timeout: 0s", "timeout: expected from 1ms to 5m, found 0s"),
        ("url: 'https://a', timeout: 301s", "timeout: expected from 1ms to 5m, found 5m1s"),
        (
            "url: 'https://a', max_alerts: -1",
            "max_alerts: expected a whole number from 0 to 1000000, found \"-1\""
        ),
        ("url: 'https://a', signing_secret: []", "the list is empty; remove the key"),
        ("url: 'https://a', payload: x", "`payload` is not available in this version; remove it"),
        (
            "url: 'https://a', http_config: {bearer_token: x}",
            "http_config: `bearer_token` is not available in this version; use `authorization`"
        ),
        (
            "url: 'https://a', http_config: {oauth2: {}}",
            "http_config: `oauth2` is not available in this version; remove it"
        ),
        (
            "url: 'https://a', http_config: {proxy_connect_header: {}}",
            "http_config: `proxy_connect_header` is not available in this version; remove it"
        ),
        (
            "url: 'https://a', http_config: {no_proxy: 'a'}",
            "no_proxy: there is no `proxy_url` to make an exception from"
        ),
        (
            "url: 'https://a', http_config: {proxy_url: 'http://p', no_proxy: 'a:80'}",
            "such as 10.0.0.0/8, without a port; found \"a:80\""
        ),
        (
            "url: 'https://a', http_config: {http_headers: {authorization: {values: [x]}}}",
            "http_headers.authorization: this header cannot be set here; remove it"
        ),
        (
            "url: 'https://a', http_config: {http_headers: {Webhook-Id: {values: [x]}}}",
            "http_headers.Webhook-Id: this header cannot be set here; remove it"
        ),
        (
            "url: 'https://a', http_config: {http_headers: {'a b': {values: [x]}}}",
            "http_headers.a b: this is no name of a header"
        ),
        (
            "url: 'https://a', http_config: {http_headers: {a: {values: [\"x\\ny\"]}}}",
            "http_headers.a.values: a value holds a control character"
        ),
        (
            "url: 'https://a', http_config: {http_headers: {a: x}}",
            "http_headers.a: expected a mapping, found \"x\""
        ),
        (
            "url: 'https://a', http_config: {follow_redirects: true}",
            "follow_redirects: redirects are never followed; remove it"
        ),
        (
            "url: 'https://a', http_config: {authorization: {type: Bearer}}",
            "authorization: missing required key `credentials` (or `credentials_file`)"
        ),
        (
            "url: 'https://a', http_config: {authorization: {type: basic, credentials: {env: A}}}",
            "type: use `basic_auth` for basic authentication"
        ),
        (
            "url: 'https://a', http_config: {authorization: {type: 'a b', credentials: {env: A}}}",
            "type: expected one word such as Bearer"
        ),
        (
            "url: 'https://a', http_config: {authorization: {credentials: {env: A}, "
                + "credentials_file: b}}",
            "credentials_file: `credentials` is set too; keep one of them"
        ),
        (
            "url: 'https://a', http_config: {authorization: {credentials: {env: A}}, "
                + "basic_auth: {username: u}}",
            "basic_auth: `authorization` is set too; keep one of them"
        ),
        (
            "url: 'https://a', http_config: {basic_auth: {password: {env: A}}}",
            "basic_auth: missing required key `username`"
        ),
        (
            "url: 'https://a', http_config: {basic_auth: {username: 'a:b'}}",
            "username: basic authentication allows no colon in the user name"
        ),
        (
            "url: 'https://a', http_config: {tls_config: {cert_file: c}}",
            "tls_config: `cert_file` and `key_file` go together"
        ),
        (
            "url: 'https://a', http_config: {tls_config: {server_name: c}}",
            "tls_config: `server_name` is not available in this version; remove it"
        ),
        (
            "url: 'https://a', http_config: {proxy_url: 'proxy:3128'}",
            "proxy_url: expected an absolute http:// or https:// URL"
        ),
    ])
    func mistakesAreNamed(lines: String, message: String) throws {
        let read = try read(lines)
        let found = read.mistakes.filter { !$0.contains("warning") }
        #expect(found.count == 1, "\(read.mistakes)")
        #expect(found.first?.hasSuffix(message) == true, "\(read.mistakes)")
        #expect(found.first?.contains("notifications.receivers[0].webhook_configs[0]") == true)
        #expect(found.contains { $0.contains("u:p") } == false)
    }

    @Test(arguments: ["send_resolved: true", "max_alerts: 3"])
    func eventsAreNeverResolvedOrGrouped(line: String) throws {
        let read = try read("url: 'https://a', \(line)", kind: "event_webhook_configs")
        #expect(read.mistakes.count == 1)
        #expect(read.mistakes.first?.contains("events are never resolved; remove it") == true)
    }

    @Test(arguments: [
        ("url: 'http://a', signing_secret: {env: S}", ["signed notifications go over plain http"]),
        (
            "url: 'http://a', http_config: {basic_auth: {username: u}}",
            ["credentials go over plain http"]
        ),
        (
            "url: 'http://a', http_config: {http_headers: {X-Key: {secrets: [{env: K}]}}}",
            ["credentials go over plain http"]
        ),
        ("url: 'http://a', http_config: {http_headers: {X-Scope: {values: [b]}}}", []),
        ("url: 'http://a'", []),
        ("url: 'https://a', signing_secret: {env: S}", []),
        ("url: 'http://localhost:1', signing_secret: {env: S}", []),
        ("url: 'http://127.9.9.9', signing_secret: {env: S}", []),
        ("url: 'http://[::1]:80/', signing_secret: {env: S}", []),
        (
            "url: 'http://127.example.com', signing_secret: {env: S}",
            ["signed notifications go over plain http"]
        ),
        ("url: 'https://a', signing_secret: abc", ["secret is written literally"]),
        (
            "url: 'https://a', http_config: {tls_config: {insecure_skip_verify: true}}",
            ["anybody can pose as the receiver"]
        ),
    ])
    func risksAreWarnedAbout(lines: String, warnings: [String]) throws {
        let read = try read(lines)
        #expect(read.mistakes.count == warnings.count, "\(read.mistakes)")
        for (mistake, warning) in zip(read.mistakes, warnings) {
            #expect(mistake.contains(": warning: ") && mistake.contains(warning))
        }
        #expect(read.configuration?.alertEndpoints.count == 1)
    }

    @Test(
        arguments: [
            ("http://a", false, "a", nil), ("HTTPS://A.b:8443/x?y#z", true, "a.b", 8443),
            ("https://[2001:DB8::1]:1/", true, "2001:db8::1", 1),
            ("http://[::1]", false, "::1", nil),
            ("http://a?x@y", false, "a", nil), ("http://a:65535", false, "a", 65535),
        ] as [(String, Bool, String, Int?)])
    func addressesAreTakenApart(text: String, encrypted: Bool, host: String, port: Int?) throws {
        let address = try WebAddress(text)
        #expect(address.isEncrypted == encrypted)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(arguments: [
        "", "a", "//a", "http:/a", "https://", "https://:80", "http://a:0", "http://a:65536",
        "http://a:x", "http://a:", "http://a b", "http://a\n", "http://ä", "http://a\\b",
        "http://[::1", "http://[::1]x", "file:///etc/passwd", "http://u@a",
        "http://a/" + String(repeating: "x", count: 8192),
    ])
    func otherAddressesAreRefused(text: String) {
        #expect(throws: WebAddressError.self) { try WebAddress(text) }
    }

    @Test(arguments: [
        ("localhost", true), ("a.localhost", true), ("127.0.0.1", true), ("127.255.0.1", true),
        ("[::1]", true), ("128.0.0.1", false), ("127.0.0", false), ("127.0.0.256", false),
        ("notlocalhost", false), ("localhost.example.com", false),
    ])
    func loopbackIsThisMachine(host: String, expected: Bool) throws {
        #expect(try WebAddress("http://\(host)/").isLoopback == expected)
    }
}
