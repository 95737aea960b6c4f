// Redirects: by hand, within the configured origin, never to plain http.

import Credits
import PositionedYAML
import Testing

@testable import UsageSources

@Suite struct RedirectTests {
    private static let good = PollEvent.json(#"{"usage": []}"#)

    private func script(_ url: String = "https://api.example.com/v1/usage") throws -> PollScript {
        PollScript(
            try SourceFixture.definition("request: {url: \"\(url)\"}", SourceFixture.map),
            authentication: .bearer(Secret("s3cret")))
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func aRedirectWithinTheOriginIsFollowedWithCredentials(_ status: Int) throws {
        var script = try script()
        let step = script.run([
            .redirect(status, to: "https://API.example.com:443/v2/usage?a=1#part"), Self.good,
        ])
        #expect(step.result?.requestCount == 2)
        #expect(script.requests.last?.url == "https://api.example.com/v2/usage?a=1")
        #expect(
            script.requests.last?.headers.contains(SourceHeader("Authorization", "Bearer s3cret"))
                == true)
    }

    static let locations: [(location: String, url: String)] = [
        ("/v2/usage", "https://api.example.com/v2/usage"),
        ("//api.example.com/v2", "https://api.example.com/v2"),
        ("usage2?x=1", "https://api.example.com/v1/usage2?x=1"),
        ("https://api.example.com/v3", "https://api.example.com/v3"),
    ]

    @Test(arguments: locations)
    func aLocationIsResolvedWhenTheTransportDoesNot(_ location: String, _ url: String) throws {
        var script = try script()
        let step = script.run([
            .response(
                SourceResponse(status: 302, headers: [SourceHeader("location", location)])),
            Self.good,
        ])
        #expect(step.result != nil)
        #expect(script.requests.last?.url == url)
    }

    static let refused: [(target: String?, clause: String)] = [
        (
            "https://evil.example/u?x=1",
            "to https://evil.example; redirects are followed within https://api.example.com only, "
                + "write the new address into `request.url` if it is right"
        ),
        (
            "https://api.example.com:8443/",
            "to https://api.example.com:8443; redirects are followed within "
                + "https://api.example.com only, write the new address into `request.url` if it is "
                + "right"
        ),
        ("http://api.example.com/", "to http://api.example.com: never from https to http"),
        (
            "ftp://api.example.com/",
            "to an address that the scheme must be http or https, not \"ftp\""
        ),
        (
            "https://u:s3cret@api.example.com/",
            "to an address that holds user information (before `@`); put credentials into `auth`"
        ),
        (nil, "without saying where to (header Location)"),
    ]

    @Test(arguments: refused)
    func aRedirectElsewhereFailsThePoll(_ target: String?, _ clause: String) throws {
        var script = try script()
        let failure = try script.failure([.redirect(302, to: target)])
        #expect(
            failure
                == PollFailure(
                    .httpStatus,
                    "page 1: GET https://api.example.com/v1/usage answered 302 Found \(clause)"))
        #expect(script.requests.count == 1)
    }

    @Test func fromHTTPToHTTPSIsAnotherOrigin() throws {
        var script = try script("http://api.example.com/v1/usage")
        let failure = try script.failure([.redirect(301, to: "https://api.example.com/v1/usage")])
        #expect(failure.reason == .httpStatus)
        #expect(
            failure.message.contains("to https://api.example.com; redirects are followed within"))
    }

    @Test func threeRedirectsAreFollowedAndNoMore() throws {
        let hop = PollEvent.redirect(to: "https://api.example.com/again")
        var patient = try script()
        #expect(patient.run([hop, hop, hop, Self.good]).result != nil)
        var circle = try script()
        let failure = try circle.failure([hop, hop, hop, hop])
        #expect(failure.reason == .httpStatus)
        #expect(failure.message.hasSuffix("answered 302 Found: more than 3 redirects"))
    }

    @Test func aRedirectTakesTimeFromTheDeadline() throws {
        var script = try script()
        script.latency = 4000
        _ = script.run([.redirect(to: "https://api.example.com/b"), Self.good])
        #expect(script.requests.map(\.timeoutMilliseconds) == [10_000, 6000])
    }
}
