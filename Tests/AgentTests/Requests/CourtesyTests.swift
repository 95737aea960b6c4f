// Budgets, marks of the vendor, refused credentials and unchanged pages, on a virtual clock.

import AgentConfiguration
import Credits
import Ports
import SimulatedPorts
import Testing
import UsageSources

@testable import Agent

@Suite("Budgets of a source", .timeLimit(.minutes(1)))
struct SourceBudgetTests {
    static let paged =
        "paginate: {kind: cursor, next: $.next, into: query.cursor}"

    /// The page that a request asks for by its cursor, of so many.
    private static func page(_ request: TransportRequest, of count: Int) -> TransportResponse {
        let cursor = request.url.firstRange(of: "cursor=c").flatMap {
            Int(request.url[$0.upperBound...])
        }
        let number = cursor ?? 0
        let next = number == count - 1 ? "null" : "\"c\(number + 1)\""
        let row = #"{"d":"2026-11-10","p":"chat-\#(number)","c":"1"}"#
        return CourtesyFixture.answer(body: #"{"u":[\#(row)],"next":\#(next)}"#)
    }

    @Test("pages wait for the minute, and the wait is not held against the deadline")
    func minute() async throws {
        let fixture = try await CourtesyFixture.start(
            Self.paged, "limits: {per_minute: 1}", "every: 15m"
        ) { request, _ throws(TransportError) in Self.page(request, of: 3) }
        await fixture.run(milliseconds: 130_000)
        #expect(fixture.times == [0, 60_000, 120_000])
        #expect(fixture.agent.source()?.isUp == true)
        #expect(fixture.agent.used == "3")
        #expect(fixture.value("budget_remaining_requests", ",window=\"minute\"") == "0")
        #expect(fixture.value("request_wait_seconds_total") == "120")
        #expect(fixture.value("requests_total", ",code=\"200\"") == "3")
    }

    @Test("a poll begins only when the day has room for all of it")
    func day() async throws {
        let fixture = try await CourtesyFixture.start(
            Self.paged, "limits: {per_day: 5}", "every: 1h"
        ) { request, _ throws(TransportError) in Self.page(request, of: 3) }
        await fixture.run(milliseconds: 86_000_000)
        // The second poll has room for two pages of three: it is not even begun.
        #expect(fixture.times == [0, 0, 0])
        #expect(fixture.value("budget_remaining_requests", ",window=\"day\"") == "2")
        #expect(fixture.agent.source()?.failures == [:])
    }

    @Test("a poll that outgrows the day is put off, not failed, and begins anew with room")
    func outgrown() async throws {
        let fixture = try await CourtesyFixture.start(
            Self.paged, "limits: {per_day: 4}", "every: 24h"
        ) { request, number throws(TransportError) in
            // One page at first, then four: the second poll finds room for three.
            Self.page(request, of: number == 0 ? 1 : 4)
        }
        await fixture.run(milliseconds: 86_400_000 * 2 + 120_000)
        #expect(fixture.agent.source()?.failures == [:])
        #expect(fixture.agent.source()?.pollCount == 2)
        #expect(fixture.value("polls_put_off_total") == "1")
        #expect(fixture.times.count == 8)
        #expect(Set(fixture.times.suffix(4)).count == 1)
    }

    @Test("a budget that can never fit one poll fails it with a clear word")
    func never() async throws {
        let fixture = try await CourtesyFixture.start(
            Self.paged, "limits: {per_day: 2}", "every: 24h"
        ) { request, _ throws(TransportError) in Self.page(request, of: 1000) }
        try await fixture.loop.pollOnce()
        #expect(fixture.times.count == 2)
        #expect(fixture.agent.source()?.failures == [.throttled: 1])
    }

    @Test("the day's budget outlives a restart")
    func restart() async throws {
        let store = MemoryStore()
        let first = try await CourtesyFixture.start(
            "limits: {per_day: 2}", "every: 1h", store: store
        ) { _, _ throws(TransportError) in CourtesyFixture.answer() }
        try await first.loop.pollOnce()
        try await first.loop.pollOnce()
        let second = try await CourtesyFixture.start(
            "limits: {per_day: 2}", "every: 1h", store: store, now: "2026-11-10T13:00:00Z"
        ) { _, _ throws(TransportError) in CourtesyFixture.answer() }
        await second.run(milliseconds: 84_000_000)
        // A day and a minute after the first, with the two clocks an hour apart.
        #expect(second.times == [82_860_000])
    }

    @Test("a note on the day that cannot be read fails the poll instead of asking freely")
    func damaged() async throws {
        let store = MemoryStore()
        try await store.write { try $0.putSourceState("[1", of: "usage\u{1F}requests") }
        let fixture = try await CourtesyFixture.start(
            "limits: {per_day: 2}", "every: 1h", store: store
        ) { _, _ throws(TransportError) in CourtesyFixture.answer() }
        try await fixture.loop.pollOnce()
        #expect(fixture.times.isEmpty)
        #expect(fixture.agent.source()?.failures == [.internal: 1])
    }

    @Test("requests for tokens count as well")
    func tokens() async throws {
        let auth =
            "{oauth2: {token_url: 'https://login.example/t', client_id: a, client_secret: s}}"
        let fixture = try await CourtesyFixture.start(
            "limits: {per_minute: 1}",
            "request: {url: 'https://usage.example/u', auth: \(auth)}", "every: 15m"
        ) { request, _ throws(TransportError) in
            request.url.contains("login")
                ? CourtesyFixture.answer(body: #"{"access_token": "t", "expires_in": 3600}"#)
                : CourtesyFixture.answer()
        }
        await fixture.run(milliseconds: 61_000)
        #expect(fixture.times == [0, 60_000])
        #expect(fixture.agent.source()?.isUp == true)
    }
}

@Suite("Marks and refusals of a vendor", .timeLimit(.minutes(1)))
struct VendorMarkTests {
    @Test("the vendor's reset puts the next poll off and its remainder is shown")
    func reset() async throws {
        let limits =
            "limits: {remaining_header: x-left, reset_headers: [{name: x-reset, as: seconds, "
            + "when: {header: x-left, equals: '0'}}]}"
        let fixture = try await CourtesyFixture.start(limits, "every: 60s") {
            _, number throws(TransportError) in
            CourtesyFixture.answer(
                200, [("X-Left", number == 0 ? "0" : "7"), ("X-Reset", "300")])
        }
        await fixture.run(milliseconds: 310_000)
        #expect(fixture.times == [0, 300_000])
        #expect(fixture.value("vendor_remaining_requests") == "7")
        #expect(fixture.agent.source()?.pollCount == 2)
    }

    @Test("the largest of several marks of a throttle counts")
    func throttle() async throws {
        let limits =
            "limits: {reset_headers: [{name: x-a, as: seconds}, {name: x-b, as: seconds}]}"
        let fixture = try await CourtesyFixture.start(limits, "every: 60s") {
            _, number throws(TransportError) in
            number == 0
                ? CourtesyFixture.answer(429, [("x-a", "100"), ("x-b", "700")], retryAfter: 50)
                : CourtesyFixture.answer()
        }
        await fixture.run(milliseconds: 701_000)
        #expect(fixture.times == [0, 700_000])
        #expect(fixture.agent.source()?.failures == [.throttled: 1])
    }

    @Test(
        "a source that refuses the credentials is left alone for 15 minutes", arguments: [401, 403])
    func circuit(_ status: Int) async throws {
        let fixture = try await CourtesyFixture.start("every: 10s") {
            _, number throws(TransportError) in
            CourtesyFixture.answer(number == 0 ? status : 200)
        }
        await fixture.run(milliseconds: 890_000)
        #expect(fixture.times == [0])
        #expect(fixture.agent.source()?.isUp == false)
        #expect(fixture.value("circuit_open") == "1")
        #expect(fixture.value("requests_total", ",code=\"\(status)\"") == "1")
        // A reload begins with new loops, which ask at once.
        let next = PollLoop(
            definition: try #require(fixture.agent.resolved.configuration.sources.first),
            authentication: .none, core: fixture.agent.core, directory: "")
        #expect(fixture.value("circuit_open") == "0")
        #expect(try await next.pollOnce() == nil)
        #expect(fixture.agent.source()?.isUp == true)
    }

    @Test("after the 15 minutes it is asked again")
    func circuitCloses() async throws {
        let fixture = try await CourtesyFixture.start("every: 10s") {
            _, number throws(TransportError) in
            CourtesyFixture.answer(number == 0 ? 401 : 200)
        }
        await fixture.run(milliseconds: 915_000)
        #expect(fixture.times == [0, 900_000, 910_000])
        #expect(fixture.value("circuit_open") == "0")
        #expect(fixture.agent.source()?.isUp == true)
    }
}

@Suite("Unchanged pages", .timeLimit(.minutes(1)))
struct ConditionalRequestTests {
    private static func tag(_ request: TransportRequest) -> String? {
        request.headers.first { $0.name == "If-None-Match" }?.value
    }

    /// Pages with tags; an unchanged one is not sent again.
    private static func server(
        changing: Set<Int> = []
    ) -> Answers {
        { request, number throws(TransportError) in
            let isSecond = request.url.contains("cursor=c")
            let version = changing.contains(number) ? "v2" : "v1"
            let etag = "\"\(isSecond ? "b" : "a")-\(version)\""
            if tag(request) == etag { return CourtesyFixture.answer(304, body: "") }
            let product = isSecond ? "p2" : "p1"
            let row = #"{"d":"2026-11-10","p":"\#(product)","c":"\#(version.dropFirst())"}"#
            return CourtesyFixture.answer(
                200, [("ETag", etag)],
                body: #"{"u":[\#(row)],"next":\#(isSecond ? "null" : "\"c\"")}"#)
        }
    }

    @Test("an unchanged answer is a complete poll")
    func unchanged() async throws {
        let fixture = try await CourtesyFixture.start(
            SourceBudgetTests.paged, "every: 60s", answers: Self.server())
        try await fixture.loop.pollOnce()
        try await fixture.loop.pollOnce()
        #expect(fixture.requests.map(Self.tag) == [nil, nil, "\"a-v1\"", "\"b-v1\""])
        #expect(fixture.agent.source()?.pollCount == 2)
        #expect(fixture.agent.source()?.isUp == true)
        #expect(fixture.agent.used == "2")
        #expect(fixture.value("not_modified_total") == "2")
        #expect(fixture.value("requests_total", ",code=\"304\"") == "2")
    }

    @Test("a changed page is read beside an unchanged one")
    func changed() async throws {
        let fixture = try await CourtesyFixture.start(
            SourceBudgetTests.paged, "every: 60s", answers: Self.server(changing: [3]))
        try await fixture.loop.pollOnce()
        try await fixture.loop.pollOnce()
        #expect(fixture.agent.used == "3")
        #expect(fixture.value("not_modified_total") == "1")
    }

    @Test("the clock is compared with that of the answer, not of the kept page")
    func date() async throws {
        let fixture = try await CourtesyFixture.start("max_clock_skew: 60s", "every: 1h") {
            request, _ throws(TransportError) in
            Self.tag(request) == nil
                ? CourtesyFixture.answer(
                    200, [("ETag", "\"x\""), ("Date", "Tue, 10 Nov 2026 12:00:00 GMT")])
                : CourtesyFixture.answer(
                    304, [("Date", "Tue, 10 Nov 2026 13:00:00 GMT")], body: "")
        }
        try await fixture.loop.pollOnce()
        fixture.agent.advance("1h")
        try await fixture.loop.pollOnce()
        #expect(fixture.value("not_modified_total") == "1")
        #expect(fixture.agent.source()?.failures == [:])
    }

    @Test("it can be switched off")
    func off() async throws {
        let fixture = try await CourtesyFixture.start(
            "request: {url: 'https://usage.example/u', conditional: false}",
            answers: Self.server())
        try await fixture.loop.pollOnce()
        try await fixture.loop.pollOnce()
        #expect(fixture.requests.map(Self.tag) == [nil, nil])
    }

    @Test("what a failed poll read is forgotten, and a 304 that nobody asked for is a fault")
    func failed() async throws {
        let fixture = try await CourtesyFixture.start("every: 60s") {
            _, number throws(TransportError) in
            switch number {
            case 0: CourtesyFixture.answer(200, [("ETag", "\"x\"")], body: "<html>")
            case 1: CourtesyFixture.answer(304, body: "")
            default: CourtesyFixture.answer()
            }
        }
        for _ in 0..<3 { try await fixture.loop.pollOnce() }
        #expect(fixture.requests.map(Self.tag) == [nil, nil, nil])
        #expect(fixture.agent.source()?.failures == [.notJSON: 1, .httpStatus: 1])
        #expect(fixture.agent.source()?.isUp == true)
    }
}

@Suite("Polls around midnight", .timeLimit(.minutes(1)))
struct DayEdgePollTests {
    @Test("a counter is read just before and just after its midnight, besides its pace")
    func edges() async throws {
        let fixture = try await CourtesyFixture.start(
            "style: counter", "every: 6h", #"map: {rows: "$.u[*]", product: $.p, credits: $.c}"#,
            now: "2026-11-10T12:00:00Z"
        ) { _, _ throws(TransportError) in CourtesyFixture.answer() }
        await fixture.run(milliseconds: 86_400_000)
        let midnight: Int64 = 43_200_000
        #expect(fixture.times.contains(midnight - 15_000))
        #expect(fixture.times.contains(midnight + 5000))
        #expect(fixture.times.count == 7)
    }
}
