// What `sources` takes, what it stands for, and what it says about mistakes.

import Credits
import PositionedYAML
import Testing

@testable import UsageSources

@Suite struct SourceDefinitionTests {
    @Test func theShortFormHasTheDefaultsOfTheContract() throws {
        let source = try SourceFixture.usual()
        #expect(source.id == "usage")
        #expect(source.organization == "acme")
        #expect(source.style == .daily)
        #expect(source.everyMilliseconds == 60_000)
        #expect(source.pollDeadlineMilliseconds == 10_000)
        #expect(source.reportLagMilliseconds == 900_000)
        #expect(source.replaces.isEmpty)
        #expect(source.window == WindowDefinition(calendar: nil, lookbackDays: 3))
        #expect(source.outsideWindow == .reject)
        #expect(source.absent == .confirm)
        #expect(source.request.authentication == .none)
        #expect(source.request.maximumBodyBytes == 8 << 20)
        #expect(source.pagination == nil)
        #expect(source.mapping.measures.map(\.unit) == ["credits"])
        #expect(source.mapping.levels.map(\.isOptional) == [false])
        #expect(source.secretReferences.isEmpty)
        #expect(source.idPosition.line == 1)
        #expect(source.organizationPosition.line == 2)
    }

    @Test func everyKeyIsTaken() throws {
        let source = try SourceFixture.definition(
            """
            style: daily
            every: 5m
            poll_deadline: 30s
            report_lag: 0s
            replaces: [old-id, older-id]
            window: {time_zone: America/New_York, lookback: 7d}
            outside_window: ignore
            absent: keep
            authority: 20
            max_clock_skew: 10m
            finality: {settle: 3d, lock_after: 10d, flag: {path: $.final, final_when: true}}
            request:
              method: GET
              url: "https://api.example.com/v1/usage"
              headers: {Accept: text/json, X-Version: "3"}
              query: {from: "{window.start:date}", group_by: [project, model]}
              auth: {bearer: {env: USAGE_TOKEN}}
              tls: {ca_file: ca.pem}
              proxy_url: http://proxy.example.com:3128
            paginate: {kind: cursor, next: $.next, more: $.has_more, into: query.page, max_pages: 7}
            limits: {body: 64KiB}
            map:
              rows: $.usage[*]
              optional: true
              day: {path: $.start, type: unix}
              product: {path: $.name, map: {A: alpha}, default: rest, null_as: none}
              measures:
                - {unit: tokens, path: $.tokens}
                - {unit: usd, path: $.cents, scale: "0.01", credits_per_unit: 100}
              credits_per_unit: {tokens: "0.002"}
            """)
        #expect(source.everyMilliseconds == 300_000)
        #expect(source.pollDeadlineMilliseconds == 30_000)
        #expect(source.reportLagMilliseconds == 0)
        #expect(source.replaces == ["old-id", "older-id"])
        #expect(source.window.calendar?.identifier == "America/New_York")
        #expect(source.window.lookbackDays == 7)
        #expect(source.outsideWindow == .ignore)
        #expect(source.absent == .keep)
        #expect(source.request.shape.headers.map(\.name) == ["Accept", "X-Version"])
        #expect(source.request.shape.query.map(\.name) == ["from", "group_by"])
        #expect(source.request.shape.query.map(\.values.count) == [1, 2])
        #expect(source.request.certificateAuthorityFile == "ca.pem")
        #expect(source.request.proxyURL == "http://proxy.example.com:3128")
        #expect(source.request.maximumBodyBytes == 65_536)
        #expect(source.pagination?.maximumPages == 7)
        #expect(source.pagination?.target == .query("page"))
        #expect(source.mapping.levels.map(\.isOptional) == [true])
        #expect(source.mapping.day.start?.format == .unix)
        #expect(source.mapping.measures.map(\.plainRate) == ["0.002", "100"])
        #expect(source.mapping.measures.map(\.scale.description) == ["1", "0.01"])
        #expect(source.secretReferences.map(\.value) == [.environment("USAGE_TOKEN")])
        #expect(source.secretReferences.map(\.position.line) == [19])
        #expect(source.authority == 20)
        #expect(source.mostClockSkewMilliseconds == 600_000)
        #expect(source.finality.settleDays == 3)
        #expect(source.finality.lockDays == 10)
        #expect(source.finality.flag?.source.level == 0)
        #expect(source.withoutPagination().pagination == nil)
    }

    @Test func outsideWindowMayStandUnderMap() throws {
        let source = try SourceFixture.definition(
            SourceFixture.request,
            "map: {rows: $.uu, day: $.d, product: $.p, credits: $.c, outside_window: ignore}")
        #expect(source.outsideWindow == .ignore)
    }

