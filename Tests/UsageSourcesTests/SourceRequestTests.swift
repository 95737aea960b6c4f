// What is sent: URL, headers, credentials, limits, and what a description shows of them.

import Credits
import PositionedYAML
import Testing

@testable import UsageSources

@Suite struct SourceRequestTests {
    private func first(
        _ request: String, authentication: ResolvedAuthentication = .none,
        paginate: String = ""
    ) throws -> SourceRequest {
        let source = try SourceFixture.definition(
            "request: " + request, paginate.isEmpty ? "" : "paginate: " + paginate,
            SourceFixture.map)
        var script = PollScript(source, authentication: authentication)
        return try #require(script.run([]).request)
    }

    static let urls: [(request: String, paginate: String, expected: String)] = [
        (
            "{url: \"https://a.example/usage?from={window.start:date}&to={window.end:date}\"}", "",
            "https://a.example/usage?from=2026-11-01&to=2026-11-23"
        ),
        (
            "{url: \"https://a.example/usage\", query: {from: \"{window.start:rfc3339}\", q: "
                + "\"a b&c=ä\"}}",
            "", "https://a.example/usage?from=2026-11-01T00%3A00%3A00Z&q=a%20b%26c%3D%C3%A4"
        ),
        (
            "{url: \"https://a.example/u?x=1\", query: {g: [a, b], e: }}", "",
            "https://a.example/u?x=1&g=a&g=b&e="
        ),
        (
            "{url: \"https://a.example\", query: {a: 1}}", "", "https://a.example?a=1"
        ),
        (
            "{url: \"https://a.example/{window.start:rfc3339}\"}", "",
            "https://a.example/2026-11-01T00%3A00%3A00Z"
        ),
        // The first page has no cursor, but a number.
        (
            "{url: \"https://a.example/u\"}", "{kind: cursor, next: $.n, into: query.c}",
            "https://a.example/u"
        ),
        (
            "{url: \"https://a.example/u\", query: {c: \"{cursor}\", a: 1}}",
            "{kind: cursor, next: $.n}", "https://a.example/u?a=1"
        ),
        (
            "{url: \"https://a.example/u\"}", "{kind: page, total_pages: $.t, into: query.p}",
            "https://a.example/u?p=1"
        ),
        (
            "{url: \"https://a.example/u/{page}\"}", "{kind: page, first: 0, total_pages: $.t}",
            "https://a.example/u/0"
        ),
    ]

    @Test(arguments: urls)
    func theURLIsFilledInAndEncoded(
        _ request: String, _ paginate: String, _ expected: String
    ) throws {
        #expect(try first(request, paginate: paginate).url == expected)
    }

    @Test func headersAndLimitsAreThoseOfTheDefinition() throws {
        let request = try first(
            "{url: \"https://a.example/\", headers: {X-A: b}, tls: {ca_file: ca.pem}, "
                + "proxy_url: \"http://p:1\", max_body: 4KiB}")
        #expect(request.method == "GET")
        #expect(request.body == nil)
        #expect(request.basic == nil)
        #expect(
            request.headers == [
                SourceHeader("Accept", "application/json"), SourceHeader("X-A", "b"),
            ])
        #expect(request.maximumBodyBytes == 4096)
        #expect(request.timeoutMilliseconds == 10_000)
        #expect(request.certificateAuthorityFile == "ca.pem")
        #expect(request.proxyURL == "http://p:1")
    }

    @Test func anAcceptHeaderOfTheOperatorStands() throws {
        let request = try first("{url: \"https://a.example/\", headers: {accept: text/json}}")
        #expect(request.headers == [SourceHeader("accept", "text/json")])
    }

    static let credentials: [(authentication: ResolvedAuthentication, header: SourceHeader?)] = [
        (.bearer(Secret("s3cret")), SourceHeader("Authorization", "Bearer s3cret")),
        (.header(name: "x-vendor", Secret("s3cret")), SourceHeader("x-vendor", "s3cret")),
        (.basic(user: Secret("me"), password: Secret("s3cret")), nil),
    ]

    @Test(arguments: credentials)
    func credentialsAreSentAndNeverShown(
        _ authentication: ResolvedAuthentication, _ header: SourceHeader?
    ) throws {
        let request = try first(
            "{url: \"https://a.example/u?token=s3cret&a=1\", headers: {cookie: s3cret}}",
            authentication: authentication)
        if let header {
            #expect(request.headers.contains(header))
            #expect(request.basic == nil)
        } else {
            #expect(request.basic == SourceCredentials(user: "me", password: "s3cret"))
        }
        var dumped = ""
        dump(request, to: &dumped)
        for text in [request.redacted, "\(request)", String(reflecting: request), dumped] {
            #expect(!text.contains("s3cret"), "\(text)")
        }
        #expect(request.redacted.hasPrefix("GET https://a.example/u?token=<secret>&a=1 ("))
        #expect(request.redacted.contains("<secret>)"))
    }

    static let unfit: [(authentication: ResolvedAuthentication, message: String)] = [
        (.bearer(Secret("")), "the bearer token is empty"),
        (
            .bearer(Secret("abc\r\nX-Evil: 1")),
            "the bearer token holds a line break or another control character"
        ),
        (
            .header(name: "x-key", Secret("abc\n")),
            "the secret of header x-key holds a line break or another control character"
        ),
        (.basic(user: Secret(""), password: Secret("p")), "the basic user is empty"),
        (
            .basic(user: Secret("u"), password: Secret("p\u{0}")),
            "the basic password holds a line break or another control character"
        ),
    ]

    @Test(arguments: unfit)
    func credentialsThatCannotBeSentFailThePollBeforeAnythingIsSent(
        _ authentication: ResolvedAuthentication, _ message: String
    ) throws {
        var script = PollScript(try SourceFixture.usual(), authentication: authentication)
        #expect(try script.failure([]) == PollFailure(.unauthorized, message))
    }

    @Test func anEmptyPasswordIsFine() throws {
        let request = try first(
            "{url: \"https://a.example/\"}",
            authentication: .basic(user: Secret("key"), password: Secret("")))
        #expect(request.basic == SourceCredentials(user: "key", password: ""))
    }
}
