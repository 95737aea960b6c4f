// Retries, time limits, refusals and redirects of one poll.

import Credits
import Testing

@testable import UsageSources

@Suite struct RetryTests {
    private static let good = PollEvent.json(#"{"usage": []}"#)

    private func script(deadline: String = "10s") throws -> PollScript {
        PollScript(
            try SourceFixture.definition(
                "poll_deadline: \(deadline)", SourceFixture.request, SourceFixture.map))
    }

    static let transient: [PollEvent] =
        [408, 425, 429, 500, 502, 503, 504].map { .status($0) } + [
            .fault(SourceFault(.connect, "connection refused")),
            .fault(SourceFault(.timeout, "no answer within 1000 ms")),
        ]

    @Test(arguments: transient)
    func aPassingTroubleIsRetried(_ trouble: PollEvent) throws {
        var script = try script()
        let step = script.run([trouble, trouble, Self.good])
        #expect(step.result?.requestCount == 3)
        // Half of 200 ms, then of 400 ms.
        #expect(script.waits == [0, 100, 200])
        #expect(Set(script.requests.map(\.url)).count == 1)
    }

    @Test func theBackoffDoublesUpToItsCapWithFullJitter() {
        let ceilings = (1...8).map {
            RetryPolicy.delay(retry: $0, retryAfterSeconds: nil, random: 1)
        }
        #expect(ceilings == [200, 400, 800, 1600, 3200, 5000, 5000, 5000])
        #expect(RetryPolicy.delay(retry: 3, retryAfterSeconds: nil, random: 0) == 10)
        #expect(RetryPolicy.delay(retry: 3, retryAfterSeconds: nil, random: 0.25) == 200)
        #expect(RetryPolicy.delay(retry: .max, retryAfterSeconds: nil, random: .nan) == 10)
    }

    @Test func retryAfterIsWaitedForWhenItFits() throws {
        #expect(RetryPolicy.delay(retry: 1, retryAfterSeconds: 2, random: 1) == 2000)
        #expect(RetryPolicy.delay(retry: 9, retryAfterSeconds: 2, random: 1) == 5000)
        #expect(RetryPolicy.delay(retry: 1, retryAfterSeconds: -5, random: 1) == 200)
        #expect(RetryPolicy.delay(retry: 1, retryAfterSeconds: .max, random: 1) == 31_536_000_000)
        var script = try script()
        #expect(script.run([.status(429, retryAfter: 3), Self.good]).result != nil)
        #expect(script.waits == [0, 3000])
        #expect(script.requests.map(\.timeoutMilliseconds) == [10_000, 6_999])
    }

    @Test func aRetryAfterBeyondTheDeadlineFailsAtOnceAndIsPassedOn() throws {
        var script = try script()
        let step = script.run([.status(429, retryAfter: 3600)])
        #expect(step.retryAfter == 3600)
        #expect(
            step.failure
                == PollFailure(
                    .throttled,
                    "page 1: GET https://api.example.com/v1/usage answered 429 Too Many Requests, "
                        + "retry after 3600 s (no time for a retry within `poll_deadline` 10s)"))
        var unavailable = try self.script()
        let other = unavailable.run([.status(503, retryAfter: 60)])
        #expect(other.retryAfter == 60)
        #expect(other.failure?.reason == .httpStatus)
    }

    static let lasting: [(trouble: PollEvent, reason: PollFailureReason, clause: String)] = [
        (.status(503), .httpStatus, "answered 503 Service Unavailable"),
        (.status(429), .throttled, "answered 429 Too Many Requests"),
        (.fault(SourceFault(.connect, "connection refused")), .connect, "connection refused"),
        (.fault(SourceFault(.timeout, "no answer")), .timeout, "no answer"),
    ]