    /// A line that replaces or joins the usual ones, and the mistake it makes.
    static let mistakes: [(line: String, message: String)] = [
        (
            "style: dayly",
            "3:8: sources[0].style: expected one of `daily`, `counter`, `events`, `balance`, "
                + "`prometheus`, found \"dayly\"; did you mean `daily`?"
        ),
        ("every: 99ms", "3:8: sources[0].every: must be from 100ms to 5w"),
        (
            "every: 60",
            "3:8: sources[0].every: expected a duration such as 30s, found \"60\"; add a unit "
                + "(ms, s, m, h, d, w, y)"
        ),
        ("poll_deadline: 2h", "3:16: sources[0].poll_deadline: must be from 100ms to 1h"),
        ("report_lag: 36d", "3:13: sources[0].report_lag: must be from 0s to 5w"),
        ("evry: 60s", "3:1: field `evry` is not known in `sources[0]`; did you mean `every`?"),
        ("replaces: [usage]", "3:12: sources[0].replaces: a source cannot replace itself"),
        ("replaces: [a, a]", "3:15: sources[0].replaces: `a` is listed twice"),
        ("replaces: [\"\"]", "3:12: sources[0].replaces: the identifier is empty"),
        (
            "window: {time_zone: Mars/Olympus}",
            "3:21: sources[0].window.time_zone: \"Mars/Olympus\" is no IANA time zone; write "
                + "one such as Europe/Berlin"
        ),
        (
            "window: {lookback: 36h}",
            "3:20: sources[0].window.lookback: must be whole days from 0d to 400d, such as 3d"
        ),
        (
            "window: {lookback: 401d}",
            "3:20: sources[0].window.lookback: must be whole days from 0d to 400d, such as 3d"
        ),
        (
            "window: {max_span: 0d}",
            "3:20: sources[0].window.max_span: must be whole days from 1d to 400d, such as 3d"
        ),
        (
            "window: {tz: UTC}",
            "3:14: sources[0].window.tz: `tz` is not known here; write `time_zone`"
        ),
        (
            "window: {look_back: 3d}",
            "3:10: field `look_back` is not known in `sources[0].window`; did you mean `lookback`?"
        ),
        (
            "outside_window: drop",
            "3:17: sources[0].outside_window: expected one of `reject`, `ignore`, found \"drop\""
        ),
        (
            "absent: never",
            "3:9: sources[0].absent: expected one of `zero`, `keep`, `confirm`, found \"never\""
        ),
        (
            "authority: first",
            "3:12: sources[0].authority: expected a whole number from 0 to 1000000, found \"first\""
        ),
        ("auth: none", "3:7: sources[0].auth: `auth` is not known here; write `request.auth`"),
        ("org: acme", "3:6: sources[0].org: `org` is not known here; write `organization`"),
        (
            "limits: {per_hour: 1}",
            "3:20: sources[0].limits.per_hour: `per_hour` is not available in this version; "
                + "remove it"
        ),
        (
            "limits: {body: 1GiB}",
            "3:16: sources[0].limits.body: expected a size from 1KiB to 64MiB, such as 8MiB"
        ),
        (
            "limits: {body: 8MB}",
            "3:16: sources[0].limits.body: expected a size from 1KiB to 64MiB, such as 8MiB"
        ),
    ]

    @Test(arguments: mistakes)
    func aMistakeNamesItsPlaceAndTheWayOut(_ line: String, _ message: String) throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml(line, SourceFixture.request, SourceFixture.map))
        #expect(decoded.mistakes == [message])
        #expect(decoded.definition == nil)
    }

    @Test func missingKeysAreAllNamedAtOnce() throws {
        let decoded = try SourceFixture.decode("every: 60s")
        #expect(
            decoded.mistakes == [
                "1:1: sources[0]: missing required key `id`",
                "1:1: sources[0]: missing required key `organization`",
                "1:1: sources[0]: missing required key `map`",
                "1:1: sources[0]: missing required key `request`",
            ])
    }

    @Test func anIdentifierIsChecked() throws {
        let long = String(repeating: "x", count: 129)
        let decoded = try SourceFixture.decode(
            "id: \(long)\norganization: {path: "
                + "$.org}\n\(SourceFixture.request)\n\(SourceFixture.map)"
        )
        #expect(
            decoded.mistakes == [
                "1:5: sources[0].id: the identifier is longer than 128 bytes",
                "2:15: sources[0].organization: must be the identifier itself; a path is not "
                    + "available in this version",
            ])
    }

    @Test func aSettingWrittenTwiceIsRefused() throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml(
                "outside_window: reject", "limits: {body: 1MiB}",
                #"request: {url: "https://a.example/", max_body: 2MiB}"#,
                "map: {rows: $.uu, day: $.d, product: $.p, credits: $.c, outside_window: ignore}"))
        #expect(
            decoded.mistakes == [
                "3:17: sources[0].outside_window: is written here and under `map`; keep one",
                "5:48: sources[0].request.max_body: `limits.body` says the same; keep one",
            ])
    }
}
