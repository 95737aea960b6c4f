// web.config.file: what is read, and every mistake with its place.

import AgentConfiguration
import PositionedYAML
import Testing

@Suite("The web's configuration")
struct WebConfigurationTests {
    private static let hash = "$2y$04$abcdefghijklmnopqrstuuKLvVYiVwiPwoRaKwUkZKXFafd3RmqEi"

    private func read(_ text: String, _ more: [String: String] = [:]) -> WebConfigurationReading {
        let files = ["etc/web.yml": text].merging(more) { $1 }
        return WebConfigurationReader(files: TestFiles(files)).read("etc/web.yml")
    }

    @Test("an empty file guards nothing", arguments: ["", "# nothing\n", "basic_auth_users: {}\n"])
    func empty(_ text: String) throws {
        let configuration = try #require(read(text).configuration)
        #expect(configuration.tls == nil)
        #expect(configuration.users.isEmpty)
        #expect(configuration.headers.isEmpty)
        #expect(configuration.rateLimit == nil)
    }

    @Test("everything at once")
    func everything() throws {
        let reading = read(
            """
            tls_server_config:
              cert_file: tls/server.crt
              key_file: /keys/server.key
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: ca.crt
              client_allowed_sans: [prometheus.example.com]
              min_version: TLS12
              max_version: TLS13
              cipher_suites: [TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
              prefer_server_cipher_suites: true
              curve_preferences: [CurveP256, X25519]
            http_server_config:
              http2: true
              headers: {X-Frame-Options: deny, Strict-Transport-Security: max-age=31536000}
            basic_auth_users:
              scraper: \(Self.hash)
            rate_limit: {interval: 1s, burst: 20}
            """,
            ["etc/tls/server.crt": "C", "/keys/server.key": "K", "etc/ca.crt": "A"])
        #expect(reading.mistakes == [])
        #expect(
            reading.files == [
                "etc/web.yml", "etc/tls/server.crt", "/keys/server.key", "etc/ca.crt",
            ])
        let configuration = try #require(reading.configuration)
        let tls = try #require(configuration.tls)
        #expect(tls.certificate.text.exposed == "C")
        #expect(tls.key.text.exposed == "K")
        #expect(tls.clientAuthorities?.text.exposed == "A")
        #expect(tls.clientAuthentication == .verified)
        #expect(tls.clientNames == ["prometheus.example.com"])
        #expect(tls.cipherSuites == [.aes128GCM, .ecdheAES128GCM])
        #expect(tls.curves == [.p256, .x25519])
        #expect(
            configuration.headers.map(\.name) == ["X-Frame-Options", "Strict-Transport-Security"])
        #expect(configuration.users.map(\.name) == ["scraper"])
        #expect(configuration.rateLimit == WebRateLimit(intervalMilliseconds: 1000, burst: 20))
    }

    @Test("PEM may stand in the file, and the older word for a needed certificate is known")
    func inline() throws {
        let reading = read(
            "tls_server_config: {cert: C, key: K, client_auth_type: RequireClientCert}\n")
        let tls = try #require(reading.configuration?.tls)
        #expect(tls.certificate.text.exposed == "C")
        #expect(tls.clientAuthentication == .needed)
        #expect(reading.files == ["etc/web.yml"])
    }

    @Test("versions and suites alone do not switch TLS on")
    func versionsAlone() throws {
        let reading = read("tls_server_config: {min_version: TLS13, cert_file: ''}\n")
        #expect(reading.mistakes == [])
        #expect(try #require(reading.configuration).tls == nil)
    }

    static let mistakes: [(String, [String])] = [
        (
            "tls_server_config: {cert: C}",
            ["1:20: tls_server_config: missing one of key or key_file"]
        ),
        (
            "tls_server_config: {client_auth_type: NoClientCert}",
            [
                "1:20: tls_server_config: missing one of cert or cert_file",
                "1:20: tls_server_config: missing one of key or key_file",
            ]
        ),
        (
            "tls_server_config: {cert_file: none.crt, key: K}",
            ["1:32: tls_server_config.cert_file: etc/none.crt cannot be read: no such file"]
        ),
        (
            "tls_server_config: {cert: C, key: K, client_ca: A}",
            [
                "1:49: tls_server_config.client_ca: client CA's have been configured without a "
                    + "Client Auth Policy; add client_auth_type: RequireAndVerifyClientCert"
            ]
        ),
        (
            "tls_server_config: {cert: C, key: K, client_auth_type: RequestClientCert, "
                + "client_allowed_sans: [a]}",
            [
                "1:96: tls_server_config.client_allowed_sans: client_allowed_sans requires "
                    + "client_auth_type to be one of RequireAnyClientCert or "
                    + "RequireAndVerifyClientCert"
            ]
        ),
        (
            "tls_server_config: {min_version: TLS111}",
            [
                "1:34: tls_server_config.min_version: unknown TLS version: TLS111; there are "
                    + "TLS10, TLS11, TLS12, TLS13"
            ]
        ),
        (
            "tls_server_config: {min_version: TLS13, max_version: TLS12}",
            ["1:34: tls_server_config.min_version: is above the newest version allowed"]
        ),
        (
            "tls_server_config: {cipher_suites: [TLS_ROT13]}",
            ["1:37: tls_server_config.cipher_suites: unknown cipher: TLS_ROT13"]
        ),
        (
            "tls_server_config: {curve_preferences: [CurveP257]}",
            [
                "1:41: tls_server_config.curve_preferences: unknown curve: CurveP257; did you "
                    + "mean `CurveP256`?"
            ]
        ),
        (
            "tls_server_config: {cert_fil: a}",
            [
                "1:21: field `cert_fil` is not known in `tls_server_config`; did you mean `cert_file`?"
            ]
        ),
        (
            "tls_config: {}",
            ["1:1: field `tls_config` is not known at the top level"]
        ),
        (
            "http_server_config: {headers: {X-Powered-By: a}}",
            [
                "1:32: HTTP header \"X-Powered-By\" can not be configured; there are "
                    + "Content-Security-Policy, Strict-Transport-Security, "
                    + "X-Content-Type-Options, X-Frame-Options, X-XSS-Protection"
            ]
        ),
        (
            "http_server_config: {headers: {X-Frame-Options: never}}",
            ["1:49: invalid value for X-Frame-Options: expected one of deny, sameorigin"]
        ),
        (
            "http_server_config: {headers: {X-XSS-Protection: \"a\\r\\nb\"}}",
            ["1:50: invalid value for X-XSS-Protection: only printable ASCII can be sent"]
        ),
        (
            "http_server_config: {http2: yes}",
            ["1:29: http_server_config.http2: expected true or false, found \"yes\"; write true"]
        ),
        (
            "basic_auth_users: {a: plain}",
            [
                "1:23: basic_auth_users.a: expected a bcrypt hash of cost 4 to 16; "
                    + "`htpasswd -nBC 10 \"\"` prints one after its colon"
            ]
        ),
        (
            "basic_auth_users: {\"a:b\": \(hash)}",
            ["1:20: basic_auth_users: a name with a colon can never be sent"]
        ),
        (
            "rate_limit: {interval: 1s}",
            [
                "1:13: rate_limit.burst: without a burst of at least 1 every request would be "
                    + "refused"
            ]
        ),
    ]

    @Test("mistakes", arguments: mistakes)
    func mistake(_ text: String, _ expected: [String]) {
        let reading = read(text + "\n")
        #expect(reading.configuration == nil)
        #expect(reading.mistakes.map(\.description) == expected.map { "etc/web.yml:" + $0 })
    }

    @Test(
        "the cost of a hash is read, within bounds",
        arguments: ["$2y$04": 4, "$2a$10": 10, "$2b$16": 16, "$2y$17": nil, "$2y$03": nil])
    func costs(_ beginning: String, _ cost: Int?) {
        #expect(BcryptHash(beginning + Self.hash.dropFirst(6))?.cost == cost)
    }

    @Test(
        "what is no hash is refused",
        arguments: [
            "", "$1$abc$def", "plain", hash + "a", "$2x$04" + hash.dropFirst(6),
            "$2y$04$" + String(repeating: "=", count: 53),
        ])
    func noHash(_ text: String) {
        #expect(BcryptHash(text) == nil)
    }

    @Test("a hash is not printed")
    func secret() throws {
        let hash = try #require(BcryptHash(Self.hash))
        #expect("\(hash) \(String(reflecting: hash))".contains(Self.hash) == false)
    }
}