    @Test(arguments: lasting)
    func aLastingTroubleFailsWithItsReasonWithinTheDeadline(
        _ trouble: PollEvent, _ reason: PollFailureReason, _ clause: String
    ) throws {
        var script = try script()
        let failure = try script.failure(Array(repeating: trouble, count: 200))
        #expect(failure.reason == reason)
        #expect(failure.message.contains(clause))
        #expect(failure.message.hasSuffix("attempts within `poll_deadline` 10s)"))
        #expect(script.elapsed <= 10_000)
        #expect(script.requests.count == 8)
        #expect(script.requests.allSatisfy { $0.timeoutMilliseconds >= 100 })
    }

    @Test func retriesAreBoundedEvenWhenTimeStandsStill() throws {
        var script = try script(deadline: "1h")
        script.random = 0
        script.latency = 0
        let failure = try script.failure(Array(repeating: .status(500), count: 1000))
        #expect(failure.reason == .httpStatus)
        #expect(script.requests.count == 101)
    }

    @Test func everyPageHasItsOwnRetries() throws {
        let source = try SourceFixture.definition(
            SourceFixture.request, "paginate: {kind: cursor, next: $.n, into: query.c}",
            SourceFixture.map)
        var script = PollScript(source)
        let step = script.run([
            .status(500), .json(#"{"usage": [], "n": "b"}"#), .status(500),
            .json(#"{"usage": [], "n": null}"#),
        ])
        #expect(step.result?.requestCount == 4)
        #expect(script.waits == [0, 100, 0, 100])
        #expect(
            script.requests.map(\.url).map { $0.hasSuffix("?c=b") } == [false, false, true, true])
    }

    static let refusals: [(event: PollEvent, reason: PollFailureReason, clause: String)] = [
        (.status(401), .unauthorized, "answered 401 Unauthorized; check the credentials in `auth`"),
        (.status(403), .unauthorized, "answered 403 Forbidden; check the credentials in `auth`"),
        (.status(400), .httpStatus, "answered 400 Bad Request"),
        (.status(404), .httpStatus, "answered 404 Not Found; check `request.url`"),
        (.status(422), .httpStatus, "answered 422 Unprocessable Content"),
        (.status(501), .httpStatus, "answered 501"),
        (.status(304), .httpStatus, "answered 304 Not Modified"),
        (.fault(SourceFault(.tls, "certificate has expired")), .tls, "certificate has expired"),
        (
            .fault(SourceFault(.tooLarge, "more than 8 MiB")), .tooLarge,
            "more than 8 MiB; ask for smaller pages or raise `limits.body`"
        ),
        (.fault(SourceFault(.protocol, "not HTTP")), .connect, "not HTTP"),
    ]

    @Test(arguments: refusals)
    func aRefusalIsNotRetried(
        _ event: PollEvent, _ reason: PollFailureReason, _ clause: String
    ) throws {
        var script = try script()
        let failure = try script.failure([event])
        #expect(failure.reason == reason)
        #expect(failure.message.hasPrefix("page 1: GET https://api.example.com/v1/usage"))
        #expect(failure.message.hasSuffix(clause))
    }

    @Test func aPageAfterTheDeadlineIsNotAskedFor() throws {
        let source = try SourceFixture.definition(
            SourceFixture.request, "paginate: {kind: cursor, next: $.n, into: query.c}",
            SourceFixture.map)
        var script = PollScript(source)
        script.latency = 10_000
        let failure = try script.failure([.json(#"{"usage": [], "n": "b"}"#)])
        #expect(
            failure
                == PollFailure(
                    .timeout,
                    "page 2: GET https://api.example.com/v1/usage: the poll's deadline of 10s "
                        + "passed "
                        + "after 1 requests; raise `poll_deadline` or ask for larger pages"))
    }

    @Test func aMessageNeverHoldsTheQuery() throws {
        let source = try SourceFixture.definition(
            "request: {url: \"https://a.example/u?key=s3cret\"}", SourceFixture.map)
        var script = PollScript(source)
        #expect(try script.failure([.status(404)]).message.contains("s3cret") == false)
    }

    @Test func anEndedPollStaysEnded() throws {
        var script = try script()
        let end = script.run([.status(404)])
        let again = script.machine.handle(Self.good, elapsedMilliseconds: 5, random: 0.5)
        #expect(again.failure == end.failure)
        #expect(again.failure != nil)
    }
}
