// POST, spans, days, offsets, links, checks, caps, jobs and files.

import Credits
import PositionedYAML
import Testing

@testable import UsageSources

@Suite struct ExchangeTests {
    private static let map = "map: {rows: '$.r[*]', day: $.d, product: {value: p}, credits: $.c}"
    private static let empty = #"{"r": []}"#

    private func script(_ lines: String...) throws -> PollScript {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml(lines.joined(separator: "\n")))
        return PollScript(try #require(decoded.definition, "\(decoded.mistakes)"))
    }

    private static func page(_ day: String, _ credits: Int, _ rest: String = #""x": 0"#) -> String {
        "{\"r\": [{\"d\": \"\(day)\", \"c\": \(credits)}], \(rest)}"
    }

    private static func text(_ request: SourceRequest?) -> String {
        String(decoding: request?.body ?? [], as: UTF8.self)
    }

    @Test func aBodyKeepsTheTypesOfItsPlaceholders() throws {
        var script = try script(
            """
            request:
              method: POST
              url: https://a.example/q
              json:
                start: "{window.start:unix_ms}"
                range: {from: "{window.start:date}", text: "to {window.end:date}"}
                year: "{window.start:y}"
                org: "{org}"
                flags: [true, null, 1.50, "1"]
                cursor: "{cursor}"
            paginate: {kind: cursor, next: $.n}
            """, Self.map)
        _ = try script.result(Self.page("2026-11-02", 1, #""n": 7"#), Self.page("2026-11-03", 1))
        #expect(script.requests.map(\.method) == ["POST", "POST"])
        #expect(
            Self.text(script.requests.first)
                == #"{"start":1793491200000,"range":{"from":"2026-11-01","text":"to 2026-11-23"},"#
                + #""year":2026,"org":"acme","flags":[true,null,1.50,"1"]}"#)
        #expect(Self.text(script.requests.last).hasSuffix(#","cursor":7}"#))
        #expect(
            script.requests[0].headers == [
                SourceHeader("Accept", "application/json"),
                SourceHeader("Content-Type", "application/json"),
            ])
    }

    @Test func thePageGoesIntoTheBody() throws {
        var script = try script(
            "request: {method: POST, url: https://a.example/q, json: {a: 1}}",
            "paginate: {kind: page, more: $.more, into: json.page.number}", Self.map)
        _ = try script.result(
            Self.page("2026-11-02", 1, #""more": true"#),
            Self.page("2026-11-03", 1, #""more": false"#))
        #expect(
            script.requests.map { Self.text($0) } == [
                #"{"a":1,"page":{"number":1}}"#, #"{"a":1,"page":{"number":2}}"#,
            ])
    }

    @Test func aPostIsRedirectedOnlyAsAPost() throws {
        for (status, isFollowed) in [(302, false), (307, true), (308, true)] {
            var script = try script(
                "request: {method: POST, url: https://a.example/q, json: {a: 1}}", Self.map)
            let step = script.run([
                .redirect(status, to: "https://a.example/p"), .json(Self.empty),
            ])
            #expect((step.result != nil) == isFollowed)
            if isFollowed { #expect(Self.text(script.requests.last) == #"{"a":1}"#) }
        }
    }

    @Test func listsOfTheQueryMayHaveBrackets() throws {
        var script = try script(
            "request: {url: https://a.example/q, arrays: brackets, query: {g: [a, b], h: c}}",
            Self.map)
        _ = try script.result(Self.empty)
        #expect(script.requests.map(\.url) == ["https://a.example/q?g%5B%5D=a&g%5B%5D=b&h=c"])
    }

    private static let days =
        #"request: {url: "https://a.example/q?f={window.start:date}&t={window.end:date}"}"#

    @Test func aLongWindowIsAskedForInSpans() throws {
        var script = try script(Self.days, "window: {max_span: 10d}", Self.map)
        let result = try script.result(
            Self.page("2026-11-10", 1), Self.page("2026-11-11", 2), Self.page("2026-11-23", 4))
        #expect(
            script.requests.map { $0.url.suffix(25) } == [
                "f=2026-11-01&t=2026-11-10", "f=2026-11-11&t=2026-11-20",
                "f=2026-11-21&t=2026-11-23",
            ])
        #expect(result.summary == ["2026-11-10 p 1", "2026-11-11 p 2", "2026-11-23 p 4"])
        #expect(result.pageCount == 3)
    }

    @Test func aVendorThatIgnoresTheSpanIsNotCountedTwice() throws {
        var script = try script(Self.days, "window: {max_span: 10d}", Self.map)
        let failure = try script.failure([
            .json(Self.page("2026-11-10", 1)), .json(Self.page("2026-11-10", 1)),
        ])
        #expect(failure.reason == .outsideWindow)
        #expect(
            failure.message.hasPrefix(
                "2026-11-11 to 2026-11-20, page 1, $['r'][0]['d']: 2026-11-10 lies outside"))
    }

    @Test func aSpanThatFailsFailsThePoll() throws {
        var script = try script(Self.days, "window: {max_span: 10d}", Self.map)
        let failure = try script.failure([.json(Self.page("2026-11-10", 1)), .status(404)])
        #expect(failure.reason == .httpStatus)
        #expect(failure.message.hasPrefix("2026-11-11 to 2026-11-20, page 1: GET"))
    }

    @Test func everyDayMayBeARequestThatNamesTheDayOfItsRows() throws {
        var script = try script(
            """
            request:
              url: https://a.example/q
              query: {year: "{day:y}", month: "{day:m}", day: "{day:d}"}
            window: {per_request: day, lookback: 0d}
            checks: [{path: $.at.year, equals: "{day:y}"}, {path: $.at.day, equals: "{day:d}"}]
            map: {rows: '$.r[*]', day: {from: request}, product: {value: p}, credits: $.c}
            """)
        script.machine = PollMachine(
            definition: script.machine.definition, authentication: .none,
            organizationCalendar: .utc,
            now: try #require(Timestamp(rfc3339: "2026-11-02T10:00:00Z")))
        let result = try script.result(
            #"{"at": {"year": 2026, "day": 1}, "r": [{"c": 5}]}"#,
            #"{"at": {"year": 2026, "day": "2"}, "r": [{"c": 6}]}"#)
        #expect(result.summary == ["2026-11-01 p 5", "2026-11-02 p 6"])
        #expect(script.requests.last?.url == "https://a.example/q?year=2026&month=11&day=2")
    }

    static let checks: [(check: String, page: String, message: String?)] = [
        ("{path: $.truncated, equals: false, optional: true}", #"{"r": []}"#, nil),
        ("{path: $.truncated, equals: false}", #"{"r": [], "truncated": false}"#, nil),
        (
            "{path: $.truncated, equals: false, optional: true}",
            #"{"r": [], "truncated": true}"#, "$['truncated']: expected false, found a boolean"
        ),
        ("{path: $.ok, in: [1, 2]}", #"{"r": []}"#, "$['ok']: expected one of 1, 2, found nothing"),
        ("{path: $.error, equals: null}", #"{"r": [], "error": null}"#, nil),
        (
            "{path: $.error, equals: null}", #"{"r": [], "error": "no"}"#,
            "$['error']: expected null, found \"no\""
        ),
        (
            "{path: $.from, equals: \"{window.start:date}\"}", #"{"r": [], "from": "2026-10-31"}"#,
            "$['from']: expected 2026-11-01, found \"2026-10-31\""
        ),
    ]

    @Test(arguments: checks)
    func everyAnswerIsChecked(_ check: String, _ page: String, _ message: String?) throws {
        var script = try script(SourceFixture.request, "checks: [\(check)]", Self.map)
        let step = script.run([.json(page)])
        #expect((step.result != nil) == (message == nil))
        guard let message else { return }
        #expect(step.failure?.reason == .checkFailed)
        #expect(step.failure?.message.hasPrefix("page 1, \(message);") == true)
    }

    @Test func aFullAnswerMayBeCutOff() throws {
        var script = try script(SourceFixture.request, "limits: {max_rows: 1}", Self.map)
        let failure = try script.failure([.json(Self.page("2026-11-02", 1))])
        #expect(failure.reason == .incompletePages)
        #expect(failure.message.hasPrefix("page 1: holds 1 rows, and `limits.max_rows` says"))
    }

    @Test func offsetsGrowByTheSizeOfAPage() throws {
        var script = try script(
            SourceFixture.request,
            "paginate: {kind: offset, size: 50, total_items: $.total, into: query.offset}", Self.map
        )
        _ = try script.result(
            Self.page("2026-11-02", 1, #""total": 120"#),
            Self.page("2026-11-03", 1, #""total": 120"#),
            Self.page("2026-11-04", 1, #""total": 120"#))
        #expect(script.requests.map { $0.url.split(separator: "=").last } == ["0", "50", "100"])
        var moving = try self.script(
            SourceFixture.request,
            "paginate: {kind: offset, size: 50, total_items: $.total, into: query.offset}", Self.map
        )
        let failure = try moving.failure([
            .json(Self.page("2026-11-02", 1, #""total": 120"#)),
            .json(Self.page("2026-11-03", 1, #""total": 121"#)),
            .json(Self.page("2026-11-02", 1, #""total": 120"#)),
            .json(Self.page("2026-11-03", 1, #""total": 121"#)),
        ])
        #expect(
            failure.message == "page 2: the number of items changed from 120 to 121 during the poll"
        )
    }

    static let links: [(link: String, outcome: String)] = [
        ("<https://a.example/u?p=2>; rel=\"next\"", "https://a.example/u?p=2"),
        (
            "</u?p=0>; rel=prev, </u?p=2>; title=\"a, b\"; rel=\"last next\"",
            "https://a.example/u?p=2"
        ),
        ("<?p=2>; rel=next", "https://a.example/u?p=2"),
        (
            "<https://evil.example/>; rel=next",
            "page 1: the next page leads to https://evil.example; pages are followed within "
                + "https://a.example only"
        ),
        (
            "<https://a.example/u>; rel=next",
            "page 1: the next page leads to itself; the source goes in circles"
        ),
        ("</u?p=2>; rel=prev", ""),
    ]

    @Test(arguments: links)
    func theLinkHeaderLeadsToTheNextPage(_ link: String, _ outcome: String) throws {
        var script = try script(
            "request: {url: https://a.example/u}", "paginate: {kind: link_header}", Self.map)
        let first = SourceResponse(
            status: 200, headers: [SourceHeader("Link", link)], body: Array(Self.empty.utf8))
        let step = script.run([.response(first), .json(Self.page("2026-11-02", 1))])
        if outcome.hasPrefix("page") {
            #expect(step.failure == PollFailure(.incompletePages, outcome))
        } else {
            #expect(script.requests.count == (outcome.isEmpty ? 1 : 2))
            #expect(outcome.isEmpty || script.requests.last?.url == outcome)
        }
    }

    @Test func theNextURLIsFollowedWithTheSameBody() throws {
        var script = try script(
            "request: {method: POST, url: https://a.example/u, json: {a: 1}}",
            "paginate: {kind: next_url, next: $.next}", Self.map)
        let result = try script.result(
            Self.page("2026-11-02", 1, #""next": "https://a.example/u?skip=x%20y""#),
            Self.page("2026-11-03", 1, #""next": null"#))
        #expect(result.pageCount == 2)
        #expect(script.requests.last?.url == "https://a.example/u?skip=x%20y")
        #expect(Self.text(script.requests.last) == #"{"a":1}"#)
    }

    private static let job = """
        job:
          submit: {url: "https://a.example/report?from={window.start:date}"}
          id: $.jobId
          ready: {path: $.status, in: [completed], optional: true}
          failed: {path: $.status, in: [failed]}
          poll: {every: 1s, max: 4s}
        request: {url: "https://a.example/job/{job.id}/data"}
        """

    @Test func aJobIsSubmittedAwaitedAndRead() throws {
        var script = try script(Self.job, Self.map)
        let step = script.run([
            .json(#"{"jobId": "x/1"}"#), .json(#"{"status": "running"}"#), .status(202),
            .json(Self.page("2026-11-02", 3, #""status": "completed""#)),
        ])
        #expect(step.result?.summary == ["2026-11-02 p 3"])
        #expect(script.waits == [0, 1000, 1000, 1000])
        #expect(
            script.requests.map(\.url) == [
                "https://a.example/report?from=2026-11-01", "https://a.example/job/x%2F1/data",
                "https://a.example/job/x%2F1/data", "https://a.example/job/x%2F1/data",
            ])
    }

    static let jobs: [(answers: [String], reason: PollFailureReason, clause: String)] = [
        (
            [#"{"id": 1}"#], .badValue,
            "job, $.jobId: expected the identifier of the job, found nothing"
        ),
        (
            [#"{"jobId": 1}"#, #"{"status": "failed"}"#], .checkFailed,
            "job status, $.status: the job failed (\"failed\")"
        ),
        (
            [#"{"jobId": 1}"#] + Array(repeating: #"{"status": "running"}"#, count: 5), .timeout,
            "the job is not ready after 4s (`job.poll.max`)"
        ),
    ]

    @Test(arguments: jobs)
    func aJobThatDoesNotEndFailsThePoll(
        _ answers: [String], _ reason: PollFailureReason, _ clause: String
    ) throws {
        var script = try script(Self.job, Self.map)
        let failure = try script.failure(answers.map { .json($0) })
        #expect(failure.reason == reason)
        #expect(failure.message.contains(clause), "\(failure.message)")
    }

    private static let download = """
        request: {url: "https://a.example/list", auth: {bearer: {env: T}}, tls: {ca_file: ca.pem}}
        download: {links: "$.links[*]"}
        map: {shape: csv, day: $.d, product: {value: p}, credits: $.c}
        """

    @Test func filesAreReadAndThoseElsewhereWithoutCredentials() throws {
        var script = try script(Self.download)
        script.machine = PollMachine(
            definition: script.machine.definition, authentication: .bearer(Secret("s3cret")),
            organizationCalendar: .utc, now: PollScript.now)
        let step = script.run([
            .json(#"{"links": ["/files/1.csv", "https://store.example/2.csv?sig=s3cret"]}"#),
            .json("d,c\n2026-11-02,1\n"), .json("d,c\n2026-11-03,2\n"),
        ])
        #expect(step.result?.summary == ["2026-11-02 p 1", "2026-11-03 p 2"])
        let requests = script.requests
        #expect(requests.map(\.isFromAnswer) == [false, false, true])
        #expect(
            requests.map { $0.headers.contains { $0.name == "Authorization" } } == [
                true, true, false,
            ])
        #expect(requests.map(\.certificateAuthorityFile) == ["ca.pem", "ca.pem", nil])
        #expect(!requests[2].redacted.contains("s3cret"))
        #expect(
            requests.map { $0.headers.first?.value } == [
                "application/json", "text/csv", "text/csv",
            ])
    }

    static let files: [(answers: [String], message: String)] = [
        (
            [#"{"links": ["/1.csv", "/1.csv"]}"#],
            "page 1, $['links'][1]: this file is listed twice"
        ),
        (
            [#"{"links": ["http://store.example/1.csv"]}"#],
            "page 1, $['links'][0]: the file lies at http://store.example: never from https to http"
        ),
        (
            [#"{"links": [5]}"#], "page 1, $['links'][0]: expected the URL of a file, found 5"
        ),
        (
            [
                #"{"links": ["/1.csv", "/2.csv"]}"#, "d,c\n2026-11-02,1\n2026-11-02,2\n",
                "d,c\n2026-11-02,1\n2026-11-02,2\n",
            ],
            "file 2: repeats the rows of file 1"
        ),
    ]

    @Test(arguments: files)
    func wrongFilesFailThePoll(_ answers: [String], _ message: String) throws {
        var script = try script(Self.download)
        #expect(try script.failure(answers.map { .json($0) }).message == message)
    }
}
